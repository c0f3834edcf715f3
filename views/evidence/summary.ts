import { formatDurationMs, formatMeasured } from '../../domain/duration-text.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import { clocksOf, isRecovery } from '../../domain/verdict.ts';
import type { JudgedRecovery, JudgedWork, Verdict } from '../../domain/verdict.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { counted, modeMark, subjectOf, verdictMark } from '../text.ts';
import { code, facts, section, table, tag } from './parts.ts';
import { judgementTag, originText, stamp } from './words.ts';

/** Stands above everything where an endpoint was not the vendor's. */
export const simulatedBanner = (run: RunProjection): Html =>
  run.simulated
    ? html`<aside class="simulated" role="note">
        <strong>SIMULATED</strong> Not every endpoint of this run was the vendor’s own. It shows how firedrill works; it
        proves nothing about production and fulfils no obligation there.
      </aside>`
    : html``;

/** What was tested and how it ended: the first screen. */
export function headline(run: RunProjection): Html {
  const { judged } = run;
  const tone = judged === undefined ? 'open' : toneOf(judged.verdict);
  return html`<header class="${tone}">
    <p class="what">
      ${modeMark(run.mode)} · ${run.runbook} · Tier ${run.tier}${run.simulated && ' · SIMULATED'} · all times are UTC
    </p>
    <h1>${subjectOf(run)}</h1>
    <p class="verdict">${judged === undefined ? `○ no verdict yet: ${run.state}` : verdictMark(judged.verdict)}</p>
    <p class="reason">${judged?.reason}</p>
    ${judged && (isRecovery(judged) ? cards(run, judged) : workCards(run, judged))}
  </header>`;
}

const card = (title: string, value: string, beside: Html | string): Html =>
  html`<div class="card">
    <h3>${title}</h3>
    <p class="value">${value}</p>
    <p>${beside}</p>
  </div>`;

const findingsCard = (run: RunProjection, beside: string): Html =>
  card('Findings', run.findings.length === 0 ? 'none' : String(run.findings.length), beside);

/** What a review or an exercise counted. */
const workCards = (run: RunProjection, { results }: JudgedWork): Html =>
  html`<div class="cards">${results.map(({ name, text }) => card(name, text, ''))} ${findingsCard(run, '')}</div>`;

function cards(run: RunProjection, { rto, rpo, comparable }: JudgedRecovery): Html {
  const passed = run.checks.filter((check) => check.outcome === 'passed').length;
  const wrong = run.differences?.filter((one) => one.kind === 'would-be-wrong').length;
  const rtoShown = rto.judgement === 'not-measured' ? 'not measured' : formatMeasured(rto.clocks.fromDisaster);
  const rpoShown = rpo.judgement === 'not-measured' ? 'not measured' : formatMeasured(rpo.achieved);
  return html`<div class="cards">
      ${card('RTO', rtoShown, html`target less than ${formatDurationMs(rto.targetMs)} ${tag(judgementTag(rto.judgement))}`)}
      ${card('RPO', rpoShown, html`target less than ${formatDurationMs(rpo.targetMs)} ${tag(judgementTag(rpo.judgement))}`)}
      ${card('Checks', run.checks.length === 0 ? 'none ran' : `${passed} of ${run.checks.length}`, run.checks.length === 0 ? 'nothing was validated' : 'passed')}
      ${findingsCard(run, wrong === undefined ? 'settings were not compared' : `${counted(wrong, 'setting')} would be wrong if one had to serve from this copy`)}
    </div>
    ${!comparable && run.mode !== 'rehearse' && html`<p class="note">Not comparable: a person paused this run, or part of it happened twice (see problems).</p>`}`;
}

function toneOf(verdict: Verdict): 'good' | 'bad' | 'open' {
  switch (verdict) {
    case 'passed':
    case 'confirmed':
    case 'held':
    case 'over':
      return 'good';
    case 'failed':
    case 'inconclusive':
    case 'corrections-needed':
      return 'bad';
    case 'aborted':
    case 'unproven':
    case 'held-without-credit':
      return 'open';
  }
}

/** What the run was, and what it was pinned to. */
export const aboutRun = (run: RunProjection): Html =>
  section(
    'about',
    'The run',
    facts([
      ['Run', code(run.runId)],
      ['Execution', code(run.executionId)],
      [
        'Runbook',
        `${run.runbook}, version ${run.runbookVersion}, touches ${run.touches === 'isolated' ? 'only what it creates itself' : run.touches}`,
      ],
      ['Mode', run.mode],
      ['Opened', stamp(run.openedAtMs)],
      ['Verdict reached', run.endedAtMs === undefined ? 'not yet' : stamp(run.endedAtMs)],
      ['Started by', `${run.initiator}, through ${run.via}`],
      [
        'Asked for',
        Object.entries(run.request)
          .map(([name, value]) => `${name} ${value}`)
          .join(', '),
      ],
      ['Catalog version', code(run.catalogHash)],
      [
        'Endpoints',
        Object.entries(run.endpoints).map(
          ([name, value], index) => html`${index > 0 && html`<br />`}${name} ${code(value)}`,
        ),
      ],
    ]),
  );

/** The target in force that day, the clocks against it, and what people's waiting was part of. */
export function targetsAndClocks(run: RunProjection): Html {
  const { target, judged } = run;
  const inForce = html`<p>
    Tier ${run.tier}: RTO less than <strong>${formatDurationMs(target.rtoMs)}</strong>, RPO less than
    <strong>${formatDurationMs(target.rpoMs)}</strong>, in force from ${target.inForceFrom}, from
    ${originText(target.origin)}. “Met” means strictly less than the target, at the worse end of what is known.
  </p>`;
  const measured = clocksOf(judged);
  if (measured === undefined) return section('targets', 'Targets and clocks', inForce);
  const { rto, rpo } = measured;
  const { clocks } = rto;
  return section(
    'targets',
    'Targets and clocks',
    inForce,
    table(
      ['Clock', 'From → to', 'Measured', 'Judged'],
      [
        [
          'RTO, binding',
          'T0 disaster → T6 usable',
          formatMeasured(clocks.fromDisaster),
          tag(judgementTag(rto.judgement)),
        ],
        ['since declared', 'T2 → T6', formatMeasured(clocks.fromDeclaration), 'shown beside it'],
        ['since restore called', 'T3 → T6', formatMeasured(clocks.fromCall), 'shown beside it'],
        [
          'people’s waiting',
          'at decision gates, part of T0 → T6',
          formatDurationMs(clocks.waitingForPeopleMs),
          'shown beside it',
        ],
        [
          rpo.judgedAgainst === 'tier' ? 'RPO' : 'exactness of the restore',
          rpo.judgedAgainst === 'tier' ? 'T−1 last recoverable change → T0' : 'moment asked for ↔ T−1',
          rpo.reason === undefined ? formatMeasured(rpo.achieved) : `not measured: ${rpo.reason}`,
          tag(judgementTag(rpo.judgement)),
        ],
      ],
    ),
    rpo.judgedAgainst === 'requested-point' &&
      html`<p class="note">
        This run asked for another point than the latest, so its RPO says how exactly the restore met the moment asked
        for, and nothing about the tier’s RPO.
      </p>`,
  );
}

import { formatDurationMs } from '../../domain/duration-text.ts';
import { ledgerKeys } from '../../domain/ledger.ts';
import type { LedgerKey } from '../../domain/ledger.ts';
import type { DecisionView, GateView, RunProjection, StepView } from '../../domain/run-view.ts';
import { anyOf, listOf, roleName } from '../../domain/role-text.ts';
import { html } from '../html.ts';
import type { Html, HtmlPart } from '../html.ts';
import { runTimeline } from '../svg/run-timeline.ts';
import { timelineSvg } from '../svg/timeline.ts';
import type { BarKind } from '../svg/timeline.ts';
import { costText, shortHash } from '../text.ts';
import { tookText } from '../took.ts';
import { code, facts, none, section, table, tag, took } from './parts.ts';
import { clock, gateTag, keyText, meaningOf, momentText, sourceText, stamp, stepTag, wayText } from './words.ts';

/** The ledger: drawn once for wide and once for narrow screens, and every time with its source and bounds. */
export function ledgerSection(run: RunProjection): Html {
  const timeline = runTimeline(run);
  const rows = ledgerKeys.flatMap((key) => {
    const moment = run.ledger[key];
    if (moment === undefined) return [];
    const from = moment.note === undefined ? sourceText(moment.source) : `${sourceText(moment.source)}: ${moment.note}`;
    return [[html`<strong>${keyText(key)}</strong>`, meaningOf(key), momentText(moment), sinceT0(run, key), from]];
  });
  const missing = ledgerKeys.filter((key) => run.ledger[key] === undefined);
  return section(
    'ledger',
    'Ledger',
    timeline.bars.length > 0 &&
      html`<div class="wide">${timelineSvg(timeline, { widthPx: 940, idPrefix: 'wide' })}</div>
        <div class="narrow">${timelineSvg(timeline, { widthPx: 360, idPrefix: 'narrow' })}</div>
        <p class="legend">
          ${legend
            .filter(({ kind }) => timeline.bars.some((bar) => bar.kind === kind))
            .map(({ kind, text }) => html`<span><i class="key ${kind}"></i> ${text}</span> `)}
          <span
            >Dotted lines are moments of the ledger, a grey band is a moment known only within bounds, a cut bar is
            squeezed time.</span
          >
        </p>`,
    rows.length === 0 ? none('No moment was recorded.') : table(['Moment', 'What', 'UTC', 'From T0', 'Source'], rows),
    missing.length > 0 && html`<p class="note">Not reached or not measured: ${missing.map(keyText).join(', ')}.</p>`,
  );
}

const legend: readonly { readonly kind: BarKind; readonly text: string }[] = [
  { kind: 'lost', text: 'data that would be lost' },
  { kind: 'clock', text: 'clock of the RTO' },
  { kind: 'waiting', text: 'waiting for people' },
  { kind: 'work', text: 'step' },
  { kind: 'running', text: 'step that runs' },
  { kind: 'failed', text: 'step failed or cancelled' },
];

/** How long before or after the disaster, at the later end of what is known. */
function sinceT0({ ledger }: RunProjection, key: LedgerKey): string {
  const moment = ledger[key];
  if (moment === undefined || ledger.T0 === undefined || key === 'T0' || moment.source === 'simulated') return '';
  const afterMs = key === 'T-1' ? moment.lowMs - ledger.T0.highMs : moment.highMs - ledger.T0.lowMs;
  return `${afterMs < 0 ? '−' : '+'} ${tookText(Math.abs(afterMs))}`;
}

/** Every step, begun or not. */
export const stepsSection = (run: RunProjection): Html =>
  section(
    'steps',
    'Steps',
    table(['Step', 'Outcome', 'Started (UTC)', 'Took', 'Attempts', 'Who acted', 'Result'], run.steps.map(stepRow)),
  );

function stepRow(step: StepView): HtmlPart[] {
  const { startedAtMs, endedAtMs, error } = step;
  return [
    step.name,
    tag(stepTag(step.status)),
    startedAtMs === undefined ? '' : clock(startedAtMs),
    startedAtMs === undefined || endedAtMs === undefined ? '' : took(endedAtMs - startedAtMs),
    step.attempts === 0 ? '' : step.attempts,
    step.worker === undefined ? '' : code(step.worker),
    error === undefined ? (step.summary ?? '') : html`<strong>${error.code}</strong>: ${error.what} ${error.means}`,
  ];
}

/** Every question put to people: what it showed, who answered, when, how it was proved, how long it took. */
export const gatesSection = (run: RunProjection): Html =>
  section(
    'gates',
    'Gates and decisions',
    run.waivedGates.map(({ gateId, reason }) => html`<p>Gate “${gateId}” was waived by policy: ${reason}</p>`),
    run.gates.map((view) => gateBlock(view)),
    run.gates.length === 0 && run.waivedGates.length === 0 && none('No gate was reached.'),
    run.unauthenticDecisions.length > 0 &&
      html`<h3>Attempts without a valid signature</h3>
        ${table(
          ['UTC', 'Gate', 'Claimed to be', 'Refused because'],
          run.unauthenticDecisions.map((one) => [stamp(one.atMs), one.gateId, one.claimedPerson, one.code]),
        )}`,
    run.aborts.map(
      (abort) =>
        html`<p>
          <strong>Abort</strong> asked for by ${abort.by} (${wayOf(abort.via)}) at ${stamp(abort.atMs)}:
          ${abort.reason === '' ? 'no reason given' : abort.reason}
        </p>`,
    ),
    (run.pauses ?? []).map(
      (pause) =>
        html`<p>
          <strong>Paused</strong> by ${pause.by} (${wayOf(pause.via)}) at ${stamp(pause.atMs)}: ${pause.reason};
          ${pause.resumedAtMs === undefined ? 'never resumed' : `resumed by ${pause.resumedBy ?? 'somebody'} at ${stamp(pause.resumedAtMs)}`}
        </p>`,
    ),
    run.incident !== undefined && incidentLines(run.incident),
    run.halted !== undefined &&
      html`<p><strong>All drills were stopped</strong>: ${run.halted === '' ? 'no reason given' : run.halted}</p>`,
  );

/** Every value that was ever given, by whom, and why another took its place. */
const incidentLines = ({ commander, corrections, handovers }: NonNullable<RunProjection['incident']>): Html => html`
  <p><strong>Command</strong>: ${commander.personName}</p>
  ${corrections.map(
    ({ key, fromMs, toMs, by, via, reason }) =>
      html`<p>
        <strong>${key} corrected</strong> from ${stamp(fromMs)} to ${stamp(toMs)} by ${by} (${wayOf(via)}): ${reason}
      </p>`,
  )}
  ${handovers.map(
    ({ from, to, by, via, reason, atMs }) =>
      html`<p>
        <strong>Command handed over</strong> from ${from.personName} to ${to.personName} at ${stamp(atMs)} by ${by}
        (${wayOf(via)}): ${reason}
      </p>`,
  )}
`;

const wayOf = (via: string): string =>
  via === 'slack-app' || via === 'web' || via === 'personal-key' ? wayText(via) : via;

function gateBlock({
  gate,
  status,
  decisions,
  remindedAtMs,
  escalations,
  closedAtMs,
  waitedMs,
  countsInRto,
  reassigned = [],
}: GateView): Html {
  const { preview, policy } = gate;
  return html`<article>
    <h3>
      ${gate.kind === 'admission' ? 'Admission gate' : 'Decision gate'}
      “${gate.gateId}”${gate.round > 1 && `, round ${gate.round}`} ${tag(gateTag(status))}
    </h3>
    <p class="question">${preview.question}</p>
    ${facts([
      ['Creates', preview.creates.map((line, index) => html`${index > 0 && html`<br />`}${line}`)],
      ['Touches', preview.touches],
      ['Where', `account ${preview.accountId}, ${preview.region}`],
      ['Data loss shown', preview.dataLossMs === undefined ? undefined : formatDurationMs(preview.dataLossMs)],
      ['Outage shown', preview.outageMs === undefined ? undefined : formatDurationMs(preview.outageMs)],
      ['Cost shown', preview.costUsd === undefined ? undefined : costText(preview.costUsd)],
      [
        'Duration shown',
        preview.takesAboutMs === undefined ? undefined : `about ${formatDurationMs(preview.takesAboutMs)}`,
      ],
      ['Way back', preview.reversibility],
      ['Chain head shown', html`${code(preview.chainHead)}`],
      [
        'Needed',
        policy.seats.map((seat) => anyOf(seat.roles)).join(' and ') +
          (policy.excludeInitiator ? `, not ${gate.initiator} who started it` : '') +
          (gate.confirm === undefined ? '' : `, confirmed by typing ${gate.confirm}`),
      ],
      [
        'Asked',
        `${stamp(gate.openedAtMs)}${waitedMs === undefined ? '' : `, for ${formatDurationMs(waitedMs)}`}${countsInRto === undefined ? '' : countsInRto ? ', counted in the RTO' : ', in no clock'}`,
      ],
      ['Closed', closedAtMs === undefined ? 'not closed' : stamp(closedAtMs)],
      ['Reminded', remindedAtMs.map(clock).join(', ')],
      ['Escalated', escalations.map((one) => `${clock(one.atMs)} to ${one.roles.join(', ')}`).join('; ')],
      ['Stands in', reassigned.map((one) => `${one.standIn} for ${one.left} (${roleName(one.role)})`).join('; ')],
    ])}
    ${
      decisions.length === 0
        ? none('Nobody decided.')
        : table(
            ['Who', 'Choice', 'Clicked (UTC)', 'After', 'How proved', 'Counted'],
            decisions.map((view) => decisionRow(view, gate.openedAtMs)),
          )
    }
  </article>`;
}

function decisionRow({ decision, answer }: DecisionView, openedAtMs: number): HtmlPart[] {
  const held = decision.roles.length === 0 ? 'no role' : listOf(decision.roles.map(roleName), 'and');
  return [
    html`${decision.personName} <small>(${decision.personId}; ${held})</small>`,
    html`${decision.choice}${decision.reason !== undefined && html`<br /><q>${decision.reason}</q>`}`,
    html`${clock(decision.clickedAtMs)} <small>received ${clock(decision.receivedAtMs)}</small>`,
    formatDurationMs(Math.max(0, decision.clickedAtMs - openedAtMs)),
    html`${wayText(decision.via)} <small>click ${shortHash(decision.decisionId)}</small>`,
    answer.outcome === 'accepted'
      ? tag({ text: '✔ counted', tone: 'good' })
      : html`${tag({ text: '✖ refused', tone: 'bad' })} ${answer.text}`,
  ];
}

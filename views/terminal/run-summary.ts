import { formatDurationMs, formatMeasured } from '../../domain/duration-text.ts';
import type { Finding } from '../../domain/finding.ts';
import { roleName } from '../../domain/role-text.ts';
import { roles } from '../../domain/gate.ts';
import { approvalsOf, notGone } from '../../domain/run-projection.ts';
import type { RunProjection } from '../../domain/run-projection.ts';
import { endedWell, isRecovery } from '../../domain/verdict.ts';
import type { Judged, JudgedRecovery, Judgement } from '../../domain/verdict.ts';
import { subjectOf, verdictMark } from '../text.ts';
import { checksText, ledgerLines, utcClock } from './ledger-lines.ts';
import { padTo, widthOf, wrapTo } from './paint.ts';
import type { Paint } from './paint.ts';
import { previewLines } from './preview-lines.ts';
import { reviewStanding } from './review-report.ts';

/** What the end of a run shows beyond the run itself. */
export interface RunSummaryView {
  readonly run: RunProjection;
  readonly tickets: readonly {
    readonly fingerprint: string;
    readonly key: string;
    readonly url: string;
    readonly outcome: string;
  }[];
  readonly evidence?:
    | { readonly path: string; readonly s3?: string; readonly verified: 'verified' | 'changed' | 'not-checked' }
    | undefined;
  /** Where to look further: name and address. */
  readonly look: readonly { readonly name: string; readonly url: string }[];
  /** A command to try next. */
  readonly next?: string | undefined;
}

export interface TerminalSize {
  /** At least 60 is used. */
  readonly columns: number;
  readonly paint: Paint;
}

/** The end of a run for a tired person: what happened, what it means, what to do now. A failure's finding comes first. */
export function runSummary(view: RunSummaryView, size: TerminalSize): string {
  const columns = Math.max(60, Math.min(120, size.columns));
  const { paint } = size;
  const { run } = view;
  const sections = [
    heading(run, columns, paint),
    saysWhatWentWrong(run) ? whatWentWrong(view, columns, paint) : [],
    previewLines(run, columns),
    ledgerLines(run, columns, paint),
    facts(view, columns, paint),
    pointers(view, columns, paint),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function heading(run: RunProjection, columns: number, paint: Paint): readonly string[] {
  const left = [
    run.simulated ? 'SIMULATED' : '',
    run.mode === 'drill' ? '' : run.mode.toUpperCase(),
    run.runbook,
    subjectOf(run),
  ]
    .filter((part) => part !== '')
    .join('  ');
  const mark = run.judged === undefined ? `… ${run.state}` : verdictMark(run.judged.verdict);
  const gap = ' '.repeat(Math.max(2, columns - widthOf(left) - widthOf(mark)));
  return [`${paint.bold(left)}${gap}${run.judged === undefined ? mark : verdictPaint(run.judged, paint)(mark)}`];
}

function verdictPaint({ verdict }: Judged, paint: Paint): (text: string) => string {
  switch (verdict) {
    case 'passed':
    case 'confirmed':
    case 'held':
    case 'over':
      return (text) => paint.bold(paint.good(text));
    case 'aborted':
      return (text) => paint.bold(paint.warn(text));
    case 'failed':
    case 'inconclusive':
    case 'unproven':
    case 'corrections-needed':
    case 'held-without-credit':
      return (text) => paint.bold(paint.bad(text));
  }
}

const saysWhatWentWrong = ({ judged }: RunProjection): boolean => judged === undefined || !endedWell(judged.verdict);

/** The reason of the verdict, then each finding in its sentences, with its ticket. */
function whatWentWrong({ run, tickets }: RunSummaryView, columns: number, paint: Paint): readonly string[] {
  const lines = run.judged === undefined ? [] : wrapTo(run.judged.reason, columns - 2).map((line) => `  ${line}`);
  for (const finding of run.findings) {
    const ticket = tickets.find(({ fingerprint }) => fingerprint === finding.fingerprint);
    lines.push('', ...findingLines(finding, ticket, columns, paint));
  }
  return lines;
}

function findingLines(
  finding: Finding,
  ticket: RunSummaryView['tickets'][number] | undefined,
  columns: number,
  paint: Paint,
): readonly string[] {
  const title = wrapTo(finding.title, columns - 4).map(
    (line, index) => `  ${index === 0 ? paint.bad('✖') : ' '} ${paint.bold(line)}`,
  );
  const said = [finding.found, finding.matters, lookFirstText(finding)]
    .flatMap((text) => wrapTo(text, columns - 4))
    .map((line) => `    ${line}`);
  const filed =
    ticket === undefined
      ? '    Ticket: pending'
      : `    Ticket: ${ticket.key} ${ticket.outcome === 'commented' ? '(open already, commented)' : '(new)'}  ${ticket.url}`;
  return [...title, ...said, filed];
}

const lookFirstText = ({ lookFirst }: Finding): string => `Look first: ${lookFirst}`;

function facts(view: RunSummaryView, columns: number, paint: Paint): readonly string[] {
  const { run, tickets, evidence } = view;
  const { judged } = run;
  const lines: string[] = [];
  const add = (name: string, text: string): void => {
    const [first = '', ...more] = text.split('\n').flatMap((line) => wrapped(line, columns - 17));
    lines.push(`  ${padTo(name, 13)}  ${first}`, ...more.map((line) => `${' '.repeat(17)}${line}`));
  };
  if (judged !== undefined && !isRecovery(judged)) for (const { name, text } of judged.results) add(name, text);
  if (judged !== undefined && isRecovery(judged)) {
    add(
      'RTO',
      clockText(judged.rto.clocks.fromDisaster, judged.rto.targetMs, judged.rto.judgement, 'clock T0 → T6', paint),
    );
    const { rpo } = judged;
    const how = rpo.judgement === 'not-measured' ? (rpo.reason ?? '') : newestText(run);
    add(
      'RPO',
      clockText(
        rpo.achieved,
        rpo.targetMs,
        rpo.judgement,
        rpo.judgedAgainst === 'tier' ? how : `from the moment asked for; ${how}`,
        paint,
      ),
    );
  }
  if (run.checks.length > 0) add('Checks', checksSummary(run, paint));
  if (run.recoveryPoint !== undefined && run.preview === undefined) add('Restored from', pointText(run));
  if (run.differences !== undefined) add('Go-live diff', goLiveText(run));
  add(
    'Findings',
    run.findings.length === 0
      ? 'none'
      : saysWhatWentWrong(run)
        ? `${run.findings.length}, each above`
        : run.findings.map(({ title }) => title).join('\n'),
  );
  add(
    'Tickets',
    tickets.length === 0
      ? run.findings.length === 0
        ? 'none'
        : 'pending'
      : tickets.map(({ key, url }) => `${key}  ${url}`).join('\n'),
  );
  const left = notGone(run);
  if (left.length > 0)
    add(
      'Left behind',
      paint.bad(
        left
          .map(({ name, state, detail }) => `${name} (${state}${detail === undefined ? '' : `: ${detail}`})`)
          .join('\n'),
      ),
    );
  add('Evidence', evidenceText(evidence, run, paint));
  if (run.review === undefined && run.exercise === undefined) add('Approved by', approvedText(run));
  if (run.review !== undefined) {
    add('Sign-off', reviewStanding(run.review, run.atMs));
    for (const { text } of run.review.signedOff?.flags ?? []) add('Remarkable', paint.warn(text));
  }
  return lines;
}

/** Long lines of prose are broken; what is aligned or painted fits already, and addresses and paths stay whole. */
const wrapped = (line: string, columns: number): readonly string[] =>
  widthOf(line) <= columns ? [line] : wrapTo(line, columns);

function clockText(
  achieved: JudgedRecovery['rpo']['achieved'],
  targetMs: number,
  judgement: Judgement,
  how: string,
  paint: Paint,
): string {
  return `${padTo(formatMeasured(achieved), 16)} of ${padTo(formatDurationMs(targetMs), 6)} ${padTo(judgementText(judgement, paint), 14)}  ${how}`.trimEnd();
}

function judgementText(judgement: Judgement, paint: Paint): string {
  switch (judgement) {
    case 'met':
      return paint.good('✔ met');
    case 'missed':
      return paint.bad('✖ missed');
    case 'not-measured':
      return paint.warn('– not measured');
  }
}

function newestText({ sentinel }: RunProjection): string {
  const reading = sentinel?.reading;
  if (reading === undefined) return '';
  const which = reading.source === 'sentinel' ? `newest sentinel no. ${reading.counter ?? '?'}` : 'newest row';
  return `${which} at ${utcClock(reading.databaseTimeMs)} UTC`;
}

function checksSummary(run: RunProjection, paint: Paint): string {
  const bad = run.checks.filter(({ outcome }) => outcome !== 'passed');
  const lines = bad.map(
    ({ name, outcome, found, expected }) =>
      `${paint.bad('✖')} ${name}: ${outcome === 'failed' ? `found ${found}, expected ${expected}` : outcome.replaceAll('-', ' ')}`,
  );
  return [`${checksText(run).replace(' checks', '')} passed`, ...lines].join('\n');
}

function pointText({ recoveryPoint }: RunProjection): string {
  const point = recoveryPoint?.point;
  if (point === undefined) return '';
  return point.method === 'snapshot'
    ? `snapshot ${point.snapshotId}, data of ${utcClock(point.dataAtMs)} UTC (${recoveryPoint?.choice ?? ''})`
    : `point in time ${utcClock(point.restoreTimeMs)} UTC (${recoveryPoint?.choice ?? ''})`;
}

function goLiveText({ differences = [], runId }: RunProjection): string {
  const wrong = differences.filter(({ kind }) => kind === 'would-be-wrong').length;
  if (wrong === 0) return 'nothing would be wrong if we had to serve from this copy';
  return `${wrong} ${wrong === 1 ? 'setting' : 'settings'} would be wrong if we had to serve from this copy\n(firedrill report ${runId})`;
}

function evidenceText(evidence: RunSummaryView['evidence'], run: RunProjection, paint: Paint): string {
  if (evidence === undefined)
    return run.sealed === undefined ? paint.warn('not sealed yet') : paint.warn('not evidenced yet');
  const marks = { verified: paint.good('verified ✔'), changed: paint.bad('✖ does not verify'), 'not-checked': '' };
  return [
    `${evidence.path}  ${marks[evidence.verified]}`.trimEnd(),
    ...(evidence.s3 === undefined ? [] : [evidence.s3]),
  ].join('\n');
}

function approvedText(run: RunProjection): string {
  const approvals = approvalsOf(run).map(({ personName, roles: held, via, afterMs, countsInRto }) => {
    const known = roles.filter((role) => held.includes(role)).map(roleName);
    const way = via === 'slack-app' ? 'in Slack' : via === 'personal-key' ? 'with a key of their own' : 'on the web';
    return `${personName}${known.length === 0 ? '' : ` (${known.join(', ')})`} ${way} after ${formatDurationMs(afterMs)}, ${countsInRto ? 'on the clock' : 'not on the clock'}`;
  });
  const waived = run.waivedGates.map(({ reason }) => `nobody was asked: ${reason}`);
  return [...approvals, ...waived].join('\n') || 'nobody';
}

function pointers({ look, next }: RunSummaryView, columns: number, paint: Paint): readonly string[] {
  const places = look.map(({ name, url }) => `${name} ${url}`);
  const inOne = `  Look:  ${places.join('   ')}`;
  // One below the other where a line does not take them: an address that is broken cannot be clicked.
  const lines =
    places.length === 0
      ? []
      : widthOf(inOne) <= columns
        ? [inOne]
        : places.map((place, index) => `  ${index === 0 ? 'Look:' : '     '}  ${place}`);
  return next === undefined ? lines : [...lines, `  Next:  ${paint.bold(next)}`];
}

import { formatDurationMs, formatMeasured } from '../domain/duration-text.ts';
import { wholeService } from '../domain/modes.ts';
import type { Mode } from '../domain/modes.ts';
import { isRecovery } from '../domain/verdict.ts';
import type { Judged, JudgedRecovery, JudgedWork, Judgement, Verdict } from '../domain/verdict.ts';

/** Wording that Slack, Jira and the second channel share, so that all of them say the same thing in the same words. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const two = (value: number): string => String(value).padStart(2, '0');

/** `17:12 UTC`. */
export function utcTime(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`;
}

/** `22 Nov 2026`. */
export function utcDay(atMs: number): string {
  const at = new Date(atMs);
  return `${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
}

/** `17:12 UTC`; on another day than `todayMs` with it, `23 Nov 17:12 UTC`; in another year with that, too. */
export function utcWhen(atMs: number, todayMs: number): string {
  const [day, today] = [utcDay(atMs), utcDay(todayMs)];
  if (day === today) return utcTime(atMs);
  const year = / \d+$/;
  const shown = year.exec(day)?.[0] === year.exec(today)?.[0] ? day.replace(year, '') : day;
  return `${shown} ${utcTime(atMs)}`;
}

/** `9f3a…c1`: enough of a hash to compare by eye. */
export const shortHash = (hash: string): string => (hash.length <= 8 ? hash : `${hash.slice(0, 4)}…${hash.slice(-2)}`);

/** The mode in capitals behind a sign, never a colour alone. */
export function modeMark(mode: string): string {
  const signs: Readonly<Record<Mode, string>> = { rehearse: '⬜ REHEARSAL', drill: '🟦 DRILL', real: '🟥 REAL' };
  return Object.hasOwn(signs, mode) ? signs[mode as Mode] : mode.toUpperCase();
}

/** `✔ PASSED`. */
export function verdictMark(verdict: Verdict): string {
  switch (verdict) {
    case 'passed':
      return '✔ PASSED';
    case 'failed':
      return '✖ FAILED';
    case 'aborted':
      return '■ ABORTED';
    case 'inconclusive':
      return '✖ INCONCLUSIVE';
    case 'unproven':
      return '✖ UNPROVEN';
    case 'confirmed':
      return '✔ CONFIRMED';
    case 'corrections-needed':
      return '✖ CORRECTIONS NEEDED';
    case 'held':
      return '✔ HELD';
    case 'over':
      return '✔ OVER';
    case 'held-without-credit':
      return '✖ HELD, WITHOUT CREDIT';
  }
}

function judgementMark(judgement: Judgement): string {
  switch (judgement) {
    case 'met':
      return '✔ met';
    case 'missed':
      return '✖ missed';
    case 'not-measured':
      return '– not measured';
  }
}

/** `59 s of 6 h · ✔ met`. */
export const rtoText = ({ rto }: JudgedRecovery): string =>
  rto.judgement === 'not-measured'
    ? `not measured (target ${formatDurationMs(rto.targetMs)})`
    : `${formatMeasured(rto.clocks.fromDisaster)} of ${formatDurationMs(rto.targetMs)} · ${judgementMark(rto.judgement)}`;

/** `11–21 s of 1 h · ✔ met`; says when it was judged against the moment asked for and not against the tier. */
export function rpoText({ rpo }: JudgedRecovery): string {
  if (rpo.judgement === 'not-measured') {
    return `not measured (target ${formatDurationMs(rpo.targetMs)})${rpo.reason === undefined ? '' : `: ${rpo.reason}`}`;
  }
  const against = rpo.judgedAgainst === 'tier' ? '' : ' (from the moment asked for)';
  return `${formatMeasured(rpo.achieved)}${against} of ${formatDurationMs(rpo.targetMs)} · ${judgementMark(rpo.judgement)}`;
}

/** What a verdict rests on, a line each: the clocks of a recovery, what was counted in a review or an exercise. */
export const resultsOf = (judged: Judged): JudgedWork['results'] =>
  isRecovery(judged)
    ? [
        { name: 'RTO', text: rtoText(judged) },
        { name: 'RPO', text: rpoText(judged) },
      ]
    : judged.results;

/** `about 1.90 USD`. */
export const costText = (costUsd: number): string => `about ${costUsd.toFixed(2)} USD`;

/** The first segment of a run id: `restore-test`. */
export const runbookOf = (runId: string): string => runId.split('/')[0] ?? runId;

/** What a run is about: `jira-cloud / issues-db`, or the service alone. */
export const subjectOf = ({ service, resource }: { readonly service: string; readonly resource: string }): string =>
  resource === wholeService ? service : `${service} / ${resource}`;

/** `1 finding`, `2 findings`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `once`, `2 times`. */
export const times = (count: number): string => (count === 1 ? 'once' : counted(count, 'time'));

/** With a full stop, where a person left it out and something follows. */
export const asSentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** The mark that stands wherever something is simulated; empty where it is not. */
export const simulatedMark = (simulated: boolean): string => (simulated ? 'SIMULATED' : '');

/** Joins what there is with ` · `. */
export const dotted = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' · ');

/** Commands in what is said about a finding: typed as they stand, so every surface sets them apart. With the `g` flag, for `replaceAll` and `matchAll`. */
export const findingCommands = /firedrill finding (?:show|retest|attest) [\w-]+(?: --evidence URL)?/g;

import { ledgerKeys } from '../../domain/ledger.ts';
import type { LedgerKey } from '../../domain/ledger.ts';
import type { RunProjection } from '../../domain/run-projection.ts';
import { utcDate } from '../../domain/time-text.ts';
import type { Moment } from '../../domain/time.ts';
import { cutTo, padTo, widthOf } from './paint.ts';
import type { Paint } from './paint.ts';

/** What happens from one moment of the ledger to the next. */
const afterwards: Readonly<Record<LedgerKey, string>> = {
  'T-1': '',
  T0: 'choose recovery point',
  T1: 'detect',
  T2: 'decide',
  T3: 'restore',
  T4: 'connect and check',
  T5: 'smoke query',
  T6: 'warm up',
  T7: 'clean up',
  T8: '',
};

/** The ledger as a small timeline: one line per moment, with a bar for what came after it. */
export function ledgerLines(run: RunProjection, columns: number, paint: Paint): readonly string[] {
  const known = ledgerKeys.flatMap((key) => {
    const moment = run.ledger[key];
    // Nobody detects or declares a drill: a simulated moment says nothing here, and stands in the report.
    return moment === undefined || key === 'T-1' || moment.source === 'simulated'
      ? []
      : [{ key, moment, atMs: moment.highMs }];
  });
  const first = known[0];
  const last = known.at(-1);
  if (first === undefined || last === undefined) return [];
  const barColumns = Math.max(12, Math.min(34, columns - 74));
  const spanMs = Math.max(1, last.atMs - first.atMs);
  const columnOf = (atMs: number): number =>
    Math.round(((Math.max(first.atMs, atMs) - first.atMs) / spanMs) * (barColumns - 2));
  const head = `      ${paint.dim(`UTC, ${utcDate(first.atMs)}`)}`;
  const lines = known.map(({ key, moment, atMs }, index) => {
    const next = known[index + 1];
    const label = padTo(cutTo(momentLabel(run, key, moment), 26), 26);
    const line = `  ${key}  ${utcClock(atMs)}  ${label}  `;
    if (next === undefined) return line.trimEnd();
    const [from, to] = [columnOf(atMs), Math.max(columnOf(next.atMs), columnOf(atMs) + 1)];
    const bar = `${' '.repeat(from)}├${'─'.repeat(to - from - 1)}┤`;
    const took = `${padTo(bar, barColumns)} ${minutesAndSeconds(next.atMs - atMs)}`;
    const room = columns - widthOf(line) - widthOf(took) - 2;
    return `${line}${paint.dim(took)}  ${room < 8 ? '' : cutTo(afterwards[key], room)}`.trimEnd();
  });
  return [head, ...lines];
}

/** `00:41`, `1:02:03`. Cut and never rounded up. */
function minutesAndSeconds(durationMs: number): string {
  const seconds = Math.floor(Math.max(0, durationMs) / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? rest : `${Math.floor(seconds / 3600)}:${rest}`;
}

/** `18:04:10`, UTC; what stands around it has to say so. */
export const utcClock = (atMs: number): string => new Date(atMs).toISOString().slice(11, 19);

function momentLabel(run: RunProjection, key: LedgerKey, moment: Moment): string {
  const simulated = moment.source === 'simulated' ? ' (simulated)' : '';
  switch (key) {
    case 'T-1':
      return 'last recoverable change';
    case 'T0':
      return `disaster${moment.source === 'drawn' ? ' (drawn)' : simulated}`;
    case 'T1':
      return `detected${simulated}`;
    case 'T2':
      return `declared${simulated}`;
    case 'T3':
      return 'restore called';
    case 'T4':
      return 'available';
    case 'T5':
      return 'required checks passed';
    case 'T6':
      return `usable: ${checksText(run)}`;
    case 'T7':
      return 'fast enough';
    case 'T8':
      return 'copy deleted, proved';
  }
}

/** `9 of 9 checks`. */
export function checksText(run: RunProjection): string {
  const passed = run.checks.filter(({ outcome }) => outcome === 'passed').length;
  return `${passed} of ${run.checks.length} checks`;
}

import type { RecoveryPoint } from './recovery.ts';
import { utcDate } from './time-text.ts';
import type { PointChoice } from './verdict.ts';

/** `19:53:30 UTC`; on another day than `todayMs` with its date, `2026-11-21 19:53:30 UTC`. */
export function utcSecond(atMs: number, todayMs: number): string {
  const [day, second] = [utcDate(atMs), new Date(atMs).toISOString().slice(11, 19)];
  return `${day === utcDate(todayMs) ? '' : `${day} `}${second} UTC`;
}

/** A recovery point in one phrase: `point in time 19:53:30 UTC`, `snapshot rds:issues-… of 16:53:14 UTC`. */
export const pointText = (point: RecoveryPoint, todayMs: number): string =>
  point.method === 'pitr'
    ? `point in time ${utcSecond(point.restoreTimeMs, todayMs)}`
    : `snapshot ${point.snapshotId} of ${utcSecond(point.dataAtMs, todayMs)}`;

const choices: Readonly<Record<PointChoice, string>> = {
  latest: 'the latest',
  oldest: 'the oldest',
  random: 'drawn by lot',
  at: 'for the moment asked for',
};

/** What was chosen, and how: `snapshot rds:issues-… of 16:53:14 UTC, the latest, by snapshot as asked`. */
export function choiceText(
  asked: { readonly choice: PointChoice; readonly method?: RecoveryPoint['method'] },
  point: RecoveryPoint,
  todayMs: number,
): string {
  const how = { snapshot: ', by snapshot as asked', pitr: ', by point in time as asked' };
  return `${pointText(point, todayMs)}, ${choices[asked.choice]}${asked.method === undefined ? '' : how[asked.method]}`;
}

import { FiredrillError } from './errors.ts';

/** A quarter of the calendar, `2026Q4`: the period of every obligation. */
export type Quarter = string & { readonly quarter: unique symbol };

const form = /^(\d{4})Q([1-4])$/;

/** True for `2026Q4`, not for `2026q4`, `26Q4` or `2026Q5`. */
export const isQuarter = (text: string): text is Quarter => form.test(text);

/** Strictly `YYYYQn`. @throws FiredrillError `bad-quarter` */
export function parseQuarter(text: string): Quarter {
  if (isQuarter(text)) return text;
  throw new FiredrillError({
    code: 'bad-quarter',
    kind: 'input',
    what: `"${text}" is not a quarter.`,
    means: 'It cannot be said which period is meant.',
    next: 'Write year, Q and a number from 1 to 4, for example 2026Q4.',
  });
}

/**
 * The quarter an instant falls into.
 *
 * Zones are the caller's business: a workflow must not ask `Intl`, whose data differ from machine to machine. The edge
 * (schedule, CLI, dashboard) looks up the organisation's offset *at that instant* and passes it.
 *
 * @param atMs - milliseconds UTC
 * @param offsetMinutes - minutes east of UTC at that instant: 120 for Berlin in summer, -480 for Los Angeles in winter
 */
export function quarterOf(atMs: number, offsetMinutes = 0): Quarter {
  const local = new Date(atMs + offsetMinutes * 60_000);
  return quarterNumber(local.getUTCFullYear(), Math.floor(local.getUTCMonth() / 3));
}

/**
 * First millisecond of a quarter, UTC. A quarter is `[start, end)`: its end is the start of the next.
 *
 * @param offsetMinutes - minutes east of UTC that the zone has at that moment; 0 is UTC
 */
export function quarterStartMs(quarter: Quarter, offsetMinutes = 0): number {
  const { year, index } = partsOf(quarter);
  return startOfMonthMs(year, index * 3) - offsetMinutes * 60_000;
}

/** First millisecond after a quarter, UTC. `offsetMinutes` as the zone has it at that moment. */
export const quarterEndMs = (quarter: Quarter, offsetMinutes = 0): number =>
  quarterStartMs(nextQuarter(quarter), offsetMinutes);

/** The quarter after this one. */
export const nextQuarter = (quarter: Quarter): Quarter => shifted(quarter, 1);

/** The quarter before this one. */
export const previousQuarter = (quarter: Quarter): Quarter => shifted(quarter, -1);

function shifted(quarter: Quarter, by: 1 | -1): Quarter {
  const { year, index } = partsOf(quarter);
  const count = year * 4 + index + by;
  return quarterNumber(Math.floor(count / 4), count % 4);
}

function quarterNumber(year: number, index: number): Quarter {
  return parseQuarter(`${String(year).padStart(4, '0')}Q${index + 1}`);
}

function partsOf(quarter: Quarter): { year: number; index: number } {
  const [year, number] = quarter.split('Q');
  return { year: Number(year), index: Number(number) - 1 };
}

/** Not `Date.UTC`, which reads the years 0 to 99 as 1900 to 1999. */
const startOfMonthMs = (year: number, month: number): number => new Date(0).setUTCFullYear(year, month, 1);

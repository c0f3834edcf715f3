import { cutTo, padTo, wrapTo } from './paint.ts';
import type { Paint } from './paint.ts';

/** One line of something under way; `warning` is done, with something that a person should know. */
export interface ProgressRow {
  /** The same row has the same key in every picture. */
  readonly key: string;
  readonly title: string;
  readonly state: 'planned' | 'running' | 'waiting' | 'done' | 'warning' | 'failed' | 'skipped';
  readonly note?: string;
}

export interface ProgressSize {
  readonly columns: number;
  /** What does not fit is left out: first finished rows from the top, then planned ones from the bottom. */
  readonly rows: number;
  readonly paint: Paint;
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * One line per row, each at most as wide as the terminal; what a person must read whole (a question, a warning) is wrapped.
 *
 * @param tick - counts up; turns the spinner
 */
export function progressLines(rows: readonly ProgressRow[], tick: number, size: ProgressSize): readonly string[] {
  const titleColumns = Math.min(40, Math.max(...rows.map(({ title }) => title.length), 10));
  const lines = rows.flatMap((row) => rowLines(row, tick, titleColumns, size));
  const spare = lines.length - Math.max(3, size.rows);
  if (spare <= 0) return lines;
  const finished = rows.findIndex(({ state }) => state !== 'done' && state !== 'skipped');
  const hiddenAbove = Math.min(spare + 1, finished === -1 ? rows.length : finished);
  const shown =
    hiddenAbove > 1 ? [size.paint.dim(`  … ${hiddenAbove} steps done`), ...lines.slice(hiddenAbove)] : lines;
  const room = Math.max(3, size.rows);
  return shown.length <= room
    ? shown
    : [...shown.slice(0, room - 1), size.paint.dim(`  … and ${shown.length - room + 1} more`)];
}

/** A row for a log or a pipe: written once, when it changes its state. */
export function progressLogLine({ state, title, note }: ProgressRow): string {
  const words = {
    planned: 'later',
    running: 'begins',
    waiting: 'waits',
    done: 'done',
    warning: 'done, but',
    failed: 'FAILED',
    skipped: 'not run',
  };
  return `${padTo(words[state], 8)} ${title}${note === undefined || note === '' || state === 'running' ? '' : `  ${note}`}`;
}

function rowLines(row: ProgressRow, tick: number, titleColumns: number, size: ProgressSize): readonly string[] {
  const { columns, paint } = size;
  const note = row.note ?? '';
  // An address that is cut off cannot be clicked.
  const wrapped = (): readonly string[] => wrapTo(note, columns - 7).map((line) => `      ${line}`);
  if (row.state === 'waiting')
    return [`  ${paint.warn('▶')} ${paint.bold(cutTo(row.title, columns - 5))}`, ...(note === '' ? [] : wrapped())];
  if (row.state === 'warning')
    return [`  ${paint.warn('!')} ${cutTo(row.title, columns - 5)}`, ...(note === '' ? [] : wrapped())];
  return [rowLine({ ...row, state: row.state }, tick, titleColumns, size)];
}

function rowLine(
  row: ProgressRow & { readonly state: Exclude<ProgressRow['state'], 'waiting' | 'warning'> },
  tick: number,
  titleColumns: number,
  { columns, paint }: ProgressSize,
): string {
  const note = row.note === undefined || row.note === '' ? '' : `  ${row.note}`;
  const text = cutTo(`${padTo(cutTo(row.title, titleColumns), titleColumns)}${note}`, columns - 5);
  switch (row.state) {
    case 'planned':
      return paint.dim(`  · ${text}`);
    case 'running':
      return `  ${spinner[tick % spinner.length] ?? '·'} ${text}`;
    case 'done':
      return `  ${paint.good('✔')} ${text}`;
    case 'failed':
      return `  ${paint.bad('✖')} ${text}`;
    case 'skipped':
      return paint.dim(`  – ${text}`);
  }
}

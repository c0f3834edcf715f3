import { ansiPaint, noPaint } from '../../views/terminal/paint.ts';
import type { Paint } from '../../views/terminal/paint.ts';

/** Where a command reads and writes; made once per process, and by tests from buffers. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** A person looks at it: lines may be redrawn. */
  readonly isInteractive: boolean;
  readonly columns: () => number;
  readonly rows: () => number;
  readonly paint: Paint;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** The terminal of this process. NO_COLOR and pipes switch colours off, FORCE_COLOR switches them on. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const isInteractive = stdout.isTTY === true && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
  const colours = (env['NO_COLOR'] ?? '') === '' && (isInteractive || (env['FORCE_COLOR'] ?? '') !== '');
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    isInteractive,
    // A terminal that does not know its size says 0. Behind `| less` there is one all the same, at stderr.
    columns: () => stdout.columns || stderr.columns || 100,
    rows: () => stdout.rows || 40,
    paint: colours ? ansiPaint : noPaint,
    env,
    cwd: process.cwd(),
  };
}

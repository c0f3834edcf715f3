import type { ProgressRow } from '../../views/terminal/progress-rows.ts';
import { progressLines, progressLogLine } from '../../views/terminal/progress-rows.ts';
import type { Terminal } from './terminal.ts';

/** Shows rows while they change: redrawn in place in a terminal, one line per change of state elsewhere. */
export interface LiveBoard {
  /** Leaves the last picture there. */
  end(): void;
}

/**
 * @param rows - asked again ten times a second, so that elapsed times move
 * @param write - where lines go; default stdout
 */
export function startLiveBoard(
  terminal: Terminal,
  rows: () => readonly ProgressRow[],
  write: (text: string) => void = terminal.out,
): LiveBoard {
  return terminal.isInteractive ? redrawn(terminal, rows) : logged(rows, write);
}

function redrawn(terminal: Terminal, rows: () => readonly ProgressRow[]): LiveBoard {
  let drawn = 0;
  let tick = 0;
  const draw = (last: boolean): void => {
    const size = {
      columns: terminal.columns(),
      rows: last ? Number.MAX_SAFE_INTEGER : terminal.rows() - 2,
      paint: terminal.paint,
    };
    const lines = progressLines(rows(), tick, size);
    // Up to the first line of the last picture, then each line cleared as it is written.
    const up = drawn === 0 ? '' : `\u001B[${drawn}A`;
    process.stdout.write(`${up}${lines.map((line) => `\u001B[2K${line}\n`).join('')}\u001B[0J`);
    drawn = lines.length;
    tick += 1;
  };
  draw(false);
  const timer = setInterval(() => draw(false), 100);
  return {
    end: () => {
      clearInterval(timer);
      draw(true);
    },
  };
}

function logged(rows: () => readonly ProgressRow[], write: (text: string) => void): LiveBoard {
  const seen = new Map<string, ProgressRow['state']>();
  const look = (): void => {
    for (const row of rows()) {
      const before = seen.get(row.key);
      seen.set(row.key, row.state);
      if (row.state !== before && row.state !== 'planned' && row.state !== 'skipped') write(progressLogLine(row));
    }
  };
  look();
  const timer = setInterval(look, 200);
  return {
    end: () => {
      clearInterval(timer);
      look();
    },
  };
}

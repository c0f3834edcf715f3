import { targets } from './installation.ts';
import type { KillResult } from './campaign.ts';
import { violationKinds } from './invariants/witness.ts';
import type { Violation } from './invariants/witness.ts';
import { pointText } from './points.ts';

/** One kill in one line. */
export function killLine({ number, target, subject, point, reached, verdict, tookMs, violations }: KillResult): string {
  const columns = [
    `#${number}`.padEnd(5),
    target.padEnd(9),
    `${pointText(point)}${reached ? '' : ' (not reached: killed at the end)'}`.padEnd(46),
    subject.padEnd(40),
    verdict.padEnd(9),
    `${(tookMs / 1000).toFixed(1)} s`.padStart(7),
    violations.length === 0 ? 'ok' : 'VIOLATED',
  ];
  return [columns.join(' '), ...violations.map(violationLine)].join('\n');
}

export const violationLine = ({ runId, kind, what }: Violation): string => `      ${kind}: ${what} (${runId})`;

/** The campaign as a table: kills done by what was killed, runs, and what was violated. */
export function campaignTable(results: readonly KillResult[], afterwards: readonly Violation[]): string {
  const head = ['killed', 'kills', 'at their moment', 'runs', ...violationKinds];
  const rowOf = (name: string, some: readonly KillResult[], more: readonly Violation[]): string[] => {
    const all = [...some.flatMap(({ violations }) => violations), ...more];
    const counts = violationKinds.map((kind) => String(all.filter((violation) => violation.kind === kind).length));
    const punctual = some.filter(({ reached }) => reached).length;
    return [
      name,
      String(some.length),
      String(punctual),
      String(new Set(some.map(({ runId }) => runId)).size),
      ...counts,
    ];
  };
  const rows = [
    ...targets.map((target) =>
      rowOf(
        target,
        results.filter((result) => result.target === target),
        [],
      ),
    ),
    rowOf('all', results, afterwards),
  ];
  const widths = head.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ');
  return [line(head), ...rows.map(line)].join('\n');
}

/** How many of the moments that runs have were met: by kills of the worker, which does the work, and by any. */
export function momentsLine(results: readonly KillResult[], moments: readonly string[]): string {
  const met = (some: readonly KillResult[]): number => {
    const texts = new Set(some.filter(({ reached }) => reached).map(({ point }) => pointText(point)));
    return moments.filter((moment) => texts.has(moment)).length;
  };
  const ofWorker = results.filter(({ target }) => target === 'worker');
  return `${moments.length} moments that unharmed runs have; the worker was killed at ${met(ofWorker)} of them, something at ${met(results)}`;
}

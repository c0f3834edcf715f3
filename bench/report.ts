import { cpus, loadavg, totalmem } from 'node:os';
import { toolVersion } from '../client/tool-version.ts';
import { meets } from './measure.ts';
import type { Figure } from './measure.ts';

/** The figures of one measure, and how long it took to get them. */
export interface Measured {
  readonly measure: string;
  readonly what: string;
  readonly tookMs: number;
  readonly figures: readonly Figure[];
  /** Why there are none. */
  readonly failed?: string;
}

/** For machines: what was measured, on what, with which version. */
export function reportOf(measured: readonly Measured[]): object {
  return {
    version: toolVersion,
    at: new Date().toISOString(),
    simulated: true,
    machine: {
      cpus: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      memoryGb: Math.round(totalmem() / 2 ** 30),
      load1: loadavg()[0],
      node: process.version,
    },
    measures: measured.map((one) => ({
      ...one,
      figures: one.figures.map((figure) => ({ ...figure, met: meets(figure) ?? null })),
    })),
  };
}

/** For people: a line per figure, with its goal and whether it is met. */
export function tableOf(measured: readonly Measured[]): string {
  const rows = measured.flatMap(({ measure, figures, failed }) =>
    failed === undefined
      ? figures.map((figure) => [
          measure,
          figure.name,
          `${numberText(figure.value)} ${figure.unit}`,
          goalText(figure),
          verdictText(figure),
          figure.note ?? '',
        ])
      : [[measure, 'FAILED', '', '', '', failed]],
  );
  const all = [['measure', 'figure', 'value', 'goal', '', 'note'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

const numberText = (value: number): string => {
  if (!Number.isFinite(value)) return 'none';
  if (value !== 0 && Math.abs(value) < 10) return value.toFixed(Math.abs(value) < 2 ? 3 : 2);
  return value.toFixed(Math.abs(value) < 100 ? 1 : 0);
};

function goalText({ goal }: Figure): string {
  if (goal === undefined) return '';
  if ('atMost' in goal) return `≤ ${numberText(goal.atMost)}`;
  if ('atLeast' in goal) return `≥ ${numberText(goal.atLeast)}`;
  return `< ${numberText(goal.below)}`;
}

function verdictText(figure: Figure): string {
  const met = meets(figure);
  if (met === undefined) return '';
  return met ? 'met' : 'MISSED';
}

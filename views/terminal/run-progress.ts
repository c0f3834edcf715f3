import { formatDurationMs } from '../../domain/duration-text.ts';
import type { RunProjection, StepView } from '../../domain/run-projection.ts';
import { openGateOf } from '../../domain/run-projection.ts';
import type { ProgressRow } from './progress-rows.ts';

/** What is known beside the run itself. */
export interface ProgressContext {
  /** Said beside an open gate: `press Approve in Slack: http://…` */
  readonly howToDecide?: string;
  /** How long each step usually takes, by its name, milliseconds; said beside the one under way. */
  readonly usualMs?: ReadonlyMap<string, number>;
}

/**
 * A run as rows, one per step, in the order in which they happen; an open gate is a row of its own, after what has begun.
 */
export function runProgress(
  run: RunProjection,
  nowMs: number,
  { howToDecide, usualMs }: ProgressContext = {},
): readonly ProgressRow[] {
  const rows: ProgressRow[] = [];
  const gate = openGateOf(run);
  const begun = run.steps.filter(({ status }) => status !== 'planned' && status !== 'not-run');
  const rest = run.steps.filter(({ status }) => status === 'planned' || status === 'not-run');
  rows.push(...begun.map((step, index) => stepRow(step, index, tookMs(step, nowMs, begun[index - 1]), usualMs)));
  if (gate !== undefined) {
    rows.push({
      key: `gate:${gate.gateId}:${gate.round}`,
      state: 'waiting',
      title: gate.preview.question,
      note: `waiting for a person for ${formatDurationMs(nowMs - gate.openedAtMs)}${howToDecide === undefined ? '' : `: ${howToDecide}`}`,
    });
  }
  rows.push(...rest.map((step, index) => stepRow(step, begun.length + index)));
  return rows;
}

/**
 * How long each step usually takes: the median over the runs in which it was done, milliseconds by its name.
 *
 * @param recent - the steps of each of the last runs
 */
export function usualStepsMs(recent: readonly (readonly StepView[])[]): ReadonlyMap<string, number> {
  const all = new Map<string, number[]>();
  for (const steps of recent) {
    for (const [index, step] of steps.entries()) {
      const took = step.status === 'done' ? tookMs(step, undefined, steps[index - 1]) : undefined;
      if (took !== undefined) all.set(step.name, [...(all.get(step.name) ?? []), took]);
    }
  }
  return new Map(
    [...all].map(([name, times]) => [name, times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0]),
  );
}

/** @param nowMs - counts as the end of a step that has none yet */
function tookMs(step: StepView, nowMs: number | undefined, before?: StepView): number | undefined {
  // A step of several attempts began long before the attempt that answered: with the end of the step before it.
  const beganMs =
    step.attempts > 1 ? Math.min(before?.endedAtMs ?? Infinity, step.startedAtMs ?? Infinity) : step.startedAtMs;
  const endedMs = step.endedAtMs ?? nowMs;
  if (beganMs === undefined || beganMs === Infinity || endedMs === undefined) return undefined;
  return Math.max(0, endedMs - beganMs);
}

function stepRow(step: StepView, index: number, took?: number, usualMs?: ProgressContext['usualMs']): ProgressRow {
  const row = { key: `${index}:${step.name}`, title: step.name };
  const usual = step.status === 'running' ? usualMs?.get(step.name) : undefined;
  const time =
    took === undefined
      ? ''
      : `${formatDurationMs(took)}${usual === undefined || usual < 1000 ? '' : ` of about ${formatDurationMs(usual)}`}`;
  const attempts = step.attempts > 1 ? `${step.attempts} attempts` : '';
  const note = [time, step.error?.what ?? step.summary ?? '', attempts].filter((part) => part !== '').join(' · ');
  switch (step.status) {
    case 'planned':
      return { ...row, state: 'planned' };
    case 'running':
      return { ...row, state: 'running', note };
    case 'done':
      return { ...row, state: 'done', note };
    case 'failed':
    case 'cancelled':
      return { ...row, state: 'failed', note };
    case 'not-run':
      return { ...row, state: 'skipped' };
  }
}

import { formatDurationMs } from '../../domain/duration-text.ts';
import type { RunProjection, StepView } from '../../domain/run-projection.ts';
import { openGateOf } from '../../domain/run-projection.ts';
import type { ProgressRow } from './progress-rows.ts';

/**
 * A run as rows, one per step, in the order in which they happen; an open gate is a row of its own, after what has begun.
 *
 * @param howToDecide - said beside an open gate: `press Approve in Slack: http://…`
 */
export function runProgress(run: RunProjection, nowMs: number, howToDecide?: string): readonly ProgressRow[] {
  const rows: ProgressRow[] = [];
  const gate = openGateOf(run);
  const begun = run.steps.filter(({ status }) => status !== 'planned' && status !== 'not-run');
  const rest = run.steps.filter(({ status }) => status === 'planned' || status === 'not-run');
  rows.push(...begun.map((step, index) => stepRow(step, index, nowMs, begun[index - 1])));
  if (gate !== undefined) {
    rows.push({
      key: `gate:${gate.gateId}:${gate.round}`,
      state: 'waiting',
      title: gate.preview.question,
      note: `waiting for a person for ${formatDurationMs(nowMs - gate.openedAtMs)}${howToDecide === undefined ? '' : `: ${howToDecide}`}`,
    });
  }
  rows.push(...rest.map((step, index) => stepRow(step, begun.length + index, nowMs)));
  return rows;
}

function stepRow(step: StepView, index: number, nowMs: number, before?: StepView): ProgressRow {
  const row = { key: `${index}:${step.name}`, title: step.name };
  // A step of several attempts began long before the attempt that answered: with the end of the step before it.
  const beganMs =
    step.attempts > 1 ? Math.min(before?.endedAtMs ?? Infinity, step.startedAtMs ?? Infinity) : step.startedAtMs;
  const tookMs = beganMs === undefined || beganMs === Infinity ? undefined : (step.endedAtMs ?? nowMs) - beganMs;
  const took = tookMs === undefined ? '' : formatDurationMs(Math.max(0, tookMs));
  const attempts = step.attempts > 1 ? `${step.attempts} attempts` : '';
  const note = [took, step.error?.what ?? step.summary ?? '', attempts].filter((part) => part !== '').join(' · ');
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

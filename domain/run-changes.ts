import { FiredrillError } from './errors.ts';
import type { JournalEvent } from './journal-entry.ts';
import type { GateView, ResourceView, RunPhase, RunProjection, StepView } from './run-view.ts';

const phases: readonly RunPhase[] = [
  'preparing',
  'reviewing',
  'exercising',
  'restoring',
  'validating',
  'cleaning up',
  'recording',
  'done',
];

/** A run only goes forward: a late T4 does not take it back from cleaning up. */
export const phaseAtLeast = (run: RunProjection, phase: RunPhase): Pick<RunProjection, 'phase'> => ({
  phase: phases.indexOf(phase) > phases.indexOf(run.phase) ? phase : run.phase,
});

/** The step moves from the plan to the end of what has begun; a step that runs again is there again. */
export function stepStarted(steps: readonly StepView[], name: string, atMs: number): readonly StepView[] {
  const plan = steps.findIndex((step) => step.status === 'planned' && step.name === name);
  const rest = plan === -1 ? steps : steps.toSpliced(plan, 1);
  const begun = rest.filter((step) => step.status !== 'planned');
  const planned = rest.filter((step) => step.status === 'planned');
  return [...begun, { name, status: 'running', startedAtMs: atMs, attempts: 0, awsCalls: [] }, ...planned];
}

/** @throws FiredrillError `journal-order` when it had not begun */
export function stepEnded(
  steps: readonly StepView[],
  event: Extract<JournalEvent, { type: 'step-ended' }>,
  atMs: number,
): readonly StepView[] {
  const { type: _, step: name, outcome, startedAtMs, finishedAtMs, ...what } = event;
  const index = steps.findLastIndex((step) => step.status === 'running' && step.name === name);
  const running = steps[index];
  if (running === undefined) throw outOfOrder(`Step "${name}" ended without having begun.`);
  return steps.with(index, {
    ...running,
    ...what,
    status: outcome,
    startedAtMs: startedAtMs ?? running.startedAtMs ?? atMs,
    endedAtMs: finishedAtMs ?? atMs,
  });
}

export const withoutPlan = (step: StepView): StepView =>
  step.status === 'planned' ? { ...step, status: 'not-run' } : step;

export const resourceChanged = (
  run: RunProjection,
  name: string,
  change: Partial<ResourceView>,
): readonly ResourceView[] =>
  run.resources.map((resource) => (resource.name === name ? { ...resource, ...change } : resource));

export const gateChanged = (
  run: RunProjection,
  { gateId, round }: { gateId: string; round: number },
  change: (view: GateView) => Partial<GateView>,
): readonly GateView[] =>
  run.gates.map((view) =>
    view.gate.gateId === gateId && view.gate.round === round ? { ...view, ...change(view) } : view,
  );

/** A late click names a round that may be over: it belongs to what it met, the newest round. */
export function newestRoundChanged(
  run: RunProjection,
  gateId: string,
  change: (view: GateView) => Partial<GateView>,
): readonly GateView[] {
  const index = run.gates.findLastIndex((view) => view.gate.gateId === gateId);
  const newest = run.gates[index];
  return newest === undefined ? run.gates : run.gates.with(index, { ...newest, ...change(newest) });
}

/** The error of a journal that is no run's entries 1, 2, 3 … */
export const outOfOrder = (what: string): FiredrillError =>
  new FiredrillError({
    code: 'journal-order',
    kind: 'bug',
    what,
    means: 'The journal is not complete or not in order, so the run cannot be shown from it.',
    next: 'Read the entries of one execution by ascending number, from 1; if one is missing in the store, check its chain with: firedrill evidence verify',
  });

import type { AuthenticDecision, OpenGate } from './gate.ts';
import { breakFacts } from './journal-break.ts';
import { foldIncident } from './incident-view.ts';
import type { JournalBody, JournalEvent } from './journal-entry.ts';
import type { PauseView, ResourceView, RunProjection, StepView } from './run-view.ts';
import { isExerciseEvent } from './exercise-events.ts';
import { foldExercise, noExercise } from './exercise-view.ts';
import { isReviewEvent } from './review-events.ts';
import { foldReview, noReview } from './review-view.ts';
import type { Verdict } from './verdict.ts';
import {
  gateChanged,
  newestRoundChanged,
  outOfOrder,
  phaseAtLeast,
  resourceChanged,
  stepEnded,
  stepStarted,
  withoutPlan,
} from './run-changes.ts';

export type * from './run-view.ts';

/**
 * A run as views show it, from its whole journal.
 *
 * @throws FiredrillError `journal-order` when there is no entry, or they are not the run's entries 1, 2, 3 …
 */
export function projectRun(bodies: readonly JournalBody[]): RunProjection {
  const projection = bodies.reduce<RunProjection | undefined>((so, body) => foldEvent(so, body), undefined);
  if (projection === undefined) throw outOfOrder('A run without journal entries was to be shown.');
  return projection;
}

/**
 * The projection with one entry more; entry 1 (`run-opened`) begins it. The same as folding the whole journal again, so
 * it may be kept as JSON between entries.
 *
 * @throws FiredrillError `journal-order` when the entry is not the next one of the same run and execution
 */
export function foldEvent(projection: RunProjection | undefined, body: JournalBody): RunProjection {
  if (projection === undefined) return opened(body);
  if (
    body.runId !== projection.runId ||
    body.executionId !== projection.executionId ||
    body.number !== projection.number + 1
  ) {
    throw outOfOrder(
      `Entry ${body.number} of ${body.runId} (${body.executionId}) does not follow entry ${projection.number} of ${projection.runId} (${projection.executionId}).`,
    );
  }
  const next = { ...projection, ...changeBy(body.event, projection, body.atMs), number: body.number, atMs: body.atMs };
  return { ...next, state: stateOf(next) };
}

/** The gate that people are asked about now. */
export const openGateOf = (projection: Pick<RunProjection, 'gates'>): OpenGate | undefined =>
  projection.gates.find((view) => view.status === 'open')?.gate;

/** The pause that holds the run now; a run that is judged is held by nothing. */
export const pauseOf = (run: Pick<RunProjection, 'pauses' | 'judged'>): PauseView | undefined =>
  run.judged === undefined ? run.pauses?.find((pause) => pause.resumedAtMs === undefined) : undefined;

function stateOf(run: RunProjection): RunProjection['state'] {
  if (openGateOf(run) !== undefined) return 'waiting for approval';
  return pauseOf(run) === undefined ? run.phase : 'paused';
}

/** The run's verdict; absent while it goes on. */
export const verdictOf = (projection: RunProjection): Verdict | undefined => projection.judged?.verdict;

/** The newest step that runs. */
export const currentStepOf = (projection: RunProjection): StepView | undefined =>
  projection.steps.findLast((step) => step.status === 'running');

/** What the run made, or may have made, that is not proved gone. */
export const notGone = (projection: RunProjection): readonly ResourceView[] =>
  projection.resources.filter((resource) => resource.state !== 'gone');

/** One approval that counted, and was not withdrawn. */
export interface Approval {
  readonly gateId: string;
  readonly personId: string;
  readonly personName: string;
  readonly roles: readonly string[];
  readonly via: string;
  readonly clickedAtMs: number;
  /** From the gate's opening to the click. */
  readonly afterMs: number;
  readonly countsInRto: boolean;
}

/** Who approved what, in the order in which it counted. */
export const approvalsOf = (projection: RunProjection): readonly Approval[] =>
  projection.gates.flatMap(({ gate, decisions }) =>
    decisions
      .filter(({ answer }) => answer.outcome === 'accepted')
      .filter(
        ({ decision }, index, counted) =>
          decision.choice === 'approve' &&
          !counted.slice(index).some(({ decision: later }) => isWithdrawalBy(decision.personId, later)),
      )
      .map(({ decision }) => ({
        gateId: gate.gateId,
        personId: decision.personId,
        personName: decision.personName,
        roles: decision.roles,
        via: decision.via,
        clickedAtMs: decision.clickedAtMs,
        afterMs: Math.max(0, decision.clickedAtMs - gate.openedAtMs),
        countsInRto: gate.kind === 'decision',
      })),
  );

const isWithdrawalBy = (personId: string, { choice, personId: by }: AuthenticDecision): boolean =>
  choice === 'withdraw' && by === personId;

function opened(body: JournalBody): RunProjection {
  const { event, runId, executionId, number, atMs } = body;
  if (event.type !== 'run-opened' || number !== 1) {
    throw outOfOrder(`The journal of ${runId} begins with entry ${number}, "${event.type}", and not with its opening.`);
  }
  const { type: _, stepsPlanned, ...identity } = event;
  return {
    ...identity,
    runId,
    executionId,
    number,
    atMs,
    openedAtMs: atMs,
    state: 'preparing',
    phase: 'preparing',
    steps: stepsPlanned.map((name) => ({ name, status: 'planned', attempts: 0, awsCalls: [] })),
    ledger: {},
    waitingForPeopleMs: 0,
    gates: [],
    waivedGates: [],
    unauthenticDecisions: [],
    preflight: [],
    resources: [],
    checks: [],
    aborts: [],
    problems: [],
    findings: [],
  };
}

/** What an event changes; a new kind of event stops the build here until somebody decides. */
function changeBy(event: JournalEvent, run: RunProjection, atMs: number): Partial<RunProjection> {
  if (isReviewEvent(event)) {
    const review = foldReview(run.review ?? noReview, event, atMs);
    return { review, ...(event.type === 'review-asked' ? phaseAtLeast(run, 'reviewing') : {}) };
  }
  if (isExerciseEvent(event)) {
    const exercise = foldExercise(run.exercise ?? noExercise, event, atMs);
    return { exercise, ...(event.type === 'exercise-begun' ? phaseAtLeast(run, 'exercising') : {}) };
  }
  switch (event.type) {
    case 'run-opened':
      throw outOfOrder(`The journal of ${run.runId} opens the run twice.`);
    case 'step-started':
      return { steps: stepStarted(run.steps, event.step, atMs) };
    case 'step-ended':
      return { steps: stepEnded(run.steps, event, atMs) };
    case 'moment-recorded':
      return {
        ledger: { ...run.ledger, [event.key]: event.moment },
        ...(event.key === 'T4' ? phaseAtLeast(run, 'validating') : {}),
      };
    case 'preflight-checked':
      return { preflight: [...run.preflight, ...event.results] };
    case 'previewed':
      return { preview: event.preview };
    case 'recovery-point-chosen': {
      const { type: _, ...recoveryPoint } = event;
      return { recoveryPoint };
    }
    case 'creation-intended': {
      const { type: _, ...intended } = event;
      return { resources: [...run.resources, { ...intended, state: 'intended' }], ...phaseAtLeast(run, 'restoring') };
    }
    case 'resource-created':
      return {
        resources: resourceChanged(run, event.name, { state: 'created', arn: event.arn, adopted: event.adopted }),
      };
    case 'cleanup-started':
      return phaseAtLeast(run, 'cleaning up');
    case 'resource-gone':
      return {
        resources: resourceChanged(run, event.name, { state: 'gone', detail: event.proof }),
        ...phaseAtLeast(run, 'cleaning up'),
      };
    case 'leftover-found':
      return {
        resources: resourceChanged(run, event.name, { state: 'leftover', detail: event.detail }),
        ...phaseAtLeast(run, 'cleaning up'),
      };
    case 'gate-opened':
      return {
        gates: [...run.gates, { gate: event.gate, status: 'open', decisions: [], remindedAtMs: [], escalations: [] }],
      };
    case 'gate-waived':
      return { waivedGates: [...run.waivedGates, { gateId: event.gateId, reason: event.reason }] };
    case 'gate-reminded':
      return { gates: gateChanged(run, event, (view) => ({ remindedAtMs: [...view.remindedAtMs, atMs] })) };
    case 'gate-escalated': {
      const { step, roles } = event;
      return {
        gates: gateChanged(run, event, (view) => ({ escalations: [...view.escalations, { atMs, step, roles }] })),
      };
    }
    case 'gate-reassigned': {
      const { role, left, standIn } = event;
      return {
        gates: gateChanged(run, event, (view) => ({
          reassigned: [...(view.reassigned ?? []), { atMs, role, left, standIn }],
        })),
      };
    }
    case 'decision-received': {
      const { decision, answer } = event;
      return {
        gates: newestRoundChanged(run, event.gateId, (view) => ({
          decisions: [...view.decisions, { decision, answer }],
        })),
      };
    }
    case 'decision-unauthentic': {
      const { type: _, ...attempt } = event;
      return { unauthenticDecisions: [...run.unauthenticDecisions, { ...attempt, atMs }] };
    }
    case 'gate-closed': {
      const { outcome: status, waitedMs, countsInRto } = event;
      return {
        gates: gateChanged(run, event, () => ({ status, waitedMs, countsInRto, closedAtMs: atMs })),
        waitingForPeopleMs: run.waitingForPeopleMs + (countsInRto ? waitedMs : 0),
      };
    }
    case 'check-finished':
      return { checks: [...run.checks, event.result] };
    case 'sentinel-read': {
      const { type: _, ...sentinel } = event;
      return { sentinel };
    }
    case 'settings-compared':
      return { differences: event.differences };
    case 'hot-queries-measured':
      return { hotQueries: { usable: event.usable, curve: event.curve } };
    case 'act-refused': {
      const { actId, kind, personId: person, code } = event;
      return { refusedActs: [...(run.refusedActs ?? []), { actId, kind, person, code, atMs }] };
    }
    case 'act-unauthentic': {
      const { actId, claimedPerson: person, code } = event;
      return { refusedActs: [...(run.refusedActs ?? []), { actId, person, code, atMs }] };
    }
    case 'abort-requested':
      return { aborts: [...run.aborts, { by: event.by, reason: event.reason, via: event.via, atMs }] };
    case 'incident-declared':
    case 'incident-time-corrected':
    case 'command-handed-over':
    case 'incident-over':
      return foldIncident(run.incident, event, atMs);
    case 'run-paused': {
      const { by, reason, via } = event;
      return { pauses: [...(run.pauses ?? []), { by, reason, via, atMs }] };
    }
    case 'run-resumed':
      return {
        pauses: (run.pauses ?? []).map((pause) =>
          pause.resumedAtMs === undefined ? { ...pause, resumedBy: event.by, resumedAtMs: atMs } : pause,
        ),
      };
    case 'drills-halted':
      return { halted: event.reason };
    case 'problem':
      return { problems: [...run.problems, { where: event.where, error: event.error, atMs }] };
    case 'journal-resent':
      return { problems: [...run.problems, { where: 'recording', error: breakFacts(event), atMs }] };
    case 'finding-raised':
      return { findings: [...run.findings, event.finding] };
    case 'verdict-reached':
      return {
        judged: event.judged,
        endedAtMs: atMs,
        steps: run.steps.map(withoutPlan),
        ...phaseAtLeast(run, 'recording'),
      };
    case 'sealed':
      return { sealed: { head: event.head, count: event.count }, ...phaseAtLeast(run, 'done') };
  }
}

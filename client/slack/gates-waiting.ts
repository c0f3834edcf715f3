import { fitsAny, seatsAt } from '../../domain/seats.ts';
import type { Role } from '../../domain/gate.ts';
import { answerableFor, progressOf } from '../../domain/review-view.ts';
import { rolesNow } from '../../catalog/people.ts';
import type { Catalog, Person } from '../../catalog/schema.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import type { GateView } from '../../domain/run-view.ts';
import { gatesWaitingMessage } from '../../views/slack/waiting.ts';
import type { WaitingGate, WaitingReview } from '../../views/slack/waiting.ts';
import type { Answer } from './answer.ts';
import type { SlackAppDeps } from './deps.ts';
import { identify, slackNow } from './identify.ts';

/** `/dr approve`: the questions that this person may answer now, with their buttons. @throws FiredrillError */
export async function gatesWaitingFor(deps: SlackAppDeps, userId: string): Promise<Answer> {
  const { catalog, person } = await identify(deps, userId, false, () => undefined);
  return gatesWaitingMessage(await waitingGates(deps, catalog, person));
}

/** Open gates in which this person could sit and has not decided. @throws FiredrillError when the store is away */
export async function waitingGates(
  deps: SlackAppDeps,
  catalog: Catalog,
  person: Person,
): Promise<readonly WaitingGate[]> {
  const runs = await deps.engine.openRuns();
  const nowMs = Date.now();
  const open = runs.flatMap((run) =>
    run.gates.filter(({ status }) => status === 'open').map((view) => ({ run, view })),
  );
  const mine = await Promise.all(
    open.map(async ({ run, view }) =>
      (await mayDecide(deps, catalog, person, run, view, nowMs)) ? [{ run, view }] : [],
    ),
  );
  return mine.flat().map(({ run, view }) => ({ run, gate: view.gate }));
}

/** Open reviews that this person is to answer: as DR champion, or because they were handed on. @throws FiredrillError when the store is away */
export async function waitingReviews(deps: SlackAppDeps, person: Person): Promise<readonly WaitingReview[]> {
  const runs = await deps.engine.openRuns();
  return runs.flatMap((run): WaitingReview[] => {
    const { review } = run;
    if (review?.asked === undefined || review.signing !== undefined || review.signedOff !== undefined) return [];
    if (answerableFor(review)?.personId !== person.id) return [];
    const { answered, toAnswer } = progressOf(review);
    return [{ run, answered, toAnswer, dueAtMs: review.asked.dueAtMs }];
  });
}

async function mayDecide(
  deps: SlackAppDeps,
  catalog: Catalog,
  person: Person,
  run: RunProjection,
  { gate, decisions }: GateView,
  nowMs: number,
): Promise<boolean> {
  const { policy, initiator, planChangedBy } = gate;
  if (policy.excludeInitiator && (person.id === initiator || person.id === planChangedBy)) return false;
  const last = decisions.findLast(
    ({ decision, answer }) => decision.personId === person.id && answer.outcome === 'accepted',
  );
  if (last !== undefined && last.decision.choice !== 'withdraw') return false;
  // A service that left the catalog meanwhile has nobody who could decide for it.
  if (!Object.hasOwn(catalog.services, run.service)) return false;
  const roles: readonly Role[] = await rolesNow(catalog, person, run.service, slackNow(deps));
  return fitsAny(seatsAt(gate, nowMs), { roles });
}

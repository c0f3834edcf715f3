import { holdersOf, rolesNow } from '../../catalog/people.ts';
import type { DutyTakenOver } from '../../catalog/people.ts';
import type { Catalog, Person } from '../../catalog/schema.ts';
import { exerciseDuties } from '../../domain/exercise-duties.ts';
import { secondWordOf } from '../../domain/finding-acts.ts';
import type { Role } from '../../domain/gate.ts';
import { answerableFor, progressOf } from '../../domain/review-view.ts';
import type { GateView, RunProjection } from '../../domain/run-view.ts';
import { fitsAny, seatsAt } from '../../domain/seats.ts';
import type { WaitingExercise } from '../../views/slack/exercise-waiting.ts';
import { gatesWaitingMessage } from '../../views/slack/waiting.ts';
import type { WaitingFinding, WaitingGate, WaitingReview } from '../../views/slack/waiting.ts';
import type { Answer } from './answer.ts';
import type { SlackAppDeps } from './deps.ts';
import { slackToShow } from './identify.ts';
import { whoApproves } from './who-looks.ts';

/** `/dr approve`: the questions that this person may answer now, with their buttons. @throws FiredrillError */
export async function gatesWaitingFor(deps: SlackAppDeps, userId: string): Promise<Answer> {
  const { catalog, person } = await whoApproves(deps, userId);
  return gatesWaitingMessage(await waitingGates(deps, catalog, person, await deps.engine.openRuns()));
}

/** Names of those who have left and whose duty for a service is this person's. */
export const insteadOf = (takenOver: readonly DutyTakenOver[], service: string): readonly string[] => [
  ...new Set(takenOver.filter((duty) => duty.service === service).map(({ left }) => left.name)),
];

/**
 * Open gates in which this person could sit and has not decided.
 *
 * @param takenOver - to say in whose place they are asked
 */
export async function waitingGates(
  deps: SlackAppDeps,
  catalog: Catalog,
  person: Person,
  runs: readonly RunProjection[],
  takenOver: readonly DutyTakenOver[] = [],
): Promise<readonly WaitingGate[]> {
  const nowMs = Date.now();
  const open = runs.flatMap((run) =>
    run.gates.filter(({ status }) => status === 'open').map((view) => ({ run, view })),
  );
  const mine = await Promise.all(
    open.map(async ({ run, view }) =>
      (await mayDecide(deps, catalog, person, run, view, nowMs)) ? [{ run, view }] : [],
    ),
  );
  return mine.flat().map(({ run, view: { gate } }) => {
    const asked = takenOver.filter(({ role }) => fitsAny(seatsAt(gate, nowMs), { roles: [role] }));
    return { run, gate, insteadOf: insteadOf(asked, run.service) };
  });
}

/**
 * Open reviews that this person is to answer: as DR champion, because they were handed on, or in the place of who has left, also
 * before the review itself has been told so.
 */
export const waitingReviews = (
  person: Person,
  runs: readonly RunProjection[],
  takenOver: readonly DutyTakenOver[],
): readonly WaitingReview[] =>
  runs.flatMap((run): WaitingReview[] => {
    const { review } = run;
    if (review?.asked === undefined || review.signing !== undefined || review.signedOff !== undefined) return [];
    const asks = answerableFor(review)?.personId;
    const gone = takenOver.filter(
      ({ service, role, left }) => service === run.service && role === 'dr-champion' && left.id === asks,
    );
    if (asks !== person.id && gone.length === 0) return [];
    const told = (review.reassigned ?? []).filter(({ standIn }) => standIn.personId === asks && asks === person.id);
    const names = [...gone.map(({ left }) => left.name), ...told.map(({ left }) => left.name)];
    const { answered, toAnswer } = progressOf(review);
    return [{ run, answered, toAnswer, dueAtMs: review.asked.dueAtMs, insteadOf: [...new Set(names)] }];
  });

/** Exercises under way that wait for something of this person. */
export const waitingExercises = (person: Person, runs: readonly RunProjection[]): readonly WaitingExercise[] =>
  runs.flatMap((run): WaitingExercise[] => {
    const duties = run.exercise === undefined ? [] : exerciseDuties(run.exercise, person.id);
    return duties.length === 0 ? [] : [{ run, title: run.exercise?.scenario?.title ?? '', duties }];
  });

/** Whose word is asked for as the second one; the same people whom the finding itself mentions. */
const secondVoices: Readonly<Record<WaitingFinding['word'], readonly Role[]>> = {
  attest: ['service-owner', 'dr-champion'],
  'accept-risk': ['service-owner', 'risk-and-compliance'],
};

/**
 * Findings that this person's word would close, or whose risk it would accept, after somebody else's. Whoever could say it, but is
 * not asked for it, is asked only where nobody else is.
 *
 * @throws FiredrillError when the store is away
 */
export async function waitingFindings(
  deps: SlackAppDeps,
  catalog: Catalog,
  person: Person,
): Promise<readonly WaitingFinding[]> {
  const views = await deps.engine.findingsToConfirm();
  const mine = await Promise.all(
    views.map(async (view): Promise<readonly WaitingFinding[]> => {
      const { service } = view.finding;
      // A service that left the catalog meanwhile has nobody who could speak for it.
      if (!Object.hasOwn(catalog.services, service)) return [];
      const roles = await rolesNow(catalog, person, service, slackToShow(deps));
      const word = secondWordOf(view, { personId: person.id, personName: person.name, roles }, Date.now());
      if (word === undefined) return [];
      const first = (word === 'attest' ? view.attestation : view.acceptanceAsked)?.by.personId;
      const asked = secondVoices[word];
      const others = holdersOf(catalog, asked, service).people.filter(({ id }) => id !== first);
      return others.length === 0 || roles.some((role) => asked.includes(role)) ? [{ view, word }] : [];
    }),
  );
  return mine.flat();
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
  const roles: readonly Role[] = await rolesNow(catalog, person, run.service, slackToShow(deps));
  return fitsAny(seatsAt(gate, nowMs), { roles });
}

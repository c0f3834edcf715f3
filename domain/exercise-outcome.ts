import type { Assessment, ExercisePerson, LastExercise, LoggedDecision } from './exercise.ts';
import type { ExerciseView } from './exercise-view.ts';
import { injectOf } from './exercise-view.ts';
import { expectedActions } from './scenario.ts';
import type { ExpectedAction } from './scenario.ts';

/** What an exercise came to: every number and every comparison that verdict, report and the next exercise are made of. */

/** A decision beside what the scenario expects; `open` where it expects nothing, or the room had options of its own. */
export interface ComparedDecision {
  readonly decision: LoggedDecision;
  readonly outcome: 'as-expected' | 'otherwise' | 'open';
  /** What a team that knows its runbook would have chosen. */
  readonly expected: readonly string[];
}

/** Every logged decision beside what the scenario expects. */
export const comparedDecisions = (view: Pick<ExerciseView, 'scenario' | 'decisions'>): readonly ComparedDecision[] =>
  view.decisions.map((decision) => {
    const inject = decision.injectId === undefined ? undefined : injectOf(view, decision.injectId);
    const options = inject?.options ?? [];
    const expected = options.filter((option) => option.expected).map(({ id }) => id);
    const isOurs = options.some(({ id }) => id === decision.choice);
    const outcome =
      expected.length === 0 || !isOurs ? 'open' : expected.includes(decision.choice) ? 'as-expected' : 'otherwise';
    return { decision, outcome, expected };
  });

/** An expected action of what was told, with what the facilitator says of it. */
export interface ComparedAction extends ExpectedAction {
  readonly outcome: Assessment | 'not-judged';
  readonly note?: string;
}

/** In the order of the story; those of events that were never told say nothing about the room. */
export const comparedActions = (
  view: Pick<ExerciseView, 'scenario' | 'told' | 'assessed'>,
): readonly ComparedAction[] =>
  expectedActions({ injects: view.scenario?.injects ?? [] })
    .filter(({ injectId }) => view.told.some((one) => one.injectId === injectId))
    .map((action) => {
      const said = Object.hasOwn(view.assessed, action.id) ? view.assessed[action.id] : undefined;
      return {
        ...action,
        outcome: said?.outcome ?? 'not-judged',
        ...(said?.note === undefined ? {} : { note: said.note }),
      };
    });

/** Whether a service gets credit: its owner or champion was there while the story was told. */
export interface ServiceCredit {
  readonly service: string;
  readonly name: string;
  readonly credited: boolean;
  /** Those of the two who took part. */
  readonly by: readonly ExercisePerson[];
  /** Whom it would have taken. */
  readonly needed: readonly ExercisePerson[];
}

/** Which services get credit: owner or champion was there while the story was told. */
export const creditsOf = (
  view: Pick<ExerciseView, 'scenario' | 'answerable' | 'attendance'>,
): readonly ServiceCredit[] =>
  (view.scenario?.services ?? []).map(({ id: service, name }) => {
    const answerable = view.answerable.find((one) => one.service === service);
    const pair = answerable === undefined ? [] : [answerable.owner, answerable.champion];
    const needed = pair.filter(
      ({ personId }, index) => pair.findIndex((other) => other.personId === personId) === index,
    );
    const by = needed.filter(({ personId }) =>
      view.attendance.some((one) => one.by.personId === personId && !one.late),
    );
    return { service, name, credited: by.length > 0, by, needed };
  });

/** An exercise of which less was told was held in name only: half of the scenario's events. */
export const enoughWasTold = (view: Pick<ExerciseView, 'scenario' | 'told'>): boolean =>
  view.told.length > 0 && view.told.length * 2 >= (view.scenario?.injects.length ?? 0);

/** This exercise as the next one remembers it; nothing for one that was never closed. */
export function rememberedExercise(
  runId: string,
  view: ExerciseView,
  tickets: readonly { readonly fingerprint: string; readonly key: string }[] = [],
): LastExercise | undefined {
  const { scenario, closed, recovered } = view;
  if (scenario === undefined || closed === undefined) return undefined;
  const decided = comparedDecisions(view);
  const judged = comparedActions(view);
  const count = (outcome: Assessment): number => judged.filter((one) => one.outcome === outcome).length;
  return {
    runId,
    scenario: scenario.name,
    title: scenario.title,
    closedAtMs: closed.atMs,
    people: view.attendance.length,
    told: view.told.length,
    decisions: decided.length,
    chosen: decided.filter(({ outcome }) => outcome !== 'open').length,
    asExpected: decided.filter(({ outcome }) => outcome === 'as-expected').length,
    actions: { done: count('done'), partly: count('partly'), missed: count('missed') },
    ...(recovered === undefined ? {} : { recoveredAfterMs: recovered.incidentMs }),
    gaps: view.gaps.map(({ fingerprint, title, ticket }) => {
      const key = ticket?.key ?? tickets.find((one) => one.fingerprint === fingerprint)?.key;
      return { fingerprint, title, ...(key === undefined ? {} : { ticket: key }) };
    }),
  };
}

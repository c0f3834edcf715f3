import { startTabletopExercise } from '../../client/runs/start-tabletop-exercise.ts';
import { policyForTests, scenarioForTests } from '../../domain/exercise-testing.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { tabletopExerciseRunbook } from '../../runbooks/tabletop-exercise/definition.ts';
import { exerciseDoId, exerciseFormId, exerciseOpenId } from '../../views/slack/exercise-actions.ts';
import type { ExerciseDoing, ExerciseForm } from '../../views/slack/exercise-actions.ts';
import { postCall, ticketCall, updateCall } from './calls.ts';
import type { Installation } from './installation.ts';
import { addService, channel } from './services.ts';
import { fill, press } from './slack-hands.ts';
import { persist, seenRun } from './subject.ts';
import type { State, Subject } from './subject.ts';

const serviceOf = (slot: string): string => `exercised-${slot}`;
const [hannah, jonas, priya] = ['U0HANNAH', 'U0JONAS', 'U0PRIYA'];

/** Two events by themselves, three seconds apart; the third when the facilitator wants it; the last never. */
const minutes = [0, 3 / 60, 600, 660];
const scenario = {
  ...scenarioForTests,
  injects: scenarioForTests.injects.map((inject, index) => ({ ...inject, minute: minutes[index] ?? 660 })),
};

type Attempt = (installation: Installation, runId: string) => Promise<void>;
const does =
  (user: string, doing: ExerciseDoing, about?: string): Attempt =>
  (installation, runId) =>
    press(installation.witness, {
      user,
      channel,
      runId,
      action: exerciseDoId(doing),
      ...(about === undefined ? {} : { about }),
    });
const fills =
  (user: string, form: ExerciseForm, values: Readonly<Record<string, string>>): Attempt =>
  (installation, runId) =>
    fill(installation.witness, { user, channel, runId, action: exerciseOpenId(form) }, exerciseFormId(form), () =>
      Object.fromEntries(Object.entries(values).map(([block, value]) => [block, { value }])),
    );
const nothing: Attempt = () => Promise.resolve();

/** What has to be so, and what somebody does until it is. */
const course: readonly (readonly [so: (exercise: ExerciseView) => boolean, attempt: Attempt])[] = [
  [({ holders }) => holders['facilitator'] !== undefined, does(hannah, 'lead')],
  [({ begun }) => begun !== undefined, does(hannah, 'begin')],
  [({ attendance }) => attendance.some(({ by }) => by.name === 'Jonas Weber'), does(jonas, 'attend')],
  [({ told }) => told.length >= 2, nothing],
  [
    ({ gaps }) => gaps.length > 0,
    fills(priya, 'raise-gap', { title: 'No phone list', found: 'We asked.', severity: 'high', ticket: 'now' }),
  ],
  [({ told }) => told.length >= 3, does(hannah, 'next', 'lost')],
  [({ hotWash }) => hotWash !== undefined, fills(hannah, 'end-early', { reason: 'It is noon.' })],
  [({ answers }) => answers.length > 0, fills(jonas, 'answer', { question: '1', text: 'The phone list.' })],
  [({ gaps }) => gaps.every(({ ticket }) => ticket !== undefined), nothing],
  [({ closed }) => closed !== undefined, does(hannah, 'close')],
];

async function hold(installation: Installation, runId: string, signal: AbortSignal): Promise<void> {
  for (const [so, attempt] of course)
    await persist(
      signal,
      async () => {
        const projection = (await seenRun(installation, runId))?.projection;
        if (projection?.judged !== undefined) return true;
        return projection?.exercise !== undefined && so(projection.exercise);
      },
      () => attempt(installation, runId),
      700,
    );
}

const state = (name: string, is: (exercise: ExerciseView) => boolean): State => ({
  name,
  is: ({ exercise }) => exercise?.scenario !== undefined && is(exercise),
});

/** How tabletop exercises go: held in Slack, with a gap that becomes a ticket. */
export const tabletopExerciseSubjects: readonly Subject[] = [
  {
    name: 'tabletop-exercise held',
    steps: tabletopExerciseRunbook.steps,
    catalog: (catalog, slots) => {
      for (const slot of slots) addService(catalog, serviceOf(slot));
    },
    start: async (installation, slot) => {
      const { runId } = await startTabletopExercise(installation.runs(), {
        scenario,
        services: [serviceOf(slot)],
        // However long a kill holds it up, the story goes on from where it stood.
        policy: { ...policyForTests, lateToleranceMs: 5000 },
        initiator: { personId: 'daniel-kim', name: 'Daniel Kim' },
        via: 'cli',
      });
      return runId;
    },
    act: hold,
    expected: { verdict: 'held', findings: ['tabletop:section-of-fire/no-phone-list'], copy: 'none' },
    states: [
      state('nobody leads the exercise', ({ begun }) => begun === undefined),
      state('the story is told', ({ told, hotWash }) => told.length > 0 && hotWash === undefined),
      state('a gap waits for its ticket', ({ gaps }) => gaps.some(({ ticket }) => ticket === undefined)),
      state('hot-wash open', ({ hotWash, closed }) => hotWash !== undefined && closed === undefined),
    ],
    calls: () => [postCall, updateCall, ticketCall],
  },
];

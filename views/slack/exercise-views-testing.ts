import { exerciseNotice } from '../../domain/exercise-notice.ts';
import type { ExerciseNotice, ExercisePost } from '../../domain/exercise-notice.ts';
import { comparedActions } from '../../domain/exercise-outcome.ts';
import type { ExerciseDuty } from '../../domain/exercise-duties.ts';
import { begunExercise, openedAtMs, plannedExercise, played } from '../../domain/exercise-testing.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import type { Inject } from '../../domain/scenario.ts';
import { exampleAddress } from '../example-notices.ts';
import { exerciseForms } from './exercise-actions.ts';
import type { ExerciseMemory } from './exercise-actions.ts';
import { assessForm, assessProblemForm, exerciseForm } from './exercise-forms.ts';
import { exerciseHolderLeftMessage } from './exercise-left.ts';
import { exerciseMessage, exercisePostMessage, exerciseReminderMessage } from './exercise-message.ts';

/** Every message and form of an exercise at its longest, for `every-view-testing.ts`. */

const plenty = 200;
const long = '“The <@U0ANNA> & <https://example.com/a|b> of 🟦 ” is not where it was documented to be. '.repeat(60);
const many = <T>(of: (index: number) => T, count = plenty): T[] =>
  Array.from({ length: count }, (_, index) => of(index));
const runId = `tabletop-exercise/${'n'.repeat(40)}/-/manual-20261122T181500Z-9f3a`;
const heading = { ...exampleAddress, runId, service: 'n'.repeat(40), resource: '-' };

/** As an exercise may come to be: long words everywhere, and 200 of everything. */
function grown(view: ExerciseView): ExerciseView {
  const { scenario } = view;
  if (scenario === undefined) return view;
  const [service] = scenario.services;
  const [there] = view.attendance;
  const [gap] = view.gaps;
  return {
    ...view,
    scenario: {
      ...scenario,
      title: long,
      situation: long,
      roles: many((index) => ({ role: `role-${'r'.repeat(60)}-${index}`, does: long })),
      hotWash: many(() => long),
      injects: scenario.injects.map((inject) => ({ ...inject, expect: many(() => long, 8) })),
      services: [
        service,
        ...many((index) => ({ ...service, id: `${'s'.repeat(36)}${index}`, name: long.slice(0, 80) }), 11),
      ],
    },
    ...(there === undefined ? {} : { attendance: many(() => there) }),
    ...(gap === undefined ? {} : { gaps: many((index) => ({ ...gap, id: `G${index + 1}`, title: long })) }),
  };
}

const raised = { kind: 'raise-gap', title: 'No key', found: 'None.', ticket: 'later' } as const;
const told = grown(played([['Jonas Weber', 31, raised]], begunExercise));
const views: readonly ExerciseView[] = [
  grown(plannedExercise),
  grown(begunExercise),
  told,
  grown(played([['Sofia Marques', 1, { kind: 'pause', reason: long.slice(0, 1500) }]], begunExercise)),
  grown(
    played(
      [
        ['Jonas Weber', 31, raised],
        ['Sofia Marques', 32, { kind: 'hot-wash' }],
      ],
      begunExercise,
    ),
  ),
];
const notices = views.flatMap((view): ExerciseNotice[] => {
  const notice = exerciseNotice(view, openedAtMs, false);
  return notice === undefined ? [] : [notice, { ...notice, unanswered: many(() => long) }];
});

const posts: readonly ExercisePost[] = [
  { what: 'note', text: long },
  { what: 'hot-wash', questions: many(() => long) },
  { what: 'improvised', title: long, from: long, text: long, incidentMs: 1 },
  {
    what: 'inject',
    injectId: 'i'.repeat(100),
    number: 200,
    of: 200,
    title: long,
    from: long,
    text: long,
    questions: many(() => long),
    options: many((index) => ({ id: `option-${'o'.repeat(90)}-${index}`, text: long, tradeOff: long })),
    incidentMs: 1,
    unavailable: long,
  },
];

const longInject: Inject = {
  id: 'i'.repeat(100),
  title: long,
  minute: 1,
  incidentMs: 1,
  from: long,
  text: long,
  questions: many(() => long),
  options: many((index) => ({ id: `option-${'o'.repeat(90)}-${index}`, text: long, tradeOff: long, expected: true })),
  expect: [],
  pitfalls: [],
  section: long,
};

const channel = 'C0JIRACLOUD';
const bare: ExerciseMemory = { ref: { run: runId }, channel, clickTs: '1.123456' };
const full: ExerciseMemory = {
  ...bare,
  ref: {
    run: runId,
    question: long.slice(0, 190),
    options: many((index) => `option-${index}`, 8),
    roles: many((index) => `role-${index}`, 12),
    services: many((index) => `service-${index}`, 12),
    gaps: many((index) => ({ id: `G${index}`, title: long.slice(0, 60) }), 12),
    questions: many(() => long.slice(0, 70), 12),
  },
};

/** Everything that an exercise can wait for, at once and at its longest. */
export const everyDuty: readonly ExerciseDuty[] = [
  { kind: 'attend', services: many(() => long) },
  { kind: 'take-role', free: many((index) => `role-${'r'.repeat(60)}-${index}`) },
  { kind: 'take-over', role: `role-${'r'.repeat(60)}`, from: { personId: 'p'.repeat(100), name: long } },
  { kind: 'begin' },
  { kind: 'resume' },
  { kind: 'decide', injects: [longInject, ...many(() => longInject)] },
  { kind: 'hot-wash' },
  { kind: 'answer', questions: many(() => long), left: plenty },
  { kind: 'settle-gaps', gaps: many((index) => ({ id: `G${index}`, title: long })) },
  { kind: 'close' },
];

export const exerciseViews: Readonly<Record<string, () => readonly unknown[]>> = {
  'exercise-message.ts exerciseMessage': () => notices.map((exercise) => exerciseMessage({ heading, exercise })),
  'exercise-message.ts exercisePostMessage': () => posts.map((post) => exercisePostMessage(heading, post)),
  'exercise-message.ts exerciseReminderMessage': () => [
    exerciseReminderMessage(
      heading,
      long,
      many((index) => `U0PERSON${index}`),
    ),
  ],
  'exercise-left.ts exerciseHolderLeftMessage': () =>
    (['gathering', 'story', 'paused', 'hot-wash', 'closed'] as const).flatMap((phase) =>
      [true, false].flatMap((back) =>
        [many((index) => ({ role: `role-${'r'.repeat(90)}-${index}` })), many(() => ({ role: long, by: long }))].map(
          (roles) =>
            exerciseHolderLeftMessage(
              heading,
              { person: { personId: 'p'.repeat(100), name: long }, back, phase, roles },
              many((index) => `U0PERSON${index}`),
            ),
        ),
      ),
    ),
  'exercise-forms.ts exerciseForm': () =>
    exerciseForms.flatMap((form) => [exerciseForm(form, bare), exerciseForm(form, full)]),
  'exercise-forms.ts assessForm': () => [assessForm(bare, comparedActions(told)), assessForm(bare, [])],
  'exercise-forms.ts assessProblemForm': () => [assessProblemForm(bare, long)],
};

export const exerciseParts: readonly string[] = [
  'exercise-actions.ts *',
  'exercise-buttons.ts *',
  'exercise-forms.ts optionLines',
];

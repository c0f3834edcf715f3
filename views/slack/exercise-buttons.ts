import type { ActionsBlock, Button, KnownBlock } from '@slack/types';
import type { ExerciseAct } from '../../domain/exercise-acts.ts';
import type { ExerciseDuty } from '../../domain/exercise-duties.ts';
import type { ExerciseNotice, ExercisePost } from '../../domain/exercise-notice.ts';
import { exerciseDoId, exerciseOpenId, formValue } from './exercise-actions.ts';
import type { ExerciseDoing, ExerciseForm, ExerciseFormRef } from './exercise-actions.ts';
import { button, clip, context } from './limits.ts';

/** What people can press now, for everybody and then for who leads; nothing once it is over. */
export function exerciseButtons(exercise: ExerciseNotice, runId: string): readonly KnownBlock[] {
  if (exercise.over) return [];
  return [
    { type: 'actions', block_id: 'exercise_all', elements: forEverybody(exercise, runId) },
    ...(exercise.phase === 'gathering' ? [] : [context('for the facilitator:')]),
    { type: 'actions', block_id: 'exercise_lead', elements: forWhoLeads(exercise, runId) },
  ];
}

const does = (doing: ExerciseDoing, label: string, run: string, act: ExerciseAct, style?: Button['style']): Button =>
  button({
    action: exerciseDoId(doing),
    label,
    value: JSON.stringify({ run, act }),
    ...(style === undefined ? {} : { style }),
  });

/** Takes a role over from somebody who has left, and from nobody else. */
export const takesOver = (run: string, role: string, leftId: string): Button =>
  does(
    'take-over',
    `Take over as ${clip(role, 50)}`,
    run,
    { kind: 'take-role', role, takeOver: true, from: leftId },
    role === 'facilitator' ? 'primary' : undefined,
  );

const opens = (form: ExerciseForm, label: string, ref: ExerciseFormRef): Button =>
  button({ action: exerciseOpenId(form), label, value: formValue(ref) });

function forEverybody(exercise: ExerciseNotice, run: string): Button[] {
  const { phase, roles, gaps, hotWash, serviceIds } = exercise;
  const unsettled = gaps.filter(({ state }) => state === 'open' || state === 'ticket-ordered');
  const talks = phase === 'story' || phase === 'paused';
  return [
    does('attend', 'I am here', run, { kind: 'attend' }, phase === 'gathering' ? 'primary' : undefined),
    opens('take-role', 'Take a role…', { run, roles: roles.map(({ role }) => role) }),
    ...(talks ? [opens('log-decision', 'Log a decision…', { run })] : []),
    opens('raise-gap', 'Raise a gap…', { run, services: [...serviceIds] }),
    ...(unsettled.length === 0
      ? []
      : [
          opens('settle-gap', 'Ticket or not…', {
            run,
            gaps: unsettled.map(({ id, title }) => ({ id, title: clip(title, 60) })),
          }),
        ]),
    ...(hotWash === undefined
      ? []
      : [opens('answer', 'Answer…', { run, questions: hotWash.map(({ question }) => clip(question, 70)) })]),
  ];
}

function forWhoLeads(exercise: ExerciseNotice, run: string): Button[] {
  const leader = exercise.roles.find(({ role }) => role === 'facilitator');
  const gone = leader?.leftId === undefined ? [] : [takesOver(run, leader.role, leader.leftId)];
  return [...gone, ...forFacilitator(exercise, run, leader?.holder !== undefined)];
}

function forFacilitator(
  { phase, next, told, skipped = 0, injects }: ExerciseNotice,
  run: string,
  leads: boolean,
): Button[] {
  switch (phase) {
    case 'gathering':
      return leads
        ? [does('begin', 'Begin', run, { kind: 'begin' }, 'primary')]
        : [does('lead', 'I lead it', run, { kind: 'take-role', role: 'facilitator' }, 'primary')];
    case 'story':
    case 'paused':
      return [
        ...(next === undefined
          ? [does('hot-wash', 'Hot-wash', run, { kind: 'hot-wash' }, 'primary')]
          : [
              does('next', 'Next event now', run, { kind: 'next', injectId: next.injectId }),
              opens('skip', 'Skip it…', { run, injectId: next.injectId, event: [told + skipped + 1, injects] }),
            ]),
        phase === 'story'
          ? does('pause', 'Pause', run, { kind: 'pause' })
          : does('resume', 'Resume', run, { kind: 'resume' }, 'primary'),
        opens('improvise', 'Improvise…', { run }),
        opens('recovered', 'Recovered…', { run }),
        ...(next === undefined ? [] : [opens('end-early', 'End the story…', { run })]),
        opens('assess', 'Judge actions…', { run }),
      ];
    case 'hot-wash':
    case 'closed':
      return [
        opens('assess', 'Judge actions…', { run }),
        does('close', 'Close the exercise', run, { kind: 'close' }, 'primary'),
      ];
  }
}

/** Below an event of the story: what the room does about it. */
export const injectButtons = (post: Extract<ExercisePost, { what: 'inject' }>, run: string): ActionsBlock => ({
  type: 'actions',
  block_id: 'exercise_inject',
  elements: [logsDecision(post, run), opens('raise-gap', 'Raise a gap…', { run })],
});

/** The same below an event that was improvised; its decision is one that the room took by itself. */
export const improvisedButtons = (title: string, run: string): ActionsBlock => ({
  type: 'actions',
  block_id: 'exercise_improvised',
  elements: [
    opens('log-decision', 'Log a decision…', { run, question: clip(title, 190) }),
    opens('raise-gap', 'Raise a gap…', { run }),
  ],
});

/** Longer ones are cut by Slack's menu. */
const optionTextMax = 70;

/** A form with the question and the options of an event in it. */
const logsDecision = (
  {
    injectId,
    questions,
    options,
  }: Pick<Extract<ExercisePost, { what: 'inject' }>, 'injectId' | 'questions' | 'options'>,
  run: string,
): Button =>
  opens('log-decision', 'Log a decision…', {
    run,
    injectId,
    ...(questions[0] === undefined ? {} : { question: clip(questions[0], 190) }),
    ...(options.length === 0
      ? {}
      : { options: options.map(({ id }) => id), optionTexts: options.map(({ text }) => clip(text, optionTextMax)) }),
  });

/** What somebody presses for what an exercise waits for them to do. */
export const dutyButtons = (duties: readonly ExerciseDuty[], run: string): readonly Button[] =>
  duties.map((duty) => {
    switch (duty.kind) {
      case 'attend':
        return does('attend', 'I am here', run, { kind: 'attend' }, 'primary');
      case 'take-role':
        return opens('take-role', 'Take a role…', { run, roles: [...duty.free] });
      case 'take-over':
        return takesOver(run, duty.role, duty.from.personId);
      case 'begin':
        return does('begin', 'Begin', run, { kind: 'begin' }, 'primary');
      case 'resume':
        return does('resume', 'Resume', run, { kind: 'resume' }, 'primary');
      case 'decide': {
        const [oldest] = duty.injects;
        return logsDecision({ ...oldest, injectId: oldest.id }, run);
      }
      case 'hot-wash':
        return does('hot-wash', 'Hot-wash', run, { kind: 'hot-wash' }, 'primary');
      case 'answer':
        return opens('answer', 'Answer…', { run, questions: duty.questions.map((question) => clip(question, 70)) });
      case 'settle-gaps':
        return opens('settle-gap', 'Ticket or not…', {
          run,
          gaps: duty.gaps.map(({ id, title }) => ({ id, title: clip(title, 60) })),
        });
      case 'close':
        return does('close', 'Close the exercise', run, { kind: 'close' }, 'primary');
    }
  });

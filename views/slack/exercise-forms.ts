import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import { assessments, gapSeverities } from '../../domain/exercise.ts';
import type { Assessment } from '../../domain/exercise.ts';
import { exerciseTextMax, optionsMax } from '../../domain/exercise-acts.ts';
import type { ComparedAction } from '../../domain/exercise-outcome.ts';
import { exerciseFormId } from './exercise-actions.ts';
import type { ExerciseForm, ExerciseMemory } from './exercise-actions.ts';
import { severityText } from './gap.ts';
import { escapeMrkdwn, plain, section, slackLimits } from './limits.ts';

/** Every field has one action of this name; its block says which field it is. */
export const fieldAction = 'value';

interface TextField {
  readonly optional?: true;
  readonly multiline?: true;
  readonly initial?: string;
  readonly max?: number;
  readonly hint?: string;
}

const text = (block: string, label: string, of: TextField = {}): InputBlock => ({
  type: 'input',
  block_id: block,
  label: plain(label, slackLimits.inputLabel),
  ...(of.optional === true ? { optional: true } : {}),
  ...(of.hint === undefined ? {} : { hint: plain(of.hint, slackLimits.inputLabel) }),
  element: {
    type: 'plain_text_input',
    action_id: fieldAction,
    max_length: of.max ?? (of.multiline === true ? exerciseTextMax.words : exerciseTextMax.line),
    ...(of.multiline === true ? { multiline: true } : {}),
    ...(of.initial === undefined || of.initial === '' ? {} : { initial_value: of.initial }),
  },
});

const option = (value: string, label = value): PlainTextOption => ({
  text: plain(label, slackLimits.buttonText),
  value: value.slice(0, 75),
});

/** @param initial - which one is chosen already */
const menu = (block: string, label: string, options: readonly PlainTextOption[], initial?: string): InputBlock => ({
  type: 'input',
  block_id: block,
  label: plain(label, slackLimits.inputLabel),
  element: {
    type: 'static_select',
    action_id: fieldAction,
    options: [...options],
    ...initialOf(options, initial),
  },
});

const initialOf = (options: readonly PlainTextOption[], initial: string | undefined) => {
  const chosen = options.find(({ value }) => value === initial);
  return chosen === undefined ? {} : { initial_option: chosen };
};

const titles: Readonly<Record<ExerciseForm, readonly [title: string, submit: string]>> = {
  'take-role': ['Take a role', 'Take it'],
  'log-decision': ['Log a decision', 'Log it'],
  'raise-gap': ['Raise a gap', 'Raise it'],
  'settle-gap': ['Ticket or not', 'Record it'],
  skip: ['Skip an event', 'Skip it'],
  improvise: ['Improvise an event', 'Tell it'],
  recovered: ['Recovered', 'Stop the clock'],
  'end-early': ['End the story', 'Begin the hot-wash'],
  answer: ['Hot-wash', 'Answer'],
  assess: ['Judge actions', 'Record it'],
};

/** The form, from what its button carries alone: it opens at once, whatever is slow or down. */
export const exerciseForm = (form: ExerciseForm, memory: ExerciseMemory): ModalView =>
  modal(form, memory, blocksOf(form, memory));

function modal(form: ExerciseForm, memory: ExerciseMemory, blocks: KnownBlock[], submits = true): ModalView {
  const [title, submit] = titles[form];
  return {
    type: 'modal',
    callback_id: exerciseFormId(form),
    private_metadata: JSON.stringify(memory),
    title: plain(title, slackLimits.modalTitle),
    ...(submits ? { submit: plain(submit, slackLimits.modalTitle) } : {}),
    close: plain('Back', slackLimits.modalTitle),
    blocks,
  };
}

function blocksOf(form: ExerciseForm, { ref }: ExerciseMemory): KnownBlock[] {
  switch (form) {
    case 'take-role':
      return [
        ref.roles === undefined || ref.roles.length === 0
          ? text('role', 'Which role?')
          : menu(
              'role',
              'Which role?',
              ref.roles.map((role) => option(role)),
            ),
        {
          type: 'input',
          block_id: 'take_over',
          optional: true,
          label: plain('If somebody has it already', slackLimits.inputLabel),
          element: {
            type: 'checkboxes',
            action_id: fieldAction,
            options: [option('yes', 'I take it over, and have said so aloud')],
          },
        },
      ];
    case 'log-decision':
      return [
        text('question', 'Which question was decided?', { initial: ref.question ?? '' }),
        ...(ref.options === undefined
          ? [
              text('options', 'What was weighed? One option a line.', { multiline: true }),
              text('choice', 'What was chosen? One of these, word for word.'),
            ]
          : [
              menu('choice', 'What was chosen?', [
                ...ref.options.map((id, index) => option(id, optionLabel(id, ref.optionTexts?.[index]))),
                option(otherChoice, 'Something else…'),
              ]),
            ]),
        ...(ref.options === undefined ? [] : [text('other', 'If something else: what?', { optional: true })]),
        text('owner', 'Who answers for it?'),
        text('reason', 'Why?', { multiline: true }),
      ];
    case 'raise-gap':
      return [
        text('title', 'What is missing, in one line?', { hint: 'It becomes the title of the ticket.' }),
        text('found', 'What happened that showed it?', { multiline: true }),
        ...(ref.services === undefined || ref.services.length < 2
          ? []
          : [
              menu(
                'service',
                'Whose is it?',
                ref.services.map((id) => option(id)),
                ref.services[0],
              ),
            ]),
        menu(
          'severity',
          'How bad would it be on the day?',
          gapSeverities.map((severity) => option(severity, severityText[severity])),
          'medium',
        ),
        menu('ticket', 'Its ticket', [option('now', 'File it now'), option('later', 'Decide in the hot-wash')], 'now'),
      ];
    case 'settle-gap':
      return [
        ref.gaps === undefined || ref.gaps.length === 0
          ? text('gap', 'Which gap? Its number, like G1.')
          : menu(
              'gap',
              'Which gap?',
              ref.gaps.map(({ id, title }) => option(id, `${id} ${title}`)),
              ref.gaps.length === 1 ? ref.gaps[0]?.id : undefined,
            ),
        menu('what', 'What becomes of it?', [option('file', 'File its ticket'), option('none', 'No ticket, because…')]),
        text('reason', 'Why none? Needed when it gets no ticket.', { multiline: true, optional: true }),
      ];
    case 'skip':
      return [
        section(
          ref.event === undefined
            ? 'The next event is left out.'
            : `Event ${ref.event[0]} of ${ref.event[1]}, which would be told next, is left out. Those who play are not told what it was.`,
        ),
        text('reason', 'Why is it left out? It stands in the report.', { multiline: true }),
      ];
    case 'improvise':
      return [
        section('The whole channel reads it at once, as an event of the story at its present time.'),
        text('title', 'In a few words'),
        text('from', 'Who or what says it?', { optional: true }),
        text('text', 'What happens?', { multiline: true }),
      ];
    case 'recovered':
      return [text('proof', 'How did the room prove that it has recovered?', { multiline: true })];
    case 'end-early':
      return [
        section('What was not told yet is skipped, and the report says why.'),
        text('reason', 'Why does the story end now?', { multiline: true }),
      ];
    case 'answer':
      return [
        ref.questions === undefined || ref.questions.length === 0
          ? text('question', 'Which question? Its number.')
          : menu(
              'question',
              'Which question?',
              ref.questions.map((words, index) => option(String(index + 1), `${index + 1}. ${words}`)),
            ),
        text('text', 'Your answer', { multiline: true }),
      ];
    case 'assess':
      return [section('⏳ Looking up what was told so far…')];
  }
}

/** `wait: Wait for the Region`; the id alone where it says as much. */
const optionLabel = (id: string, words: string | undefined): string =>
  words === undefined || words === '' || words.toLowerCase() === id.toLowerCase() ? id : `${id}: ${words}`;

/** Value of the menu's last entry: the room had an idea of its own. */
export const otherChoice = '-other-';
/** Actions that one form asks about; the rest come when these are judged. */
export const assessedPerForm = 12;

/**
 * The form in which the facilitator judges what the room did, once the store has said what was told. It gives the scenario
 * away, so only who leads gets it.
 */
export function assessForm(memory: ExerciseMemory, actions: readonly ComparedAction[]): ModalView {
  const open = actions.filter(({ outcome }) => outcome === 'not-judged');
  if (open.length === 0)
    return modal('assess', memory, [section('Every expected action of what was told is judged.')], false);
  const words: Readonly<Record<Assessment, string>> = { done: '✔ done', partly: '◐ partly', missed: '✖ missed' };
  const asked = open.slice(0, assessedPerForm).map(({ id, action }): InputBlock => ({
    type: 'input',
    block_id: id,
    optional: true,
    label: plain(action, slackLimits.inputLabel),
    element: {
      type: 'static_select',
      action_id: fieldAction,
      options: assessments.map((outcome) => option(outcome, words[outcome])),
    },
  }));
  const more = open.length - asked.length;
  return modal('assess', memory, [
    section(`Leave out what you did not see.${more === 0 ? '' : ` ${more} more come after these.`}`),
    ...asked,
  ]);
}

export const assessProblemForm = (memory: ExerciseMemory, words: string): ModalView =>
  modal('assess', memory, [section(`✖ ${escapeMrkdwn(words)}`)], false);

/** Lines that somebody typed, as options: without empty ones, each once, and not more than an act holds. */
export const optionLines = (typed: string): string[] =>
  [...new Set(typed.split('\n').map((line) => line.trim()))].filter((line) => line !== '').slice(0, optionsMax);

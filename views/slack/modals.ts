import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import { reasonInput, runInput, slackModals } from './actions.ts';
import type { FindingMemory, GateRef, ModalMemory, SlackInput } from './actions.ts';
import { clip, escapeMrkdwn, plain, section, slackLimits } from './limits.ts';

/** A reason is one sentence for the next person; the journal takes 2000 characters. */
const reasonMax = 500;

/** What a form can decide about a whole run. */
export type FormChoice = 'reject' | 'abort' | 'pause' | 'resume';

interface Words {
  readonly title: string;
  readonly submit: string;
  readonly says: (run: string) => string;
  /** None: no reason is asked for. */
  readonly asks?: string;
}

const wordsOf: Readonly<Record<FormChoice, Words>> = {
  reject: {
    title: 'Reject',
    submit: 'Reject',
    says: (run) => `${run} ends as aborted. Nothing further is created.`,
    asks: 'Why not? One sentence that the next person can act on.',
  },
  abort: {
    title: 'Abort a run',
    submit: 'Abort it',
    says: (run) => `${run} takes no further step. What it created is deleted, and that is proved.`,
    asks: 'Why? It goes into the journal.',
  },
  pause: {
    title: 'Pause a run',
    submit: 'Pause it',
    says: (run) =>
      `${run} finishes what is under way and begins nothing new until somebody resumes it. Its times are not comparable then.`,
    asks: 'Why? One sentence for whoever asks why nothing happens.',
  },
  resume: { title: 'Resume a run', submit: 'Resume it', says: (run) => `${run} goes on with its next step.` },
};

/** Decides about one run. Opened straight from the click: a trigger lives for three seconds. Without a run in its memory it asks which. */
export function decisionForm(choice: FormChoice, memory: ModalMemory): ModalView {
  const { title, submit, says, asks } = wordsOf[choice];
  const run = memory.ref === undefined ? 'The run' : `The run \`${escapeMrkdwn(memory.ref.run)}\``;
  return form(slackModals[choice], memory, { title, submit }, [
    section(says(run)),
    ...(memory.ref === undefined ? [pickFrom(runInput, 'Which run?', 'An open run')] : []),
    ...(asks === undefined ? [] : [reasonBlock(asks)]),
  ]);
}

/** Asks for the service's name, so that nobody approves out of habit what cannot be taken back. */
export const confirmForm = (memory: ModalMemory & { readonly ref: GateRef }): ModalView =>
  form(slackModals.confirm, memory, { title: 'Approve', submit: 'Approve' }, [
    section(
      `You approve what \`${escapeMrkdwn(memory.ref.run)}\` asks for. Look once more at what the question says about the way back.`,
    ),
    textBlock(reasonInput, `To approve, type the service’s name: ${memory.ref.confirm ?? ''}`, {
      min: 1,
      max: 150,
      oneLine: true,
    }),
  ]);

/** The kill switch. */
export const stopAllForm = (memory: ModalMemory): ModalView =>
  form(slackModals.stopAll, memory, { title: 'Stop all drills', submit: 'Stop them all' }, [
    section(
      'No drill starts any more, none takes a further step, and what they created is deleted. Real recoveries go on. Letting drills start again takes `release`; nothing resumes by itself.',
    ),
    reasonBlock('Why? Everybody whose drill is stopped will ask.'),
  ]);

/** A form; its memory comes back with what was filled in. */
export const form = (
  callbackId: string,
  memory: ModalMemory | FindingMemory,
  words: { readonly title: string; readonly submit: string },
  blocks: readonly KnownBlock[],
): ModalView => ({
  type: 'modal',
  callback_id: callbackId,
  private_metadata: JSON.stringify(memory),
  title: plain(words.title, slackLimits.modalTitle),
  submit: plain(words.submit, slackLimits.modalTitle),
  close: plain('Back', slackLimits.modalTitle),
  blocks: [...blocks],
});

/** Some sentences. */
export const textBlock = (
  { block, action }: SlackInput,
  label: string,
  more: {
    readonly optional?: boolean;
    readonly hint?: string;
    readonly min?: number;
    readonly max?: number;
    readonly oneLine?: boolean;
  } = {},
): InputBlock => ({
  type: 'input',
  block_id: block,
  label: plain(label, slackLimits.inputLabel),
  ...(more.optional === true ? { optional: true } : {}),
  ...(more.hint === undefined ? {} : { hint: plain(more.hint, slackLimits.inputLabel) }),
  element: {
    type: 'plain_text_input',
    action_id: action,
    multiline: more.oneLine !== true,
    min_length: more.optional === true ? 0 : (more.min ?? 3),
    max_length: more.max ?? reasonMax,
  },
});

export const reasonBlock = (label: string): InputBlock => textBlock(reasonInput, label);

/** A menu whose options are asked for while it is open, so that there may be thousands. */
export const pickFrom = (
  { block, action }: SlackInput,
  label: string,
  placeholder: string,
  chosen?: PlainTextOption,
): InputBlock => ({
  type: 'input',
  block_id: block,
  label: plain(label, slackLimits.inputLabel),
  element: {
    type: 'external_select',
    action_id: action,
    min_query_length: 0,
    placeholder: plain(placeholder, slackLimits.inputPlaceholder),
    ...(chosen === undefined ? {} : { initial_option: chosen }),
  },
});

/** A menu of a few choices. @param chosen - default the first */
export function choiceOf(
  { block, action }: SlackInput,
  label: string,
  choices: readonly (readonly [value: string, text: string])[],
  chosen?: string,
): InputBlock {
  const options = choices.flatMap(([value, text]) => optionOf(value, text));
  const initial = options.find(({ value }) => value === chosen) ?? options[0];
  return {
    type: 'input',
    block_id: block,
    label: plain(label, slackLimits.inputLabel),
    element: {
      type: 'static_select',
      action_id: action,
      options,
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
}

/** One line of a menu; none when its value is too long for Slack. */
export const optionOf = (value: string, text: string, description?: string): PlainTextOption[] =>
  value.length > slackLimits.optionValue
    ? []
    : [
        {
          value,
          text: plain(text, slackLimits.optionText),
          ...(description === undefined ? {} : { description: plain(clip(description, 75), slackLimits.optionText) }),
        },
      ];

import type { ModalView } from '@slack/types';
import { reasonInput, slackModals } from './actions.ts';
import type { ModalMemory } from './actions.ts';
import { escapeMrkdwn, plain, section, slackLimits } from './limits.ts';

/** A reason is one sentence for the next person; the journal takes 2000 characters. */
const reasonMax = 500;

/** Asks why not. Opened straight from the click: a trigger lives for three seconds and is good for one modal. */
export const rejectModal = (memory: ModalMemory): ModalView =>
  reasonModal(slackModals.reject, memory, {
    title: 'Reject',
    submit: 'Reject',
    says: `The run \`${escapeMrkdwn(memory.ref.run)}\` ends as aborted. Nothing further is created.`,
    asks: 'Why not? One sentence that the next person can act on.',
  });

export const abortModal = (memory: ModalMemory): ModalView =>
  reasonModal(slackModals.abort, memory, {
    title: 'Abort this run',
    submit: 'Abort it',
    says: `The run \`${escapeMrkdwn(memory.ref.run)}\` takes no further step. What it created is deleted, and that is proved.`,
    asks: 'Why? It goes into the journal.',
  });

function reasonModal(
  callbackId: string,
  memory: ModalMemory,
  words: { readonly title: string; readonly submit: string; readonly says: string; readonly asks: string },
): ModalView {
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: JSON.stringify(memory),
    title: plain(words.title, slackLimits.modalTitle),
    submit: plain(words.submit, slackLimits.modalTitle),
    close: plain('Back', slackLimits.modalTitle),
    blocks: [
      section(words.says),
      {
        type: 'input',
        block_id: reasonInput.block,
        label: plain(words.asks, slackLimits.inputLabel),
        element: {
          type: 'plain_text_input',
          action_id: reasonInput.action,
          multiline: true,
          min_length: 3,
          max_length: reasonMax,
        },
      },
    ],
  };
}

import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { ModalMemorySchema, readRef, reasonInput } from '../../../../views/slack/actions.ts';
import { decisionText } from '../../../../views/slack/answers.ts';
import { answering, byMessage } from '../../answer.ts';
import { decideBySlack } from '../../decide-by-slack.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { notOurs } from '../actions/click.ts';

/**
 * The reason was given: the modal closes at once, the answer comes to the person in the channel of the click. Reject and
 * abort differ only in what is decided.
 */
export const reasonGiven =
  (deps: SlackAppDeps, choice: 'reject' | 'abort') =>
  async ({ ack, body, view, client }: SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs): Promise<void> => {
    const reason = (view.state.values[reasonInput.block]?.[reasonInput.action]?.value ?? '').trim();
    if (reason === '') {
      await ack({
        response_action: 'errors',
        errors: { [reasonInput.block]: 'A reason is needed: one sentence that the next person can act on.' },
      });
      return;
    }
    await ack();
    const memory = readRef(ModalMemorySchema, view.private_metadata);
    const tell = byMessage(client, body.user.id, memory?.channel ?? body.user.id);
    await answering(
      deps,
      tell,
      'The engine is slow to answer; your decision is not confirmed yet. I tell you here what came of it.',
      async () => {
        if (memory === undefined) throw notOurs();
        const { ref, clickTs } = memory;
        const about = 'gate' in ref ? { gateId: ref.gate, round: ref.round } : { gateId: '*', round: 0 };
        const result = await decideBySlack(deps, {
          userId: body.user.id,
          runId: ref.run,
          ...about,
          choice,
          reason,
          clickId: clickTs,
          clickedAtMs: Date.now(),
        });
        return { text: decisionText(result) };
      },
    );
  };

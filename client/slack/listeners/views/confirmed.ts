import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { ModalMemorySchema, readRef, reasonInput } from '../../../../views/slack/actions.ts';
import { decisionText } from '../../../../views/slack/answers.ts';
import { answering, byMessage, closingForm } from '../../answer.ts';
import type { Answer } from '../../answer.ts';
import { decideBySlack } from '../../decide-by-slack.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { notOurs } from '../actions/click.ts';
import { homeAfterForm } from '../events/home.ts';
import { textIn } from './fields.ts';

/**
 * The service's name was typed: what was typed goes to the run as part of what is signed, and the run judges it. A slip is
 * told in the form, so that the person need not begin anew.
 */
export const confirmed =
  (deps: SlackAppDeps) =>
  async ({ ack, body, view, client }: SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs): Promise<void> => {
    const memory = readRef(ModalMemorySchema, view.private_metadata);
    const ref = memory?.ref !== undefined && 'gate' in memory.ref ? memory.ref : undefined;
    const typed = textIn(view, reasonInput);
    if (ref?.confirm !== undefined && typed.toLowerCase() !== ref.confirm.toLowerCase()) {
      const text = `That is not its name. Type ${ref.confirm}, or go back.`;
      await ack({ response_action: 'errors', errors: { [reasonInput.block]: text } });
      return;
    }
    const tell = byMessage(client, body.user.id, memory?.channel ?? body.user.id);
    const meanwhile =
      'The engine is slow to answer; your approval is not confirmed yet. I tell you here what came of it.';
    const work = async (): Promise<Answer> => {
      if (memory === undefined || ref === undefined) throw notOurs();
      const result = await decideBySlack(deps, {
        userId: body.user.id,
        runId: ref.run,
        gateId: ref.gate,
        round: ref.round,
        choice: 'approve',
        confirmed: typed,
        clickId: memory.clickTs,
        clickedAtMs: Date.now(),
      });
      return { text: decisionText(result) };
    };
    await answering(deps, tell, meanwhile, closingForm(deps, { ack, view }, work));
    await homeAfterForm(deps, client, body.user.id, memory?.channel);
  };

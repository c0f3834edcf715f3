import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { ModalMemorySchema, readRef, reasonInput, runInput } from '../../../../views/slack/actions.ts';
import { decisionText } from '../../../../views/slack/answers.ts';
import type { FormChoice } from '../../../../views/slack/modals.ts';
import { answering, byMessage, closingForm } from '../../answer.ts';
import type { Answer } from '../../answer.ts';
import { decideAbout, decideAtGate } from '../../decide-about.ts';
import { decideBySlack } from '../../decide-by-slack.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { notOurs } from '../actions/click.ts';
import { homeAfterForm } from '../events/home.ts';
import { chosenIn, filledInId, textIn } from './fields.ts';

type Arguments = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;

/**
 * A form about a run, or about all drills, was filled in: it closes when the engine has it, the answer comes to the person in the
 * channel of the click. The forms differ only in what is decided.
 */
export const reasonGiven =
  (deps: SlackAppDeps, choice: FormChoice | 'stop-all-drills') =>
  async ({ ack, body, view, client }: Arguments): Promise<void> => {
    const reason = textIn(view, reasonInput);
    const asksForReason = choice !== 'resume';
    if (asksForReason && reason === '') {
      await ack({
        response_action: 'errors',
        errors: { [reasonInput.block]: 'A reason is needed: one sentence that the next person can act on.' },
      });
      return;
    }
    const memory = readRef(ModalMemorySchema, view.private_metadata);
    const tell = byMessage(client, body.user.id, memory?.channel ?? body.user.id);
    const meanwhile =
      'The engine is slow to answer; your decision is not confirmed yet. I tell you here what came of it.';
    const work = async (): Promise<Answer> => {
      if (memory === undefined) throw notOurs();
      const by = { userId: body.user.id, clickId: filledInId(memory.clickTs, view) };
      const why = asksForReason ? { reason } : {};
      if (choice === 'stop-all-drills') return await decideAbout(deps, by, { choice, ...why });
      const { ref } = memory;
      const runId = ref?.run ?? chosenIn(view, runInput);
      if (runId === undefined) throw notOurs();
      if (choice !== 'reject') return await decideAbout(deps, by, { runId, choice, ...why });
      // Without the question's own button it is asked for: which one is open now.
      if (ref === undefined || !('gate' in ref)) return await decideAtGate(deps, by, { runId, choice, ...why });
      const gate = { gateId: ref.gate, round: ref.round };
      const result = await decideBySlack(deps, { ...by, ...why, ...gate, runId, choice, clickedAtMs: Date.now() });
      return { text: decisionText(result) };
    };
    await answering(deps, tell, meanwhile, closingForm(deps, { ack, view }, work));
    await homeAfterForm(deps, client, body.user.id, memory?.channel);
  };

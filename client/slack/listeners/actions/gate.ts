import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { GateRefSchema, readRef } from '../../../../views/slack/actions.ts';
import { decisionText } from '../../../../views/slack/answers.ts';
import { answering, toClicker } from '../../answer.ts';
import { decideBySlack } from '../../decide-by-slack.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { details } from '../../look.ts';
import { showHome } from '../events/home.ts';
import { clickOf, notOurs } from './click.ts';

type Arguments = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;

/** Approve, and taking one's approval back: acknowledged at once; the run's own answer is what the person is told. */
export const decides =
  (deps: SlackAppDeps, choice: 'approve' | 'withdraw') =>
  async ({ ack, action, body, respond, client }: Arguments): Promise<void> => {
    await ack();
    const ref = readRef(GateRefSchema, action.value);
    const meanwhile = `The engine is slow to answer; ${choice === 'approve' ? 'your approval' : 'that you withdraw'} is not confirmed yet. I tell you here what came of it. \`firedrill status ${ref?.run ?? ''}\` works, too.`;
    await answering(deps, toClicker({ body, respond, client }), meanwhile, async () => {
      if (ref === undefined) throw notOurs();
      const { userId, clickId, clickedAtMs } = clickOf(body, action);
      const result = await decideBySlack(deps, {
        userId,
        clickId,
        clickedAtMs,
        runId: ref.run,
        gateId: ref.gate,
        round: ref.round,
        choice,
      });
      return { text: decisionText(result) };
    });
    // What was answered there is no question any more.
    if (body.view?.type === 'home') await showHome(deps, client, body.user.id);
  };

/** Details: what the store knows of the run, for this person alone. */
export const showDetails =
  (deps: SlackAppDeps) =>
  async ({ ack, action, respond, body, client }: Arguments): Promise<void> => {
    await ack();
    const ref = readRef(GateRefSchema, action.value);
    await answering(deps, toClicker({ body, respond, client }), 'The store is slow to answer.', () =>
      ref === undefined ? Promise.reject(notOurs()) : details(deps, body.user.id, ref.run),
    );
  };

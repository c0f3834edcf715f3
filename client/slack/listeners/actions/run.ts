import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { readRef, RunRefSchema } from '../../../../views/slack/actions.ts';
import { decisionText } from '../../../../views/slack/answers.ts';
import { answering, byResponseUrl } from '../../answer.ts';
import { decideBySlack } from '../../decide-by-slack.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { details, list } from '../../look.ts';
import { clickOf, notOurs } from './click.ts';

type Arguments = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;

const storeIsSlow = 'The store is slow to answer. I tell you here when it has.';

/** Status: what the store knows of the run, for this person alone. */
export const showRun =
  (deps: SlackAppDeps) =>
  async ({ ack, action, respond }: Arguments): Promise<void> => {
    await ack();
    const ref = readRef(RunRefSchema, action.value);
    await answering(deps, byResponseUrl(respond), storeIsSlow, () =>
      ref === undefined ? Promise.reject(notOurs()) : details(deps, ref.run),
    );
  };

/** What is running? */
export const showRuns =
  (deps: SlackAppDeps) =>
  async ({ ack, respond }: Arguments): Promise<void> => {
    await ack();
    await answering(deps, byResponseUrl(respond), storeIsSlow, () => list(deps));
  };

/** Resume: there is nothing to ask. */
export const resume =
  (deps: SlackAppDeps) =>
  async ({ ack, action, body, respond }: Arguments): Promise<void> => {
    await ack();
    const ref = readRef(RunRefSchema, action.value);
    const meanwhile = 'The engine is slow to answer; it is not confirmed yet. I tell you here what came of it.';
    await answering(deps, byResponseUrl(respond), meanwhile, async () => {
      if (ref === undefined) throw notOurs();
      const { channel: _, ...click } = clickOf(body, action);
      const result = await decideBySlack(deps, { ...click, runId: ref.run, gateId: '*', round: 0, choice: 'resume' });
      return { text: decisionText(result) };
    });
  };

import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { readRef, RunRefSchema } from '../../../../views/slack/actions.ts';
import { decisionText } from '../../../../views/slack/answers.ts';
import { answering, toClicker } from '../../answer.ts';
import { decideBySlack } from '../../decide-by-slack.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { details, list } from '../../look.ts';
import { mine } from '../../mine.ts';
import { showHome } from '../events/home.ts';
import { clickOf, notOurs } from './click.ts';
import { notConfirmedYet } from '../heard.ts';

type Arguments = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;

const storeIsSlow = 'The store is slow to answer. I tell you here when it has.';

/** Status: what the store knows of the run, for this person alone. */
export const showRun =
  (deps: SlackAppDeps) =>
  async ({ ack, action, respond, body, client }: Arguments): Promise<void> => {
    await ack();
    const ref = readRef(RunRefSchema, action.value);
    await answering(deps, toClicker({ body, respond, client }), storeIsSlow, () =>
      ref === undefined ? Promise.reject(notOurs()) : details(deps, body.user.id, ref.run),
    );
  };

/** What is running? */
export const showRuns =
  (deps: SlackAppDeps) =>
  async ({ ack, respond, body, client }: Arguments): Promise<void> => {
    await ack();
    await answering(deps, toClicker({ body, respond, client }), storeIsSlow, () => list(deps, body.user.id));
  };

/** What do I owe? */
export const showMine =
  (deps: SlackAppDeps) =>
  async ({ ack, body, respond, client }: Arguments): Promise<void> => {
    await ack();
    await answering(deps, toClicker({ body, respond, client }), storeIsSlow, () => mine(deps, body.user.id));
  };

/** Look again, on the Home tab. */
export const showHomeAgain =
  (deps: SlackAppDeps) =>
  async ({ ack, body, client }: Arguments): Promise<void> => {
    await ack();
    await showHome(deps, client, body.user.id);
  };

/** Resume: there is nothing to ask. */
export const resume =
  (deps: SlackAppDeps) =>
  async ({ ack, action, body, respond, client }: Arguments): Promise<void> => {
    await ack();
    const ref = readRef(RunRefSchema, action.value);
    await answering(deps, toClicker({ body, respond, client }), notConfirmedYet, async () => {
      if (ref === undefined) throw notOurs();
      const { channel: _, ...click } = clickOf(body, action);
      const result = await decideBySlack(deps, { ...click, runId: ref.run, gateId: '*', round: 0, choice: 'resume' });
      return { text: decisionText(result) };
    });
  };

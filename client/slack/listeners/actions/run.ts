import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { readRef, RunRefSchema } from '../../../../views/slack/actions.ts';
import { abortModal } from '../../../../views/slack/modals.ts';
import { answering, byResponseUrl } from '../../answer.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { clickOf, modalProblem, notOurs } from './click.ts';

/** Abort…: asks for the reason; everybody in the catalog may stop a run. */
export const abort =
  (deps: SlackAppDeps) =>
  async ({
    ack,
    action,
    body,
    client,
    respond,
  }: SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs): Promise<void> => {
    await ack();
    const ref = readRef(RunRefSchema, action.value);
    try {
      if (ref === undefined) throw notOurs();
      const { userId, clickId, channel } = clickOf(body, action);
      const view = abortModal({ ref, clickTs: clickId, channel: channel ?? userId });
      await client.views.open({ trigger_id: body.trigger_id, view });
    } catch (error) {
      await answering(deps, byResponseUrl(respond), '', () => Promise.reject(modalProblem(deps, error, ref?.run)));
    }
  };

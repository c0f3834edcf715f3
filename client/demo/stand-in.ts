import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CompanyPlace } from '../../examples/set-up.ts';
import { slackActions } from '../../views/slack/actions.ts';

/** Who clicks when nobody is there: an incident commander of the example company. */
export const standIn = { slackId: 'U0HANNAH', name: 'Hannah Lindqvist' } as const;

const MessagesSchema = z.object({
  messages: z.array(
    z.object({
      channel: z.string(),
      ts: z.string(),
      deleted_at: z.unknown().optional(),
      blocks: z.array(z.unknown()).optional(),
    }),
  ),
});

/**
 * Approves a run's question as a person would: looks into the channel, finds the button that belongs to this run, clicks it.
 *
 * @param signal - ends the looking, when the run is over or has been decided by somebody else
 * @throws Error when Slack shows an error for the click
 */
export async function approveInSlack(
  place: Pick<CompanyPlace, 'slackUrl' | 'slackBotToken'>,
  channel: string,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { messages } = MessagesSchema.parse(
      await slack(place, 'GET', `messages?channel=${channel}&as=${standIn.slackId}`),
    );
    const asking = messages.find(
      (message) => message.deleted_at === undefined && hasApproveButton(message.blocks ?? [], runId),
    );
    if (asking !== undefined) {
      const click = { user: standIn.slackId, channel, ts: asking.ts, action_id: slackActions.approve };
      const result = z
        .object({ status: z.string(), shown: z.string().optional() })
        .parse(await slack(place, 'POST', 'act/click', click));
      if (result.status !== 'ok')
        throw new Error(`The stand-in's click did not arrive: ${result.shown ?? result.status}`);
      return;
    }
    await sleep(200);
  }
}

/** The button's value names its run; anything else in the message may be reworded. */
function hasApproveButton(blocks: readonly unknown[], runId: string): boolean {
  const values = JSON.stringify(blocks);
  return (
    values.includes(`"${slackActions.approve}"`) &&
    values.includes(JSON.stringify(JSON.stringify({ run: runId })).slice(2, -3))
  );
}

/** Asks the stand-in for Slack. */
export async function slack(
  { slackUrl, slackBotToken }: Pick<CompanyPlace, 'slackUrl' | 'slackBotToken'>,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${slackUrl}/_sandbox/${path}`, {
    method,
    headers: { authorization: `Bearer ${slackBotToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`The Slack stand-in answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return await response.json();
}

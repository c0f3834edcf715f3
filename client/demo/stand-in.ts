import { slackActions } from '../../views/slack/actions.ts';

/** Hannah Lindqvist, incident commander of the example company: who approves when nobody sits at the screen. */
export const standIn = { slackId: 'U0HANNAH', name: 'Hannah Lindqvist' } as const;
/** Channel of the example's tier 1 service. */
export const demoChannel = 'C0JIRACLOUD';

interface SandboxMessage {
  readonly ts: string;
  readonly blocks?: readonly { readonly elements?: readonly { readonly action_id?: string; readonly value?: string }[] }[];
}

/**
 * Presses Approve on the gate of a run, on the sandbox's Slack, as a person would: the click goes through Slack, the Slack
 * app, its signature and the run's rules. Waits until the question is there, and clicks again while the app is not
 * connected yet.
 *
 * @throws Error when there is no question before the signal ends the wait
 */
export async function approveInSlack(options: { readonly slackUrl: string; readonly botToken: string; readonly runId: string; readonly signal: AbortSignal }): Promise<void> {
  const { slackUrl, botToken, runId, signal } = options;
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${slackUrl}/_sandbox/${path}`, {
      method,
      signal,
      headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`The Slack sandbox answered ${response.status} to ${path}: ${(await response.text()).slice(0, 300)}`);
    return await response.json();
  };
  while (!signal.aborted) {
    const { messages } = (await call('GET', `messages?channel=${demoChannel}&as=${standIn.slackId}`)) as { messages: readonly SandboxMessage[] };
    const asking = messages.find((message) => approveButton(message, runId));
    if (asking) {
      const clicked = (await call('POST', 'act/click', { user: standIn.slackId, channel: demoChannel, ts: asking.ts, action_id: slackActions.approve })) as { status: string };
      if (clicked.status === 'ok') return;
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

const approveButton = (message: SandboxMessage, runId: string): boolean =>
  (message.blocks ?? []).some((block) => (block.elements ?? []).some((element) => element.action_id === slackActions.approve && (element.value ?? '').includes(runId)));

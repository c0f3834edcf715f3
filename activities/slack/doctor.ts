import { FiredrillError } from '../../domain/errors.ts';
import type { Examination } from '../../domain/examination.ts';
import type { SlackWebClient } from './client.ts';
import { slackScopes } from './scopes.ts';
import { slackError } from './slack-errors.ts';

/**
 * Whether Slack can be told and asked: token, scopes, and every channel of the catalog. Posts nothing.
 *
 * @param options.channels - ids of channels that runs write to
 */
export async function checkSlack(options: {
  readonly client: SlackWebClient;
  readonly channels: readonly string[];
}): Promise<readonly Examination[]> {
  const { client } = options;
  let granted: readonly string[];
  const done: Examination[] = [];
  try {
    const auth = await client.auth.test();
    granted = auth.response_metadata?.scopes ?? [];
    done.push(fine('Slack token', `${auth.user ?? 'the app'} in workspace ${auth.team ?? '?'} (${auth.url ?? '?'})`));
  } catch (error) {
    return [broken('Slack token', slackError(error, 'sign in to Slack'))];
  }
  const missing = slackScopes.filter((scope) => !granted.includes(scope));
  done.push(
    missing.length === 0
      ? fine('Slack scopes', `all ${slackScopes.length} granted`)
      : {
          name: 'Slack scopes',
          ok: false,
          detail: `missing: ${missing.join(', ')}`,
          fix: 'Add them to the app (deploy/slack/manifest.yaml has all) and install it again to the workspace.',
        },
  );
  for (const channel of new Set(options.channels)) done.push(await checkChannel(client, channel));
  return done;
}

async function checkChannel(client: SlackWebClient, channel: string): Promise<Examination> {
  const name = `Slack channel ${channel}`;
  try {
    const found = (await client.conversations.info({ channel })).channel;
    if (found?.is_archived === true) {
      return {
        name,
        ok: false,
        detail: `#${found.name ?? channel} is archived`,
        fix: 'Restore it, or name another one in the catalog.',
      };
    }
    if (found?.is_member !== true) {
      return {
        name,
        ok: false,
        detail: `the app is not in #${found?.name ?? channel}, so it cannot find its own messages again after a lost reply`,
        fix: 'In that channel: /invite @firedrill',
      };
    }
    return fine(name, `#${found.name ?? channel}, the app is in it`);
  } catch (error) {
    return broken(name, slackError(error, `look at channel ${channel}`));
  }
}

/**
 * Whether the second channel's host answers at all. Sends nothing to people: HEAD, and any answer counts, because
 * webhooks refuse what is not a message.
 */
export async function checkSecondChannel(options: {
  readonly url?: string;
  readonly timeoutMs?: number;
}): Promise<Examination> {
  const name = 'Second channel';
  if (options.url === undefined) {
    return {
      name,
      ok: false,
      detail: 'none configured: when Slack is down, nobody is reminded',
      fix: 'Set FIREDRILL_SECOND_CHANNEL_URL to a webhook (paging tool, chat), or FIREDRILL_SMTP_URL and FIREDRILL_SMTP_FROM for e-mail.',
    };
  }
  const { host } = new URL(options.url);
  try {
    const response = await fetch(options.url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs ?? 5000),
    });
    if (response.status < 500) return fine(name, `${host} answers (HTTP ${response.status} to HEAD)`);
    return {
      name,
      ok: false,
      detail: `${host} answered HTTP ${response.status}`,
      fix: 'Look at the service behind it.',
    };
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return {
      name,
      ok: false,
      detail: `${host} cannot be reached: ${why}`,
      fix: 'Check FIREDRILL_SECOND_CHANNEL_URL and the network.',
    };
  }
}

const fine = (name: string, detail: string): Examination => ({ name, ok: true, detail, fix: '' });

const broken = (name: string, error: unknown): Examination =>
  error instanceof FiredrillError
    ? { name, ok: false, detail: error.what, fix: error.next }
    : { name, ok: false, detail: String(error), fix: 'Please report this.' };

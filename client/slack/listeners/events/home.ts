import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { answering, onHome } from '../../answer.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { home } from '../../mine.ts';

const storeIsSlow = 'The store is slow to answer. What concerns you appears here as soon as it does.';

/** Shows a person their Home tab as things are now; while something behind it is slow or down, that stands there, and what to do. */
export const showHome = (deps: SlackAppDeps, client: Pick<WebClient, 'views'>, userId: string): Promise<void> =>
  answering(deps, onHome(client, userId), storeIsSlow, () => home(deps, userId));

/**
 * After a form was sent: one that was opened from the Home tab asked for something that waits there, and does not any more.
 *
 * @param openedIn - the channel that the form remembers; for the Home tab, which is in none, the person
 */
export async function homeAfterForm(
  deps: SlackAppDeps,
  client: Pick<WebClient, 'views'>,
  userId: string,
  openedIn: string | undefined,
): Promise<void> {
  if (openedIn === userId) await showHome(deps, client, userId);
}

/** Somebody opens the app: its Home tab is made anew each time. */
export const homeOpened =
  (deps: SlackAppDeps) =>
  async ({ event, client }: SlackEventMiddlewareArgs<'app_home_opened'> & AllMiddlewareArgs): Promise<void> => {
    if (event.tab === 'home') await showHome(deps, client, event.user);
  };

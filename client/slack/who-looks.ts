import { utcDate } from '../../domain/time-text.ts';
import { keepRefused } from './decide-by-slack.ts';
import type { SlackAppDeps } from './deps.ts';
import { identify, memberOfCatalog, NotEligibleError } from './identify.ts';
import type { Known } from './identify.ts';

/**
 * The person behind a Slack user who only looks: nothing is asked about their roles, which what they see asks for itself, less
 * often. An attempt of somebody who may see nothing is kept, once a day.
 *
 * @throws as `identify`
 */
export const whoLooks = (deps: SlackAppDeps, userId: string): Promise<Known> =>
  keptIfRefused(deps, userId, () => memberOfCatalog(deps, userId));

/** The same for who asks what there is to approve: whose watch has just begun is on duty. @throws as `identify` */
export const whoApproves = (deps: SlackAppDeps, userId: string): Promise<Known> =>
  keptIfRefused(deps, userId, () => identify(deps, userId, false, () => undefined));

/**
 * Refuses those of whom it is known that they may see nothing. What a run does can be seen also while the catalog cannot be
 * read, or Slack does not say who somebody is: that is when people look.
 *
 * @throws NotEligibleError
 */
export async function refuseStrangers(deps: SlackAppDeps, userId: string): Promise<void> {
  try {
    await whoLooks(deps, userId);
  } catch (error) {
    if (error instanceof NotEligibleError) throw error;
    deps.log('warn', 'who looks is not known now', { user: userId, error: String(error) });
  }
}

async function keptIfRefused(deps: SlackAppDeps, userId: string, ask: () => Promise<Known>): Promise<Known> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NotEligibleError) {
      const atMs = Date.now();
      const attempt = { userId, runId: '-', choice: 'look', clickedAtMs: atMs };
      await keepRefused(deps, attempt, `slack:${userId}:look:${utcDate(atMs)}`, error.code);
    }
    throw error;
  }
}

import { isCancellation } from '@temporalio/workflow';
import { FiredrillError } from '../domain/errors.ts';
import type { JournalEvent } from '../domain/journal-entry.ts';
import type { Mode } from '../domain/modes.ts';
import { errorFacts } from './failures.ts';
import type { askingActivities } from './proxies.ts';

/**
 * Reads the kill switch, at the start and after every gate. When it cannot be read it counts as pulled for drills, and as
 * released for real runs.
 *
 * @throws FiredrillError `drills-stopped`, kind `refused`
 */
export async function refuseWhenDrillsAreStopped(run: {
  readonly mode: Mode;
  readonly asking: ReturnType<typeof askingActivities>;
  readonly note: (event: JournalEvent) => void;
}): Promise<void> {
  if (run.mode === 'real') return;
  let seen: { pulled: boolean; by?: string; reason?: string };
  try {
    seen = (await run.asking.readKillSwitch()).value;
  } catch (error) {
    if (isCancellation(error)) throw error;
    seen = { pulled: true, reason: `the kill switch could not be read (${errorFacts(error).what})` };
  }
  if (!seen.pulled) return;
  run.note({ type: 'drills-halted', reason: seen.reason ?? '' });
  throw drillsStopped(seen);
}

/** Why a drill takes no further step. */
export const drillsStopped = (seen: { readonly by?: string; readonly reason?: string }): FiredrillError =>
  new FiredrillError({
    code: 'drills-stopped',
    kind: 'refused',
    what: `All drills are stopped${seen.by ? ` by ${seen.by}` : ''}: ${seen.reason ?? 'no reason given'}.`,
    means: 'This drill takes no further step; what it created is deleted.',
    next: 'When drills may go on: firedrill release, then start it again.',
  });

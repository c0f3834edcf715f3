import { condition, log } from '@temporalio/workflow';
import type { CancellationScope } from '@temporalio/workflow';
import type { RetestOpening } from '../domain/test-window.ts';
import { errorFacts } from './failures.ts';
import type { FindingCase } from './finding-case.ts';
import { waitsForWindow } from './finding-retests.ts';
import type { WantedRetest } from './finding-retests.ts';
import { lookingAtTickets } from './proxies.ts';
import type { RemediationRecorder } from './remediation-recorder.ts';

const dayMs = 24 * 3_600_000;
/** While the catalog cannot be asked when a window opens. */
const askAgainMs = 60_000;

interface Waiting {
  readonly about: FindingCase;
  readonly recorder: RemediationRecorder;
  readonly isStopping: () => boolean;
  /** Ends when this execution makes room for the next one. */
  readonly lookIn: CancellationScope;
}

/**
 * Waits until the wanted re-test may begin. What starts by itself begins in its service's window; whoever asks for it is there,
 * and need not wait. What is live waits all the same, and is wanted no more where its service has no window.
 *
 * @returns the window in which it starts; nothing when it begins without one, or is wanted no more
 */
export async function windowOpen(waiting: Waiting): Promise<RetestOpening | undefined> {
  const { about, recorder, isStopping } = waiting;
  const { retests } = about;
  /** Looked at again after each wait: somebody may ask for it, the finding may be closed. */
  const waits = (): boolean => !isStopping() && retests.wanted !== undefined && waitsForWindow(retests.wanted);
  while (retests.wanted !== undefined && waits()) {
    const { wanted } = retests;
    const { state } = recorder.view ?? {};
    // Not what somebody asks for: they know best whether it is worth a test.
    const isAccepted = state === 'accepted' && wanted.askedBy === undefined;
    if (isAccepted) retests.refused('accepted', 'The risk was accepted meanwhile.');
    if (state === 'closed') retests.drop();
    if (isAccepted || state === 'closed') return undefined;
    const { turns } = about;
    const next = await nextWindow(wanted, waiting);
    if (!waits() || retests.wanted !== wanted || recorder.view?.state !== state) continue;
    if (next === 'at any time') {
      if (wanted.liveSinceMs !== undefined) retests.noWindow();
      return undefined;
    }
    if (next?.isOpen) return next;
    if (next !== undefined) retests.planned(next);
    // Asked again when it opens, at any news, and once a day: the catalog may say something else by then.
    const waitMs = next === undefined ? askAgainMs : Math.min(Math.max(next.inMs, 1000), dayMs);
    await condition(() => !waits() || about.turns !== turns, waitMs);
  }
  return undefined;
}

/** @returns nothing while the catalog cannot be asked */
async function nextWindow(wanted: WantedRetest, { isStopping, lookIn }: Waiting) {
  const { runbook, service, resource, notBeforeMs, liveSinceMs, askedBy } = wanted;
  try {
    const request = {
      service,
      resource,
      ...(runbook === undefined ? {} : { runbook }),
      ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
      ...(liveSinceMs === undefined ? {} : { afterMs: liveSinceMs }),
      ...(askedBy === undefined ? {} : { initiatorId: askedBy.personId }),
    };
    return (await lookIn.run(() => lookingAtTickets().record.testWindow(request))).value.next ?? 'at any time';
  } catch (error) {
    if (!isStopping())
      log.warn('the catalog could not be asked when a re-test may begin', { code: errorFacts(error).code });
    return undefined;
  }
}

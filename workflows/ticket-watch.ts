import { condition, continueAsNew, log, workflowInfo } from '@temporalio/workflow';
import { errorFacts } from './failures.ts';
import { watchFindingSignal } from './finding-messages.ts';
import { hear, memberOf, plainText } from './hear.ts';
import { leaveMark } from './mark.ts';
import { lookingAtTickets, recordingRemediation } from './proxies.ts';

/** One finding as it was when it was last told. */
interface Watched {
  readonly key?: string;
  readonly looks?: string;
  /** The newest run that it was told of. */
  readonly runId?: string;
}

/** Watched tickets by key; plain JSON, carried over continue-as-new. */
export interface TicketWatchState {
  readonly watched: Readonly<Record<string, Watched>>;
}

/** Until the catalog has said it. */
const usuallyEveryMs = 5 * 60_000;
const nobodyCameMs = 60_000;
/** Far more than a programme has open at once; more would be too much for one workflow's state. */
const mostWatched = 5000;

/**
 * Looks at all open tickets of a project together, and at the runs that may have proved a finding, and gives those findings
 * a hint for which something is different. The backstop of the webhook: what that loses is seen here, a few minutes later.
 */
export async function ticketWatch(start: TicketWatchState): Promise<void> {
  const watched = new Map(Object.entries(start.watched));
  /** Somebody came while it looked. */
  let hasNews = false;
  let everyMs = usuallyEveryMs;
  hear(watchFindingSignal, (sent) => {
    const fingerprint = plainText(memberOf(sent, 'fingerprint'), 64);
    if (!/^[0-9a-f]{24}$/.test(fingerprint)) return;
    leaveMark('watched', watched.size);
    if (memberOf(sent, 'stop') === true) {
      watched.delete(fingerprint);
      return;
    }
    const key = plainText(memberOf(sent, 'key'), 50);
    const before = watched.get(fingerprint);
    if ((before === undefined && watched.size >= mostWatched) || (before && (key === '' || before.key === key))) return;
    watched.set(fingerprint, { ...before, ...(key === '' ? {} : { key }) });
    hasNews = true;
  });

  // Who starts it tells it at once whom to watch.
  await condition(() => watched.size > 0, nobodyCameMs);
  for (;;) {
    hasNews = false;
    const hints = new Set([...(await changedTickets()), ...(await newRuns())]);
    if (hints.size > 0) await recordingRemediation().hintFindings({ fingerprints: [...hints] });
    if (watched.size === 0 && !hasNews) return;
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof ticketWatch>({ watched: Object.fromEntries(watched) });
    await condition(() => watched.size === 0, everyMs);
  }

  async function changedTickets(): Promise<readonly string[]> {
    const tickets = [...watched].flatMap(([fingerprint, { key, looks }]) =>
      key === undefined ? [] : [{ fingerprint, key, ...(looks === undefined ? {} : { looks }) }],
    );
    if (tickets.length === 0) return [];
    return await quietly('Jira', [], async () => {
      const { changed } = (await lookingAtTickets().notify.changedTickets({ watched: tickets })).value;
      for (const { fingerprint, looks } of changed) change(fingerprint, { looks });
      return changed.map(({ fingerprint }) => fingerprint);
    });
  }

  async function newRuns(): Promise<readonly string[]> {
    if (watched.size === 0) return [];
    return await quietly('the store', [], async () => {
      const { record } = lookingAtTickets();
      const { runs, nextInMs } = (await record.provedPerhaps({ fingerprints: [...watched.keys()] })).value;
      everyMs = nextInMs;
      const news = Object.entries(runs).filter(([fingerprint, runId]) => watched.get(fingerprint)?.runId !== runId);
      for (const [fingerprint, runId] of news) change(fingerprint, { runId });
      return news.map(([fingerprint]) => fingerprint);
    });
  }

  /** One that left meanwhile stays away. */
  function change(fingerprint: string, by: Partial<Watched>): void {
    const before = watched.get(fingerprint);
    if (before !== undefined) watched.set(fingerprint, { ...before, ...by });
  }
}

/** Who is away now is asked again next time: one of them must not keep us from asking the others. */
async function quietly<T>(who: string, otherwise: T, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    log.warn(`${who} could not be asked for news of findings`, { code: errorFacts(error).code });
    return otherwise;
  }
}

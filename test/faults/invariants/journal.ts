import { verifyChain } from '../../../domain/hash-chain.ts';
import type { JournalBody, JournalEntry, JournalEvent } from '../../../domain/journal-entry.ts';
import type { StoredRun } from '../../../store/read.ts';
import { doubles } from './witness.ts';
import type { Witness } from './witness.ts';

/** The journal that the store shows of a run, and what is wrong with its chain; more than one only where that was the harm. */
export async function journalOf(
  { store }: Witness,
  run: StoredRun,
  journals: number,
): Promise<{ events: readonly JournalEvent[]; problems: string[] }> {
  const rows = await store
    .selectFrom('journal')
    .selectAll()
    .where('run_id', '=', run.runId)
    .orderBy('execution_id')
    .orderBy('number')
    .execute();
  const segments = new Set(rows.map((row) => row.execution_id)).size;
  const shown = rows.filter((row) => row.execution_id === run.executionId);
  const entries: JournalEntry[] = shown.map((row) => ({
    runId: row.run_id,
    executionId: row.execution_id,
    number: Number(row.number),
    prev: row.prev.toString('hex'),
    hash: row.hash.toString('hex'),
    body: row.body,
  }));
  const events = entries.map((entry) => (JSON.parse(entry.body) as JournalBody).event);
  const chain = verifyChain(entries);
  const head = await store
    .selectFrom('run')
    .select(['head_number', 'head_hash', 'sealed'])
    .where('run_id', '=', run.runId)
    .executeTakeFirst();
  return {
    events,
    problems: [
      ...(segments === journals ? [] : [`the run has ${segments} journals instead of ${journals}`]),
      ...(chain.ok ? [] : [`the journal's chain breaks at entry ${chain.number}: ${chain.problem}`]),
      ...(events.at(-1)?.type === 'sealed'
        ? []
        : [`the journal ends with ${events.at(-1)?.type ?? 'nothing'}, not its seal`]),
      ...(head?.head_number === entries.length && chain.ok && head.head_hash === chain.head
        ? []
        : [`the store's head is ${head?.head_number ?? 'missing'}, the journal has ${entries.length} entries`]),
      ...(head?.sealed ? [] : ['the store does not have it as sealed']),
    ],
  };
}

/** What a run does only once stands in its journal only once. */
export function countProblems(events: readonly JournalEvent[]): string[] {
  const once = events.map(onlyOnce).filter((name) => name !== undefined);
  return doubles(once).map((what) => `the journal has "${what}" more than once`);
}

const onceInAReviewOrExercise: ReadonlySet<JournalEvent['type']> = new Set([
  'review-asked',
  'review-signed-off',
  'exercise-planned',
  'exercise-begun',
  'exercise-hot-wash-begun',
  'exercise-recovered',
  'exercise-closed',
]);

/** Name of what may happen only once; nothing for what may happen again. */
function onlyOnce(event: JournalEvent): string | undefined {
  if (['run-opened', 'verdict-reached', 'sealed', 'cleanup-started'].includes(event.type)) return event.type;
  if (event.type === 'moment-recorded') return `moment ${event.key}`;
  if (event.type === 'creation-intended' || event.type === 'resource-created' || event.type === 'resource-gone')
    return `${event.type} ${event.name}`;
  if (event.type === 'gate-opened') return `gate ${event.gate.gateId} ${event.gate.round}`;
  if (event.type === 'finding-raised') return `finding ${event.finding.fingerprint}`;
  if (onceInAReviewOrExercise.has(event.type)) return event.type;
  if (event.type === 'review-answered') return `answer ${event.actId} to ${event.itemId}`;
  if (event.type === 'review-delegated' || event.type === 'review-sign-off-received')
    return `${event.type} ${event.actId}`;
  if (event.type === 'exercise-inject-told') return `event ${event.injectId}`;
  if (event.type === 'exercise-gap-raised') return `gap ${event.gap.fingerprint}`;
  if (event.type === 'exercise-gap-filed') return `ticket asked for ${event.gapId}`;
  if (event.type === 'exercise-gap-ticketed') return `ticket of ${event.fingerprint}`;
  if (event.type === 'exercise-attended') return `attendance of ${event.by.personId}`;
  if (event.type === 'exercise-decision-logged' || event.type === 'exercise-hot-wash-answered')
    return `${event.type} ${event.actId}`;
  if (event.type === 'decision-received') return `decision ${event.decision.decisionId}`;
  return undefined;
}

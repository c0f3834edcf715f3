import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPublicKey, verifyFolder } from '../../client/evidence/read-bundle.ts';
import { makeEntry, verifyChain } from '../../domain/hash-chain.ts';
import type { JournalBody } from '../../domain/journal-entry.ts';
import { publicKeyOf } from '../../domain/signing.ts';
import { appendEntries, journalHead, otherJournals, readJournal } from '../../store/journal.ts';
import type { StoredRun } from '../../store/read.ts';
import { approve, click, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { createHolds } from '../engine/holds.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/**
 * What stands in the store is not what the run had recorded there: Temporal was reset, or one of the two was restored
 * from a backup. Nothing is overwritten, nothing is lost, everybody is told, and the evidence says so by itself.
 */
const holds = createHolds();
let world: World;
beforeAll(async () => {
  const aliases = ['reset', 'reset-late', 'conflict', 'lost', 'lost-late'];
  world = await createWorld({
    aliases,
    watch: ['reset', 'conflict', 'lost', 'lost-late'],
    activities: holds.activities,
  });
});
afterAll(() => world.close());

const verified = (run: StoredRun) =>
  verifyFolder(run.evidence?.path ?? '', readPublicKey(publicKeyOf(world.config.evidenceKey ?? '')));

/** Every journal of the run, the shown one first; each must be whole. */
async function wholeJournals(run: StoredRun): Promise<JournalBody[][]> {
  const others = await otherJournals(world.store, run.runId, run.executionId);
  const journals = await Promise.all(
    [run.executionId, ...others.map(({ executionId }) => executionId)].map((id) =>
      readJournal(world.store, run.runId, id),
    ),
  );
  for (const journal of journals) expect(verifyChain(journal)).toMatchObject({ ok: true, count: journal.length });
  return journals.map((journal) => journal.map(({ body }) => JSON.parse(body) as JournalBody));
}

const sealsIn = (journals: readonly (readonly JournalBody[])[]): number =>
  journals.flat().filter(({ event }) => event.type === 'sealed').length;

/** Resets a run with the engine's own call, to where it is about to call an activity for the first time. */
async function reset(runId: string, activity: string): Promise<void> {
  const handle = world.temporal.workflow.getHandle(runId);
  const events = (await handle.fetchHistory()).events ?? [];
  const called = events.findIndex(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity,
  );
  const chosen = events.slice(0, called).findLast((event) => event.workflowTaskCompletedEventAttributes);
  await world.temporal.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: runId, runId: (await handle.describe()).runId },
    workflowTaskFinishEventId: chosen?.eventId ?? null,
    requestId: randomUUID(),
    reason: 'a test',
  });
}

describe('a run that somebody resets in Temporal', () => {
  test('while it asks ends with a journal of its own, told as a reset, and is not comparable', async () => {
    const runId = await startTest(world, { resource: 'reset' });
    const before = await untilAsked(world, runId);
    await reset(runId, 'sourceStatus');
    await world.runWhen(
      runId,
      (run) => run.executionId !== before.executionId && run.projection.gates.length > 0,
      'the new execution is recorded, and asks',
    );
    await approve(world, runId);
    const run = await expectEnding(world, runId, {
      verdict: 'passed',
      findings: ['journal/reset'],
      copy: 'gone',
      journals: 2,
    });
    expect(run.projection.judged?.comparable).toBe(false);
    const journals = await wholeJournals(run);
    expect(journals).toHaveLength(2);
    expect(sealsIn(journals)).toBe(1);
    const evidence = verified(run);
    expect(evidence).toMatchObject({ ok: true, problems: [] });
    expect(evidence.notes).toEqual([
      expect.stringMatching(/was reset in Temporal/),
      expect.stringMatching(new RegExp(`another journal, ${before.executionId}, whole .*It was never sealed`)),
    ]);
  });

  test('after its end keeps both endings, each with its own evidence, and nobody is told anything twice', async () => {
    const runId = await startTest(world, { resource: 'reset-late' });
    await untilAsked(world, runId);
    await click(world, runId, 'jonas', { choice: 'reject', reason: 'not today' });
    const first = await expectEnding(world, runId, {
      verdict: 'aborted',
      findings: ['held/gate-rejected'],
      copy: 'none',
    });
    // Its verdict was reached and told by then.
    await reset(runId, 'releaseLock');
    const again = await world.runWhen(
      runId,
      (run) => run.executionId !== first.executionId && run.evidence?.path !== first.evidence?.path,
      'sealed again',
    );
    const run = await expectEnding(world, again.runId, {
      verdict: 'aborted',
      findings: ['held/gate-rejected', 'journal/reset'],
      copy: 'none',
      journals: 2,
    });
    expect(sealsIn(await wholeJournals(run))).toBe(2);
    expect(verified(first)).toMatchObject({ ok: true, notes: [] });
    expect(verified(run).notes.join('\n')).toMatch(/was reset in Temporal[\s\S]*It was sealed, too/);
    expect(run.evidence?.s3).not.toBe(first.evidence?.s3);
  });
});

test('other content under the same numbers, as after a restored Temporal: both courses are kept, and told', async () => {
  const runId = await startTest(world, { resource: 'conflict' });
  const { executionId } = await untilAsked(world, runId);
  const { head: hash, count } = await journalHead(world.store, runId, executionId);
  // What the run did in a future that its engine has forgotten.
  const forgotten = makeEntry(
    { number: count, hash },
    { runId, executionId, atMs: Date.now(), event: { type: 'drills-halted', reason: 'a future that is forgotten' } },
  );
  await appendEntries(world.store, [forgotten]);
  await approve(world, runId);
  const run = await expectEnding(world, runId, {
    verdict: 'passed',
    findings: ['journal/other-content'],
    copy: 'gone',
    journals: 2,
  });
  expect(run.executionId).toBe(`${executionId}.2`);
  expect(run.projection.halted).toBeUndefined();
  expect(run.projection.judged?.comparable).toBe(false);
  const [sealed, other] = await wholeJournals(run);
  expect(other?.at(-1)?.event).toMatchObject({ type: 'drills-halted' });
  expect(sealed?.slice(0, count).map(({ atMs, event }) => [atMs, event])).toEqual(
    other?.slice(0, count).map(({ atMs, event }) => [atMs, event]),
  );
  expect(verified(run)).toMatchObject({ ok: true, problems: [] });
  expect(verified(run).notes.join('\n')).toMatch(
    new RegExp(
      `From entry ${count + 1} on the store had another course[\\s\\S]*the first ${count} say the same as the sealed one, the other 1 stand only there \\(drills-halted\\)`,
    ),
  );
});

test('a store restored from a backup gets back what it lost, from runs in the middle and from one that was sealed', async () => {
  const middle = await startTest(world, { resource: 'lost' });
  const late = await startTest(world, { resource: 'lost-late' });
  await untilAsked(world, middle);
  await untilAsked(world, late);
  const restore = await world.backUpStore();
  holds.hold(middle, 'checkAvailable');
  holds.hold(late, 'sealEvidence');
  await approve(world, middle);
  await approve(world, late);
  await holds.reached(middle, 'checkAvailable');
  await holds.reached(late, 'sealEvidence');
  const seen = await world.runWhen(middle, (run) => run.projection.resources.length > 0, 'recorded');
  await world.runWhen(late, (run) => run.projection.sealed !== undefined, 'sealed');
  await restore();
  const old = await world.runWhen(middle, () => true, 'there');
  expect(old.projection.number).toBeLessThan(seen.projection.number);
  expect((await world.runWhen(late, () => true, 'there')).projection.judged).toBeUndefined();
  holds.release(middle, 'checkAvailable');
  holds.release(late, 'sealEvidence');

  const run = await expectEnding(world, middle, {
    verdict: 'passed',
    findings: ['journal/entries-lost'],
    copy: 'gone',
  });
  expect(run.projection.judged?.comparable).toBe(true);
  expect(await wholeJournals(run)).toHaveLength(1);
  expect(verified(run)).toMatchObject({ ok: true, notes: [expect.stringMatching(/the run put them back, unchanged/)] });

  const sealed = await expectEnding(world, late, {
    verdict: 'passed',
    findings: ['journal/entries-lost'],
    copy: 'gone',
  });
  const [journal, ...others] = await wholeJournals(sealed);
  expect(others).toEqual([]);
  expect(sealsIn([journal ?? []])).toBe(1);
  expect(verified(sealed)).toMatchObject({ ok: true, problems: [] });
});

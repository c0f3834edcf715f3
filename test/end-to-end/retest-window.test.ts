import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FindingAct } from '../../domain/finding-acts.ts';
import type { Finding } from '../../domain/finding.ts';
import { readRemediationEvents } from '../../store/remediations.ts';
import { findingHintSignal } from '../../workflows/finding-messages.ts';
import { remediationWorkflowId } from '../../workflows/messages.ts';
import { act, startTest, untilAsked } from '../engine/acting.ts';
import { typed } from '../engine/command-line.ts';
import { runMessages, until } from '../engine/outside.ts';
import { openSinceMs, remedying, startsUnheard, withTestWindow } from '../engine/remedying.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
const inThreeDays = (): number => Date.now() + 3 * dayMs;
/** Longer than all waits of a test together: each of them says itself what it waited for. */
const timeout = 900_000;

/** Databases whose next re-test is started without anybody hearing of it. */
const unheard = new Set<string>();

let world: World;
beforeAll(async () => {
  world = await createWorld({
    source: false,
    // A database each, of no other file: a re-test's id says when its window opened, and not whose it is.
    aliases: ['window-db', 'busy-db', 'free-db', 'shared-db', 'held-db', 'asked-db', 'accepted-db', 'unheard-db'],
    activities: startsUnheard(unheard),
    catalog: (text) =>
      withTestWindow(inThreeDays())(text.replace(/remediation: .*/, 'remediation: { pollEvery: 300ms }')),
  });
});
afterAll(() => world.close());
const { raise, lineOf, ticketsOf, untilIs, untilFiled, closeByHand, commentsOf, typesOf, handleOf } = remedying(
  () => world,
);

/** Any news has the findings look at today's catalog. */
async function windowIs(opensMs: number, ...findings: readonly Finding[]): Promise<void> {
  await world.changeCatalog(withTestWindow(opensMs));
  await Promise.all(findings.map((finding) => handleOf(finding).signal(findingHintSignal)));
}

/** Somebody says that it is remedied; firedrill would have it tested again by itself in three days. */
async function closedWithoutProof(resource: string): Promise<{ finding: Finding; key: string }> {
  await windowIs(inThreeDays());
  const finding = await raise({ resource, runId: `restore-test/jira-cloud/${resource}/2026Q4` });
  const key = await untilFiled(finding);
  await closeByHand(key);
  await untilIs(
    finding,
    ({ view }) => view?.retestPlanned !== undefined && view.ticket?.isDone === false,
    'planned into its window, its ticket noted as open again',
  );
  return { finding, key };
}

const ruth = { personId: 'ruth-adeyemi', personName: 'Ruth Adeyemi', roles: ['risk-and-compliance' as const] };

const does = ({ fingerprint }: Finding, who: Parameters<typeof act>[2], what: FindingAct) =>
  act(world, remediationWorkflowId(world.config.taskQueuePrefix, fingerprint), who, what);

const eventsOf = async ({ fingerprint }: Finding) =>
  (await readRemediationEvents(world.store, fingerprint)).map(({ event }) => event);

/** Whoever asks what runs there are waits until they are let go. */
async function holdRuns(): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>();
  const letGo = Promise.withResolvers<void>();
  const holding = world.store.transaction().execute(async (transaction) => {
    await sql`lock table run in access exclusive mode`.execute(transaction);
    held.resolve();
    await letGo.promise;
  });
  await Promise.race([held.promise, holding]);
  return async () => {
    letGo.resolve();
    await holding;
  };
}

test(
  'a re-test that starts by itself waits for its window, says when that opens, and begins in it; the catalog may change meanwhile',
  { timeout },
  async () => {
    const { finding, key } = await closedWithoutProof('window-db');
    const planned = (await lineOf(finding))?.view?.retestPlanned;
    expect(planned?.opensMs).toBeGreaterThan(Date.now() + 2 * dayMs);
    // People are told in Slack and on the ticket, and see it at the command line.
    const words = new RegExp(
      `A re-test starts by itself when the service's window opens, .* UTC \\(${planned?.words}\\)`,
    );
    await until(
      async () => words.test(JSON.stringify(await runMessages(world, `finding/${finding.fingerprint}`))),
      'told in Slack',
    );
    await until(async () => words.test(commentsOf((await ticketsOf(finding))[0])), 'told on the ticket');
    const { out: shown } = await typed(world, {}, 'finding', 'show', key);
    expect(shown).toContain(`by itself when the service's window opens`);
    expect(await typesOf(finding)).not.toContain('retest-started');

    // It is waited for durably, whatever becomes of the workers.
    await world.stopWorkers();
    await world.startWorkers();

    // The next minute that is not about to begin: normally it is waited for.
    const soonMs = Math.ceil((Date.now() + 10_000) / minuteMs) * minuteMs;
    await windowIs(soonMs, finding);
    await until(
      async () => (await lineOf(finding))?.view?.retest !== undefined,
      'tested again when its window opened, a minute or so after the workers began again',
      180_000,
    );
    const events = await readRemediationEvents(world.store, finding.fingerprint);
    const started = events.filter(({ event }) => event.type === 'retest-started');
    expect(started).toHaveLength(1);
    expect(started[0]?.atMs).toBeGreaterThanOrEqual(soonMs);
    expect((await lineOf(finding))?.view?.retestPlanned).toBeUndefined();
    // It asks at its gates like any run.
    const run = await untilAsked(world, (await lineOf(finding))?.view?.retest?.runId ?? '');
    expect(run.projection).toMatchObject({ initiator: 'system', state: 'waiting for approval' });
  },
);

test('whoever asks for it does not wait', { timeout }, async () => {
  const { finding } = await closedWithoutProof('free-db');
  expect(await does(finding, 'daniel', { kind: 'retest' })).toMatchObject({ outcome: 'accepted' });
  await untilIs(finding, ({ view }) => view?.retest !== undefined, 'tested again at once');
  expect(await eventsOf(finding)).toContainEqual(
    expect.objectContaining({ type: 'retest-started', askedBy: expect.objectContaining({ personName: 'Daniel Kim' }) }),
  );
});

test('who asks and is told no has it start in its window all the same', { timeout }, async () => {
  const { finding } = await closedWithoutProof('busy-db');
  await untilAsked(world, await startTest(world, { resource: 'busy-db' }));
  expect(await does(finding, 'daniel', { kind: 'retest' })).toMatchObject({ outcome: 'accepted' });
  await until(async () => (await typesOf(finding)).includes('retest-not-started'), 'told why none starts now');
  await untilIs(finding, ({ view }) => view?.retestPlanned !== undefined, 'planned again');
});

test('one run proves the remedies of all findings that wait for the same window', { timeout }, async () => {
  const { finding: one } = await closedWithoutProof('shared-db');
  const { finding: other } = await closedWithoutProof('shared-db');
  await windowIs(openSinceMs(), one, other);
  for (const finding of [one, other])
    await until(
      async () => (await typesOf(finding)).some((type) => /^retest-(not-)?started$/.test(type)),
      'told whether it is tested again',
    );
  const [first, second] = [await lineOf(one), await lineOf(other)];
  expect(first?.view?.retest?.runId).toMatch(/^restore-test\/jira-cloud\/shared-db\/retest-/);
  expect(second?.view?.retest?.runId).toBe(first?.view?.retest?.runId);
  const run = await untilAsked(world, first?.view?.retest?.runId ?? '');
  expect(run.projection).toMatchObject({ state: 'waiting for approval' });
});

test(
  'a start that nobody answers is asked for again, and is one run; nobody is told that there is none',
  { timeout },
  async () => {
    const { finding } = await closedWithoutProof('unheard-db');
    unheard.add('unheard-db');
    await windowIs(openSinceMs(), finding);
    await until(() => !unheard.has('unheard-db'), 'started, and nobody has heard of it');
    await handleOf(finding).signal(findingHintSignal);
    await until(async () => (await lineOf(finding))?.view?.retest !== undefined, 'known to be started', 180_000);
    const { runId = '' } = (await lineOf(finding))?.view?.retest ?? {};
    await untilAsked(world, runId);
    const retests = (await eventsOf(finding)).filter(({ type }) => type.startsWith('retest-'));
    expect(retests).toMatchObject([{ type: 'retest-planned' }, { type: 'retest-started', runId }]);
    const runs = await world.store.selectFrom('run').select('run_id').where('resource', '=', 'unheard-db').execute();
    expect(runs).toEqual([{ run_id: runId }]);
  },
);

test('what starts by itself and is told no waits for the next window, and not only for news', { timeout }, async () => {
  const { finding } = await closedWithoutProof('held-db');
  await untilAsked(world, await startTest(world, { resource: 'held-db' }));
  const opensMs = openSinceMs();
  await windowIs(opensMs, finding);
  await until(async () => (await typesOf(finding)).includes('retest-not-started'), 'told why none starts now');
  await untilIs(
    finding,
    ({ view }) => view?.retestPlanned?.opensMs === opensMs + 7 * dayMs,
    'planned into the window of next week',
  );
  // This one is still open, and there is news: it is asked for no second time.
  await windowIs(opensMs + 3 * dayMs, finding);
  await untilIs(
    finding,
    ({ view }) => view?.retestPlanned?.opensMs === opensMs + 3 * dayMs,
    'planned anew when the catalog changes',
  );
  const retests = (await eventsOf(finding)).filter(({ type }) => type.startsWith('retest-'));
  expect(retests).toMatchObject([
    { type: 'retest-planned' },
    { type: 'retest-not-started', code: 'already-running' },
    { type: 'retest-planned' },
    { type: 'retest-planned' },
  ]);
});

test('what somebody asks for while it is asked when the window opens is not planned', { timeout }, async () => {
  const { finding } = await closedWithoutProof('asked-db');
  const letGo = await holdRuns();
  try {
    await windowIs(inThreeDays() + dayMs, finding);
    await until(
      async () =>
        ((await handleOf(finding).describe()).raw.pendingActivities ?? []).some(
          ({ activityType }) => activityType?.name === 'testWindow',
        ),
      'the window is asked for',
      20_000,
    );
    expect(await does(finding, 'daniel', { kind: 'retest' })).toMatchObject({ outcome: 'accepted' });
  } finally {
    await letGo();
  }
  await untilIs(finding, ({ view }) => view?.retest !== undefined, 'tested again');
  expect((await typesOf(finding)).filter((type) => type === 'retest-planned')).toHaveLength(1);
});

test('whose risk is accepted meanwhile is not tested, unless somebody asks', { timeout }, async () => {
  const { finding } = await closedWithoutProof('accepted-db');
  const until30Days = new Date(Date.now() + 30 * dayMs).toISOString().slice(0, 10);
  const accept = { kind: 'accept-risk', until: until30Days, reason: 'Replaced next month.' } as const;
  expect(await does(finding, ruth, accept)).toMatchObject({ outcome: 'accepted' });
  expect(await does(finding, 'jonas', accept)).toMatchObject({ outcome: 'accepted' });
  await untilIs(
    finding,
    ({ view }) => view?.state === 'accepted' && view.retestPlanned === undefined,
    'planned no more',
  );
  expect(await eventsOf(finding)).toContainEqual(
    expect.objectContaining({ type: 'retest-not-started', code: 'accepted' }),
  );
  expect(await does(finding, 'daniel', { kind: 'retest' })).toMatchObject({ outcome: 'accepted' });
  await untilIs(finding, ({ view }) => view?.retest !== undefined, 'tested again');
});

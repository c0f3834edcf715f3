import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ActResult } from '../../client/runs/act.ts';
import type { FindingAct } from '../../domain/finding-acts.ts';
import { retestPlannedLaterText } from '../../domain/finding-words.ts';
import type { Finding } from '../../domain/finding.ts';
import type { RemediationEvent } from '../../domain/remediation.ts';
import { readRemediationEvents } from '../../store/remediations.ts';
import { findingHintSignal } from '../../workflows/finding-messages.ts';
import { remediationWorkflowId } from '../../workflows/messages.ts';
import { actUntilAnswered, approve, click, startTest, untilAsked } from '../engine/acting.ts';
import { runMessages, until } from '../engine/outside.ts';
import { openSinceMs, remedying, withTestWindow, withTestWindows } from '../engine/remedying.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/**
 * A finding that only a live test can prove. No runbook is live yet: to the workflows of this world a restore test is one. The run
 * itself is what it is everywhere.
 */

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Longer than all waits of a test together: each of them says itself what it waited for. */
const timeout = 900_000;

let world: World;
beforeAll(async () => {
  world = await createWorld({
    source: false,
    // A database each, of no other file: a re-test's id says when its window opened, and not whose it is.
    aliases: ['live-db', 'live-asked-db', 'joined-db', 'bare-db', 'live-held-db'],
    catalog: (text) => text.replace(/remediation: .*/, 'remediation: { pollEvery: 300ms }'),
    bundle(code) {
      const live = code.replace(/(const restoreTestRunbook = \{[^}]*?touches: )'isolated'/, "$1'live'");
      expect(live).not.toBe(code);
      return live;
    },
  });
});
afterAll(() => world.close());
const { raise, lineOf, ticketsOf, untilIs, untilFiled, closeByHand, commentsOf, typesOf, handleOf } = remedying(
  () => world,
);

/** Any news has the findings look at today's catalog. */
async function catalogSays(change: (text: string) => string, ...findings: readonly Finding[]): Promise<void> {
  await world.changeCatalog(change);
  await Promise.all(findings.map((finding) => handleOf(finding).signal(findingHintSignal)));
}

const raiseAbout = (resource: string): Promise<Finding> =>
  raise({ resource, runId: `restore-test/jira-cloud/${resource}/2026Q4` });

/** Asks, and asks again where a slow machine has the catalog answer later. */
async function asks({ fingerprint }: Finding, who: Parameters<typeof actUntilAnswered>[2]): Promise<ActResult> {
  const workflowId = remediationWorkflowId(world.config.taskQueuePrefix, fingerprint);
  for (;;) {
    const answer = await actUntilAnswered(world, workflowId, who, { kind: 'retest' } satisfies FindingAct);
    if (answer.text !== retestPlannedLaterText) return answer;
  }
}

async function retestsOf({ fingerprint }: Finding): Promise<readonly RemediationEvent[]> {
  const events = (await readRemediationEvents(world.store, fingerprint)).map(({ event }) => event);
  return events.filter(({ type }) => type.startsWith('retest-'));
}

test(
  'a live re-test is planned into the next opening of its window, also when somebody asks while one is open, and starts in it, with its gates',
  { timeout },
  async () => {
    const opensMs = openSinceMs();
    await catalogSays(withTestWindow(opensMs));
    const [closed, asked] = [await raiseAbout('live-db'), await raiseAbout('live-asked-db')];
    const key = await untilFiled(closed);
    await untilFiled(asked);

    // Somebody says that it is remedied; somebody wants to see it.
    await closeByHand(key);
    const answer = await asks(asked, 'daniel');
    expect(answer).toMatchObject({ outcome: 'accepted' });
    expect(answer.text).toMatch(
      /^A live re-test is planned into the service's window, .* UTC \(.*\), for Daniel Kim\. It starts then and at no other moment, and asks at its gates\.$/,
    );
    const daniel = { personId: 'daniel-kim', personName: 'Daniel Kim' };
    for (const [finding, by] of [
      [closed, {}],
      [asked, { askedBy: daniel }],
    ] as const) {
      await untilIs(finding, ({ view }) => view?.retestPlanned !== undefined, 'planned');
      expect((await lineOf(finding))?.view?.retestPlanned).toMatchObject({
        opensMs: opensMs + 7 * dayMs,
        live: true,
        ...by,
      });
    }
    // Everybody concerned is told.
    const told = /A live re-test is planned into the service's window/;
    await until(
      async () => told.test(JSON.stringify(await runMessages(world, `finding/${closed.fingerprint}`))),
      'told in Slack',
    );
    await until(async () => told.test(commentsOf((await ticketsOf(closed))[0])), 'told on the ticket');

    // It is waited for durably; the window is another one meanwhile: the next minute that is not about to begin.
    await world.stopWorkers();
    await world.startWorkers();
    const soonMs = Math.ceil((Date.now() + 10_000) / minuteMs) * minuteMs;
    await catalogSays(withTestWindow(soonMs), closed, asked);
    for (const finding of [closed, asked]) {
      await until(async () => (await lineOf(finding))?.view?.retest !== undefined, 'started', 180_000);
      const events = await readRemediationEvents(world.store, finding.fingerprint);
      const [started, ...more] = events.filter(({ event }) => event.type === 'retest-started');
      expect(more).toEqual([]);
      expect(started?.atMs).toBeGreaterThanOrEqual(soonMs);
    }

    // It asks at its gates: by itself in nobody's name, for whoever asked in theirs, who may then not approve it.
    const byItself = await untilAsked(world, (await lineOf(closed))?.view?.retest?.runId ?? '');
    expect(byItself.projection).toMatchObject({ initiator: 'system', state: 'waiting for approval' });
    const runId = (await lineOf(asked))?.view?.retest?.runId ?? '';
    expect((await untilAsked(world, runId)).projection).toMatchObject({
      initiator: 'daniel-kim',
      state: 'waiting for approval',
    });
    expect(await click(world, runId, 'daniel', { choice: 'approve' })).toMatchObject({
      outcome: 'refused',
      code: 'initiator-excluded',
    });
    await approve(world, runId);
  },
);

test('whoever asks for what is planned becomes its initiator, and nothing starts sooner', { timeout }, async () => {
  await catalogSays(withTestWindow(openSinceMs()));
  const finding = await raiseAbout('joined-db');
  await closeByHand(await untilFiled(finding));
  await untilIs(finding, ({ view }) => view?.retestPlanned !== undefined, 'planned');
  // Who may not start one has nobody plan it, and hears so now.
  const ruth = { personId: 'ruth-adeyemi', personName: 'Ruth Adeyemi', roles: ['risk-and-compliance' as const] };
  expect(await asks(finding, ruth)).toMatchObject({ outcome: 'refused', code: 'may-not-start' });

  expect(await asks(finding, 'daniel')).toMatchObject({
    outcome: 'accepted',
    text: expect.stringContaining('for Daniel Kim'),
  });
  // The second one is told the same, and for whom it is.
  expect(await asks(finding, 'priya')).toMatchObject({
    outcome: 'accepted',
    text: expect.stringContaining('for Daniel Kim'),
  });
  expect(await retestsOf(finding)).toMatchObject([
    { type: 'retest-planned', live: true },
    { type: 'retest-planned', live: true, askedBy: { personId: 'daniel-kim' } },
  ]);
});

test('without a window it is refused, with what to write where', { timeout }, async () => {
  await catalogSays(withTestWindows([]));
  const finding = await raiseAbout('bare-db');
  const key = await untilFiled(finding);
  const what = new RegExp(
    `the catalog gives jira-cloud none\\. Write under services\\.jira-cloud .*testWindows: .*firedrill finding retest ${key}$`,
  );
  expect(await asks(finding, 'daniel')).toMatchObject({
    outcome: 'refused',
    code: 'no-window',
    text: expect.stringMatching(what),
  });
  await closeByHand(key);
  await until(async () => {
    const types = await typesOf(finding);
    return types.includes('reopened') && types.lastIndexOf('retest-not-started') > types.indexOf('reopened');
  }, 'told why none starts by itself');
  for (const event of await retestsOf(finding))
    expect(event).toMatchObject({ type: 'retest-not-started', code: 'no-window', text: expect.stringMatching(what) });

  // Once it is written, it is planned for whoever asks; and no more when it is taken away again.
  await catalogSays(withTestWindow(Date.now() + 3 * dayMs), finding);
  expect(await asks(finding, 'daniel')).toMatchObject({ outcome: 'accepted' });
  await untilIs(finding, ({ view }) => view?.retestPlanned?.live === true, 'planned');
  await catalogSays(withTestWindows([]), finding);
  await untilIs(finding, ({ view }) => view?.retestPlanned === undefined, 'planned no more');
  expect(await typesOf(finding)).not.toContain('retest-started');
});

test('told no in its window, it waits for the next one, for whoever asked', { timeout }, async () => {
  await catalogSays(withTestWindow(Date.now() + 3 * dayMs));
  const finding = await raiseAbout('live-held-db');
  await untilFiled(finding);
  await untilAsked(world, await startTest(world, { resource: 'live-held-db' }));
  expect(await asks(finding, 'daniel')).toMatchObject({ outcome: 'accepted' });
  const soonMs = Math.ceil((Date.now() + 10_000) / minuteMs) * minuteMs;
  await catalogSays(withTestWindow(soonMs), finding);
  await untilIs(
    finding,
    ({ view }) => view?.retestPlanned?.opensMs === soonMs + 7 * dayMs,
    'planned into the next one',
  );
  const retests = await retestsOf(finding);
  expect(retests.slice(-2)).toMatchObject([
    { type: 'retest-not-started', code: 'already-running' },
    { type: 'retest-planned', live: true, askedBy: { personId: 'daniel-kim' } },
  ]);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actOnRun } from '../../client/runs/act.ts';
import type { ActStatement } from '../../domain/act.ts';
import type { FindingAct } from '../../domain/finding-acts.ts';
import type { Finding } from '../../domain/finding.ts';
import { signAct } from '../../domain/signing.ts';
import { readRemediationEvents } from '../../store/remediations.ts';
import { findingHintSignal } from '../../workflows/finding-messages.ts';
import { remediationWorkflowId } from '../../workflows/messages.ts';
import { people, untilAsked } from '../engine/acting.ts';
import { typed } from '../engine/command-line.ts';
import { runMessages, until } from '../engine/outside.ts';
import { remedying, withTestWindow } from '../engine/remedying.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
const inThreeDays = (): number => Date.now() + 3 * dayMs;

let world: World;
beforeAll(async () => {
  world = await createWorld({
    source: false,
    aliases: ['boards-db'],
    catalog: (text) =>
      withTestWindow(inThreeDays())(text.replace(/remediation: .*/, 'remediation: { pollEvery: 300ms }')),
  });
});
afterAll(() => world.close());
const { raise, lineOf, ticketsOf, untilIs, untilFiled, closeByHand, commentsOf, typesOf, handleOf } = remedying(
  () => world,
);

/** Somebody says that it is remedied; firedrill would have it tested again by itself. */
async function closedWithoutProof(change: Partial<Finding> = {}): Promise<{ finding: Finding; key: string }> {
  const finding = await raise(change);
  const key = await untilFiled(finding);
  await closeByHand(key);
  await untilIs(
    finding,
    ({ view }) => view?.retestPlanned !== undefined && view.ticket?.isDone === false,
    'planned into its window, its ticket noted as open again',
  );
  return { finding, key };
}

type Person = Pick<ActStatement, 'personId' | 'personName' | 'roles'>;
const ruth: Person = { personId: 'ruth-adeyemi', personName: 'Ruth Adeyemi', roles: ['risk-and-compliance'] };

async function does(finding: Finding, who: Person, act: FindingAct) {
  const runId = remediationWorkflowId(world.config.taskQueuePrefix, finding.fingerprint);
  const actId = randomUUID();
  const statement = { v: 1, purpose: 'act', actId, runId, act, ...who, clickedAtMs: Date.now() } as const;
  const signed = signAct(statement, world.config.slackSignerKey ?? '', 'slack-app', 'slack-app');
  return await actOnRun(world.runs, signed, { runId, actId });
}

test('a re-test that starts by itself waits for its window, says when that opens, and begins in it; the catalog may change meanwhile', async () => {
  const { finding, key } = await closedWithoutProof();
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
  await world.changeCatalog(withTestWindow(soonMs));
  // Any news has the finding look at today's catalog.
  await handleOf(finding).signal(findingHintSignal);
  await until(async () => (await lineOf(finding))?.view?.retest !== undefined, 'tested again', 200_000);
  const events = await readRemediationEvents(world.store, finding.fingerprint);
  const started = events.filter(({ event }) => event.type === 'retest-started');
  expect(started).toHaveLength(1);
  expect(started[0]?.atMs).toBeGreaterThanOrEqual(soonMs);
  expect((await lineOf(finding))?.view?.retestPlanned).toBeUndefined();
  // It asks at its gates like any run.
  const run = await untilAsked(world, (await lineOf(finding))?.view?.retest?.runId ?? '');
  expect(run.projection).toMatchObject({ initiator: 'system', state: 'waiting for approval' });
}, 240_000);

test('whoever asks for it does not wait; and when they are told no, it starts in its window all the same', async () => {
  await world.changeCatalog(withTestWindow(inThreeDays()));
  // The run of the test before this one holds the database.
  const { finding: busy } = await closedWithoutProof();
  expect(await does(busy, people.daniel, { kind: 'retest' })).toMatchObject({ outcome: 'accepted' });
  await until(async () => (await typesOf(busy)).includes('retest-not-started'), 'told why none starts now');
  await untilIs(busy, ({ view }) => view?.retestPlanned !== undefined, 'planned again');

  const { finding: free } = await closedWithoutProof({
    resource: 'boards-db',
    runId: 'restore-test/jira-cloud/boards-db/2026Q4',
  });
  expect(await does(free, people.daniel, { kind: 'retest' })).toMatchObject({ outcome: 'accepted' });
  await untilIs(free, ({ view }) => view?.retest !== undefined, 'tested again at once');
  const events = await readRemediationEvents(world.store, free.fingerprint);
  expect(events.find(({ event }) => event.type === 'retest-started')?.event).toMatchObject({
    askedBy: { personName: 'Daniel Kim' },
  });
});

test('whose risk is accepted meanwhile is not tested', async () => {
  const { finding } = await closedWithoutProof();
  const until30Days = new Date(Date.now() + 30 * dayMs).toISOString().slice(0, 10);
  const accept = { kind: 'accept-risk', until: until30Days, reason: 'Replaced next month.' } as const;
  expect(await does(finding, ruth, accept)).toMatchObject({ outcome: 'accepted' });
  expect(await does(finding, people.jonas, accept)).toMatchObject({ outcome: 'accepted' });
  await untilIs(
    finding,
    ({ view }) => view?.state === 'accepted' && view.retestPlanned === undefined,
    'planned no more',
  );
  const events = await readRemediationEvents(world.store, finding.fingerprint);
  expect(events.find(({ event }) => event.type === 'retest-not-started')?.event).toMatchObject({ code: 'accepted' });
});

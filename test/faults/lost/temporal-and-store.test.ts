import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { changeKillSwitch, readControl } from '../../../client/runs/control.ts';
import { decideRun } from '../../../client/runs/decide.ts';
import type { DecisionStatement } from '../../../domain/gate.ts';
import type { JournalBody } from '../../../domain/journal-entry.ts';
import { signStatement } from '../../../domain/signing.ts';
import { approve, click, people, startTest, untilAsked } from '../../engine/acting.ts';
import { expectEnding } from '../../engine/ending.ts';
import { startTcpProxy } from '../../engine/tcp-proxy.ts';
import type { TcpProxy } from '../../engine/tcp-proxy.ts';
import { createWorld } from '../../engine/world.ts';
import type { World } from '../../engine/world.ts';

const passed = { verdict: 'passed', findings: [], copy: 'gone' } as const;
const rejected = { verdict: 'aborted', findings: ['held/gate-rejected'], copy: 'none' } as const;

let world: World;
/** Between a client of ours (the CLI, the Slack app) and Temporal. */
let door: TcpProxy;
let connection: Connection;
let through: World;
beforeAll(async () => {
  const aliases = ['store', 'engine', 'start', 'update'];
  world = await createWorld({ aliases, watch: ['store', 'engine'] });
  const [host = '', port = ''] = inject('engine').temporalAddress.split(':');
  door = await startTcpProxy({ host, port: Number(port), speaks: 'http2' });
  connection = await Connection.connect({ address: `127.0.0.1:${door.port}` });
  const temporal = new Client({ connection });
  through = { ...world, temporal, runs: { ...world.runs, temporal } };
});
afterAll(async () => {
  await connection.close();
  await door.close();
  await world.close();
});

/** Lets the reply to the next request that says this be lost, does something, and makes sure that it was. */
async function losingReplyTo<T>(text: string, act: () => Promise<T>): Promise<T> {
  const before = door.repliesLost;
  door.loseReplyTo(text);
  const answer = await act();
  expect(door.repliesLost, `the reply to "${text}" was lost`).toBe(before + 1);
  return answer;
}

const statementOf = (about: Partial<DecisionStatement> & Pick<DecisionStatement, 'choice' | 'runId'>) => {
  const statement: DecisionStatement = {
    v: 1,
    decisionId: randomUUID(),
    gateId: '*',
    round: 0,
    ...people.daniel,
    clickedAtMs: Date.now(),
    ...about,
  };
  const { decisionId } = statement;
  return {
    decisionId,
    signed: signStatement(statement, world.config.slackSignerKey ?? '', 'slack-app', 'slack-app'),
  };
};
const approvalOf = (runId: string) =>
  statementOf({ runId, choice: 'reject', reason: 'not today', gateId: 'admission', round: 1, ...people.jonas });

/** The decisions that a run's journal has. */
async function decisionsOf(runId: string): Promise<readonly string[]> {
  const rows = await world.store.selectFrom('journal').select('body').where('run_id', '=', runId).execute();
  return rows
    .map(({ body }) => (JSON.parse(body) as JournalBody).event)
    .flatMap((event) => (event.type === 'decision-received' ? [event.decision.decisionId] : []));
}

describe('a reply of Temporal that is lost', () => {
  test('to a start: one run', async () => {
    const runId = await losingReplyTo('restoreTest', () => startTest(through, { resource: 'start' }));
    await untilAsked(world, runId);
    const runs = await world.store
      .selectFrom('run')
      .select('run_id')
      .where('run_id', 'like', 'restore-test/jira-cloud/start/%')
      .execute();
    expect(runs).toEqual([{ run_id: runId }]);
    await click(world, runId, 'jonas', { choice: 'reject', reason: 'not today' });
    await expectEnding(world, runId, rejected);
  });

  test('to a decision: it counts once, whatever its sender was told', async () => {
    const runId = await startTest(world, { resource: 'update' });
    await untilAsked(world, runId);
    const { signed, decisionId } = approvalOf(runId);
    const target = { runId, decisionId };
    const told = await losingReplyTo(decisionId, () => decideRun(through.runs, signed, target));
    expect(['accepted', 'queued']).toContain(told.outcome);
    await expectEnding(world, runId, rejected);
    expect(await decisionsOf(runId)).toEqual([decisionId]);
  });

  test('to a decision that was left for later: it counts once when a worker is back', async () => {
    const runId = await startTest(world, { resource: 'update' });
    await untilAsked(world, runId);
    await world.stopWorkers();
    const { signed, decisionId } = approvalOf(runId);
    const target = { runId, decisionId };
    const told = await losingReplyTo('decide-later', () => decideRun(through.runs, signed, target));
    expect(told.outcome).toBe('queued');
    await world.startWorkers();
    await expectEnding(world, runId, rejected);
    expect(await decisionsOf(runId)).toEqual([decisionId]);
  });

  test('to a worker that has told what it did: nothing is done again', async () => {
    const runId = await startTest(world, { resource: 'engine' });
    await untilAsked(world, runId);
    const before = world.temporalDoor.repliesLost;
    world.temporalDoor.loseReplyTo('firstScheduledAtMs', 4); // what only the answer of an activity says
    await approve(world, runId);
    // A task that was on its way through the same connection is lost with it, and comes again after its time-out.
    await expectEnding(world, runId, passed, 180_000);
    expect(world.temporalDoor.repliesLost).toBe(before + 4);
  });
});

test('replies of the store that are lost after the commit: every entry is there once', async () => {
  const runId = await startTest(world, { resource: 'store' });
  await untilAsked(world, runId);
  world.storeDoor.loseReplyTo('commit', 6);
  await approve(world, runId);
  await expectEnding(world, runId, passed, 90_000);
  expect(world.storeDoor.repliesLost).toBe(6);
  // The seal, the place of the evidence and what came after it lose theirs, too.
  const again = await startTest(world, { resource: 'store' });
  await untilAsked(world, again);
  for (const text of ['"sealed"', 'insert into "evidence"']) world.storeDoor.loseReplyTo(text);
  await click(world, again, 'jonas', { choice: 'reject', reason: 'not today' });
  await expectEnding(world, again, rejected);
});

test('a reply of Temporal to the kill switch that is lost: it is pulled once, and released once', async () => {
  for (const [choice, pulled] of [
    ['stop-all-drills', true],
    ['release-drills', false],
  ] as const) {
    const { signed, decisionId } = statementOf({ runId: 'control', choice, reason: 'incident 4711' });
    const told = await losingReplyTo(decisionId, () => changeKillSwitch(through.runs, signed, decisionId));
    expect(['accepted', 'queued']).toContain(told.outcome);
    await expect.poll(async () => (await readControl(world.runs)).killSwitch.pulled, { timeout: 20_000 }).toBe(pulled);
  }
});

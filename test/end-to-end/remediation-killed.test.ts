import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdJiraAnswer, until } from '../engine/outside.ts';
import { startWorldProcess } from '../engine/processes.ts';
import type { WorldProcess } from '../engine/processes.ts';
import { attested, remedying } from '../engine/remedying.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** The worker dies (kill -9) while what it does in Jira has happened and nobody has told it so. */

let world: World;
let worker: WorldProcess;
beforeAll(async () => {
  world = await createWorld({
    source: false,
    catalog: (text) => text.replace(/remediation: .*/, 'remediation: { pollEvery: 300ms }'),
  });
  await world.stopWorkers();
  worker = await startWorldProcess(world, 'worker');
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await world.close();
});

const { raise, ticketsOf, lineOf, untilIs, untilFiled, closeByHand, typesOf, untilOver, runPassed } = remedying(
  () => world,
);

/** Long enough that the answer is still on its way when the worker is gone, milliseconds. */
const heldMs = 30_000;

/** Kills the worker when such a call has had its effect, and starts another one. */
async function killAt(method: string, path: string, cause: () => Promise<unknown>): Promise<void> {
  const isMade = await holdJiraAnswer(world, { method, path }, heldMs);
  await cause();
  await until(isMade, `${method} ${path} is in flight`);
  const gone = once(worker.child, 'exit');
  worker.child.kill('SIGKILL');
  await gone;
  worker = await startWorldProcess(world, 'worker');
}

test('while its ticket is filed, while it is opened again, and while its proof closes it: each happens once', async () => {
  let finding: Awaited<ReturnType<typeof raise>> | undefined;
  await killAt('POST', '^/rest/api/3/issue$', async () => {
    finding = await raise();
  });
  if (finding === undefined) throw new Error('it was raised');
  const gap = finding;
  const key = await untilFiled(gap);
  expect(await ticketsOf(gap)).toHaveLength(1);

  const transitions = `^/rest/api/3/issue/[^/]+/transitions`;
  await killAt('POST', transitions, () => closeByHand(key));
  await untilIs(gap, ({ view }) => view?.reopened === 1 && view.ticket?.isDone === false, 'noted as reopened');
  const [reopened] = await ticketsOf(gap);
  expect(reopened).toMatchObject({ key, status: 'To Do' });
  expect(reopened?.comments).toHaveLength(1);

  const proof = 'restore-test/jira-cloud/issues-db/manual-20261128T130000Z-0001';
  await killAt('POST', transitions, () => runPassed(proof));
  await untilOver(gap);
  const [closed, ...others] = await ticketsOf(gap);
  expect(others).toEqual([]);
  expect(closed).toMatchObject({ key, status: 'Done' });
  // Why it was opened again, and what proved it.
  expect(closed?.comments).toHaveLength(2);
  expect((await lineOf(gap))?.view).toMatchObject({ state: 'closed', reopened: 1, closed: { how: 'recheck' } });
  const types = await typesOf(gap);
  for (const once of ['ticket-filed', 'reopened', 'closed'])
    expect([once, types.filter((type) => type === once).length]).toEqual([once, 1]);
});

test('while a comment that says why it is open again is written: it is said once', async () => {
  const finding = await raise({ proof: attested });
  const key = await untilFiled(finding);
  await killAt('POST', '^/rest/api/3/issue/[^/]+/comment', () => closeByHand(key));
  await untilIs(finding, ({ view }) => view?.reopened === 1 && view.ticket?.isDone === false, 'noted as reopened');
  const [ticket, ...others] = await ticketsOf(finding);
  expect(others).toEqual([]);
  expect(ticket?.status).toBe('To Do');
  expect(ticket?.comments).toHaveLength(1);
});

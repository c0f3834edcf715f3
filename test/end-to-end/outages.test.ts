import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { engineState, newestInEngine, runInEngine } from '../../client/runs/engine-runs.ts';
import { readPublicKey, verifyFolder } from '../../client/evidence/read-bundle.ts';
import { openGateOf } from '../../domain/run-projection.ts';
import { verifyChain } from '../../domain/hash-chain.ts';
import { publicKeyOf } from '../../domain/signing.ts';
import { readJournal } from '../../store/journal.ts';
import { click, startTest } from '../engine/acting.ts';
import { typed } from '../engine/command-line.ts';
import { expectEnding } from '../engine/ending.ts';
import type { Expected } from '../engine/ending.ts';
import { jira, jiraIssues, runMessages, slack, until } from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** Something is down from before the start until after the verdict: the run is held, ends, and is recorded once. */
let world: World;
beforeAll(async () => {
  world = await createWorld({ aliases: ['no-store', 'nothing'], watch: ['no-store', 'nothing'] });
});
afterAll(() => world.close());

/** The control-plane calls of AWS work on; only the evidence bucket is gone. */
const s3Down = (): Promise<unknown> => world.control('POST', 'faults', { service: 's3', kind: 'hang-up', times: null });
async function s3Up(): Promise<void> {
  const { faults } = (await world.control('GET', 'faults')) as { faults: { id: string; service: string }[] };
  for (const { id, service } of faults) if (service === 's3') await world.control('DELETE', `faults/${id}`);
}

/** The catalog with a check of this resource that its data cannot pass: a copy, its cleanup, a finding and a ticket. */
function withCheck(text: string, resource: string): string {
  const catalog = parse(text) as { services: { 'jira-cloud': { resources: { name: string; checks?: object[] }[] } } };
  const found = catalog.services['jira-cloud'].resources.find(({ name }) => name === resource);
  const sql = 'SELECT count(*) FROM projects';
  const check = { check: 'query', name: 'a million projects', sql, expect: { equals: 1_000_000 } };
  if (found !== undefined) found.checks = [...(found.checks ?? []), check];
  return stringify(catalog, { aliasDuplicateObjects: false });
}

const firedrill = (...args: readonly string[]) => typed(world, {}, ...args);

/** Approves as soon as the run takes it: with store and Slack down nobody is told that it asks. */
async function approveUnseen(runId: string): Promise<void> {
  await until(async () => {
    // A gate takes only so many attempts.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const answer = await click(world, runId, 'jonas', { choice: 'approve' });
    return answer.outcome === 'accepted';
  }, 'the gate takes an approval');
}

const judgedInEngine = (runId: string): Promise<void> =>
  until(async () => (await runInEngine(world.runs, runId))?.judged !== undefined, 'the engine knows the verdict');

async function expectRecordedOnce(runId: string, expected: Expected): Promise<void> {
  const run = await expectEnding(world, runId, expected);
  const entries = await readJournal(world.store, runId, run.executionId);
  expect(verifyChain(entries)).toMatchObject({ ok: true, count: entries.length });
  expect(entries.filter(({ body }) => body.includes('"type":"sealed"'))).toHaveLength(1);
  const key = readPublicKey(publicKeyOf(world.config.evidenceKey ?? ''));
  expect(verifyFolder(run.evidence?.path ?? '', key)).toMatchObject({ ok: true, problems: [], notes: [] });
  expect(run.evidence?.s3).toMatch(/^s3:/);
  expect(openGateOf(run.projection)).toBeUndefined();
}

test('the store down from before the start until after the verdict, with workers restarted in between', async () => {
  world.storeDoor.shut();
  const runId = await startTest(world, { resource: 'no-store' });
  expect(await firedrill('status', runId)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/store .* does not answer[\s\S]*under way, recording pending/),
  });
  await until(
    async () => (await runMessages(world, runId)).some(({ key }) => key.startsWith('gate:')),
    'people are asked without a store',
  );
  await world.stopWorkers();
  await world.startWorkers();
  await approveUnseen(runId);
  await judgedInEngine(runId);
  expect((await firedrill('status', runId)).out).toMatch(/recovered, recording pending[\s\S]*Verdict: passed/);
  expect((await firedrill('status')).out).toMatch(new RegExp(`recovered, recording pendi.*${runId}`));
  await until(
    async () => (await runMessages(world, runId)).some(({ key }) => key === 'verdict'),
    'the verdict is told without a store',
  );
  // Its work is over: nobody waits for the store to use the resource again.
  await world.stopWorkers();
  await world.startWorkers();
  world.storeDoor.open();
  await expectRecordedOnce(runId, { verdict: 'passed', findings: [], copy: 'gone' });
  const after = await firedrill('status', runId);
  expect(after.out).not.toMatch(/pending/);
});

test('store, S3, Slack and Jira all down from before the start until after the verdict', async () => {
  world.storeDoor.shut();
  await s3Down();
  await slack(world, 'POST', 'faults', { kind: 'down', times: 'always' });
  await jira(world, 'POST', 'faults', { path: '/', kind: 'down' });
  await world.changeCatalog((text) => withCheck(text, 'nothing'));
  const runId = await startTest(world, { resource: 'nothing' });
  await approveUnseen(runId);
  await judgedInEngine(runId);
  const [engine] = (await newestInEngine(world.runs, 5)).filter((run) => run.runId === runId);
  expect(engine && engineState(engine)).toBe('over, recording pending');
  expect(await runMessages(world, runId)).toEqual([]);
  // One after the other they come back, the store last.
  await jira(world, 'DELETE', 'faults');
  await slack(world, 'DELETE', 'faults');
  await s3Up();
  world.storeDoor.open();
  await expectRecordedOnce(runId, { verdict: 'failed', findings: ['check:a million projects/failed'], copy: 'gone' });
  expect((await jiraIssues(world)).filter(({ runs }) => runs.includes(runId))).toHaveLength(1);
});

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FiredrillError } from '../../domain/errors.ts';
import { approve, click, copyNameOf, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { createHolds } from '../engine/holds.ts';
import {
  confluence,
  jira,
  jiraIssues,
  refusedByAws,
  refuseRestores,
  runMessages,
  slack,
  until,
} from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

const resources = [
  'slack-down',
  'jira-down',
  'confluence-down',
  's3-down',
  'store-down',
  'refused',
  'conflict',
  'leak-refused',
  'leak-stays',
  'recurs',
  'untold',
];
const holds = createHolds();
let world: World;
beforeAll(async () => {
  world = await createWorld({
    aliases: resources,
    watch: ['issues-db', 's3-down', 'store-down', 'leak-refused', 'leak-stays'],
    activities: holds.activities,
    catalog: (text) => text.replace('deleteDeadline: 20s', 'deleteDeadline: 4s'),
  });
});
afterAll(() => world.close());

const passed = { verdict: 'passed', findings: [], copy: 'gone' } as const;

/** A run whose restore AWS refuses: a verdict, a finding and a ticket within seconds. */
async function refusedRun(resource: string): Promise<string> {
  const runId = await startTest(world, { resource });
  await untilAsked(world, runId);
  await refuseRestores(world, copyNameOf(runId, resource));
  await approve(world, runId);
  return runId;
}

describe('with', () => {
  test('Slack down for the whole run it ends and is recorded; people are told once, in order, when Slack is back', async () => {
    await slack(world, 'POST', 'faults', { kind: 'down', times: 'always' });
    const runId = await refusedRun('slack-down');
    await world.runWhen(
      runId,
      (run) => run.evidence !== undefined && run.tickets.length === 1,
      'recorded with its ticket',
    );
    expect(await runMessages(world, runId)).toEqual([]);
    await slack(world, 'DELETE', 'faults');
    await expectEnding(world, runId, refusedByAws);
    const keys = (await runMessages(world, runId)).map(({ key }) => key);
    expect(keys.indexOf('gate:admission:1')).toBeLessThan(keys.indexOf('verdict'));
  });

  test('Jira down for the whole run Slack tells the finding, and the ticket comes once when Jira is back', async () => {
    await jira(world, 'POST', 'faults', { path: '/', kind: 'down' });
    const runId = await refusedRun('jira-down');
    await until(
      async () => (await runMessages(world, runId)).some(({ key }) => key === 'verdict'),
      'Slack has the verdict',
    );
    expect((await world.runWhen(runId, (run) => run.evidence !== undefined, 'sealed')).tickets).toEqual([]);
    await jira(world, 'DELETE', 'faults');
    await expectEnding(world, runId, refusedByAws);
  });

  test('Confluence down for the whole run nothing is different: a restore test reads nothing there', async () => {
    await confluence(world, 'POST', 'faults', { path: '/', kind: 'down' });
    const runId = await refusedRun('confluence-down');
    await expectEnding(world, runId, refusedByAws);
    await confluence(world, 'DELETE', 'faults');
  });

  test('S3 down at the seal the verdict stands and is told, and the evidence comes when S3 is back', async () => {
    const runId = await startTest(world, { resource: 's3-down' });
    await untilAsked(world, runId);
    await world.control('POST', 'faults', { service: 's3', kind: 'hang-up', times: null });
    await approve(world, runId);
    await until(
      async () => (await runMessages(world, runId)).some(({ key }) => key === 'verdict'),
      'Slack has the verdict',
      60_000,
    );
    const waiting = await world.runWhen(runId, (run) => run.projection.sealed !== undefined, 'journal sealed');
    expect(waiting.evidence).toBeUndefined();
    // A click that comes behind the seal is answered, and spoils neither the journal nor the evidence.
    expect(await click(world, runId, 'priya', { choice: 'abort' })).toMatchObject({
      outcome: 'refused',
      code: 'run-over',
    });
    for (const { id } of (
      (await world.control('GET', 'faults')) as { faults: { id: string; service: string }[] }
    ).faults.filter(({ service }) => service === 's3'))
      await world.control('DELETE', `faults/${id}`);
    const run = await expectEnding(world, runId, passed);
    expect(run.evidence?.s3).toMatch(/^s3:/);
    await until(
      async () => (await allTextBelow(run.evidence?.path ?? '')).includes('late-decision'),
      'the late click is in the addenda',
    );
    expect(run.projection.number).toBe(waiting.projection.number);
  });

  test('the store down in the middle the run goes on to its end, and everything is recorded once when it is back', async () => {
    const runId = await startTest(world, { resource: 'store-down' });
    await untilAsked(world, runId);
    holds.hold(runId, 'checkAvailable');
    await approve(world, runId);
    await holds.reached(runId, 'checkAvailable');
    world.storeDoor.shut();
    holds.release(runId, 'checkAvailable');
    await until(
      async () => (await runMessages(world, runId)).some(({ key }) => key === 'verdict'),
      'the verdict is told without a store',
      60_000,
    );
    expect((await world.runWhen(runId, () => true, 'there')).projection.judged).toBeUndefined();
    world.storeDoor.open();
    await expectEnding(world, runId, passed);
  });
});

describe('what cannot be recorded', () => {
  test('never holds a run: a journal that the store refuses for good is told and ticketed, and the lock is free', async () => {
    const runId = await startTest(world, { resource: 'conflict' });
    await untilAsked(world, runId);
    holds.fail(
      runId,
      'appendJournal',
      new FiredrillError({
        code: 'journal-conflict',
        kind: 'refused',
        what: 'Entry 9 is already recorded with other content.',
        means: '',
        next: '',
      }),
    );
    expect(await click(world, runId, 'jonas', { choice: 'reject', reason: 'not today' })).toMatchObject({
      outcome: 'accepted',
    });
    const report = (await world.temporal.workflow.getHandle(runId).result()) as {
      verdict: string;
      reason: string;
      evidencePath?: string;
    };
    expect(report).toMatchObject({
      verdict: 'aborted',
      reason: expect.stringContaining('The store refused the journal'),
    });
    expect(report.evidencePath).toBeUndefined();
    await until(
      async () => (await world.temporal.workflow.getHandle(`delivery/${runId}`).describe()).status.name === 'COMPLETED',
      'delivery ends',
    );
    const titles = (await jiraIssues(world)).filter(({ runs }) => runs.includes(runId)).map(({ summary }) => summary);
    expect(titles).toHaveLength(2);
    expect(titles.join()).toMatch(/not evidenced \(journal-refused\)/);
    const again = await startTest(world, { resource: 'conflict' });
    await untilAsked(world, again);
    await click(world, again, 'jonas', { choice: 'reject', reason: 'not today' });
    await expectEnding(world, again, { verdict: 'aborted', findings: ['held/gate-rejected'], copy: 'none' });
  });

  test('evidence that is refused for good leaves the verdict standing and becomes a finding', async () => {
    const runId = await startTest(world, { resource: 'refused' });
    await untilAsked(world, runId);
    holds.fail(
      runId,
      'sealEvidence',
      new FiredrillError({
        code: 'evidence-conflict',
        kind: 'refused',
        what: 's3://bucket/x is there already with other content.',
        means: '',
        next: '',
      }),
    );
    await click(world, runId, 'jonas', { choice: 'reject', reason: 'not today' });
    expect(await world.temporal.workflow.getHandle(runId).result()).toMatchObject({
      verdict: 'aborted',
      reason: expect.stringContaining('The evidence was refused'),
    });
    await until(
      async () =>
        (await jiraIssues(world)).some(
          ({ runs, summary }) => runs.includes(runId) && summary.includes('evidence-conflict'),
        ),
      'a ticket says so',
    );
  });

  test('people who cannot be told: a delivery that was terminated by hand does not keep the run from its verdict', async () => {
    const runId = await startTest(world, { resource: 'untold' });
    await untilAsked(world, runId);
    await until(async () => (await runMessages(world, runId)).length > 0, 'delivery has begun');
    await world.temporal.workflow.getHandle(`delivery/${runId}`).terminate('a test');
    await click(world, runId, 'jonas', { choice: 'reject', reason: 'not today' });
    const run = await world.runWhen(runId, (it) => it.evidence !== undefined, 'sealed');
    expect(run.projection.judged?.verdict).toBe('aborted');
    expect(run.projection.problems).toContainEqual(
      expect.objectContaining({ where: 'telling people', error: expect.objectContaining({ code: 'nobody-told' }) }),
    );
    expect(await world.temporal.workflow.getHandle(runId).result()).toMatchObject({ verdict: 'aborted' });
  });
});

describe('a copy that does not go away', () => {
  test.each([
    { resource: 'leak-refused', how: 'refused' },
    { resource: 'leak-stays', how: 'stays' },
  ])('because deleting it is $how: failed, reported, and left to the sweeper', async ({ resource, how }) => {
    await world.control('POST', 'rds/refuse-delete', { match: `drdrill-jira-cloud-${resource}-*`, how });
    const runId = await startTest(world, { resource });
    await approve(world, runId);
    const run = await expectEnding(world, runId, {
      verdict: 'failed',
      reason: /^Data proven, cleanup not/,
      findings: ['cleanup/leftover'],
      copy: 'leftover',
    });
    expect(run.projection.resources[0]?.detail).toMatch(/drdrill-|delete|still there|deleting/i);
    const { leftovers } = (await world.control('GET', 'leftovers')) as { leftovers: { arn: string; tags: unknown }[] };
    const left = leftovers.filter(({ arn }) => arn.includes(copyNameOf(runId, resource)));
    expect(JSON.stringify(left)).toMatch(/dr:expires-at/);
    await world.control('POST', 'rds/release', {});
  });
});

test('a gap that comes back is one ticket with one comment per run', async () => {
  const first = await refusedRun('recurs');
  await expectEnding(world, first, refusedByAws);
  const second = await refusedRun('recurs');
  const run = await expectEnding(world, second, refusedByAws);
  const its = (await jiraIssues(world)).filter(
    ({ fingerprint }) => fingerprint === run.projection.findings[0]?.fingerprint,
  );
  expect(its).toMatchObject([{ runs: [first, second] }]);
  expect(its[0]?.comments).toHaveLength(1);
});

async function allTextBelow(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  return (
    await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
    )
  ).join('\n');
}

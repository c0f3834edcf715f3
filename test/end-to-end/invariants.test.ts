import {
  CreateDBInstanceCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planRestoreTest } from '../../client/runs/plan-restore-test.ts';
import { taskQueue } from '../../domain/queues.ts';
import { sandboxCredentials } from '../../examples/set-up.ts';
import type { StoredRun } from '../../store/read.ts';
import { createControlCalls } from '../../worker/control-calls.ts';
import { approve, copyNameOf, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding, witnessOf } from '../engine/ending.ts';
import { jiraIssues, runMessages, until } from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';
import { evidenceProblems } from '../faults/invariants/evidence.ts';
import { examineInstallation, examineRun } from '../faults/invariants/examine.ts';

/** What every ending is examined for (`../faults/invariants/`) is found when it is there: planted by hand behind a run that ended well. */

const refused = { verdict: 'failed', findings: ['restore/restore-refused'], copy: 'gone' } as const;

let world: World;
let run: StoredRun;
beforeAll(async () => {
  world = await createWorld({ source: false });
  const runId = await startTest(world);
  await untilAsked(world, runId);
  await world.control('POST', 'faults', {
    service: 'rds',
    operation: 'RestoreDBInstanceToPointInTime',
    kind: 'error',
    code: 'InvalidRestoreFault',
    times: null,
    match: { TargetDBInstanceIdentifier: copyNameOf(runId) },
  });
  await approve(world, runId);
  run = await expectEnding(world, runId, refused);
  expect(await examineInstallation(witnessOf(world))).toEqual([]);
});
afterAll(() => world.close());

/** All that is wrong with the run and with the installation, `kind: what`. */
async function found(): Promise<readonly string[]> {
  const { violations } = await examineRun(witnessOf(world), run.runId, refused);
  const atRest = await examineInstallation(witnessOf(world));
  return [...violations, ...atRest].map(({ kind, what }) => `${kind}: ${what}`);
}

async function post(url: string, authorization: string, body: object): Promise<unknown> {
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}

test('another verdict than the expected one', async () => {
  const { violations } = await examineRun(witnessOf(world), run.runId, {
    verdict: 'passed',
    findings: [],
    copy: 'none',
  });
  expect(violations.map(({ kind, what }) => `${kind}: ${what}`)).toEqual([
    expect.stringMatching(/^wrong: verdict failed instead of passed/),
    expect.stringMatching(/^wrong: findings \[restore\/restore-refused] instead of \[]/),
    expect.stringMatching(/^wrong: the copy is \[gone] instead of \[]/),
    expect.stringMatching(/^wrong: T8 stands/),
  ]);
});

test('a message that Slack has twice', async () => {
  const [verdict] = (await runMessages(world, run.runId)).filter(({ key }) => key === 'verdict');
  const { metadata } = (verdict?.message ?? {}) as { metadata?: object };
  const { slackUrl, slackBotToken } = world.place;
  const message = { channel: verdict?.channel, text: 'It has failed.', metadata };
  expect(await post(`${slackUrl}/api/chat.postMessage`, `Bearer ${slackBotToken}`, message)).toMatchObject({
    ok: true,
  });
  const problems = await found();
  expect(problems).toContain('doubled: Slack has 2 messages "verdict"');
  expect(problems).toContain(`doubled: Slack has more than one message "verdict" of ${run.runId}`);
});

test('a gap with two tickets', async () => {
  const [ticket] = await jiraIssues(world);
  const { jiraUrl, jiraEmail, jiraApiToken } = world.place;
  const login = `Basic ${Buffer.from(`${jiraEmail}:${jiraApiToken}`).toString('base64')}`;
  await post(`${jiraUrl}/rest/api/3/issue`, login, {
    fields: { project: { key: 'DR' }, issuetype: { name: 'Task' }, summary: 'The same gap' },
    properties: [{ key: 'firedrill', value: { fingerprint: ticket?.fingerprint, runs: [run.runId] } }],
  });
  const problems = await found();
  expect(problems).toContainEqual(expect.stringMatching(/^doubled: 2 open tickets for /));
  expect(problems).toContainEqual(expect.stringMatching(/^doubled: the ticket for .* counts this run 2 times/));
  expect(problems).toContain(`doubled: more than one open ticket for ${ticket?.fingerprint ?? ''}`);
});

test('a sealed file that the bucket has twice, one that it has no more, and one that is not as it was sealed', async () => {
  const s3 = new S3Client({
    endpoint: world.place.awsUrl,
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: sandboxCredentials(world.place.accountId),
  });
  const { hostname: Bucket } = new URL(run.evidence?.s3 ?? '');
  const put = (name: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket, Key: `${run.runId}/${name}`, Body, ChecksumAlgorithm: 'SHA256' }));
  await put('manifest.json', '{}');
  await s3.send(new DeleteObjectCommand({ Bucket, Key: `${run.runId}/journal.jsonl` }));
  s3.destroy();
  const problems = await found();
  expect(problems).toContain(`doubled: the bucket has 2 versions of ${run.runId}/manifest.json`);
  expect(problems).toContain(`lost: the bucket has other bytes in ${run.runId}/manifest.json`);
  expect(problems).toContain(`lost: the bucket has no ${run.runId}/journal.jsonl`);
});

test('evidence that is in no bucket', async () => {
  const { path, manifestHash } = run.evidence ?? { path: '', manifestHash: '' };
  const { lost } = await evidenceProblems(witnessOf(world), { ...run, evidence: { path, manifestHash } });
  expect(lost).toEqual(['the evidence names no bucket']);
});

test('a copy that was made twice, although nothing of it is there any more', async () => {
  const { awsUrl, accountId } = world.place;
  const rds = new RDSClient({ endpoint: awsUrl, region: 'eu-central-1', credentials: sandboxCredentials(accountId) });
  const DBInstanceIdentifier = copyNameOf(run.runId);
  const status = (): Promise<string | undefined> =>
    rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier })).then(
      ({ DBInstances }) => DBInstances?.[0]?.DBInstanceStatus,
      () => undefined,
    );
  for (const _time of [1, 2]) {
    // One that has no server in the stand-in: it is only the name that counts.
    const how = {
      Engine: 'mysql',
      DBInstanceClass: 'db.t3.micro',
      AllocatedStorage: 20,
      DBSubnetGroupName: 'firedrill-drills',
    };
    const login = { MasterUsername: 'admin', MasterUserPassword: 'planted-Pass-1' };
    await rds.send(new CreateDBInstanceCommand({ DBInstanceIdentifier, ...how, ...login }));
    await until(async () => (await status()) === 'available', 'made');
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }));
    await until(async () => (await status()) === undefined, 'gone');
  }
  rds.destroy();
  const problems = await found();
  expect(problems).toContain(`doubled: ${DBInstanceIdentifier} was created 2 times`);
  expect(problems).toContain(`doubled: ${DBInstanceIdentifier} was created more than once`);
  expect(problems.filter((problem) => problem.startsWith('left over'))).toEqual([]);
});

test('a workflow that has failed, one that ran out of time, and one whose tasks our code breaks', async () => {
  const plan = planRestoreTest(
    await world.runs.catalog(),
    {
      service: 'jira-cloud',
      resource: 'issues-db',
      point: 'latest',
      initiator: { personId: 'daniel-kim', name: 'Daniel Kim' },
      via: 'cli',
    },
    run.runId,
    world.runs,
    Date.now(),
  );
  const on = { taskQueue: taskQueue(world.config.taskQueuePrefix, 'workflows') };
  // Without the memo that says what it may touch no run begins.
  const { workflow } = world.temporal;
  await workflow.start('restoreTest', { ...on, workflowId: 'planted-failed', args: [plan] });
  await workflow.start('remediation', { ...on, workflowId: 'planted-late', args: [{}], workflowRunTimeout: 1000 });
  const broken = await workflow.start('noSuchWorkflow', { ...on, workflowId: 'planted-broken', args: [] });
  const problems = [
    /^stuck: planted-failed has failed$/,
    /^stuck: planted-late has failed$/,
    /^stuck: a workflow task of planted-broken failed \(cause \d+\): .*noSuchWorkflow/s,
  ];
  await until(async () => {
    const seen = await found();
    return problems.every((problem) => seen.some((one) => problem.test(one)));
  }, 'each of them found');
  await broken.terminate();
});

test('a lock that nobody gives back', async () => {
  const { acquireLock } = createControlCalls(world.temporal, world.config.taskQueuePrefix);
  const { mode, runbook, service } = run.projection;
  const resources = ['jira-cloud/issues-db'];
  const memo = { mode, touches: 'isolated', runbook, service, resource: 'issues-db' } as const;
  await acquireLock({ runId: run.runId, resources, memo } as Parameters<typeof acquireLock>[0]);
  const still = `left over: jira-cloud/issues-db is still locked by ${run.runId}`;
  expect((await found()).filter((problem) => problem === still)).toHaveLength(2);
});

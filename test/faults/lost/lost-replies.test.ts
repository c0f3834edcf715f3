import { DescribeDBInstancesCommand, ModifyDBInstanceCommand, StopDBInstanceCommand } from '@aws-sdk/client-rds';
import type { RDSClient } from '@aws-sdk/client-rds';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sandboxCredentials } from '../../../examples/set-up.ts';
import type { StoredRun } from '../../../store/read.ts';
import { approve, copyNameOf, startTest, untilAsked } from '../../engine/acting.ts';
import type { TestRequest } from '../../engine/acting.ts';
import { expectEnding } from '../../engine/ending.ts';
import { createHolds } from '../../engine/holds.ts';
import { jira, slack, until, webhookMessages } from '../../engine/outside.ts';
import { takeSnapshot } from '../../engine/snapshots.ts';
import { rdsOf } from '../../engine/outside.ts';
import { createWorld } from '../../engine/world.ts';
import type { World } from '../../engine/world.ts';
import { mutatingCalls } from './mutating-calls.ts';

/** What runs call that changes something. The list is checked against what they really call, both ways. */
const changes = [
  'jira POST /issue',
  'jira POST /issue/*/comment',
  'jira POST /issue/*/remotelink',
  'jira POST /issue/*/watchers',
  'jira PUT /issue/*/properties/*',
  'rds AddTagsToResource',
  'rds DeleteDBInstance',
  'rds ModifyDBInstance',
  'rds RestoreDBInstanceFromDBSnapshot',
  'rds RestoreDBInstanceToPointInTime',
  'rds StartDBInstance',
  's3 PutObject',
  'slack chat.postMessage',
  'slack chat.update',
];
const passed = { verdict: 'passed', findings: [], copy: 'gone' } as const;
const refused = { verdict: 'failed', findings: ['restore/restore-refused'], copy: 'gone' } as const;
/** The other troubles, so that each call has two of them. */
const mixedTroubles: readonly (Troubles & { resource: string })[] = [
  {
    resource: 'mixed-one',
    RestoreDBInstanceToPointInTime: 'hang-up',
    ModifyDBInstance: 'error-after',
    AddTagsToResource: 'throttle',
    DeleteDBInstance: 'late-reply',
    'addenda.jsonl': 'hang-up',
    'manifest.json': 'error-after',
  },
  {
    resource: 'mixed-two',
    RestoreDBInstanceToPointInTime: 'error-after',
    ModifyDBInstance: 'throttle',
    AddTagsToResource: 'hang-up',
    DeleteDBInstance: 'error-after',
    'addenda.jsonl': 'error-after',
    'manifest.sig': 'throttle',
  },
];

const holds = createHolds();
let world: World;
beforeAll(async () => {
  const passing = ['pitr', 'snapshot', 'protected', 'stopped', ...mixedTroubles.map(({ resource }) => resource)];
  world = await createWorld({
    aliases: [...passing, 'refused', 'refused-again', 'twice'],
    watch: passing,
    activities: holds.activities,
    // Two seconds' lease, so that it is renewed; a link to the run, so that tickets get one.
    catalog: (text) => text.replace('notFoundProof: 2s', 'notFoundProof: 2s\n      leaseHours: 0.0006'),
    env: { TEMPORAL_UI_URL: 'http://127.0.0.1:8233' },
  });
});
afterAll(() => world.close());

/** Kind of trouble, by the call that has it. `PutObject` is by the name of the file. */
type Troubles = Readonly<Record<string, string>>;
const everyReplyLost: Troubles = {
  RestoreDBInstanceToPointInTime: 'lose-reply',
  RestoreDBInstanceFromDBSnapshot: 'lose-reply',
  ModifyDBInstance: 'lose-reply',
  AddTagsToResource: 'lose-reply',
  DeleteDBInstance: 'lose-reply',
};
const everyReplyToEvidenceLost: Troubles = {
  'addenda.jsonl': 'lose-reply',
  'journal.jsonl': 'lose-reply',
  'manifest.json': 'lose-reply',
  'manifest.sig': 'lose-reply',
};

const awsFault = (service: 'rds' | 's3', fault: object) => world.control('POST', 'faults', { service, ...fault });

/** Makes trouble once for each of these calls, for one run only. */
async function troubleWithAws(runId: string, resource: string, troubles: Troubles): Promise<void> {
  const name = copyNameOf(runId, resource);
  const arn = `arn:aws:rds:eu-central-1:${world.place.accountId}:db:${name}`;
  const matches: Readonly<Record<string, object>> = {
    RestoreDBInstanceToPointInTime: { TargetDBInstanceIdentifier: name },
    AddTagsToResource: { ResourceName: arn },
  };
  for (const [what, kind] of Object.entries(troubles)) {
    const fault = { kind, delayMs: 1500, ...(kind === 'error' ? { code: 'InvalidDBInstanceStateFault' } : {}) };
    await (what.includes('.')
      ? awsFault('s3', { operation: 'PutObject', match: { Key: `${runId}/${what}` }, ...fault })
      : awsFault('rds', { operation: what, match: matches[what] ?? { DBInstanceIdentifier: name }, ...fault }));
  }
}

/** Starts a run, makes trouble while it waits for its approval, and lets it go on until the activity that is to be held. */
async function troubledRun(
  request: TestRequest & { resource: string },
  troubles: Troubles,
  heldAt?: string,
): Promise<string> {
  const runId = await startTest(world, request);
  await untilAsked(world, runId);
  await troubleWithAws(runId, request.resource, troubles);
  if (heldAt !== undefined) holds.hold(runId, heldAt);
  await approve(world, runId);
  if (heldAt !== undefined) await holds.reached(runId, heldAt);
  return runId;
}

async function refusedRun(resource: string): Promise<string> {
  const runId = await startTest(world, { resource });
  await untilAsked(world, runId);
  await awsFault('rds', {
    operation: 'RestoreDBInstanceToPointInTime',
    match: { TargetDBInstanceIdentifier: copyNameOf(runId, resource) },
    kind: 'error',
    code: 'InvalidRestoreFault',
  });
  await approve(world, runId);
  return runId;
}

/** What a person does at the console. */
async function asSomebody(act: (rds: RDSClient) => Promise<unknown>): Promise<void> {
  const rds = rdsOf(world);
  try {
    await act(rds);
  } finally {
    rds.destroy();
  }
}

/** Under Object Lock nothing can be deleted for years: no file has two versions of the same bytes. */
async function expectOneVersionEach(run: StoredRun): Promise<void> {
  const s3 = new S3Client({
    endpoint: world.place.awsUrl,
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: sandboxCredentials(world.place.accountId),
  });
  const { Versions = [] } = await s3.send(
    new ListObjectVersionsCommand({
      Bucket: new URL(run.evidence?.s3 ?? '').hostname,
      Prefix: `${run.runId}/`,
    }),
  );
  s3.destroy();
  const states = Versions.map(({ Key, ETag }) => `${Key ?? ''} ${ETag ?? ''}`);
  expect(states.toSorted()).toEqual([...new Set(states)].toSorted());
  const sealed = Versions.map(({ Key }) => Key ?? '').filter((key) => !key.endsWith('addenda.jsonl'));
  expect(sealed.toSorted()).toEqual([...new Set(sealed)].toSorted());
  expect(sealed.length).toBeGreaterThan(4);
}

describe('a reply that is lost after the effect', () => {
  beforeAll(async () => {
    // Every message, ticket and comment of this world loses the reply to what made it.
    await slack(world, 'POST', 'faults', { method: 'chat.postMessage', kind: 'lose-reply', times: 'always' });
    await slack(world, 'POST', 'faults', { method: 'chat.update', kind: 'lose-reply', times: 8 });
    await slack(world, 'PUT', 'history-lag', { ms: 500 });
    await jira(world, 'POST', 'faults', { method: 'POST', path: '/issue$', kind: 'lose-reply', times: 1000 });
    await jira(world, 'POST', 'faults', { method: 'POST', path: '/comment$', kind: 'lose-reply', times: 1000 });
    for (const path of ['/properties/', '/watchers$', '/remotelink$'])
      await jira(world, 'POST', 'faults', { path, kind: 'lose-reply', times: 2 });
    await fetch(new URL('/_sandbox/faults', world.config.secondChannelUrl), {
      method: 'POST',
      body: JSON.stringify({ kind: 'lose-reply', path: new URL(world.config.secondChannelUrl ?? '').pathname }),
    });
  });
  afterAll(async () => {
    await slack(world, 'DELETE', 'faults');
    await slack(world, 'PUT', 'history-lag', { ms: 0 });
    await jira(world, 'DELETE', 'faults');
  });

  test.concurrent('doubles nothing in a restore to a point in time', async () => {
    const troubles = { ...everyReplyLost, ...everyReplyToEvidenceLost };
    const runId = await troubledRun({ resource: 'pitr' }, troubles, 'readSettings');
    await until(
      async () => (await mutatingCalls(world)).some((call) => call.operation === 'rds AddTagsToResource'),
      'the lease is renewed',
    );
    holds.release(runId, 'readSettings');
    const run = await expectEnding(world, runId, passed, 90_000);
    expect(run.projection.steps.find(({ name }) => name === 'call restore')?.attempts).toBe(2);
    await expectOneVersionEach(run);
  });

  test.concurrent('doubles nothing in a restore from a snapshot', async () => {
    await takeSnapshot(world);
    const runId = await troubledRun({ resource: 'snapshot', method: 'snapshot' }, everyReplyLost);
    await expectEnding(world, runId, passed, 90_000);
  });

  test.concurrent('leaves no copy that somebody has protected from deletion', async () => {
    const runId = await troubledRun({ resource: 'protected' }, everyReplyLost, 'deleteCopy');
    const copy = { DBInstanceIdentifier: copyNameOf(runId, 'protected') };
    await asSomebody((rds) =>
      rds.send(new ModifyDBInstanceCommand({ ...copy, DeletionProtection: true, ApplyImmediately: true })),
    );
    await awsFault('rds', { operation: 'ModifyDBInstance', kind: 'lose-reply', match: copy });
    holds.release(runId, 'deleteCopy');
    await expectEnding(world, runId, passed, 90_000);
  });

  test.concurrent('leaves no copy that somebody has stopped', async () => {
    // RDS does not delete what is stopped: it is started first.
    const runId = await troubledRun(
      { resource: 'stopped' },
      { DeleteDBInstance: 'error', StartDBInstance: 'lose-reply' },
      'deleteCopy',
    );
    const copy = { DBInstanceIdentifier: copyNameOf(runId, 'stopped') };
    await asSomebody(async (rds) => {
      await rds.send(new StopDBInstanceCommand(copy));
      await until(
        async () =>
          (await rds.send(new DescribeDBInstancesCommand(copy))).DBInstances?.[0]?.DBInstanceStatus === 'stopped',
        'it is stopped',
      );
    });
    holds.release(runId, 'deleteCopy');
    await expectEnding(world, runId, passed, 90_000);
  });

  test.concurrent.each(mixedTroubles)(
    'and what is refused, cut off, late or broken beside it double nothing ($resource)',
    async ({ resource, ...troubles }) => {
      const runId = await troubledRun({ resource }, troubles, 'readSettings');
      await until(
        async () =>
          (
            (await world.control('GET', 'faults')) as { faults: { match: object; operation: string; hits: number }[] }
          ).faults.some(
            ({ operation, match, hits }) =>
              operation === 'AddTagsToResource' &&
              JSON.stringify(match).includes(copyNameOf(runId, resource)) &&
              hits === 1,
          ),
        'its lease is renewed',
      );
      holds.release(runId, 'readSettings');
      await expectOneVersionEach(await expectEnding(world, runId, passed, 90_000));
    },
  );

  test.concurrent('files one ticket and one comment, and tells the second channel under one key', async () => {
    const first = await expectEnding(world, await refusedRun('refused'), refused, 90_000);
    const second = await expectEnding(world, await refusedRun('refused'), refused, 90_000);
    expect(second.projection.findings[0]?.fingerprint).toBe(first.projection.findings[0]?.fingerprint);
    const { issues } = (await jira(world, 'GET', 'issues')) as {
      issues: { properties: { firedrill?: { fingerprint: string; runs: string[] } }; comments: unknown[] }[];
    };
    const [issue, ...more] = issues.filter(
      ({ properties }) => properties.firedrill?.fingerprint === first.projection.findings[0]?.fingerprint,
    );
    expect(more).toEqual([]);
    expect(issue?.properties.firedrill?.runs).toEqual([first.runId, second.runId]);
    expect(issue?.comments).toHaveLength(1);

    const said = (await webhookMessages(world)).map(({ headers, json }) => [
      headers['idempotency-key'],
      JSON.stringify(json),
    ]);
    const distinct = new Map(said.map(([key, body]) => [key, body]));
    for (const { runId } of [first, second])
      expect([...distinct.keys()].filter((key) => key?.startsWith(runId))).toHaveLength(1);
    // What came twice came with the same key and the same words.
    expect(said.length).toBe(distinct.size + 1);
    expect(said.every(([key, body]) => distinct.get(key) === body)).toBe(true);
  });
});

test('every call of those runs that changes something has lost its reply, and is on the list', async () => {
  const calls = await mutatingCalls(world);
  expect([...new Set(calls.map(({ operation }) => operation))].toSorted()).toEqual(changes);
  const lost = calls.filter(({ replyLost }) => replyLost).map(({ operation }) => operation);
  expect([...new Set(lost)].toSorted()).toEqual(changes);
});

test('what Slack and Jira refuse, cut off, answer late or break doubles no message and no ticket', async () => {
  for (const kind of ['http-after', 'down', 'ratelimit', 'late-reply'])
    for (const method of ['chat.postMessage', 'chat.update'])
      await slack(world, 'POST', 'faults', { method, kind, delayMs: 500 });
  for (const [kind, path] of [
    ['error-after', '/issue$'],
    ['throttle', '/issue$'],
    ['error-after', '/watchers$'],
    ['late-reply', '/remotelink$'],
  ])
    await jira(world, 'POST', 'faults', { method: 'POST', path, kind, delayMs: 500 });
  await expectEnding(world, await refusedRun('refused-again'), refused, 90_000);
});

test('two runs that wait to tell of the same new gap, with a search that lags, get one ticket and one comment', async () => {
  await jira(world, 'POST', 'faults', { path: '/', kind: 'down' });
  const runIds: string[] = [];
  for (const _ of [1, 2]) {
    const runId = await refusedRun('twice');
    await world.runWhen(runId, ({ evidence }) => evidence !== undefined, 'sealed');
    runIds.push(runId);
  }
  await jira(world, 'PUT', 'site', { indexDelayMs: 8000 });
  await jira(world, 'DELETE', 'faults');
  const [first, second] = await Promise.all(runIds.map((runId) => expectEnding(world, runId, refused, 120_000)));
  const { issues } = (await jira(world, 'GET', 'issues')) as {
    issues: { properties: { firedrill?: { fingerprint: string; runs: string[] } }; comments: unknown[] }[];
  };
  const fingerprint = first?.projection.findings[0]?.fingerprint;
  expect(second?.projection.findings[0]?.fingerprint).toBe(fingerprint);
  const its = issues.filter(({ properties }) => properties.firedrill?.fingerprint === fingerprint);
  expect(its).toMatchObject([{ properties: { firedrill: { runs: runIds } } }]);
  expect(its[0]?.comments).toHaveLength(1);
});

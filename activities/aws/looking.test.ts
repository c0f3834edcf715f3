import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAwsReadActivities } from './index.ts';
import type { AwsSandbox } from './sandbox-harness.ts';
import { drillNetwork, place, startAwsSandbox } from './sandbox-harness.ts';
import { checkAwsPermissions } from './doctor.ts';
import { collectAwsCalls } from './call-recorder.ts';
import { snapshottedSource } from './source-harness.ts';
import type { SnapshottedSource } from './source-harness.ts';

let sandbox: AwsSandbox;
let database: SnapshottedSource['database'];
let read: SnapshottedSource['read'];
beforeAll(async () => {
  sandbox = await startAwsSandbox({ databases: false });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  ({ database, read } = await snapshottedSource(sandbox));
});
afterEach(() => sandbox.control('POST', 'reset'));

describe('looking', () => {
  test('many runs at the same moment share one describe', async () => {
    await Promise.all(Array.from({ length: 40 }, () => read.describeSource(database)));
    const { calls } = (await sandbox.control('GET', 'calls')) as { calls: { operation: string; caller: string }[] };
    const before = calls.filter(
      (call) => call.operation === 'DescribeDBInstances' && call.caller.includes('firedrill-read'),
    ).length;
    const { calls: own } = await collectAwsCalls(() => read.describeSource(database));
    expect(before).toBeLessThanOrEqual(3);
    expect(own.map((call) => call.operation)).toEqual(['DescribeDBInstances']);
  });

  test('a source that is not there is said to be so', async () => {
    await expect(read.describeSource({ ...database, identifier: 'nowhere' })).rejects.toMatchObject({
      code: 'source-not-found',
      kind: 'input',
    });
  });

  test('an account without a role is never called', async () => {
    await expect(read.awsIdentity({ accountId: '222222222222', region: 'eu-central-1' })).rejects.toMatchObject({
      code: 'no-role-for-account',
      kind: 'programme',
    });
  });

  test('says who it is and that this is a simulation', async () => {
    expect(await read.awsIdentity(place)).toMatchObject({
      accountId: '111111111111',
      callerArn: expect.stringContaining('assumed-role/firedrill-read'),
      endpoint: sandbox.url,
      simulated: true,
    });
  });

  test('a wrong external id is the programme’s fault', async () => {
    await sandbox.control('POST', 'sts/roles', { name: 'firedrill-read', externalId: 'right-one' });
    const wrong = createAwsReadActivities({ clients: sandbox.clients('read', { externalId: 'wrong-one' }) });
    await expect(wrong.awsIdentity(place)).rejects.toMatchObject({ kind: 'programme' });
    const right = createAwsReadActivities({ clients: sandbox.clients('read', { externalId: 'right-one' }) });
    expect((await right.awsIdentity(place)).accountId).toBe('111111111111');
  });
});

describe('the doctor', () => {
  const examine = async () =>
    checkAwsPermissions({
      read: sandbox.clients('read'),
      isolated: sandbox.clients('isolated'),
      network: drillNetwork,
    });

  test('warns of an isolated role that could delete anything', async () => {
    const results = await examine();
    expect(results.filter((result) => !result.ok).map((result) => result.name)).toEqual([
      'the isolated role cannot delete what is not a drill’s',
    ]);
  });

  test('is content with roles that can do what they must and no more', async () => {
    await sandbox.control('POST', 'sts/roles', {
      name: 'firedrill-isolated',
      allow: [
        'rds:Describe*',
        'sts:*',
        { action: 'rds:*', resource: 'arn:aws:rds:*:*:db:drdrill-*' },
        'rds:RestoreDBInstance*',
      ],
    });
    expect((await examine()).filter((result) => !result.ok)).toEqual([]);
  });

  test('names the permission that is missing, and the fix', async () => {
    await sandbox.control('POST', 'sts/roles', { name: 'firedrill-read', deny: ['rds:DescribeEvents'] });
    expect((await examine()).find((result) => result.name === 'rds:DescribeEvents')).toMatchObject({
      ok: false,
      fix: expect.stringContaining('rds:DescribeEvents'),
    });
  });
});

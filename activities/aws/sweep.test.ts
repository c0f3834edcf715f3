import { CreateDBInstanceCommand } from '@aws-sdk/client-rds';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AwsSandbox } from './sandbox-harness.ts';
import { drillNetwork, eventually, place, startAwsSandbox, tag } from './sandbox-harness.ts';
import { sweep } from './sweep.ts';
import { name, runId, snapshottedSource } from './source-harness.ts';
import type { SnapshottedSource } from './source-harness.ts';

let sandbox: AwsSandbox;
let read: SnapshottedSource['read'];
let restored: SnapshottedSource['restored'];
let describeOne: SnapshottedSource['describeOne'];
beforeAll(async () => {
  sandbox = await startAwsSandbox({ databases: false });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  ({ read, restored, describeOne } = await snapshottedSource(sandbox));
});
afterEach(() => sandbox.control('POST', 'reset'));

describe('the sweeper', () => {
  const groups = [{ ...place, subnetGroup: drillNetwork.subnetGroup }];
  const run = (more: object = {}) =>
    sweep({
      clients: sandbox.clients('sweeper'),
      places: [place],
      drillSubnetGroups: groups,
      nowMs: Date.now() + 7_200_000,
      dryRun: false,
      ...more,
    });

  test('removes an expired copy, and nothing in a dry run or while the lease runs', async () => {
    await restored();
    expect((await run({ dryRun: true })).items).toMatchObject([{ name, outcome: 'would-remove' }]);
    expect((await run({ nowMs: Date.now() })).items).toMatchObject([{ name, outcome: 'in-use' }]);
    expect((await describeOne(name))?.DBInstanceStatus).toBe('available');
    expect((await run()).items).toMatchObject([{ name, outcome: 'removed', runId }]);
    await eventually(() => read.checkGone({ ...place, name }));
  });

  test.each([
    ['a mode that is not drill', { 'dr:mode': 'real' }],
    ['an expiry that is no moment', { 'dr:expires-at': 'never' }],
  ])('only reports a copy with %s', async (_what, tags) => {
    const called = await restored();
    await tag(sandbox.admin, called.arn, tags as unknown as Record<string, string>);
    expect((await run()).items).toMatchObject([{ name, outcome: 'reported' }]);
    expect((await describeOne(name))?.DBInstanceStatus).toBe('available');
  });

  test('only reports what lies outside the declared drill subnet groups, or has our tags under another name', async () => {
    await restored();
    const prod = await describeOne('issues-prod');
    await tag(sandbox.admin, prod?.DBInstanceArn ?? '', {
      'dr:run-id': runId,
      'dr:mode': 'drill',
      'dr:expires-at': '2020-01-01T00:00:00Z',
    });
    const { items } = await run({ drillSubnetGroups: [] });
    expect(Object.fromEntries(items.map((item) => [item.name, item.outcome]))).toEqual({
      [name]: 'reported',
      'issues-prod': 'reported',
    });
    expect(items).toHaveLength(2);
  });

  test('reports a copy that looks like ours by name alone', async () => {
    await sandbox.admin.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'drdrill-by-hand',
        DBInstanceClass: 'db.t3.micro',
        Engine: 'postgres',
        AllocatedStorage: 20,
        MasterUsername: 'someone',
        MasterUserPassword: 'a-long-password',
      }),
    );
    expect((await run()).items).toMatchObject([{ name: 'drdrill-by-hand', outcome: 'reported' }]);
  });

  test('says which account it could not look at', async () => {
    const report = await run({ places: [{ accountId: '222222222222', region: 'eu-central-1' }, place] });
    expect(report.notLookedAt).toMatchObject([{ accountId: '222222222222' }]);
  });
});

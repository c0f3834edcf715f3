import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DatabaseSpec } from '../../domain/restore-plan.ts';
import { drillName } from '../../domain/run-id.ts';
import { createAwsIsolatedActivities, createAwsReadActivities } from './index.ts';
import type { AwsIsolatedActivities, AwsReadActivities, RestoreRequest, SourceFacts } from './interface.ts';
import type { AwsSandbox } from './sandbox-harness.ts';
import {
  drillNetwork,
  drillNetworkDocument,
  drillSecret,
  eventually,
  place,
  startAwsSandbox,
  tag,
  waitFor,
} from './sandbox-harness.ts';
import { sweep } from './sweep.ts';
import { checkAwsPermissions } from './doctor.ts';
import { collectAwsCalls } from './call-recorder.ts';

const runId = 'restore-test/issues-service/issues-db/2026Q4';
const name = drillName('issues-service', 'issues-db', runId, 'restore');
let sandbox: AwsSandbox;
let database: DatabaseSpec;
let read: AwsReadActivities;
let isolated: AwsIsolatedActivities;
let source: SourceFacts;

beforeAll(async () => {
  sandbox = await startAwsSandbox({ databases: false });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await sandbox.prepare();
  database = await sandbox.createSource('issues-prod');
  read = createAwsReadActivities({ clients: sandbox.clients('read') });
  isolated = createAwsIsolatedActivities({ clients: sandbox.clients('isolated'), drillSecret });
  await sandbox.admin.send(
    new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'issues-prod', DBSnapshotIdentifier: 'nightly' }),
  );
  await waitFor(
    async () =>
      (await sandbox.admin.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'nightly' }))).DBSnapshots?.[0]
        ?.Status === 'available',
  );
  source = await read.describeSource(database);
});
afterEach(() => sandbox.control('POST', 'reset'));

const restoreRequest = (more: Partial<RestoreRequest> = {}): RestoreRequest => ({
  ...place,
  runId,
  name,
  service: 'issues-service',
  resource: 'issues-db',
  owner: 'ada@example.com',
  sourceIdentifier: 'issues-prod',
  point: { method: 'snapshot', snapshotId: 'nightly', dataAtMs: 0, automated: false },
  network: drillNetwork,
  source,
  expiresAtMs: Date.now() + 3_600_000,
  ...more,
});
const describeOne = async (identifier: string) =>
  (await sandbox.admin.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }))).DBInstances?.[0];
const restored = async () => {
  const called = await isolated.restoreDatabase(restoreRequest());
  await eventually(() => read.checkAvailable({ ...place, name, since: called.called.lowMs }));
  return called;
};

describe('a restore', () => {
  test('of which the reply was lost is adopted, and nothing is created twice', async () => {
    await sandbox.control('POST', 'faults', {
      service: 'rds',
      operation: 'RestoreDBInstanceFromDBSnapshot',
      kind: 'lose-reply',
    });
    await expect(isolated.restoreDatabase(restoreRequest())).rejects.toMatchObject({ kind: 'busy' });
    const called = await isolated.restoreDatabase(restoreRequest());
    expect(called.adopted).toBe(true);
    expect((await read.listOwned({ ...place, runId })).map((one) => one.name)).toEqual([name]);
  });

  test('that AWS has made and does not show yet is waited for, neither made twice nor taken for gone', async () => {
    await sandbox.control('POST', 'rds/late-visibility', { match: name, ms: 1500 });
    await sandbox.control('POST', 'faults', {
      service: 'rds',
      operation: 'RestoreDBInstanceFromDBSnapshot',
      kind: 'lose-reply',
    });
    await expect(isolated.restoreDatabase(restoreRequest())).rejects.toMatchObject({ kind: 'busy' });
    await expect(isolated.restoreDatabase(restoreRequest())).rejects.toMatchObject({
      kind: 'busy',
      code: 'copy-not-visible',
    });
    await expect.poll(async () => (await read.listOwned({ ...place, runId })).length, { timeout: 10_000 }).toBe(1);
    expect((await isolated.restoreDatabase(restoreRequest())).adopted).toBe(true);
  });

  test('of which the reply came too late is adopted as well', async () => {
    await sandbox.control('POST', 'faults', {
      service: 'rds',
      operation: 'RestoreDBInstanceFromDBSnapshot',
      kind: 'late-reply',
      delayMs: 1_500,
    });
    const hasty = createAwsIsolatedActivities({
      clients: sandbox.clients('isolated', { requestTimeoutMs: 300 }),
      drillSecret,
    });
    await expect(hasty.restoreDatabase(restoreRequest())).rejects.toMatchObject({
      kind: 'busy',
      what: expect.stringContaining('TimeoutError'),
    });
    expect((await isolated.restoreDatabase(restoreRequest())).adopted).toBe(true);
  });

  test('refuses to go on with a copy that lies elsewhere than it was asked to', async () => {
    await restored();
    await expect(
      isolated.restoreDatabase(restoreRequest({ network: { ...drillNetwork, securityGroupId: 'sg-0f0f0f0f' } })),
    ).rejects.toMatchObject({
      kind: 'refused',
      code: 'copy-not-isolated',
      what: expect.stringContaining('sg-0d0d0d0d'),
    });
  });

  test('refuses to adopt a copy that carries the tag of another run', async () => {
    const called = await restored();
    await tag(sandbox.admin, called.arn, { 'dr:run-id': 'restore-test/issues-service/issues-db/2026Q3' });
    await expect(isolated.restoreDatabase(restoreRequest())).rejects.toMatchObject({
      kind: 'refused',
      code: 'not-this-runs-resource',
    });
  });

  test('refuses a name that drills do not give, before AWS is asked', async () => {
    const { calls } = await collectAwsCalls(async () => {
      await expect(isolated.restoreDatabase(restoreRequest({ name: 'issues-prod-2' }))).rejects.toMatchObject({
        kind: 'refused',
      });
    });
    expect(calls).toEqual([]);
  });

  test('from a snapshot that is gone is a finding with three sentences', async () => {
    const error: unknown = await isolated
      .restoreDatabase(
        restoreRequest({ point: { method: 'snapshot', snapshotId: 'vanished', dataAtMs: 0, automated: false } }),
      )
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      kind: 'finding',
      code: 'recovery-point-gone',
      what: expect.stringContaining('DBSnapshotNotFound'),
      next: expect.stringContaining('retest'),
    });
  });

  test("of another database's snapshot is refused, whatever the plan calls it", async () => {
    await sandbox.createSource('salaries-prod');
    await sandbox.admin.send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'salaries-prod', DBSnapshotIdentifier: 'salaries' }),
    );
    const point = { method: 'snapshot', snapshotId: 'salaries', dataAtMs: 0, automated: false } as const;
    await expect(isolated.restoreDatabase(restoreRequest({ point }))).rejects.toMatchObject({
      kind: 'refused',
      code: 'not-the-sources-snapshot',
    });
    expect(await describeOne(name).catch(({ name: code }: Error) => code)).toMatch(/NotFound/);
  });

  test('over quota is the programme’s own fault, not a finding', async () => {
    await sandbox.control('POST', 'rds/quotas', { instances: 1 });
    await expect(isolated.restoreDatabase(restoreRequest())).rejects.toMatchObject({
      kind: 'programme',
      code: 'quota-reached',
    });
  });

  test('to a point in time asks for that very moment', async () => {
    const { pitr } = await read.listRecoverablePoints(database);
    if (pitr === undefined) throw new Error('The sandbox offers no point in time.');
    const called = await isolated.restoreDatabase(
      restoreRequest({
        point: { method: 'pitr', restoreTimeMs: pitr.latestMs, latestRestorableTimeMs: pitr.latestMs },
      }),
    );
    const available = await eventually(() => read.checkAvailable({ ...place, name, since: called.called.lowMs }));
    expect(available.available).toMatchObject({ source: 'aws-event', note: 'RDS-EVENT-0019' });
  });

  test('that ends in a bad state fails at once with the state and what it means', async () => {
    await sandbox.control('POST', 'rds/end-in', { match: 'drdrill-*', status: 'incompatible-network' });
    const called = await isolated.restoreDatabase(restoreRequest());
    await expect(
      eventually(() => read.checkAvailable({ ...place, name, since: called.called.lowMs })),
    ).rejects.toMatchObject({
      kind: 'finding',
      code: 'restore-ended-badly',
      what: expect.stringContaining('"incompatible-network"'),
    });
  });

  test('that is stuck says "not yet" with the last status', async () => {
    await sandbox.control('POST', 'rds/stuck', { match: 'drdrill-*', status: 'creating' });
    const called = await isolated.restoreDatabase(restoreRequest());
    await expect(read.checkAvailable({ ...place, name, since: called.called.lowMs })).rejects.toMatchObject({
      kind: 'not-yet',
      what: expect.stringContaining('is "creating"'),
    });
  });

  test('that is throttled is busy, and the call is recorded with its request id and caller', async () => {
    await sandbox.control('POST', 'faults', {
      service: 'rds',
      operation: 'RestoreDBInstanceFromDBSnapshot',
      kind: 'throttle',
    });
    const calls: Parameters<typeof collectAwsCalls>[1] = [];
    await expect(collectAwsCalls(() => isolated.restoreDatabase(restoreRequest()), calls)).rejects.toMatchObject({
      kind: 'busy',
    });
    expect(calls?.at(-1)).toMatchObject({
      service: 'rds',
      operation: 'RestoreDBInstanceFromDBSnapshot',
      error: expect.stringContaining('Throttling'),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      callerArn: expect.stringContaining('assumed-role/firedrill-isolated/firedrill-isolated'),
    });
  });
});

describe('deleting', () => {
  test('refuses the production database, whatever it is told', async () => {
    await expect(isolated.deleteCopy({ ...place, name: 'issues-prod', runId })).rejects.toMatchObject({
      kind: 'refused',
    });
    expect((await describeOne('issues-prod'))?.DBInstanceStatus).toBe('available');
  });

  test('refuses a copy of another run', async () => {
    await restored();
    await expect(
      isolated.deleteCopy({ ...place, name, runId: 'restore-test/issues-service/issues-db/2026Q3' }),
    ).rejects.toMatchObject({ kind: 'refused', what: expect.stringContaining('belongs to the run') });
  });

  test('lifts a deletion protection that somebody turned on', async () => {
    await restored();
    await sandbox.admin.send(
      new ModifyDBInstanceCommand({ DBInstanceIdentifier: name, DeletionProtection: true, ApplyImmediately: true }),
    );
    await waitFor(async () => (await describeOne(name))?.DBInstanceStatus === 'available');
    await waitFor(async () => {
      try {
        return (await isolated.deleteCopy({ ...place, name, runId })).outcome !== 'already-gone';
      } catch (error) {
        if (error instanceof Error && 'kind' in error && error.kind === 'busy') return false;
        throw error;
      }
    });
    await eventually(() => read.checkGone({ ...place, name }));
  });

  test('is not proved while a snapshot of the copy is left', async () => {
    await restored();
    await sandbox.admin.send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: name, DBSnapshotIdentifier: 'someone-took-it' }),
    );
    await waitFor(
      async () =>
        (await sandbox.admin.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'someone-took-it' })))
          .DBSnapshots?.[0]?.Status === 'available',
    );
    await waitFor(async () => (await describeOne(name))?.DBInstanceStatus === 'available');
    await isolated.deleteCopy({ ...place, name, runId });
    await waitFor(
      async () =>
        (await sandbox.admin.send(new DescribeDBInstancesCommand({}))).DBInstances?.every(
          (one) => one.DBInstanceIdentifier !== name,
        ) === true,
    );
    await expect(read.checkGone({ ...place, name })).rejects.toMatchObject({
      kind: 'not-yet',
      what: expect.stringContaining('someone-took-it'),
    });
  });

  test('a lease is pushed out on the run’s own copy only', async () => {
    await restored();
    await isolated.renewLease({ ...place, name, runId, expiresAtMs: Date.parse('2030-01-01T00:00:00Z') });
    expect((await describeOne(name))?.TagList).toContainEqual({
      Key: 'dr:expires-at',
      Value: '2030-01-01T00:00:00.000Z',
    });
    await expect(
      isolated.renewLease({ ...place, name, runId: 'restore-test/other/db/2026Q4', expiresAtMs: 0 }),
    ).rejects.toMatchObject({ kind: 'refused' });
  });
});

describe('preflight', () => {
  const check = (more: Partial<Parameters<AwsReadActivities['checkPreconditions']>[0]> = {}) =>
    read.checkPreconditions({
      database,
      network: drillNetwork,
      source,
      allowedRegions: ['eu-central-1'],
      budgetUsd: 5,
      freezes: [],
      ...more,
    });
  const outcomes = async (more = {}) =>
    Object.fromEntries((await check(more)).results.map((result) => [result.name, result.outcome]));
  const patch = (document: object) => sandbox.control('PATCH', 'ec2/network', document);

  test('is ok for an isolated network, with room, a budget and no freeze', async () => {
    expect(await outcomes()).toEqual({
      isolation: 'ok',
      quota: 'ok',
      'key-access': 'ok',
      region: 'ok',
      budget: 'ok',
      freeze: 'ok',
    });
    expect((await check()).estimate.costUsd).toBeGreaterThan(0);
  });

  const [table] = drillNetworkDocument.routeTables;
  test.each([
    [
      'an internet gateway',
      {
        routeTables: [
          {
            ...table,
            Routes: [
              ...(table?.Routes ?? []),
              { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' },
            ],
          },
        ],
      },
      'igw-1',
    ],
    [
      'a peering',
      {
        peerings: [
          {
            VpcPeeringConnectionId: 'pcx-1',
            RequesterVpcInfo: { VpcId: 'vpc-0d0d0d0d' },
            AccepterVpcInfo: { VpcId: 'vpc-0aaaaaaa' },
            Status: { Code: 'active' },
          },
        ],
      },
      'pcx-1',
    ],
    [
      'a transit gateway',
      {
        transitGatewayAttachments: [
          { TransitGatewayAttachmentId: 'tgw-attach-1', VpcId: 'vpc-0d0d0d0d', State: 'available' },
        ],
      },
      'tgw-attach-1',
    ],
    [
      'a VPN',
      { vpnGateways: [{ VpnGatewayId: 'vgw-1', VpcAttachments: [{ VpcId: 'vpc-0d0d0d0d', State: 'attached' }] }] },
      'vgw-1',
    ],
    [
      'egress',
      {
        securityGroups: [
          {
            ...drillNetworkDocument.securityGroups[1],
            IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
          },
        ],
      },
      'egress',
    ],
    [
      'an open door',
      {
        securityGroups: [
          {
            ...drillNetworkDocument.securityGroups[1],
            IpPermissions: [{ IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
          },
        ],
      },
      '10.0.0.0/8',
    ],
  ])('refuses a network with %s, and names it', async (_what, change, named) => {
    await patch(change);
    const { results } = await check();
    expect(results.find((result) => result.name === 'isolation')).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining(named),
    });
  });

  test('does not mind a peering that was deleted', async () => {
    await patch({
      peerings: [
        {
          VpcPeeringConnectionId: 'pcx-1',
          RequesterVpcInfo: { VpcId: 'vpc-0d0d0d0d' },
          AccepterVpcInfo: { VpcId: 'vpc-0aaaaaaa' },
          Status: { Code: 'deleted' },
        },
      ],
    });
    expect((await outcomes())['isolation']).toBe('ok');
  });

  test('refuses a production VPC, a missing subnet group, a Region, a budget, a freeze and a full account', async () => {
    expect((await outcomes({ network: { ...drillNetwork, productionVpcIds: ['vpc-0d0d0d0d'] } }))['isolation']).toBe(
      'refused',
    );
    expect((await outcomes({ network: { ...drillNetwork, subnetGroup: 'no-such-group' } }))['isolation']).toBe(
      'refused',
    );
    expect((await outcomes({ allowedRegions: ['us-east-1'] }))['region']).toBe('refused');
    expect((await outcomes({ budgetUsd: 0.01 }))['budget']).toBe('refused');
    expect((await outcomes({ freezes: [{ fromMs: 0, toMs: Date.now() + 60_000, reason: 'peak' }] }))['freeze']).toBe(
      'refused',
    );
    await sandbox.control('POST', 'rds/quotas', { instances: 1 });
    expect((await outcomes())['quota']).toBe('refused');
  });

  test('refuses a key that is disabled or gone', async () => {
    await sandbox.control('PUT', 'kms/keys', [{ keyId: 'k-1', state: 'Disabled' }]);
    const arn = 'arn:aws:kms:eu-central-1:111111111111:key/k-1';
    expect((await outcomes({ source: { ...source, encrypted: true, kmsKeyArn: arn } }))['key-access']).toBe('refused');
    expect(
      (await outcomes({ source: { ...source, encrypted: true, kmsKeyArn: arn.replace('k-1', 'k-2') } }))['key-access'],
    ).toBe('refused');
  });

  test('says "unknown" for what the role may not look at, and looks at the rest', async () => {
    await sandbox.control('POST', 'sts/roles', { name: 'firedrill-read', deny: ['ec2:DescribeVpnGateways'] });
    const results = await outcomes();
    expect(results).toMatchObject({ isolation: 'unknown', quota: 'ok', region: 'ok' });
  });

  test('in a shared VPC refuses when another group admits the drill’s addresses', async () => {
    const shared = { ...drillNetwork, shared: true };
    expect((await outcomes({ network: shared }))['isolation']).toBe('ok');
    await patch({
      securityGroups: [
        {
          GroupId: 'sg-0b0b0b0b',
          GroupName: 'app',
          VpcId: 'vpc-0d0d0d0d',
          Description: 'app',
          IpPermissions: [{ IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
          IpPermissionsEgress: [],
        },
      ],
    });
    expect((await outcomes({ network: shared }))['isolation']).toBe('refused');
  });
});

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

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AwsReadActivities } from './interface.ts';
import type { AwsSandbox } from './sandbox-harness.ts';
import { drillNetwork, drillNetworkDocument, startAwsSandbox } from './sandbox-harness.ts';
import { snapshottedSource } from './source-harness.ts';
import type { SnapshottedSource } from './source-harness.ts';

let sandbox: AwsSandbox;
let database: SnapshottedSource['database'];
let source: SnapshottedSource['source'];
let read: SnapshottedSource['read'];
beforeAll(async () => {
  sandbox = await startAwsSandbox({ databases: false });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  ({ database, source, read } = await snapshottedSource(sandbox));
});
afterEach(() => sandbox.control('POST', 'reset'));

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

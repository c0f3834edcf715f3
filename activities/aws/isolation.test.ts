import { describe, expect, test } from 'vitest';
import type { DrillNetwork } from '../../domain/restore-plan.ts';
import { whyNotIsolated } from './isolation.ts';
import type { NetworkFacts } from './isolation.ts';

const network: DrillNetwork = {
  name: 'drills',
  accountId: '111111111111',
  region: 'eu-central-1',
  vpcId: 'vpc-drill',
  subnetGroup: 'drills',
  securityGroupId: 'sg-drill',
  probeSecurityGroupId: 'sg-probe',
  shared: false,
  productionVpcIds: ['vpc-production'],
};

const factsWithEgress = (egress: NonNullable<NetworkFacts['drillGroup']>['IpPermissionsEgress']): NetworkFacts => ({
  sourceVpcId: 'vpc-production',
  subnetGroupVpcId: 'vpc-drill',
  subnets: [{ SubnetId: 'subnet-1', VpcId: 'vpc-drill', CidrBlock: '10.9.0.0/24' }],
  routeTables: [{ RouteTableId: 'rtb-1', Associations: [{ Main: true }], Routes: [{ GatewayId: 'local' }] }],
  peerings: [],
  transitGatewayAttachments: [],
  vpnGateways: [],
  drillGroup: {
    GroupId: 'sg-drill',
    VpcId: 'vpc-drill',
    IpPermissions: [{ IpProtocol: 'tcp', UserIdGroupPairs: [{ GroupId: 'sg-probe' }] }],
    ...(egress === undefined ? {} : { IpPermissionsEgress: egress }),
  },
  otherGroups: [],
});

describe('egress of the drill security group', () => {
  test('none is isolated', () => {
    expect(whyNotIsolated(network, factsWithEgress([]))).toEqual([]);
  });

  test("CloudFormation's rule to 127.0.0.1 alone leads nowhere", () => {
    expect(
      whyNotIsolated(network, factsWithEgress([{ IpProtocol: '-1', IpRanges: [{ CidrIp: '127.0.0.1/32' }] }])),
    ).toEqual([]);
  });

  test.each([
    [
      'another address beside it',
      { IpProtocol: '-1', IpRanges: [{ CidrIp: '127.0.0.1/32' }, { CidrIp: '10.0.0.0/8' }] },
    ],
    [
      'a group beside it',
      { IpProtocol: '-1', IpRanges: [{ CidrIp: '127.0.0.1/32' }], UserIdGroupPairs: [{ GroupId: 'sg-x' }] },
    ],
    [
      'IPv6 beside it',
      { IpProtocol: '-1', IpRanges: [{ CidrIp: '127.0.0.1/32' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
    ],
    ['a prefix list', { IpProtocol: 'tcp', PrefixListIds: [{ PrefixListId: 'pl-1' }] }],
  ])('%s is a way out', (_what, permission) => {
    expect(whyNotIsolated(network, factsWithEgress([permission])).join()).toContain('egress');
  });
});

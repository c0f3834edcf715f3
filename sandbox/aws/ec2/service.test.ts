import {
  DescribeAvailabilityZonesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  DescribeVpnConnectionsCommand,
  DescribeVpnGatewaysCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestEndpoint } from '../testing.ts';
import { newAccount, refusalOf, startTestEndpoint } from '../testing.ts';
import { createEc2Service } from './service.ts';

let sandbox: TestEndpoint;
beforeAll(async () => {
  sandbox = await startTestEndpoint();
});
afterAll(() => sandbox.close());

const drillVpc = {
  vpcs: [{ VpcId: 'vpc-drill', CidrBlock: '10.9.0.0/16', Tags: [{ Key: 'Name', Value: 'drill' }] }],
  subnets: ['a', 'b'].map((letter, index) => ({
    SubnetId: `subnet-drill-${letter}`,
    VpcId: 'vpc-drill',
    AvailabilityZone: `us-east-1${letter}`,
    CidrBlock: `10.9.${index}.0/24`,
  })),
  securityGroups: [
    {
      GroupId: 'sg-drill',
      GroupName: 'drill',
      VpcId: 'vpc-drill',
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: 'sg-probe' }] }],
    },
    {
      GroupId: 'sg-probe',
      GroupName: 'probe',
      VpcId: 'vpc-drill',
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    },
  ],
};

describe('a new account', () => {
  test('has a default VPC with three subnets, a route to the internet and a default group', async () => {
    const client = clientOf(newAccount());
    const { Vpcs } = await client.send(
      new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
    );
    expect(Vpcs).toMatchObject([{ CidrBlock: '172.31.0.0/16', IsDefault: true, State: 'available' }]);
    const inVpc = { Filters: [{ Name: 'vpc-id', Values: [Vpcs?.[0]?.VpcId ?? ''] }] };
    const { Subnets } = await client.send(new DescribeSubnetsCommand(inVpc));
    expect(Subnets?.map((subnet) => [subnet.AvailabilityZone, subnet.AvailableIpAddressCount])).toEqual([
      ['us-east-1a', 4091],
      ['us-east-1b', 4091],
      ['us-east-1c', 4091],
    ]);
    const { RouteTables } = await client.send(new DescribeRouteTablesCommand(inVpc));
    expect(RouteTables?.[0]?.Routes?.map((route) => route.GatewayId)).toEqual([
      'local',
      expect.stringMatching(/^igw-/),
    ]);
    const { InternetGateways } = await client.send(new DescribeInternetGatewaysCommand({}));
    expect(InternetGateways?.[0]?.InternetGatewayId).toBe(RouteTables?.[0]?.Routes?.[1]?.GatewayId);
    const { SecurityGroups } = await client.send(new DescribeSecurityGroupsCommand(inVpc));
    expect(SecurityGroups).toMatchObject([
      { GroupName: 'default', IpPermissionsEgress: [{ IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] },
    ]);
  });

  test('has no peering, VPN, transit gateway, endpoint or interface', async () => {
    const client = clientOf(newAccount());
    expect((await client.send(new DescribeVpcPeeringConnectionsCommand({}))).VpcPeeringConnections).toEqual([]);
    expect((await client.send(new DescribeVpnGatewaysCommand({}))).VpnGateways).toEqual([]);
    expect((await client.send(new DescribeVpnConnectionsCommand({}))).VpnConnections).toEqual([]);
    expect(
      (await client.send(new DescribeTransitGatewayVpcAttachmentsCommand({}))).TransitGatewayVpcAttachments,
    ).toEqual([]);
    expect((await client.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints).toEqual([]);
    expect((await client.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces).toEqual([]);
  });

  test('has other ids than another account and another Region', async () => {
    const account = newAccount();
    const ids = await Promise.all(
      [clientOf(account), clientOf(account, 'eu-central-1'), clientOf(newAccount())].map(
        async (client) => (await client.send(new DescribeVpcsCommand({}))).Vpcs?.[0]?.VpcId,
      ),
    );
    expect(new Set(ids).size).toBe(3);
  });

  test('names its zones', async () => {
    const { AvailabilityZones } = await clientOf(newAccount(), 'ap-southeast-2').send(
      new DescribeAvailabilityZonesCommand({}),
    );
    expect(AvailabilityZones?.map((zone) => [zone.ZoneName, zone.ZoneId])).toEqual([
      ['ap-southeast-2a', 'apse2-az1'],
      ['ap-southeast-2b', 'apse2-az2'],
      ['ap-southeast-2c', 'apse2-az3'],
    ]);
  });
});

describe('a network set by control', () => {
  test('comes back through EC2, completed with what every VPC has', async () => {
    const account = newAccount();
    await sandbox.control(account, 'PUT ec2/network', {
      ...drillVpc,
      peerings: [
        {
          VpcPeeringConnectionId: 'pcx-1',
          RequesterVpcInfo: { VpcId: 'vpc-drill' },
          AccepterVpcInfo: { VpcId: 'vpc-prod' },
        },
      ],
      vpcEndpoints: [
        {
          VpcEndpointId: 'vpce-1',
          VpcId: 'vpc-drill',
          VpcEndpointType: 'Gateway',
          CreationTimestamp: '2026-01-02T03:04:05Z',
        },
      ],
      transitGatewayAttachments: [
        { TransitGatewayAttachmentId: 'tgw-attach-1', VpcId: 'vpc-drill', TransitGatewayId: 'tgw-1' },
      ],
      vpnGateways: [{ VpnGatewayId: 'vgw-1', VpcAttachments: [{ VpcId: 'vpc-drill', State: 'attached' }] }],
      vpnConnections: [{ VpnConnectionId: 'vpn-1', VpnGatewayId: 'vgw-1' }],
      networkInterfaces: [{ NetworkInterfaceId: 'eni-1', VpcId: 'vpc-drill', Groups: [{ GroupId: 'sg-drill' }] }],
    });
    const client = clientOf(account);
    expect((await client.send(new DescribeVpcsCommand({}))).Vpcs).toMatchObject([
      { VpcId: 'vpc-drill', OwnerId: account, IsDefault: false },
    ]);
    const main = { Filters: [{ Name: 'association.main', Values: ['true'] }] };
    expect((await client.send(new DescribeRouteTablesCommand(main))).RouteTables).toMatchObject([
      { VpcId: 'vpc-drill', Routes: [{ GatewayId: 'local', DestinationCidrBlock: '10.9.0.0/16' }] },
    ]);
    const groups = await client.send(new DescribeSecurityGroupsCommand({}));
    expect(groups.SecurityGroups?.map((group) => group.GroupName)).toEqual(['drill', 'probe', 'default']);
    const peering = { Filters: [{ Name: 'accepter-vpc-info.vpc-id', Values: ['vpc-prod'] }] };
    expect((await client.send(new DescribeVpcPeeringConnectionsCommand(peering))).VpcPeeringConnections).toMatchObject([
      { VpcPeeringConnectionId: 'pcx-1', Status: { Code: 'active' } },
    ]);
    const { VpcEndpoints } = await client.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: ['vpce-1'] }));
    expect(VpcEndpoints?.[0]?.CreationTimestamp).toEqual(new Date('2026-01-02T03:04:05Z'));
    const attached = { Filters: [{ Name: 'attachment.vpc-id', Values: ['vpc-drill'] }] };
    expect((await client.send(new DescribeVpnGatewaysCommand(attached))).VpnGateways).toMatchObject([
      { VpnGatewayId: 'vgw-1' },
    ]);
    expect((await client.send(new DescribeVpnConnectionsCommand({}))).VpnConnections).toMatchObject([
      { VpnConnectionId: 'vpn-1' },
    ]);
    const transit = await client.send(
      new DescribeTransitGatewayVpcAttachmentsCommand({ Filters: [{ Name: 'vpc-id', Values: ['vpc-*'] }] }),
    );
    expect(transit.TransitGatewayVpcAttachments).toMatchObject([{ TransitGatewayId: 'tgw-1', State: 'available' }]);
    const interfaces = await client.send(
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'group-id', Values: ['sg-drill'] }] }),
    );
    expect(interfaces.NetworkInterfaces).toMatchObject([{ NetworkInterfaceId: 'eni-1' }]);
  });

  test('can be added to what is there', async () => {
    const account = newAccount();
    await sandbox.control(account, 'PATCH ec2/network', drillVpc);
    const client = clientOf(account);
    expect((await client.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(2);
    await sandbox.control(account, 'PATCH ec2/network', { vpcs: [{ VpcId: 'vpc-drill', CidrBlock: '10.10.0.0/16' }] });
    const { Vpcs } = await client.send(new DescribeVpcsCommand({ VpcIds: ['vpc-drill'] }));
    expect(Vpcs?.[0]?.CidrBlock).toBe('10.10.0.0/16');
  });

  test('shows each part of a permission as a rule', async () => {
    const account = newAccount();
    await sandbox.control(account, 'PUT ec2/network', drillVpc);
    const byGroup = { Filters: [{ Name: 'group-id', Values: ['sg-drill'] }] };
    const { SecurityGroupRules } = await clientOf(account).send(new DescribeSecurityGroupRulesCommand(byGroup));
    expect(SecurityGroupRules).toMatchObject([
      { IsEgress: false, FromPort: 5432, ToPort: 5432, ReferencedGroupInfo: { GroupId: 'sg-probe', UserId: account } },
    ]);
    const again = await clientOf(account).send(
      new DescribeSecurityGroupRulesCommand({
        SecurityGroupRuleIds: [SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? ''],
      }),
    );
    expect(again.SecurityGroupRules).toEqual(SecurityGroupRules);
  });

  test('with a misspelt member or a dangling reference is refused with every place', async () => {
    const wrong = { vpcs: [{ VpcId: 'vpc-1', Cidr: '10.0.0.0/8' }], routes: [], subnets: [{ VpcId: 7 }] };
    const { message } = await refusalOf(sandbox.control(newAccount(), 'PUT ec2/network', wrong));
    expect(message).toContain('vpcs.0.Cidr: Vpc has no such member');
    expect(message).toContain('routes: not a part of the network document');
    expect(message).toContain('subnets.0.VpcId: must be a string');
    expect(message).toContain('subnets.0.SubnetId: is missing');
    const dangling = await refusalOf(
      sandbox.control(newAccount(), 'PUT ec2/network', { subnets: [{ SubnetId: 's', VpcId: 'vpc-9' }] }),
    );
    expect(dangling.message).toContain('subnets.0.VpcId: there is no VPC vpc-9');
  });
});

describe('a describe call', () => {
  test('pages through everything once', async () => {
    const account = newAccount();
    const subnets = Array.from({ length: 12 }, (_, index) => ({
      SubnetId: `subnet-${index}`,
      VpcId: 'vpc-1',
      CidrBlock: `10.0.${index}.0/24`,
    }));
    await sandbox.control(account, 'PUT ec2/network', {
      vpcs: [{ VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16' }],
      subnets,
    });
    const seen: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const reply = await clientOf(account).send(
        new DescribeSubnetsCommand({ MaxResults: 5, ...(NextToken && { NextToken }) }),
      );
      seen.push(...(reply.Subnets ?? []).map((subnet) => subnet.SubnetId));
      NextToken = reply.NextToken;
    } while (NextToken);
    expect(seen).toEqual(subnets.map((subnet) => subnet.SubnetId));
  });

  test('filters by tag, by several values and by wildcard', async () => {
    const account = newAccount();
    await sandbox.control(account, 'PUT ec2/network', drillVpc);
    const client = clientOf(account);
    const count = async (Name: string, ...Values: string[]) =>
      (await client.send(new DescribeVpcsCommand({ Filters: [{ Name, Values }] }))).Vpcs?.length;
    expect(await count('tag:Name', 'drill')).toBe(1);
    expect(await count('tag:Name', 'Drill')).toBe(0);
    expect(await count('tag-key', 'Na?e')).toBe(1);
    expect(await count('cidr', '10.8.0.0/16', '10.9.*')).toBe(1);
  });

  test('refuses ids that do not exist, unknown filters, and ids together with paging, with EC2’s codes', async () => {
    const client = clientOf(newAccount());
    const missing = await refusalOf(client.send(new DescribeVpcsCommand({ VpcIds: ['vpc-nope'] })));
    expect(missing).toMatchObject({
      name: 'InvalidVpcID.NotFound',
      message: "The vpc ID 'vpc-nope' does not exist",
      $metadata: { httpStatusCode: 400 },
    });
    const filter = { Filters: [{ Name: 'colour', Values: ['red'] }] };
    expect(await refusalOf(client.send(new DescribeSubnetsCommand(filter)))).toMatchObject({
      name: 'InvalidParameterValue',
    });
    const both = new DescribeVpcsCommand({ VpcIds: ['vpc-nope'], MaxResults: 5 });
    expect(await refusalOf(client.send(both))).toMatchObject({ name: 'InvalidParameterCombination' });
    expect(await refusalOf(client.send(new DescribeVpcsCommand({ DryRun: true })))).toMatchObject({
      name: 'DryRunOperation',
    });
  });

  test('that creates is not here and says so', async () => {
    const error = await refusalOf(clientOf(newAccount()).send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1 })));
    expect(error.message).toContain('ec2:RunInstances');
  });
});

test('RDS sees the default VPC, its subnets and its default group', () => {
  const network = createEc2Service().network('111122223333', 'us-east-1');
  expect(network.subnets.map((subnet) => subnet.vpcId)).toEqual(Array.from({ length: 3 }, () => network.defaultVpcId));
  expect(network.securityGroups).toMatchObject([{ groupId: network.defaultSecurityGroupId, groupName: 'default' }]);
  expect(network.availabilityZones).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
});

function clientOf(account: string, region = 'us-east-1'): EC2Client {
  return new EC2Client(sandbox.config(account, region));
}

import { createHash } from 'node:crypto';
import type {
  InternetGateway,
  NetworkInterface,
  RouteTable,
  SecurityGroup,
  Subnet,
  TransitGatewayVpcAttachment,
  Vpc,
  VpcEndpoint,
  VpcPeeringConnection,
  VpnConnection,
  VpnGateway,
} from '@aws-sdk/client-ec2';

/** One account's network in one Region, in the SDK's own shapes (times as ISO text). */
export interface NetworkDocument {
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
  readonly peerings: readonly VpcPeeringConnection[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly vpcEndpoints: readonly VpcEndpoint[];
  readonly transitGatewayAttachments: readonly TransitGatewayVpcAttachment[];
  readonly vpnGateways: readonly VpnGateway[];
  readonly vpnConnections: readonly VpnConnection[];
  readonly internetGateways: readonly InternetGateway[];
  readonly networkInterfaces: readonly NetworkInterface[];
}

export type Collection = keyof NetworkDocument;

/** A stable id in the form of a real one: `vpc-0` and sixteen hexadecimal digits. */
export function idOf(prefix: string, ...of: readonly string[]): string {
  return `${prefix}-0${createHash('sha256').update(of.join('/')).digest('hex').slice(0, 16)}`;
}

// What EC2 really answers; the SDK's types of these two members know only "attached" and "Available".
const available = 'available' as 'attached' & 'Available';

export const zoneLetters = ['a', 'b', 'c'] as const;

/** What AWS gives to a new account: a default VPC with a public subnet in each zone. */
export function defaultNetwork(accountId: string, region: string): NetworkDocument {
  const id = (prefix: string, ...of: readonly string[]) => idOf(prefix, accountId, region, ...of);
  const vpcId = id('vpc', 'default');
  const gatewayId = id('igw', 'default');
  return {
    vpcs: [{ VpcId: vpcId, CidrBlock: '172.31.0.0/16', IsDefault: true }],
    subnets: zoneLetters.map((letter, index) => ({
      SubnetId: id('subnet', 'default', letter),
      VpcId: vpcId,
      AvailabilityZone: `${region}${letter}`,
      CidrBlock: `172.31.${index * 16}.0/20`,
      DefaultForAz: true,
      MapPublicIpOnLaunch: true,
    })),
    routeTables: [
      {
        RouteTableId: id('rtb', 'default'),
        VpcId: vpcId,
        Associations: [
          { Main: true, RouteTableId: id('rtb', 'default'), RouteTableAssociationId: id('rtbassoc', 'default') },
        ],
        Routes: [
          { DestinationCidrBlock: '172.31.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' },
          { DestinationCidrBlock: '0.0.0.0/0', GatewayId: gatewayId, Origin: 'CreateRoute', State: 'active' },
        ],
      },
    ],
    internetGateways: [{ InternetGatewayId: gatewayId, Attachments: [{ VpcId: vpcId, State: available }] }],
    peerings: [],
    securityGroups: [],
    vpcEndpoints: [],
    transitGatewayAttachments: [],
    vpnGateways: [],
    vpnConnections: [],
    networkInterfaces: [],
  };
}

/** Adds what exists in every real network without being asked for: owners, states, main route tables, default groups. */
export function completeNetwork(document: NetworkDocument, accountId: string, region: string): NetworkDocument {
  const id = (prefix: string, ...of: readonly string[]) => idOf(prefix, accountId, region, ...of);
  const vpcs = document.vpcs.map((vpc) => ({
    State: 'available' as const,
    IsDefault: false,
    InstanceTenancy: 'default' as const,
    OwnerId: accountId,
    DhcpOptionsId: id('dopt', 'default'),
    CidrBlockAssociationSet: [
      {
        AssociationId: id('vpc-cidr-assoc', vpc.VpcId ?? ''),
        CidrBlock: vpc.CidrBlock,
        CidrBlockState: { State: 'associated' as const },
      },
    ],
    ...vpc,
  }));
  const withoutMain = vpcs.filter(
    (vpc) =>
      !document.routeTables.some((table) => table.VpcId === vpc.VpcId && table.Associations?.some((each) => each.Main)),
  );
  const withoutDefaultGroup = vpcs.filter(
    (vpc) => !document.securityGroups.some((group) => group.VpcId === vpc.VpcId && group.GroupName === 'default'),
  );
  return {
    ...document,
    vpcs,
    subnets: document.subnets.map((subnet) => ({
      State: 'available' as const,
      OwnerId: accountId,
      AvailabilityZoneId: zoneId(subnet.AvailabilityZone ?? '', region),
      AvailableIpAddressCount: freeAddresses(subnet.CidrBlock),
      DefaultForAz: false,
      MapPublicIpOnLaunch: false,
      SubnetArn: `arn:aws:ec2:${region}:${accountId}:subnet/${subnet.SubnetId}`,
      ...subnet,
    })),
    routeTables: [
      ...document.routeTables,
      ...withoutMain.map((vpc) => {
        const RouteTableId = id('rtb', vpc.VpcId ?? '', 'main');
        const RouteTableAssociationId = id('rtbassoc', vpc.VpcId ?? '', 'main');
        return {
          RouteTableId,
          VpcId: vpc.VpcId,
          Associations: [
            { Main: true, RouteTableId, RouteTableAssociationId, AssociationState: { State: 'associated' as const } },
          ],
          Routes: [
            {
              DestinationCidrBlock: vpc.CidrBlock,
              GatewayId: 'local',
              Origin: 'CreateRouteTable' as const,
              State: 'active' as const,
            },
          ],
        };
      }),
    ].map((table) => ({ OwnerId: accountId, Associations: [], Routes: [], PropagatingVgws: [], ...table })),
    securityGroups: [
      ...document.securityGroups,
      ...withoutDefaultGroup.map((vpc) => defaultGroup(vpc.VpcId ?? '', accountId, region)),
    ].map((group) => ({
      OwnerId: accountId,
      Description: '',
      IpPermissions: [],
      IpPermissionsEgress: [],
      SecurityGroupArn: `arn:aws:ec2:${region}:${accountId}:security-group/${group.GroupId}`,
      ...group,
    })),
    vpcEndpoints: document.vpcEndpoints.map((endpoint) => ({ State: available, OwnerId: accountId, ...endpoint })),
    peerings: document.peerings.map((peering) => ({
      Status: { Code: 'active' as const, Message: 'Active' },
      ...peering,
    })),
    transitGatewayAttachments: document.transitGatewayAttachments.map((each) => ({
      State: 'available' as const,
      VpcOwnerId: accountId,
      ...each,
    })),
    vpnGateways: document.vpnGateways.map((gateway) => ({
      State: 'available' as const,
      Type: 'ipsec.1' as const,
      ...gateway,
    })),
    vpnConnections: document.vpnConnections.map((each) => ({
      State: 'available' as const,
      Type: 'ipsec.1' as const,
      ...each,
    })),
    internetGateways: document.internetGateways.map((gateway) => ({ OwnerId: accountId, ...gateway })),
    networkInterfaces: document.networkInterfaces.map((each) => ({
      OwnerId: accountId,
      Status: 'in-use' as const,
      ...each,
    })),
  };
}

function defaultGroup(vpcId: string, accountId: string, region: string): SecurityGroup {
  const GroupId = idOf('sg', accountId, region, vpcId, 'default');
  return {
    GroupId,
    GroupName: 'default',
    Description: 'default VPC security group',
    VpcId: vpcId,
    IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId, UserId: accountId }] }],
    IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  };
}

/** `use1-az1` for us-east-1a: the id that means the same place in every account. */
export function zoneId(zone: string, region: string): string {
  const letter = zone.slice(region.length);
  const number = (zoneLetters as readonly string[]).indexOf(letter) + 1;
  const short = region.replaceAll(
    /-(south|north)?(\w)\w*/g,
    (_all, side: string | undefined, first: string) => (side?.charAt(0) ?? '') + first,
  );
  return number === 0 ? '' : `${short}-az${number}`;
}

// AWS keeps five addresses of every subnet for itself.
const reservedAddresses = 5;

function freeAddresses(cidr: string | undefined): number {
  const bits = Number(cidr?.split('/')[1]);
  return Number.isInteger(bits) ? 2 ** (32 - bits) - reservedAddresses : 0;
}

import type { NetworkInterface, RouteTable, SecurityGroup, Subnet, Vpc, VpcEndpoint } from '@aws-sdk/client-ec2';

/** The network of Example Cloud Ltd, in which production and drills lie apart; its ids stand in `catalog.yaml`, too. */
export const accountId = '111111111111';
export const region = 'eu-central-1';

const ids = {
  productionVpc: 'vpc-0b1111a0000000001',
  drillVpc: 'vpc-0d1111a0000000001',
  databaseGroup: 'sg-0b1111a0000000001',
  applicationGroup: 'sg-0b1111a0000000002',
  drillGroup: 'sg-0d1111a0000000001',
  probeGroup: 'sg-0d1111a0000000002',
  productionPrivateTable: 'rtb-0b1111a000000001',
  productionPublicTable: 'rtb-0b1111a000000002',
  drillTable: 'rtb-0d1111a000000001',
  internetGateway: 'igw-0b1111a0000000001',
  natGateway: 'nat-0b1111a0000000001',
  drillS3Endpoint: 'vpce-0d1111a000000001',
  s3PrefixList: 'pl-6ea54007',
} as const;
const zones = ['a', 'b', 'c'] as const;
const postgresPort = 5432;
const production = { cidr: '10.20.0.0/16', private: (index: number) => `10.20.${index}.0/24` };
const drills = { cidr: '10.90.0.0/20', subnet: (index: number) => `10.90.${index}.0/24` };

const everywhere = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];

const vpcs: Vpc[] = [
  {
    VpcId: ids.productionVpc,
    CidrBlock: production.cidr,
    IsDefault: false,
    Tags: [{ Key: 'Name', Value: 'production' }],
  },
  { VpcId: ids.drillVpc, CidrBlock: drills.cidr, IsDefault: false, Tags: [{ Key: 'Name', Value: 'firedrill-drills' }] },
];

const subnetOf = (VpcId: string, family: 'b' | 'd', cidr: (index: number) => string): Subnet[] =>
  zones.map((zone, index) => ({
    SubnetId: `subnet-0${family}1111a00000000${index + 1}`,
    VpcId,
    AvailabilityZone: `${region}${zone}`,
    CidrBlock: cidr(index),
    MapPublicIpOnLaunch: false,
  }));
const productionSubnets = subnetOf(ids.productionVpc, 'b', production.private);
const drillSubnets = subnetOf(ids.drillVpc, 'd', drills.subnet);

const local = (cidr: string) =>
  ({ DestinationCidrBlock: cidr, GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' }) as const;
const associations = (RouteTableId: string, subnets: readonly Subnet[]) =>
  subnets.map(({ SubnetId = '' }) => ({
    Main: false,
    RouteTableId,
    SubnetId,
    RouteTableAssociationId: `rtbassoc-${SubnetId.slice(7)}`,
  }));

const routeTables: RouteTable[] = [
  {
    RouteTableId: ids.productionPrivateTable,
    VpcId: ids.productionVpc,
    Associations: associations(ids.productionPrivateTable, productionSubnets),
    Routes: [
      local(production.cidr),
      { DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: ids.natGateway, Origin: 'CreateRoute', State: 'active' },
    ],
  },
  {
    RouteTableId: ids.productionPublicTable,
    VpcId: ids.productionVpc,
    Associations: [
      { Main: true, RouteTableId: ids.productionPublicTable, RouteTableAssociationId: 'rtbassoc-0b1111a00000main' },
    ],
    Routes: [
      local(production.cidr),
      { DestinationCidrBlock: '0.0.0.0/0', GatewayId: ids.internetGateway, Origin: 'CreateRoute', State: 'active' },
    ],
  },
  {
    RouteTableId: ids.drillTable,
    VpcId: ids.drillVpc,
    Associations: [
      { Main: true, RouteTableId: ids.drillTable, RouteTableAssociationId: 'rtbassoc-0d1111a00000main' },
      ...associations(ids.drillTable, drillSubnets),
    ],
    // Nothing leads out: only the VPC itself, and S3 through its gateway endpoint.
    Routes: [
      local(drills.cidr),
      {
        DestinationPrefixListId: ids.s3PrefixList,
        GatewayId: ids.drillS3Endpoint,
        Origin: 'CreateRoute',
        State: 'active',
      },
    ],
  },
];

const securityGroups: SecurityGroup[] = [
  {
    GroupId: ids.applicationGroup,
    GroupName: 'jira-application',
    Description: 'Application servers of Jira Cloud',
    VpcId: ids.productionVpc,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    IpPermissionsEgress: everywhere,
  },
  {
    GroupId: ids.databaseGroup,
    GroupName: 'production-databases',
    Description: 'Databases; reached by the application servers only',
    VpcId: ids.productionVpc,
    IpPermissions: [
      {
        IpProtocol: 'tcp',
        FromPort: postgresPort,
        ToPort: postgresPort,
        UserIdGroupPairs: [{ GroupId: ids.applicationGroup, UserId: accountId, VpcId: ids.productionVpc }],
      },
    ],
    IpPermissionsEgress: everywhere,
  },
  {
    GroupId: ids.drillGroup,
    GroupName: 'firedrill-copies',
    Description: 'Restored copies: in from the probe only, out to nowhere',
    VpcId: ids.drillVpc,
    IpPermissions: [
      {
        IpProtocol: 'tcp',
        FromPort: postgresPort,
        ToPort: postgresPort,
        UserIdGroupPairs: [{ GroupId: ids.probeGroup, UserId: accountId, VpcId: ids.drillVpc }],
      },
    ],
    IpPermissionsEgress: [],
  },
  {
    GroupId: ids.probeGroup,
    GroupName: 'firedrill-probe',
    Description: 'The probe worker: out to the copies only',
    VpcId: ids.drillVpc,
    IpPermissions: [],
    IpPermissionsEgress: [
      {
        IpProtocol: 'tcp',
        FromPort: postgresPort,
        ToPort: postgresPort,
        UserIdGroupPairs: [{ GroupId: ids.drillGroup, UserId: accountId, VpcId: ids.drillVpc }],
      },
    ],
  },
];

const vpcEndpoints: VpcEndpoint[] = [
  {
    VpcEndpointId: ids.drillS3Endpoint,
    VpcEndpointType: 'Gateway',
    VpcId: ids.drillVpc,
    ServiceName: `com.amazonaws.${region}.s3`,
    RouteTableIds: [ids.drillTable],
  },
];

/** The whole network of the account in `region`, in the shapes of the AWS SDK: body of the sandbox's network control. */
export const network = {
  vpcs,
  subnets: [...productionSubnets, ...drillSubnets],
  routeTables,
  securityGroups,
  vpcEndpoints,
  peerings: [],
  transitGatewayAttachments: [],
  vpnGateways: [],
  vpnConnections: [],
  internetGateways: [
    {
      InternetGatewayId: ids.internetGateway,
      Attachments: [{ VpcId: ids.productionVpc, State: 'available' as const }],
    },
  ],
  networkInterfaces: [] as NetworkInterface[],
};

/** The security group of production's databases. */
export const { databaseGroup } = ids;

/** RDS subnet groups: where production lies, and where copies are restored to. */
export const subnetGroups = [
  {
    DBSubnetGroupName: 'production-databases',
    DBSubnetGroupDescription: 'Private subnets of production',
    SubnetIds: productionSubnets.map(({ SubnetId = '' }) => SubnetId),
  },
  {
    DBSubnetGroupName: 'firedrill-drills',
    DBSubnetGroupDescription: 'Isolated subnets for restore tests',
    SubnetIds: drillSubnets.map(({ SubnetId = '' }) => SubnetId),
  },
];

import type { NetworkInterface, RouteTable, SecurityGroup, Subnet, Vpc, VpcEndpoint } from '@aws-sdk/client-ec2';

/**
 * The outside world of Example Cloud Ltd, as plain data for the sandbox: what stands in `catalog.yaml` as an id is here as a
 * thing. A test keeps the two in step.
 */
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

/** Customer keys: what production and its snapshots are encrypted with, and what evidence is. */
export const kmsKeys = [
  { keyId: '0b1111a0-0000-4000-8000-000000000001', alias: 'alias/production-databases' },
  { keyId: '0e1111a0-0000-4000-8000-000000000001', alias: 'alias/dr-evidence' },
];

/** `CreateDBInstance` for the database under test; only the password is missing. */
export const issuesInstance = {
  DBInstanceIdentifier: 'issues-db-prod',
  DBInstanceClass: 'db.r6g.xlarge',
  Engine: 'postgres',
  EngineVersion: '18',
  DBName: 'issues',
  MasterUsername: 'issues_admin',
  AllocatedStorage: 200,
  StorageType: 'gp3',
  StorageEncrypted: true,
  KmsKeyId: 'alias/production-databases',
  MultiAZ: true,
  BackupRetentionPeriod: 30,
  CopyTagsToSnapshot: true,
  DeletionProtection: true,
  PubliclyAccessible: false,
  DBSubnetGroupName: 'production-databases',
  VpcSecurityGroupIds: [ids.databaseGroup],
  Tags: [
    { Key: 'service', Value: 'jira-cloud' },
    { Key: 'environment', Value: 'production' },
  ],
};

const onlyDrills = (action: string, kind: string) => ({ action, resource: `arn:aws:rds:*:*:${kind}:drdrill-*` });

/** IAM roles as the sandbox understands them; `deploy/aws/` has the policies that mean the same in a real account. */
export const iamRoles = [
  {
    name: 'firedrill-read',
    externalId: 'example-cloud-firedrill',
    allow: [
      'rds:Describe*',
      'rds:List*',
      'ec2:Describe*',
      'kms:DescribeKey',
      'kms:ListAliases',
      'sts:GetCallerIdentity',
    ],
    deny: [],
  },
  {
    name: 'firedrill-isolated',
    externalId: 'example-cloud-firedrill',
    allow: [
      'rds:Describe*',
      'rds:List*',
      'kms:DescribeKey',
      'sts:GetCallerIdentity',
      onlyDrills('rds:RestoreDBInstanceFromDBSnapshot', 'db'),
      onlyDrills('rds:RestoreDBInstanceToPointInTime', 'db'),
      onlyDrills('rds:ModifyDBInstance', 'db'),
      onlyDrills('rds:StartDBInstance', 'db'),
      onlyDrills('rds:DeleteDBInstance', 'db'),
      onlyDrills('rds:AddTagsToResource', 'db'),
    ],
    deny: ['rds:DeleteDBSnapshot', 'rds:DeleteDBCluster', 'rds:DeleteDBInstanceAutomatedBackup'],
  },
  {
    name: 'firedrill-evidence',
    externalId: 'example-cloud-firedrill',
    allow: [
      's3:PutObject',
      's3:PutObjectRetention',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:GetBucketObjectLockConfiguration',
      'sts:GetCallerIdentity',
    ],
    deny: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention'],
  },
];

const people = [
  { id: 'U0AMARA', name: 'amara', real_name: 'Amara Okafor', tz: 'Africa/Lagos' },
  { id: 'U0DANIEL', name: 'daniel', real_name: 'Daniel Kim', tz: 'America/New_York' },
  { id: 'U0HANNAH', name: 'hannah', real_name: 'Hannah Lindqvist', tz: 'Europe/Stockholm' },
  { id: 'U0JONAS', name: 'jonas', real_name: 'Jonas Weber', tz: 'Europe/Berlin' },
  { id: 'U0LIN', name: 'lin', real_name: 'Lin Zhao', tz: 'Asia/Singapore' },
  { id: 'U0PRIYA', name: 'priya', real_name: 'Priya Raman', tz: 'Asia/Kolkata' },
  { id: 'U0RUTH', name: 'ruth', real_name: 'Ruth Adeyemi', tz: 'Europe/London' },
  { id: 'U0SOFIA', name: 'sofia', real_name: 'Sofia Marques', tz: 'Europe/Lisbon' },
  { id: 'U0TOMAS', name: 'tomas', real_name: 'Tomas Novak', tz: 'Europe/Prague' },
  // Somebody whom the catalog does not know: a click of theirs is refused and noted.
  { id: 'U0VICTOR', name: 'victor', real_name: 'Victor Contractor', tz: 'Europe/Berlin' },
].map((person) => ({ ...person, email: `${person.real_name.toLowerCase().replace(' ', '.')}@example.com` }));

/** Body of the Slack sandbox's `PUT /_sandbox/workspace`. */
export const slackWorkspace = {
  name: 'Example Cloud',
  domain: 'example-cloud',
  users: people,
  channels: [
    { id: 'C0DRPROGRAMME', name: 'dr-programme', topic: 'Every drill, every quarter' },
    { id: 'C0JIRACLOUD', name: 'jira-cloud-dr', topic: 'Disaster recovery of Jira Cloud' },
    { id: 'C0IDENTITY', name: 'identity-dr', topic: 'Disaster recovery of Identity' },
    { id: 'C0IMAGES', name: 'image-effects-dr', topic: 'Disaster recovery of Image Effects and usage analytics' },
    { id: 'C0GENERAL', name: 'general', topic: 'Company-wide', app_is_member: false },
  ],
  usergroups: [
    {
      id: 'S0COMMANDERS',
      handle: 'incident-commanders',
      name: 'Incident commanders on duty',
      users: ['U0DANIEL', 'U0HANNAH'],
    },
  ],
  app: {
    name: 'firedrill',
    commands: ['/dr'],
    events: ['app_home_opened'],
    scopes: ['commands', 'chat:write', 'users:read', 'usergroups:read', 'channels:read', 'channels:history'],
  },
};

/** Body of the Jira sandbox's `PUT /_sandbox/site`: one project, and the people who get tickets. */
export const jiraSite = {
  projects: [{ key: 'DR', name: 'Disaster recovery', issueTypes: ['Task', 'Bug'] }],
  users: people
    .filter(({ id }) => id !== 'U0VICTOR')
    .map(({ id, real_name, email }) => ({
      accountId: `712020:example-${id.toLowerCase()}`,
      displayName: real_name,
      emailAddress: email,
    })),
};

/** Bucket for evidence, with Object Lock. */
export const evidenceBucket = { Bucket: 'example-cloud-dr-evidence', ObjectLockEnabledForBucket: true };

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  AddTagsToResourceCommand,
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
// Tests meet the stand-in here and nowhere else; the product reaches it only through the network.
/* oxlint-disable no-restricted-imports */
import { createEc2Service } from '../../sandbox/aws/ec2/service.ts';
import { startAwsEndpoint } from '../../sandbox/aws/endpoint.ts';
import { createKmsService } from '../../sandbox/aws/kms.ts';
import { createRdsService } from '../../sandbox/aws/rds/service.ts';
import { RoleRegistry } from '../../sandbox/aws/roles.ts';
import { createStsService } from '../../sandbox/aws/sts.ts';
/* oxlint-enable no-restricted-imports */
import { dataRootFor } from '../../postgres/index.ts';
import type { DatabaseSpec, DrillNetwork } from '../../domain/restore-plan.ts';
import type { AwsClients, AwsPurpose } from './aws-clients.ts';
import { createAwsClients } from './aws-clients.ts';

const accountId = '111111111111';
const region = 'eu-central-1';
export const place = { accountId, region };
export const drillSecret = 'a drill secret of more than 32 characters';

/** A sandbox AWS with one production database and one drill network, for the tests of this folder. */
export interface AwsSandbox {
  readonly url: string;
  readonly network: DrillNetwork;
  clients(purpose: AwsPurpose, options?: { externalId?: string; requestTimeoutMs?: number }): AwsClients;
  /** A client with all rights, to arrange the world with. */
  readonly admin: RDSClient;
  /** A call under `/_sandbox/`; throws with the sandbox's words when it is refused. */
  control(method: string, path: string, body?: object): Promise<unknown>;
  /** Sets up the drill network and its subnet group; needed at the start and after a reset. */
  prepare(): Promise<void>;
  /** Creates the production database and waits for it. */
  createSource(identifier: string, settings?: object): Promise<DatabaseSpec>;
  close(): Promise<void>;
}

export const drillNetwork: DrillNetwork = {
  ...place,
  name: 'drills',
  vpcId: 'vpc-0d0d0d0d',
  subnetGroup: 'drill-subnets',
  securityGroupId: 'sg-0d0d0d0d',
  probeSecurityGroupId: 'sg-0e0e0e0e',
  shared: false,
  productionVpcIds: ['vpc-0aaaaaaa'],
};

const subnet = (SubnetId: string, AvailabilityZone: string, CidrBlock: string) => ({
  SubnetId,
  VpcId: 'vpc-0d0d0d0d',
  AvailabilityZone,
  CidrBlock,
  State: 'available',
});

/** An isolated drill VPC: local routes and a gateway endpoint, a group without egress that admits the probe. */
export const drillNetworkDocument = {
  vpcs: [{ VpcId: 'vpc-0d0d0d0d', CidrBlock: '10.99.0.0/16', State: 'available' }],
  subnets: [
    subnet('subnet-0d0d0d01', 'eu-central-1a', '10.99.1.0/24'),
    subnet('subnet-0d0d0d02', 'eu-central-1b', '10.99.2.0/24'),
  ],
  routeTables: [
    {
      RouteTableId: 'rtb-0d0d0d0d',
      VpcId: 'vpc-0d0d0d0d',
      Associations: [{ Main: true, RouteTableId: 'rtb-0d0d0d0d', RouteTableAssociationId: 'rtbassoc-0d' }],
      Routes: [
        { DestinationCidrBlock: '10.99.0.0/16', GatewayId: 'local', State: 'active' },
        { DestinationPrefixListId: 'pl-0123abcd', GatewayId: 'vpce-0123abcd', State: 'active' },
      ],
    },
  ],
  securityGroups: [
    {
      GroupId: 'sg-0e0e0e0e',
      GroupName: 'probe',
      VpcId: 'vpc-0d0d0d0d',
      Description: 'probe',
      IpPermissions: [],
      IpPermissionsEgress: [],
    },
    {
      GroupId: 'sg-0d0d0d0d',
      GroupName: 'drill',
      VpcId: 'vpc-0d0d0d0d',
      Description: 'drill',
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: 0,
          ToPort: 65535,
          UserIdGroupPairs: [{ GroupId: 'sg-0e0e0e0e', UserId: accountId }],
        },
      ],
      IpPermissionsEgress: [],
    },
  ],
};

/** @param options.databases - true puts a real PostgreSQL behind every instance; slower */
export async function startAwsSandbox(options: { databases: boolean }): Promise<AwsSandbox> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'firedrill-aws-test-'));
  const roles = new RoleRegistry();
  const ec2 = createEc2Service();
  const kms = createKmsService();
  const rds = createRdsService({ dataDir, databases: options.databases, instant: true, network: ec2, keys: kms });
  const endpoint = await startAwsEndpoint({
    port: 0,
    services: { sts: createStsService(roles), ec2, kms, rds },
    roles,
  });
  const base = { accessKeyId: `AKIA${accountId}`, secretAccessKey: 'sandbox' };
  const admin = new RDSClient({ region, endpoint: endpoint.url, credentials: base, maxAttempts: 1 });
  const made: AwsClients[] = [];

  const control = async (method: string, route: string, body?: object): Promise<unknown> => {
    const separator = route.includes('?') ? '&' : '?';
    const reply = await fetch(`${endpoint.url}/_sandbox/${route}${separator}account=${accountId}&region=${region}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await reply.json();
    if (!reply.ok) throw new Error(`${method} /_sandbox/${route}: ${JSON.stringify(answer)}`);
    return answer;
  };

  /** The drill network and its subnet group; again after a reset. */
  const prepare = async (): Promise<void> => {
    await control('PATCH', 'ec2/network', drillNetworkDocument);
    await admin.send(
      new CreateDBSubnetGroupCommand({
        DBSubnetGroupName: drillNetwork.subnetGroup,
        DBSubnetGroupDescription: 'drills',
        SubnetIds: ['subnet-0d0d0d01', 'subnet-0d0d0d02'],
      }),
    );
  };

  return {
    url: endpoint.url,
    network: drillNetwork,
    admin,
    control,
    prepare,
    clients: (purpose, more = {}) => {
      const clients = createAwsClients({
        purpose,
        roleFor: (id) =>
          id === accountId
            ? {
                roleArn: `arn:aws:iam::${accountId}:role/firedrill-${purpose}`,
                ...(more.externalId === undefined ? {} : { externalId: more.externalId }),
              }
            : undefined,
        endpoint: endpoint.url,
        baseCredentials: base,
        requestTimeoutMs: more.requestTimeoutMs ?? 10_000,
      });
      made.push(clients);
      return clients;
    },
    createSource: async (identifier, settings = {}) => {
      await admin.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: identifier,
          DBInstanceClass: 'db.r6g.large',
          Engine: 'postgres',
          AllocatedStorage: 100,
          StorageType: 'gp3',
          MasterUsername: 'issues_admin',
          MasterUserPassword: 'production-password-1',
          DBName: 'issues',
          BackupRetentionPeriod: 7,
          Tags: [{ Key: 'env', Value: 'production' }],
          ...settings,
        }),
      );
      await waitFor(async () => {
        const reply = await admin.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
        return reply.DBInstances?.[0]?.DBInstanceStatus === 'available';
      });
      return {
        ...place,
        service: 'issues-service',
        resource: 'issues-db',
        identifier,
        databaseName: 'issues',
        tls: 'disable',
      };
    },
    close: async () => {
      for (const clients of made) clients.destroy();
      admin.destroy();
      await endpoint.close();
      // As root, databases lie elsewhere than the folder that was given.
      await rm(await dataRootFor(path.join(dataDir, 'rds')), { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Asks until it is true; fails after a minute. */
export async function waitFor(check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error('It did not happen within a minute.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Repeats a look while it says "not yet", as the engine does. */
export async function eventually<T>(look: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof Error && 'kind' in error && error.kind === 'not-yet') || Date.now() > deadline)
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Tags something as anyone could. */
export async function tag(admin: RDSClient, arn: string, tags: Readonly<Record<string, string>>): Promise<void> {
  await admin.send(
    new AddTagsToResourceCommand({
      ResourceName: arn,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
}

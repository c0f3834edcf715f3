import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpnGatewaysCommand,
} from '@aws-sdk/client-ec2';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import {
  DeleteDBInstanceCommand,
  DescribeAccountAttributesCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeEventsCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Examination } from '../../domain/examination.ts';
import type { DrillNetwork } from '../../domain/restore-plan.ts';
import { drillName } from '../../domain/run-id.ts';
import type { AwsClients } from './aws-clients.ts';
import { classifyAwsError, isAwsCode } from './aws-faults.ts';
import { drillTags } from './drill-tags.ts';

/**
 * Tries what the roles must be able to do, and what the isolated role must not be able to do, without any effect: reads
 * are made, changes are asked for things that do not exist.
 */
export async function checkAwsPermissions(options: {
  read: AwsClients;
  isolated: AwsClients;
  network: DrillNetwork;
}): Promise<readonly Examination[]> {
  const { read, isolated, network } = options;
  const identity = await whoAmI(read, network);
  if (!identity.ok) return [identity];
  const rds = read.rds(network);
  const ec2 = read.ec2(network);
  const inVpc = { Filters: [{ Name: 'vpc-id', Values: [network.vpcId] }] };
  const reads: readonly (readonly [permission: string, call: () => Promise<unknown>])[] = [
    ['rds:DescribeDBInstances', () => rds.send(new DescribeDBInstancesCommand({ MaxRecords: 20 }))],
    ['rds:DescribeDBSnapshots', () => rds.send(new DescribeDBSnapshotsCommand({ MaxRecords: 20 }))],
    [
      'rds:DescribeDBInstanceAutomatedBackups',
      () => rds.send(new DescribeDBInstanceAutomatedBackupsCommand({ MaxRecords: 20 })),
    ],
    ['rds:DescribeEvents', () => rds.send(new DescribeEventsCommand({ MaxRecords: 20 }))],
    ['rds:DescribeDBSubnetGroups', () => rds.send(new DescribeDBSubnetGroupsCommand({ MaxRecords: 20 }))],
    ['rds:DescribeAccountAttributes', () => rds.send(new DescribeAccountAttributesCommand({}))],
    ['ec2:DescribeSubnets', () => ec2.send(new DescribeSubnetsCommand(inVpc))],
    ['ec2:DescribeRouteTables', () => ec2.send(new DescribeRouteTablesCommand(inVpc))],
    ['ec2:DescribeSecurityGroups', () => ec2.send(new DescribeSecurityGroupsCommand(inVpc))],
    ['ec2:DescribeVpcPeeringConnections', () => ec2.send(new DescribeVpcPeeringConnectionsCommand({}))],
    [
      'ec2:DescribeTransitGatewayVpcAttachments',
      () => ec2.send(new DescribeTransitGatewayVpcAttachmentsCommand(inVpc)),
    ],
    ['ec2:DescribeVpnGateways', () => ec2.send(new DescribeVpnGatewaysCommand({}))],
    ['kms:DescribeKey', () => read.kms(network).send(new DescribeKeyCommand({ KeyId: 'alias/aws/rds' }))],
  ];
  const results = [identity];
  for (const [permission, call] of reads) results.push(await mayRead(permission, call));
  const isolatedIdentity = await whoAmI(isolated, network);
  results.push(isolatedIdentity);
  if (isolatedIdentity.ok)
    results.push(await mayRestore(isolated, network), await mayNotDeleteOthers(isolated, network));
  return results;
}

async function whoAmI(clients: AwsClients, network: DrillNetwork): Promise<Examination> {
  const name = `role "${clients.purpose}" of account ${network.accountId}`;
  try {
    const reply = await clients.sts(network).send(new GetCallerIdentityCommand({}));
    if (reply.Account === network.accountId)
      return { name, ok: true, detail: reply.Arn ?? 'identity without an ARN', fix: '' };
    return {
      name,
      ok: false,
      detail: `The role belongs to account ${reply.Account ?? 'unknown'}.`,
      fix: 'Correct the role ARN of this account in the catalog.',
    };
  } catch (error) {
    const problem = classifyAwsError(error, 'asking who we are');
    return {
      name,
      ok: false,
      detail: problem.what,
      fix: 'Check the role’s ARN, its trust policy (who may assume it, with which external id) and the worker’s own credentials.',
    };
  }
}

async function mayRead(permission: string, call: () => Promise<unknown>): Promise<Examination> {
  try {
    await call();
    return { name: permission, ok: true, detail: 'allowed', fix: '' };
  } catch (error) {
    // Nothing of that name is an answer too: the call was allowed.
    if (isAwsCode(error, 'NotFoundException', 'DBInstanceAutomatedBackupNotFound'))
      return { name: permission, ok: true, detail: 'allowed', fix: '' };
    const problem = classifyAwsError(error, `trying ${permission}`);
    return {
      name: permission,
      ok: false,
      detail: problem.what,
      fix: problem.code === 'aws-permission-missing' ? `Allow ${permission} in the read role’s policy.` : problem.next,
    };
  }
}

/** A restore from a snapshot that does not exist: allowed when AWS gets as far as looking for it. */
async function mayRestore(clients: AwsClients, network: DrillNetwork): Promise<Examination> {
  const name = 'rds:RestoreDBInstanceFromDBSnapshot with our name and tags';
  const runId = 'firedrill doctor';
  try {
    await clients.rds(network).send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: drillName('doctor', 'doctor', runId, 'doctor'),
        DBSnapshotIdentifier: 'drdrill-doctor-no-such-snapshot',
        DBSubnetGroupName: network.subnetGroup,
        VpcSecurityGroupIds: [network.securityGroupId],
        PubliclyAccessible: false,
        BackupRetentionPeriod: 0,
        Tags: drillTags({ runId, service: 'doctor', resource: 'doctor', owner: 'firedrill', expiresAtMs: Date.now() }),
      }),
    );
    return {
      name,
      ok: false,
      detail: 'AWS restored from a snapshot that should not exist.',
      fix: 'Delete the snapshot drdrill-doctor-no-such-snapshot and run: firedrill sweep',
    };
  } catch (error) {
    if (isAwsCode(error, 'DBSnapshotNotFound')) return { name, ok: true, detail: 'allowed', fix: '' };
    const problem = classifyAwsError(error, 'trying a restore');
    return {
      name,
      ok: false,
      detail: problem.what,
      fix:
        problem.code === 'aws-permission-missing'
          ? 'Allow it in the isolated role’s policy, for names drdrill-* with the tag dr:mode=drill.'
          : problem.next,
    };
  }
}

/** The safety belt: the isolated role must be refused for anything that drills do not name. */
async function mayNotDeleteOthers(clients: AwsClients, network: DrillNetwork): Promise<Examination> {
  const name = 'the isolated role cannot delete what is not a drill’s';
  try {
    await clients
      .rds(network)
      .send(
        new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'firedrill-doctor-not-a-drill', SkipFinalSnapshot: true }),
      );
  } catch (error) {
    if (isAwsCode(error, 'AccessDenied')) return { name, ok: true, detail: 'AWS refuses it', fix: '' };
    if (!isAwsCode(error, 'DBInstanceNotFound')) {
      const problem = classifyAwsError(error, 'trying to delete a database that does not exist');
      return { name, ok: false, detail: problem.what, fix: problem.next };
    }
  }
  return {
    name,
    ok: false,
    detail: 'AWS would have let the isolated role delete an instance with any name.',
    fix: 'Limit rds:DeleteDBInstance and rds:ModifyDBInstance in its policy to arn:aws:rds:*:*:db:drdrill-* (deploy/iam).',
  };
}

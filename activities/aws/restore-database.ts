import type {
  DBInstance,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotMessage,
  RestoreDBInstanceToPointInTimeMessage,
} from '@aws-sdk/client-rds';
import {
  DescribeDBSnapshotsCommand,
  DescribeOptionGroupsCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import type { Moment } from '../../domain/time.ts';
import { activityContext } from '../activity-context.ts';
import type { AwsClients } from './aws-clients.ts';
import { copyNotIsolated, copyNotVisible, notTheSourcesSnapshot } from './aws-errors.ts';
import { classified, classifyAwsError, isAwsCode } from './aws-faults.ts';
import { drillTags, insistOnDrillName, insistOnOwn } from './drill-tags.ts';
import { findInstance } from './find-instance.ts';
import type { AwsIsolatedActivities, RestoreCalled, RestoreRequest } from './interface.ts';

type SharedSettings = Omit<
  RestoreDBInstanceFromDBSnapshotMessage & RestoreDBInstanceToPointInTimeMessage,
  | 'DBInstanceIdentifier'
  | 'DBSnapshotIdentifier'
  | 'DBClusterSnapshotIdentifier'
  | 'TargetDBInstanceIdentifier'
  | 'SourceDBInstanceIdentifier'
  | 'RestoreTime'
  | 'UseLatestRestorableTime'
>;

/** Starts the restore of a copy, once. */
export function createRestoreActivities(deps: { clients: AwsClients }): Pick<AwsIsolatedActivities, 'restoreDatabase'> {
  return {
    async restoreDatabase(request) {
      insistOnDrillName('adopt', request.name);
      const rds = deps.clients.rds(request);
      const settings = copySettings(request, await optionGroupForCopy(rds, request));
      await insistOnOwnSnapshot(rds, request);
      const lowMs = Date.now();
      try {
        const made = await callRestore(rds, request, settings);
        const called: Moment = { lowMs, highMs: Date.now(), source: 'activity-clock', note: callName(request) };
        insistOnIsolated(made, request);
        return { name: request.name, arn: made.DBInstanceArn ?? 'unknown', called, adopted: false };
      } catch (error) {
        // An earlier attempt may have got through before its reply was lost or its worker died.
        if (isAwsCode(error, 'DBInstanceAlreadyExists')) return adoptOwnCopy(rds, request, lowMs);
        throw classifyAwsError(error, `restoring ${request.sourceIdentifier} as ${request.name}`);
      }
    },
  };
}

/**
 * The name of a snapshot says nothing about whose data it holds, and a plan is an argument: only AWS knows of which database
 * it is. @throws FiredrillError `not-the-sources-snapshot`
 */
async function insistOnOwnSnapshot(rds: RDSClient, { point, sourceIdentifier }: RestoreRequest): Promise<void> {
  if (point.method !== 'snapshot') return;
  const reply = await classified(`looking at the snapshot ${point.snapshotId}`, () =>
    rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: point.snapshotId })),
  );
  const of = reply.DBSnapshots?.[0]?.DBInstanceIdentifier;
  if (of !== sourceIdentifier) throw notTheSourcesSnapshot(point.snapshotId, sourceIdentifier);
}

const callName = (request: RestoreRequest): string =>
  request.point.method === 'snapshot' ? 'RestoreDBInstanceFromDBSnapshot' : 'RestoreDBInstanceToPointInTime';

async function callRestore(rds: RDSClient, request: RestoreRequest, settings: SharedSettings): Promise<DBInstance> {
  const { point } = request;
  const reply =
    point.method === 'snapshot'
      ? await rds.send(
          new RestoreDBInstanceFromDBSnapshotCommand({
            ...settings,
            DBInstanceIdentifier: request.name,
            DBSnapshotIdentifier: point.snapshotId,
          }),
        )
      : await rds.send(
          new RestoreDBInstanceToPointInTimeCommand({
            ...settings,
            TargetDBInstanceIdentifier: request.name,
            SourceDBInstanceIdentifier: request.sourceIdentifier,
            RestoreTime: new Date(point.restoreTimeMs),
          }),
        );
  return reply.DBInstance ?? {};
}

/** What AWS says it is making, against what was asked for. @throws FiredrillError `copy-not-isolated` */
function insistOnIsolated(instance: DBInstance, { name, network }: RestoreRequest): void {
  const reasons: string[] = [];
  if (instance.PubliclyAccessible === true) reasons.push('it is publicly accessible');
  const group = instance.DBSubnetGroup?.DBSubnetGroupName;
  if (group !== undefined && group !== network.subnetGroup)
    reasons.push(`it lies in the subnet group ${group}, not in ${network.subnetGroup}`);
  const others = (instance.VpcSecurityGroups ?? []).filter((one) => one.VpcSecurityGroupId !== network.securityGroupId);
  if (others.length > 0)
    reasons.push(`it has the security group ${others.map((one) => one.VpcSecurityGroupId).join(', ')}`);
  if (reasons.length > 0) throw copyNotIsolated(name, reasons);
}

/** Adopts what an earlier attempt of this run created. @throws FiredrillError `not-this-runs-resource` when someone else's has the name */
async function adoptOwnCopy(rds: RDSClient, request: RestoreRequest, triedAtMs: number): Promise<RestoreCalled> {
  const instance = await findInstance(rds, request.name);
  if (instance === undefined) throw copyNotVisible(request.name);
  insistOnOwn('adopt', instance, request.runId);
  insistOnIsolated(instance, request);
  // The call was made after the step was scheduled and before it was met here; AWS's creation time comes later than the call.
  const scheduledMs = activityContext()?.info.scheduledTimestampMs;
  const createdMs = instance.InstanceCreateTime?.getTime();
  const highMs = Math.min(createdMs ?? triedAtMs, triedAtMs);
  const called: Moment = {
    lowMs: Math.min(scheduledMs ?? highMs, highMs),
    highMs,
    source: createdMs === undefined ? 'activity-clock' : 'aws-api',
    note: `${callName(request)} by an earlier attempt`,
  };
  return { name: request.name, arn: instance.DBInstanceArn ?? 'unknown', called, adopted: true };
}

/**
 * Everything said out loud; what RDS does by default is the column "if not given" of reference/disaster-recovery.md,
 * section 6.2. Log exports stay off on purpose: their CloudWatch groups would outlive the copy.
 */
function copySettings(request: RestoreRequest, optionGroup: string | undefined): SharedSettings {
  const { source, network } = request;
  return {
    DBInstanceClass: source.instanceClass,
    DBSubnetGroupName: network.subnetGroup,
    VpcSecurityGroupIds: [network.securityGroupId],
    PubliclyAccessible: false,
    DBParameterGroupName: source.parameterGroup,
    MultiAZ: false,
    AutoMinorVersionUpgrade: false,
    CopyTagsToSnapshot: false,
    DeletionProtection: false,
    BackupRetentionPeriod: 0,
    EnableIAMDatabaseAuthentication: source.iamAuthentication,
    NetworkType: 'IPV4',
    EnableCloudwatchLogsExports: [],
    Tags: drillTags(request),
    ...storageSettings(source),
    ...(source.port === undefined ? {} : { Port: source.port }),
    ...(optionGroup === undefined ? {} : { OptionGroupName: optionGroup }),
    ...(source.caCertificate === undefined ? {} : { CACertificateIdentifier: source.caCertificate }),
    ...(source.extendedSupport === undefined ? {} : { EngineLifecycleSupport: source.extendedSupport }),
    ...(source.dedicatedLogVolume === undefined ? {} : { DedicatedLogVolume: source.dedicatedLogVolume }),
  };
}

/**
 * gp3 below 400 GB has fixed IOPS and throughput, and RDS refuses a request that names them ("Amazon RDS DB instance
 * storage", gp3; SQL Server is free from 20 GB, Oracle from 200 GB).
 */
function storageSettings(
  source: RestoreRequest['source'],
): Pick<SharedSettings, 'StorageType' | 'Iops' | 'StorageThroughput'> {
  const gp3From = source.engine.startsWith('sqlserver') ? 20 : source.engine.startsWith('oracle') ? 200 : 400;
  const provisioned =
    source.storageType.startsWith('io') || (source.storageType === 'gp3' && source.allocatedStorageGb >= gp3From);
  return {
    StorageType: source.storageType,
    ...(provisioned && source.iops !== undefined ? { Iops: source.iops } : {}),
    ...(provisioned && source.storageType === 'gp3' && source.storageThroughput !== undefined
      ? { StorageThroughput: source.storageThroughput }
      : {}),
  };
}

/**
 * The source's option group, when it can be used in the drill VPC. A group with options belongs to one VPC; leaving it
 * out there is what a real recovery into another VPC would do too, and the go-live diff shows it.
 */
async function optionGroupForCopy(rds: RDSClient, request: RestoreRequest): Promise<string | undefined> {
  const name = request.source.optionGroup;
  if (name === undefined || name.startsWith('default:')) return name;
  const reply = await classified(`reading the option group ${name}`, () =>
    rds.send(new DescribeOptionGroupsCommand({ OptionGroupName: name })),
  );
  const group = reply.OptionGroupsList?.[0];
  const fits =
    group?.AllowsVpcAndNonVpcInstanceMemberships === true ||
    group?.VpcId === undefined ||
    group.VpcId === request.network.vpcId;
  return fits ? name : undefined;
}

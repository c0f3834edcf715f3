import type { DBInstance } from '@aws-sdk/client-rds';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { DatabaseSpec } from '../../domain/restore-plan.ts';
import { isDrillName } from '../../domain/run-id.ts';
import { stoppable } from '../activity-context.ts';
import type { AwsClients } from './aws-clients.ts';
import { copyVanished, sourceNotFound, sourceNotSupported } from './aws-errors.ts';
import { classified } from './aws-faults.ts';
import type { InstanceLookup } from './describe-batch.ts';
import { settingsOf } from './instance-settings.ts';
import type { AwsReadActivities, SourceFacts } from './interface.ts';

/** Looks at who we are and at the source. */
export function createDescribeActivities(deps: {
  clients: AwsClients;
  instances: InstanceLookup;
}): Pick<AwsReadActivities, 'awsIdentity' | 'describeSource' | 'readSettings'> {
  return {
    async awsIdentity(place) {
      const reply = await classified('asking who we are', () =>
        deps.clients.sts(place).send(new GetCallerIdentityCommand({})),
      );
      return {
        accountId: reply.Account ?? 'unknown',
        callerArn: reply.Arn ?? 'unknown',
        endpoint: deps.clients.endpoint,
        simulated: deps.clients.simulated,
      };
    },

    async describeSource(database) {
      const { instance } = await stoppable(() => deps.instances.find(database, database.identifier));
      if (instance === undefined) throw sourceNotFound(database.identifier, database.accountId, database.region);
      return sourceFactsOf(database, instance);
    },

    async readSettings(request) {
      const { instance } = await stoppable(() => deps.instances.find(request, request.identifier));
      if (instance === undefined && isDrillName(request.identifier)) throw copyVanished(request.identifier);
      if (instance === undefined) throw sourceNotFound(request.identifier, request.accountId, request.region);
      return settingsOf(instance);
    },
  };
}

/** @throws FiredrillError `source-not-supported` for members of clusters, whose restore calls are others (reference, section 6.1) */
function sourceFactsOf(database: DatabaseSpec, instance: DBInstance): SourceFacts {
  const engine = instance.Engine ?? 'unknown';
  if (engine.startsWith('aurora'))
    throw sourceNotSupported(database.identifier, engine, 'Aurora restores a cluster, then its instances');
  if (instance.DBClusterIdentifier !== undefined) {
    throw sourceNotSupported(
      database.identifier,
      engine,
      'it is a member of a Multi-AZ DB cluster, which is restored as a whole',
    );
  }
  const parameterGroup = instance.DBParameterGroups?.[0]?.DBParameterGroupName;
  const optionGroup = instance.OptionGroupMemberships?.[0]?.OptionGroupName;
  const port = instance.Endpoint?.Port ?? instance.DbInstancePort;
  const given = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
    value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
  return {
    arn: instance.DBInstanceArn ?? 'unknown',
    status: instance.DBInstanceStatus ?? 'unknown',
    engine,
    engineVersion: instance.EngineVersion ?? 'unknown',
    instanceClass: instance.DBInstanceClass ?? 'unknown',
    allocatedStorageGb: instance.AllocatedStorage ?? 0,
    storageType: instance.StorageType ?? 'unknown',
    encrypted: instance.StorageEncrypted === true,
    parameterGroup: parameterGroup ?? 'unknown',
    masterUsername: instance.MasterUsername ?? 'unknown',
    iamAuthentication: instance.IAMDatabaseAuthenticationEnabled === true,
    settings: settingsOf(instance),
    ...given('iops', instance.Iops),
    ...given('storageThroughput', instance.StorageThroughput),
    ...given('kmsKeyArn', instance.KmsKeyId),
    ...given('optionGroup', optionGroup),
    ...given('port', port === 0 ? undefined : port),
    ...given('caCertificate', instance.CACertificateIdentifier),
    ...given('extendedSupport', instance.EngineLifecycleSupport),
    ...given('dedicatedLogVolume', instance.DedicatedLogVolume),
  };
}

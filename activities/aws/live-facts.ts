import type { DBInstance } from '@aws-sdk/client-rds';
import { ListAliasesCommand } from '@aws-sdk/client-kms';
import type { KnownFact } from '../../domain/document.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { factDefinitions, factNames } from '../../domain/recovery-facts.ts';
import { stoppable } from '../activity-context.ts';
import type { AwsClients } from './aws-clients.ts';
import { classified } from './aws-faults.ts';
import type { InstanceLookup } from './describe-batch.ts';
import type { AwsReadActivities, LiveFactsRequest } from './interface.ts';

const from = 'aws';

/** Looks at what is true of a database now, for what documents say of it. */
export function createLiveFactsActivities(deps: {
  clients: AwsClients;
  instances: InstanceLookup;
}): Pick<AwsReadActivities, 'readLiveFacts'> {
  return {
    async readLiveFacts(request) {
      const { resource, kind, identifier, region } = request;
      if (kind !== 'rds-instance')
        return {
          facts: allUnknown(resource, 'firedrill does not look at database clusters yet; look in the AWS console'),
        };
      const { instance } = await stoppable(() => deps.instances.find(request, identifier));
      if (instance === undefined)
        return { facts: allUnknown(resource, `AWS knows no database ${identifier} in ${region}`) };
      return { facts: [...factsOf(resource, region, instance), await keyFact(deps.clients, request, instance)] };
    },
  };
}

const allUnknown = (resource: string, unknown: string): readonly KnownFact[] =>
  factNames
    .filter((name) => factDefinitions[name].of === 'resource')
    .map((name): KnownFact => ({ name, resource, from, unknown }));

function factsOf(resource: string, region: string, instance: DBInstance): readonly KnownFact[] {
  const fact = (name: KnownFact['name'], value: string | undefined): KnownFact =>
    value === undefined || value === ''
      ? { name, resource, from, unknown: 'AWS does not say' }
      : { name, resource, from, value };
  const yesNo = (value: boolean | undefined): string => (value === true ? 'yes' : 'no');
  const { Endpoint: endpoint, BackupRetentionPeriod: days, SecondaryAvailabilityZone: second } = instance;
  const copies = (instance.DBInstanceAutomatedBackupsReplications ?? []).flatMap(
    ({ DBInstanceAutomatedBackupsArn: arn }) => arn?.split(':')[3] ?? [],
  );
  const groups = (instance.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId: id }) => id ?? []);
  return [
    fact('region', region),
    fact('availability-zones', [instance.AvailabilityZone, second].filter((zone) => zone !== undefined).join(', ')),
    fact('engine', instance.Engine),
    fact('engine-version', instance.EngineVersion),
    fact('instance-class', instance.DBInstanceClass),
    fact('multi-az', yesNo(instance.MultiAZ)),
    fact('retention-days', days === undefined ? undefined : `${days} ${days === 1 ? 'day' : 'days'}`),
    // RDS ships logs for exactly as long as it keeps automated backups.
    fact('point-in-time-recovery', days === undefined ? undefined : yesNo(days > 0)),
    fact('encrypted', yesNo(instance.StorageEncrypted)),
    fact('backup-copy-region', copies.length === 0 ? 'none' : [...new Set(copies)].toSorted().join(', ')),
    fact('endpoint', endpoint?.Address === undefined ? undefined : [endpoint.Address, endpoint.Port].join(':')),
    fact('security-groups', groups.toSorted().join(', ')),
  ];
}

/** Documents name keys by their alias, RDS by their ARN. */
async function keyFact(clients: AwsClients, request: LiveFactsRequest, instance: DBInstance): Promise<KnownFact> {
  const { resource } = request;
  const arn = instance.KmsKeyId;
  if (arn === undefined) return { name: 'kms-key', resource, from, value: 'none' };
  try {
    const reply = await classified('reading the names of a key', () =>
      clients.kms(request).send(new ListAliasesCommand({ KeyId: arn })),
    );
    const aliases = (reply.Aliases ?? []).flatMap(({ AliasName }) => AliasName ?? []);
    return { name: 'kms-key', resource, from, value: aliases[0] ?? arn, accepts: [arn, ...aliases] };
  } catch (error) {
    if (!(error instanceof FiredrillError) || error.kind === 'busy') throw error;
    // A document that names it by its alias would look wrong.
    return { name: 'kms-key', resource, from, unknown: `the names of ${arn} could not be read: ${error.what}` };
  }
}

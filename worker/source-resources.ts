import { readFileSync } from 'node:fs';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import type { AwsClients } from '../activities/aws/aws-clients.ts';
import type { SourceResource } from '../activities/source/index.ts';
import { accountOf } from '../catalog/lookup.ts';
import type { Catalog, RdsInstance, Service } from '../catalog/schema.ts';
import { FiredrillError } from '../domain/errors.ts';

/** What the source process watches, and what it leaves out and why. */
export interface WatchedResources {
  readonly resources: readonly SourceResource[];
  readonly left: readonly { readonly resource: string; readonly why: string }[];
}

/** A secret or name by its variable, or from the file that `<NAME>_FILE` names; read anew each time, so rotation works. */
function fromEnvironment(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  if (file !== undefined && file !== '') return readFileSync(file, 'utf8').trim();
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}

/**
 * The databases of the catalog that this process can log in to.
 *
 * @param clients - role `read`, to look up where an instance listens when the catalog does not say
 */
export function watchedResources(catalog: Catalog, env: NodeJS.ProcessEnv, clients: AwsClients): WatchedResources {
  const resources: SourceResource[] = [];
  const left: { resource: string; why: string }[] = [];
  for (const service of Object.values(catalog.services)) {
    for (const resource of service.resources) {
      if (resource.kind !== 'rds-instance') continue;
      const missing = [resource.source.userEnv, resource.source.passwordEnv].filter(
        (name) => fromEnvironment(env, name) === undefined,
      );
      if (missing.length > 0)
        left.push({ resource: `${service.id}/${resource.name}`, why: `${missing.join(' and ')} not set` });
      else resources.push(watched(catalog, service, resource, env, clients));
    }
  }
  return { resources, left };
}

function watched(
  catalog: Catalog,
  service: Service,
  resource: RdsInstance,
  env: NodeJS.ProcessEnv,
  clients: AwsClients,
): SourceResource {
  const { source } = resource;
  return {
    service: service.id,
    resource: resource.name,
    sentinel: resource.newest.kind === 'sentinel',
    tables: [...new Set(resource.checks.flatMap((check) => (check.kind === 'row-count' ? [check.table] : [])))],
    checksums: resource.checks.flatMap((check) =>
      check.kind === 'immutable-checksum'
        ? [{ name: check.name, table: check.table, orderBy: check.orderBy, where: check.where }]
        : [],
    ),
    address: async () => {
      const { host, port } =
        source.host !== undefined && source.port !== undefined
          ? { host: source.host, port: source.port }
          : await endpointOf(catalog, resource, clients);
      return {
        host,
        port,
        database: resource.database,
        tls: resource.connection.tls,
        user: fromEnvironment(env, source.userEnv) ?? '',
        password: fromEnvironment(env, source.passwordEnv) ?? '',
      };
    },
  };
}

async function endpointOf(
  catalog: Catalog,
  resource: RdsInstance,
  clients: AwsClients,
): Promise<{ host: string; port: number }> {
  const place = { accountId: accountOf(catalog, resource.account).id, region: resource.region };
  const { DBInstances } = await clients
    .rds(place)
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: resource.identifier }));
  const { Address, Port } = DBInstances?.[0]?.Endpoint ?? {};
  if (Address === undefined || Port === undefined) {
    throw new FiredrillError({
      code: 'no-endpoint',
      kind: 'busy',
      what: `${resource.identifier} has no endpoint now.`,
      means: 'No sentinel and no baseline is written until it has one.',
      next: 'It is tried again by itself; look at the instance in AWS if it stays so.',
    });
  }
  return { host: resource.source.host ?? Address, port: resource.source.port ?? Port };
}

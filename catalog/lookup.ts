import { FiredrillError } from '../domain/errors.ts';
import { hintFor } from './did-you-mean.ts';
import type { Account, Catalog, DrillNetworkDeclaration, Person, RdsInstance, Resource, Service } from './schema.ts';

/** Something named that the catalog does not have. */
function notDeclared(what: string, name: string, known: readonly string[]): FiredrillError {
  return new FiredrillError({
    code: `no-such-${what.replaceAll(' ', '-')}`,
    kind: 'input',
    what: `The catalog has no ${what} "${name}".`,
    means: 'Nothing was done.',
    next: hintFor(name, known).trim() || `Look it up in the catalog: it has ${known.length} of them.`,
  });
}

/** By own keys only: `constructor` is a possible name and must not find what every object has. */
function named<Entry>(entries: Readonly<Record<string, Entry>>, name: string, what: string): Entry {
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (entry === undefined) throw notDeclared(what, name, Object.keys(entries));
  return entry;
}

/** @throws FiredrillError `no-such-service` */
export const serviceOf = (catalog: Catalog, id: string): Service => named(catalog.services, id, 'service');
/** @throws FiredrillError `no-such-person` */
export const personOf = (catalog: Catalog, id: string): Person => named(catalog.people, id, 'person');
/** @throws FiredrillError `no-such-account` */
export const accountOf = (catalog: Catalog, name: string): Account => named(catalog.accounts, name, 'account');
/** @throws FiredrillError `no-such-drill-network` */
export const drillNetworkOf = (catalog: Catalog, name: string): DrillNetworkDeclaration =>
  named(catalog.drillNetworks, name, 'drill network');

/** The account with an id of 12 digits. @throws FiredrillError `no-such-account` */
export function accountById(catalog: Catalog, accountId: string): Account {
  const account = Object.values(catalog.accounts).find((candidate) => candidate.id === accountId);
  if (account === undefined)
    throw notDeclared(
      'account',
      accountId,
      Object.values(catalog.accounts).map(({ id }) => id),
    );
  return account;
}

export interface ResourceInService {
  readonly service: Service;
  readonly resource: Resource;
}

/**
 * A resource by service and name. Without a name, the only one of the service that can be tested.
 *
 * @throws FiredrillError `no-such-service`, `no-such-resource`, or `which-resource` when several could be meant
 */
export function resourceOf(
  catalog: Catalog,
  ref: { readonly service: string; readonly resource?: string },
): ResourceInService {
  const service = serviceOf(catalog, ref.service);
  const names = service.resources.map(({ name }) => name);
  if (ref.resource !== undefined) {
    const resource = service.resources.find(({ name }) => name === ref.resource);
    if (resource === undefined)
      throw notDeclared(
        'resource',
        `${service.id}/${ref.resource}`,
        names.map((name) => `${service.id}/${name}`),
      );
    return { service, resource };
  }
  const candidates = service.resources.filter((resource) => resourceSupport(resource).supported);
  const [only, ...others] = candidates.length > 0 ? candidates : service.resources;
  if (only !== undefined && others.length === 0) return { service, resource: only };
  throw new FiredrillError({
    code: only === undefined ? 'no-such-resource' : 'which-resource',
    kind: 'input',
    what:
      only === undefined
        ? `${service.id} declares no resources.`
        : `${service.id} has several resources: ${names.join(', ')}.`,
    means: 'It cannot be said what to restore.',
    next: only === undefined ? 'Declare one in the catalog.' : `Say which: --resource ${only.name}`,
  });
}

/** Whether firedrill can test a resource today, and the words to show when it cannot. */
export type ResourceSupport = { readonly supported: true } | { readonly supported: false; readonly text: string };

export function resourceSupport(resource: Resource): ResourceSupport {
  switch (resource.kind) {
    case 'rds-instance':
      return { supported: true };
    case 'rds-cluster':
    case 's3-bucket':
      return { supported: false, text: 'untested: not supported yet' };
  }
}

/**
 * As `resourceOf`, for a restore test.
 *
 * @throws FiredrillError also `resource-not-supported`
 */
export function testableResourceOf(
  catalog: Catalog,
  ref: { readonly service: string; readonly resource?: string },
): { readonly service: Service; readonly resource: RdsInstance } {
  const { service, resource } = resourceOf(catalog, ref);
  if (resource.kind === 'rds-instance') return { service, resource };
  throw new FiredrillError({
    code: 'resource-not-supported',
    kind: 'input',
    what: `${service.id}/${resource.name} is of kind ${resource.kind}, which firedrill cannot restore yet.`,
    means: 'Nothing was started. The resource is shown as untested, not as good.',
    next: 'Restore tests work for RDS instances today.',
  });
}

/** In quarterly scope: tier 0, tier 1, or marked critical. */
export const inQuarterlyScope = (service: Service): boolean => service.tier <= 1 || service.critical;

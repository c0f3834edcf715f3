import type { KnownFact } from '../domain/document.ts';
import { formatDurationMs } from '../domain/duration-text.ts';
import { accountOf, personOf } from './lookup.ts';
import type { Catalog, Person, Service } from './schema.ts';
import { targetFor } from './targets.ts';

/** A resource whose facts documents state and AWS is asked about. */
export interface FactResource {
  readonly resource: string;
  readonly kind: 'rds-instance' | 'rds-cluster';
  readonly accountId: string;
  readonly region: string;
  readonly identifier: string;
}

/** The databases of a service, in its order. Buckets have none of these facts. */
export const factResourcesOf = (catalog: Catalog, service: Service): readonly FactResource[] =>
  service.resources.flatMap(({ kind, name, account, region, identifier }) =>
    kind === 's3-bucket'
      ? []
      : [{ resource: name, kind, accountId: accountOf(catalog, account).id, region, identifier }],
  );

/**
 * What the catalog itself knows of the facts that documents state about a service.
 *
 * @param onDate - YYYY-MM-DD, UTC: whose targets bind
 */
export function catalogFactsOf(catalog: Catalog, service: Service, onDate: string): readonly KnownFact[] {
  const target = targetFor(catalog, service.id, onDate);
  const from = 'catalog';
  const [owner, champion] = [personOf(catalog, service.owner), personOf(catalog, service.champion)];
  const everybody = Object.entries(catalog.people).map(([id, person]) => ({ ...person, id }));
  return [
    { name: 'rto', from, value: formatDurationMs(target.rtoMs) },
    { name: 'rpo', from, value: formatDurationMs(target.rpoMs) },
    { name: 'owner', from, value: owner.name, accepts: waysToName(owner) },
    { name: 'champion', from, value: champion.name, accepts: waysToName(champion) },
    {
      name: 'contacts',
      from,
      value: `${owner.name}, ${champion.name}`,
      // Whoever is in the catalog can be called; whether they are the right ones a person says.
      accepts: everybody.flatMap((person) => [person.name, ...waysToName(person)]),
    },
  ];
}

const waysToName = ({ id, email, slackId }: Person): readonly string[] => [id, email, slackId];

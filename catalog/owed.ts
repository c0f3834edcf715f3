import { wholeService } from '../domain/modes.ts';
import type { Obligation } from '../domain/obligation.ts';
import { quarterEndMs, quarterOf, quarterStartMs } from '../domain/quarter.ts';
import type { Quarter } from '../domain/quarter.ts';
import { inQuarterlyScope, resourceSupport } from './lookup.ts';
import type { Catalog, Service } from './schema.ts';
import { offsetMinutes } from './time-zone.ts';

/** The quarter of an instant by the organisation's own calendar. @returns `[startMs, endMs)` beside it, milliseconds UTC */
export function quarterNow(
  catalog: Catalog,
  atMs: number,
): { readonly quarter: Quarter; readonly startMs: number; readonly endMs: number } {
  const { timeZone } = catalog.organisation;
  const quarter = quarterOf(atMs, offsetMinutes(timeZone, atMs));
  // The offset at the edge, not of today: summer time may lie between them.
  const edge = (at: (quarter: Quarter, offsetMinutes?: number) => number): number =>
    at(quarter, offsetMinutes(timeZone, at(quarter)));
  return { quarter, startMs: edge(quarterStartMs), endMs: edge(quarterEndMs) };
}

/** Services that a person answers for, as owner or champion. */
export const answeredForBy = (catalog: Catalog, personId: string): readonly Service[] =>
  Object.values(catalog.services).filter(({ owner, champion }) => owner === personId || champion === personId);

/** What a service owes every quarter. What firedrill cannot test yet is not asked for; it shows as untested elsewhere. */
export function owedEachQuarter(service: Service): readonly Obligation[] {
  if (!inQuarterlyScope(service)) return [];
  return [
    ...service.resources
      .filter((resource) => resourceSupport(resource).supported)
      .map(({ name }): Obligation => ({ runbook: 'restore-test', service: service.id, resource: name })),
    { runbook: 'documentation-review', service: service.id, resource: wholeService },
  ];
}

import type { Target, Tier } from '../domain/target.ts';
import { serviceOf } from './lookup.ts';
import type { Catalog, Service, TierTarget } from './schema.ts';

const hours = (count: number): number => count * 3_600_000;
/** Day before which no target of ours begins; the programme's table is in force from it. */
const always = '1970-01-01';

/** The programme's table, for tiers for which the catalog says nothing. */
export const defaultTierTargets: Readonly<Record<Tier, TierTarget>> = {
  0: { rtoMs: hours(4), rpoMs: hours(1), inForceFrom: always },
  1: { rtoMs: hours(6), rpoMs: hours(1), inForceFrom: always },
  2: { rtoMs: hours(24), rpoMs: hours(8), inForceFrom: always },
  3: { rtoMs: hours(72), rpoMs: hours(24), inForceFrom: always },
};

/** Everything a tier promises over time, oldest first. */
export function tierTargets(catalog: Catalog, tier: Tier): readonly TierTarget[] {
  return [defaultTierTargets[tier], ...(catalog.tiers[tier] ?? [])].toSorted((a, b) =>
    a.inForceFrom < b.inForceFrom ? -1 : 1,
  );
}

/**
 * What binds a service on a day: a dated exception while it lasts, else the stricter of its tier's target and its own,
 * for RTO and RPO each.
 *
 * @param onDate - YYYY-MM-DD, UTC: the day of T0
 * @throws FiredrillError `no-such-service`
 */
export function targetFor(catalog: Catalog, serviceId: string, onDate: string): Target {
  const service = serviceOf(catalog, serviceId);
  const tier = inForce(tierTargets(catalog, service.tier), onDate) ?? defaultTierTargets[service.tier];
  const { exception } = service;
  if (exception !== undefined && exceptionHolds(service, onDate)) {
    return { rtoMs: exception.rtoMs, rpoMs: exception.rpoMs, inForceFrom: exception.from, origin: 'exception' };
  }
  const own = service.targets;
  if (own === undefined || own.inForceFrom > onDate) return { ...tier, origin: 'tier' };
  const rtoMs = Math.min(tier.rtoMs, own.rtoMs ?? Infinity);
  const rpoMs = Math.min(tier.rpoMs, own.rpoMs ?? Infinity);
  const stricter = rtoMs < tier.rtoMs || rpoMs < tier.rpoMs;
  return stricter ? { rtoMs, rpoMs, inForceFrom: own.inForceFrom, origin: 'service' } : { ...tier, origin: 'tier' };
}

export function exceptionHolds(service: Service, onDate: string): boolean {
  return service.exception !== undefined && service.exception.from <= onDate && onDate <= service.exception.until;
}

function inForce(targets: readonly TierTarget[], onDate: string): TierTarget | undefined {
  return targets.findLast((target) => target.inForceFrom <= onDate);
}

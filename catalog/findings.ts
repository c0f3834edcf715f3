import type { Tier } from '../domain/target.ts';
import { inQuarterlyScope } from './lookup.ts';
import { holdersOf } from './people.ts';
import type { Catalog, Resource, Service } from './schema.ts';
import { exceptionHolds, targetFor } from './targets.ts';

export type CatalogFindingCode =
  | 'backups-cannot-meet-rpo'
  | 'no-backups-declared'
  | 'rpo-not-measurable'
  | 'dependency-cycle'
  | 'depends-on-worse-tier'
  | 'nothing-to-test'
  | 'tolerable-downtime-below-rto'
  | 'assessment-outdated'
  | 'exception-expired'
  | 'owner-is-champion'
  | 'no-recovery-document'
  | 'declared-twice'
  | 'escalation-reaches-nobody';

/** A gap that a catalog shows before anything was restored. It loads, and it is not good. */
export interface CatalogFinding {
  readonly code: CatalogFindingCode;
  readonly severity: 'high' | 'medium' | 'low';
  /** Empty when it concerns the whole organisation. */
  readonly service: string;
  readonly resource?: string;
  /** One or two sentences with the numbers. */
  readonly text: string;
}

/** RDS ships its log every five minutes: even with point-in-time recovery, that much can be lost. */
const pitrLagMs = 5 * 60_000;

/**
 * Everything that a catalog says about itself that cannot be good, worst first.
 *
 * @param onDate - YYYY-MM-DD, UTC: whose targets, exceptions and ages of documents count
 */
export function catalogFindings(catalog: Catalog, onDate: string): readonly CatalogFinding[] {
  const services = Object.values(catalog.services);
  const rank = { high: 0, medium: 1, low: 2 };
  return [
    ...services.flatMap((service) => serviceFindings(catalog, service, onDate)),
    ...dependencyFindings(catalog),
    ...declaredTwice(services),
    ...silentEscalations(catalog),
  ].toSorted((a, b) => rank[a.severity] - rank[b.severity]);
}

const severityOf: Readonly<Record<Tier, CatalogFinding['severity']>> = { 0: 'high', 1: 'high', 2: 'medium', 3: 'low' };

function serviceFindings(catalog: Catalog, service: Service, onDate: string): CatalogFinding[] {
  const found: CatalogFinding[] = [];
  const severity = inQuarterlyScope(service) ? 'high' : severityOf[service.tier];
  const tell = (code: CatalogFindingCode, level: CatalogFinding['severity'], text: string): void => {
    found.push({ code, severity: level, service: service.id, text });
  };
  const target = targetFor(catalog, service.id, onDate);
  const { maximumTolerableDowntimeMs, date } = service.impactAssessment;
  if (maximumTolerableDowntimeMs < target.rtoMs) {
    tell(
      'tolerable-downtime-below-rto',
      severity,
      `${service.id} may take ${words(target.rtoMs)} to recover, but its impact assessment says that ${words(maximumTolerableDowntimeMs)} is the longest that can be borne.`,
    );
  }
  if (date < yearBefore(onDate)) {
    tell('assessment-outdated', 'low', `The impact assessment of ${service.id} is from ${date}, more than a year old.`);
  }
  if (service.exception !== undefined && !exceptionHolds(service, onDate) && service.exception.until < onDate) {
    tell(
      'exception-expired',
      'medium',
      `The exception of ${service.id} (approved by ${service.exception.approver}) ended on ${service.exception.until}: its tier's targets bind again.`,
    );
  }
  if (service.owner === service.champion) {
    tell(
      'owner-is-champion',
      'low',
      `${service.id} has the same person, ${service.owner}, as owner and DR champion: nobody stands in when that person is away.`,
    );
  }
  if (inQuarterlyScope(service) && !service.documents.some(({ kind }) => kind === 'recovery')) {
    tell(
      'no-recovery-document',
      'medium',
      `${service.id} is in quarterly scope and names no recovery document to review.`,
    );
  }
  if (inQuarterlyScope(service) && service.resources.length === 0) {
    tell(
      'nothing-to-test',
      severity,
      `${service.id} is in quarterly scope and declares no resource, so that nothing of it can be restored.`,
    );
  }
  return [
    ...found,
    ...service.resources.flatMap((resource) => resourceFindings(service, resource, target.rpoMs, severity)),
  ];
}

function resourceFindings(
  service: Service,
  resource: Resource,
  rpoMs: number,
  severity: CatalogFinding['severity'],
): CatalogFinding[] {
  const found: CatalogFinding[] = [];
  const tell = (code: CatalogFindingCode, text: string): void => {
    found.push({ code, severity, service: service.id, resource: resource.name, text });
  };
  const name = `${service.id}/${resource.name}`;
  const { pitr, snapshotEveryMs } = resource.backups.expect;
  if (!pitr && snapshotEveryMs === undefined) {
    tell(
      'no-backups-declared',
      `${name} declares neither point-in-time recovery nor snapshots: its RPO of ${words(rpoMs)} cannot be met.`,
    );
  } else {
    // Whichever of the two is better is what could be used.
    const worstLossMs = Math.min(pitr ? pitrLagMs : Infinity, snapshotEveryMs ?? Infinity);
    if (worstLossMs >= rpoMs) {
      const how = pitr && worstLossMs === pitrLagMs ? 'point-in-time recovery may lag by' : 'snapshots only every';
      tell(
        'backups-cannot-meet-rpo',
        `${name} cannot meet its RPO of less than ${words(rpoMs)} (tier ${service.tier}): ${how} ${words(worstLossMs)}.`,
      );
    }
  }
  if (resource.kind === 'rds-instance' && resource.newest.kind === 'none') {
    tell(
      'rpo-not-measurable',
      `${name} has neither a sentinel nor a newestRow query: every RPO of it will be not-measured and every verdict unproven.`,
    );
  }
  return found;
}

function dependencyFindings(catalog: Catalog): CatalogFinding[] {
  const worse = Object.values(catalog.services).flatMap((service) =>
    service.dependencies.flatMap((id): CatalogFinding[] => {
      const dependency = catalog.services[id];
      if (dependency === undefined || dependency.tier <= service.tier) return [];
      return [
        {
          code: 'depends-on-worse-tier',
          severity: severityOf[service.tier],
          service: service.id,
          text: `${service.id} (tier ${service.tier}) depends on ${id} (tier ${dependency.tier}), which may take longer to recover than ${service.id} itself.`,
        },
      ];
    }),
  );
  const cycles = findCycles(catalog).map(([first, ...rest]): CatalogFinding => ({
    code: 'dependency-cycle',
    severity: 'high',
    service: first,
    text: `${[first, ...rest, first].join(' → ')}: each waits for the other, so that there is no order in which to recover them.`,
  }));
  return [...worse, ...cycles];
}

type Cycle = readonly [string, ...string[]];

/** One cycle per way back that a depth-first walk meets, each told from its first name in the alphabet. */
function findCycles(catalog: Catalog): readonly Cycle[] {
  const found = new Map<string, Cycle>();
  const finished = new Set<string>();
  const walk = (id: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(id);
    if (seenAt >= 0) {
      const cycle = trail.slice(seenAt);
      const start = cycle.indexOf(cycle.toSorted()[0] ?? id);
      const [first = id, ...rest] = [...cycle.slice(start), ...cycle.slice(0, start)];
      found.set([first, ...rest].join(' '), [first, ...rest]);
      return;
    }
    if (finished.has(id)) return;
    for (const next of catalog.services[id]?.dependencies ?? []) if (next !== id) walk(next, [...trail, id]);
    finished.add(id);
  };
  for (const id of Object.keys(catalog.services).toSorted()) walk(id, []);
  return [...found.values()];
}

function declaredTwice(services: readonly Service[]): CatalogFinding[] {
  const seen = new Map<string, string>();
  return services.flatMap((service) =>
    service.resources.flatMap((resource): CatalogFinding[] => {
      const key = [resource.kind, resource.account, resource.region, resource.identifier].join(' ');
      const first = seen.get(key);
      seen.set(key, first ?? `${service.id}/${resource.name}`);
      if (first === undefined) return [];
      return [
        {
          code: 'declared-twice',
          severity: 'low',
          service: service.id,
          resource: resource.name,
          text: `${service.id}/${resource.name} is the same ${resource.kind} as ${first} (${resource.identifier}): it is tested and counted twice.`,
        },
      ];
    }),
  );
}

function silentEscalations(catalog: Catalog): CatalogFinding[] {
  return catalog.organisation.policies.gate.escalations.flatMap((escalation): CatalogFinding[] => {
    // Every service has an owner and a champion; deputies only where it names them.
    const asked = escalation.roles;
    const unheard = Object.keys(catalog.services).filter((service) => {
      const { people, slackUserGroups } = holdersOf(catalog, asked, service);
      return people.length === 0 && slackUserGroups.length === 0;
    });
    if (unheard.length === 0) return [];
    if (asked.length === 1 && asked[0] === 'deputy' && unheard.length < Object.keys(catalog.services).length)
      return unheard.map((service) => ({
        code: 'escalation-reaches-nobody',
        severity: 'medium',
        service,
        text: `A gate of ${service} that nobody answers escalates after ${words(escalation.afterMs)} to a deputy, and the service names none.`,
      }));
    return [
      {
        code: 'escalation-reaches-nobody',
        severity: 'medium',
        service: '',
        text: `A gate that nobody answers escalates after ${words(escalation.afterMs)} to ${asked.join(', ')}, a role that nobody holds.`,
      },
    ];
  });
}

function yearBefore(date: string): string {
  return `${String(Number(date.slice(0, 4)) - 1).padStart(4, '0')}${date.slice(4)}`;
}

/** `6 h`, `90 min`, `45 s`: the largest unit that says it exactly. */
function words(durationMs: number): string {
  if (durationMs % 86_400_000 === 0 && durationMs >= 2 * 86_400_000) return `${durationMs / 86_400_000} days`;
  if (durationMs % 3_600_000 === 0) return `${durationMs / 3_600_000} h`;
  if (durationMs % 60_000 === 0) return `${durationMs / 60_000} min`;
  return `${durationMs / 1000} s`;
}

import { personOf, testableResourceOf } from '../../catalog/lookup.ts';
import type { LoadedCatalog } from '../../catalog/parse.ts';
import { holdersOf } from '../../catalog/people.ts';
import { admissionOf, databaseSpecOf, limitsOf, planNetworkOf, ticketRulesOf } from '../../catalog/plan-parts.ts';
import type { Catalog, Service } from '../../catalog/schema.ts';
import { targetFor, utcDate } from '../../catalog/targets.ts';
import { roles } from '../../domain/gate.ts';
import type { Role } from '../../domain/gate.ts';
import type { RestorePlan } from '../../domain/restore-plan.ts';
import type { PointChoice } from '../../domain/verdict.ts';
import { restoreTestRunbook } from '../../runbooks/restore-test/definition.ts';
import type { RunsDeps } from './deps.ts';

/** What a person (or a schedule) asked for. */
export interface RestoreTestRequest {
  readonly service: string;
  /** May be left out when the service has only one resource that can be tested. */
  readonly resource?: string;
  readonly point: PointChoice;
  readonly method?: 'snapshot' | 'pitr';
  /** For `point: 'at'`, milliseconds UTC. */
  readonly atMs?: number;
  readonly initiator: { readonly personId: string; readonly name: string };
  /** Who last changed the schedule or plan that starts this run; for `via: 'schedule'`. */
  readonly planChangedBy?: string;
  /** Roles of the initiator as the caller found them just now, Slack user groups included; the catalog's own count anyway. */
  readonly initiatorRoles?: readonly Role[];
  readonly via: RestorePlan['via'];
}

/**
 * Pins everything a restore test will be judged by, from the catalog of this moment. Pure but for the day's date.
 *
 * @throws FiredrillError for an unknown service or resource, and for resources that cannot be tested yet
 */
export function planRestoreTest(
  loaded: LoadedCatalog,
  request: RestoreTestRequest,
  runId: string,
  deps: Pick<RunsDeps, 'simulated' | 'endpoints' | 'signers'>,
  nowMs: number,
): RestorePlan {
  const { catalog } = loaded;
  const { service, resource } = testableResourceOf(catalog, {
    service: request.service,
    ...(request.resource ? { resource: request.resource } : {}),
  });
  const { policies } = catalog.organisation;
  return {
    runId,
    runbookVersion: restoreTestRunbook.version,
    catalogHash: loaded.hash,
    database: databaseSpecOf(catalog, service, resource),
    network: planNetworkOf(catalog, resource),
    tier: service.tier,
    target: targetFor(catalog, service.id, utcDate(nowMs)),
    owner: contact(catalog, service.owner),
    champion: contact(catalog, service.champion),
    slackChannel: service.slackChannel,
    checks: resource.checks,
    smoke: resource.smoke,
    hotQueries: resource.hotQueries,
    newest: resource.newest,
    point: request.point,
    ...(request.method ? { method: request.method } : {}),
    ...(request.atMs === undefined ? {} : { atMs: request.atMs }),
    admission: admissionOf(catalog, service),
    limits: limitsOf(catalog),
    ...(policies.budgetUsd === undefined ? {} : { budgetUsd: policies.budgetUsd }),
    allowedRegions: policies.allowedRegions,
    freezes: policies.freezes,
    initiator: request.initiator,
    ...(request.planChangedBy === undefined ? {} : { planChangedBy: request.planChangedBy }),
    via: request.via,
    simulated: deps.simulated,
    endpoints: deps.endpoints,
    signers: deps.signers,
    personalKeys: Object.fromEntries(
      Object.entries(catalog.people).flatMap(([id, { publicKey }]) =>
        publicKey === undefined ? [] : [[id, publicKey]],
      ),
    ),
    mentions: mentionsOf(catalog, service),
    jira: ticketRulesOf(catalog, service),
  };
}

function contact(catalog: Catalog, personId: string): RestorePlan['owner'] {
  const person = personOf(catalog, personId);
  return { personId, name: person.name, email: person.email, slackId: person.slackId };
}

/** Slack ids behind each role, for mentions only. */
function mentionsOf(catalog: Catalog, service: Service): Record<string, string[]> {
  return Object.fromEntries(
    roles.map((role) => [role, holdersOf(catalog, [role], service.id).people.map((person) => person.slackId)]),
  );
}

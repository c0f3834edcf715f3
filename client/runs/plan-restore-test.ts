import { testableResourceOf } from '../../catalog/lookup.ts';
import type { LoadedCatalog } from '../../catalog/parse.ts';
import { admissionOf, databaseSpecOf, limitsOf, planNetworkOf } from '../../catalog/plan-parts.ts';
import type { Role } from '../../domain/gate.ts';
import type { RestorePlan } from '../../domain/restore-plan.ts';
import type { PointChoice } from '../../domain/verdict.ts';
import { restoreTestRunbook } from '../../runbooks/restore-test/definition.ts';
import type { RunsDeps } from './deps.ts';
import { pinnedPlan } from './pinned-plan.ts';
import type { PlanRequest } from './pinned-plan.ts';

/** What a person (or a schedule) asked for. */
export interface RestoreTestRequest extends PlanRequest {
  readonly service: string;
  /** May be left out when the service has only one resource that can be tested. */
  readonly resource?: string;
  readonly point: PointChoice;
  readonly method?: 'snapshot' | 'pitr';
  /** For `point: 'at'`, milliseconds UTC. */
  readonly atMs?: number;
  /** Roles of the initiator as the caller found them just now, Slack user groups included; the catalog's own count anyway. */
  readonly initiatorRoles?: readonly Role[];
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
    ...pinnedPlan(loaded, service, request, {
      runId,
      runbookVersion: restoreTestRunbook.version,
      deps,
      nowMs,
    }),
    database: databaseSpecOf(catalog, service, resource),
    network: planNetworkOf(catalog, resource),
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
  };
}

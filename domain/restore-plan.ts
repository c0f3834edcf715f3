import type { CheckDefinition, QueryExpectation } from './check.ts';
import type { GatePolicy } from './gate.ts';
import type { PinnedPlan } from './pinned-plan.ts';
import type { PointChoice } from './verdict.ts';

/** Where a resource lives. The role to use is looked up by the worker, never taken from here. */
export interface AwsPlace {
  readonly accountId: string;
  readonly region: string;
}

/** The database under test, as the catalog declared it when the run started. */
export interface DatabaseSpec extends AwsPlace {
  readonly service: string;
  readonly resource: string;
  /** DBInstanceIdentifier of the source. */
  readonly identifier: string;
  /** Name of the database inside the instance. */
  readonly databaseName: string;
  /** How the probe connects. `disable` only where the network itself is trusted; it is shown in the evidence. */
  readonly tls: 'verify-full' | 'require' | 'disable';
}

/** The isolated network that copies are restored into. */
export interface DrillNetwork extends AwsPlace {
  readonly name: string;
  readonly vpcId: string;
  readonly subnetGroup: string;
  readonly securityGroupId: string;
  readonly probeSecurityGroupId: string;
  /** True when policy allows a VPC shared with production; then the group is what isolates, and the gate says so. */
  readonly shared: boolean;
  /** VPCs that are production; the drill VPC must not be one of them. */
  readonly productionVpcIds: readonly string[];
}

/** A query of the application's own, and below which p95 (milliseconds) the service is usable. */
export interface HotQuery {
  readonly name: string;
  readonly sql: string;
  readonly usableP95Ms: number;
}

/** Deadlines and intervals of a restore test, milliseconds. */
export interface RestoreLimits {
  readonly restoreDeadlineMs: number;
  readonly pollEveryMs: number;
  readonly connectDeadlineMs: number;
  readonly checksDeadlineMs: number;
  readonly hotQueriesDeadlineMs: number;
  readonly deleteDeadlineMs: number;
  /** After a create that never answered: how long NotFound must hold before it is believed. */
  readonly notFoundProofMs: number;
  readonly leaseMs: number;
}

/** Everything a restore test is pinned to at its start. Plain JSON; built by the client from the catalog. */
export interface RestorePlan extends PinnedPlan {
  readonly database: DatabaseSpec;
  readonly network: DrillNetwork;
  readonly checks: readonly CheckDefinition[];
  readonly smoke: { readonly sql: string; readonly expect: QueryExpectation };
  readonly hotQueries: readonly HotQuery[];
  /** How T−1 is found: our sentinel table, the owner's `newestRow` query, or not at all. */
  readonly newest:
    | { readonly kind: 'sentinel' }
    | { readonly kind: 'newestRow'; readonly sql: string }
    | { readonly kind: 'none' };
  readonly point: PointChoice;
  readonly method?: 'snapshot' | 'pitr';
  /** Moment asked for when `point` is `at`, milliseconds UTC. */
  readonly atMs?: number;
  /** `waived` when the tier policy lets isolated drills run without being asked for. */
  readonly admission:
    | { readonly kind: 'required'; readonly policy: GatePolicy }
    | { readonly kind: 'waived'; readonly reason: string };
  readonly limits: RestoreLimits;
  readonly budgetUsd?: number;
  readonly allowedRegions: readonly string[];
  readonly freezes: readonly { readonly fromMs: number; readonly toMs: number; readonly reason: string }[];
}

import { personOf } from '../../catalog/lookup.ts';
import type { LoadedCatalog } from '../../catalog/parse.ts';
import { holdersOf } from '../../catalog/people.ts';
import { ticketRulesOf } from '../../catalog/plan-parts.ts';
import type { Catalog, Service } from '../../catalog/schema.ts';
import { targetFor } from '../../catalog/targets.ts';
import { utcDate } from '../../domain/time-text.ts';
import { roles } from '../../domain/gate.ts';
import type { Contact, PinnedPlan } from '../../domain/pinned-plan.ts';
import type { RunsDeps } from './deps.ts';

/** Who asks for a run. */
export interface PlanRequest extends Pick<PinnedPlan, 'initiator' | 'via'> {
  /** Who last changed the schedule or plan that starts this run; for `via: 'schedule'`. */
  readonly planChangedBy?: string;
}

/** What every run about a service is pinned to, from the catalog of this moment. Pure but for the day's date. */
export function pinnedPlan(
  loaded: LoadedCatalog,
  service: Service,
  request: PlanRequest,
  run: {
    readonly runId: string;
    readonly runbookVersion: string;
    readonly deps: Pick<RunsDeps, 'simulated' | 'endpoints' | 'signers'>;
    readonly nowMs: number;
  },
): PinnedPlan {
  const { catalog } = loaded;
  const { deps } = run;
  return {
    runId: run.runId,
    runbookVersion: run.runbookVersion,
    catalogHash: loaded.hash,
    tier: service.tier,
    target: targetFor(catalog, service.id, utcDate(run.nowMs)),
    owner: contact(catalog, service.owner),
    champion: contact(catalog, service.champion),
    slackChannel: service.slackChannel,
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

function contact(catalog: Catalog, personId: string): Contact {
  const person = personOf(catalog, personId);
  return { personId, name: person.name, email: person.email, slackId: person.slackId };
}

/** Slack ids behind each role, for mentions only. */
function mentionsOf(catalog: Catalog, service: Service): Record<string, string[]> {
  return Object.fromEntries(
    roles.map((role) => [role, holdersOf(catalog, [role], service.id).people.map((person) => person.slackId)]),
  );
}

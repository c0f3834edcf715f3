import { personOf, serviceOf } from '../../catalog/lookup.ts';
import type { LoadedCatalog } from '../../catalog/parse.ts';
import { ticketRulesOf } from '../../catalog/plan-parts.ts';
import type { Catalog } from '../../catalog/schema.ts';
import { utcDate } from '../../domain/time-text.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { ExercisePerson, ExercisePlan, ExercisePolicy } from '../../domain/exercise.ts';
import type { TicketRequest } from '../../domain/notice.ts';
import type { Scenario } from '../../domain/scenario.ts';
import { tabletopExerciseRunbook } from '../../runbooks/tabletop-exercise/definition.ts';
import { fillScenario } from '../../runbooks/tabletop-exercise/fill.ts';
import type { RunsDeps } from './deps.ts';
import { checkMayStart, launch, newRunId } from './launch.ts';
import type { RunInitiator } from './launch.ts';
import { pinnedPlan } from './pinned-plan.ts';

const dayMs = 24 * 3_600_000;

/** What a person (or a schedule) asked for. */
export interface TabletopExerciseRequest extends RunInitiator {
  readonly scenario: Scenario;
  /** The main one, in whose channel it is held, first. */
  readonly services: readonly string[];
  /** Default: as the catalog has it. */
  readonly policy?: ExercisePolicy;
}

/**
 * Starts a tabletop exercise and returns at once: it waits in its channel for a facilitator. Touches nothing, conflicts
 * with nothing, and is not stopped by the kill switch's being pulled already: talking is safe.
 *
 * @returns the run id, and the plan it is pinned to
 * @throws FiredrillError `scenario-is-draft`, `scenario-does-not-fit`, `no-such-service`, `may-not-start`; `busy` when
 *   Temporal does not answer
 */
export async function startTabletopExercise(
  deps: RunsDeps,
  request: TabletopExerciseRequest,
): Promise<{ runId: string; plan: ExercisePlan }> {
  const { scenario } = request;
  if (scenario.draft) throw stillDraft(scenario);
  const loaded = await deps.catalog();
  const nowMs = Date.now();
  const filled = fillScenario(scenario, loaded.catalog, request.services, utcDate(nowMs));
  const [{ id: service }] = filled.services;
  checkMayStart(tabletopExerciseRunbook, loaded.catalog, service, request, `a tabletop exercise of ${service}`);
  const runId = newRunId({ runbook: 'tabletop-exercise', service }, request.once);
  const ids = filled.services.map(({ id }) => id);
  const plan: ExercisePlan = {
    ...pinnedPlan(loaded, serviceOf(loaded.catalog, service), request, {
      runId,
      runbookVersion: tabletopExerciseRunbook.version,
      deps,
      nowMs,
    }),
    scenario: filled,
    answerable: filled.services.map(({ id, owner, champion }) => ({
      service: id,
      owner: personIn(loaded, owner),
      champion: personIn(loaded, champion),
    })),
    policy: request.policy ?? loaded.catalog.organisation.policies.exercise,
    slackIds: Object.fromEntries(
      Object.values(loaded.catalog.people).map(({ id: person, slackId }) => [person, slackId]),
    ),
    tickets: Object.fromEntries(ids.map((id) => [id, ticketOf(loaded.catalog, id, nowMs)])),
  };
  const summary = `tabletop exercise of ${ids.join(', ')}: ${scenario.name}`;
  const { once } = request;
  await launch(deps, { runId, runbook: tabletopExerciseRunbook, mode: 'drill', service, plan, summary, once });
  return { runId, plan };
}

function personIn({ catalog }: LoadedCatalog, id: string): ExercisePerson {
  return { personId: id, name: personOf(catalog, id).name };
}

function ticketOf(catalog: Catalog, serviceId: string, nowMs: number): TicketRequest {
  const service = serviceOf(catalog, serviceId);
  const { dueInDays, ...rules } = ticketRulesOf(catalog, service);
  return {
    ...rules,
    ownerEmail: personOf(catalog, service.owner).email,
    championEmail: personOf(catalog, service.champion).email,
    dueDate: utcDate(nowMs + dueInDays * dayMs),
    tier: service.tier,
  };
}

const stillDraft = ({ name }: Scenario): FiredrillError =>
  new FiredrillError({
    code: 'scenario-is-draft',
    kind: 'input',
    what: `The scenario ${name} is a draft: it has open questions.`,
    means: 'Nothing was started: its story would have holes.',
    next: `Answer them and take draft: true out of it, then: firedrill scenario check`,
  });

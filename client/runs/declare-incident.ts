import { serviceOf } from '../../catalog/lookup.ts';
import type { Catalog } from '../../catalog/schema.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { IncidentPlan } from '../../domain/incident.ts';
import { incidentRunbook } from '../../runbooks/incident/definition.ts';
import type { RunsDeps } from './deps.ts';
import { launch, newRunId } from './launch.ts';
import type { Once } from './launch.ts';
import { pinnedPlan } from './pinned-plan.ts';
import type { PlanRequest } from './pinned-plan.ts';

/** What somebody says when they declare an incident. */
export interface IncidentRequest
  extends PlanRequest, Pick<IncidentPlan, 'service' | 'title' | 'beganMs' | 'detectedMs' | 'declaredMs'> {
  readonly once?: Once;
}

/**
 * Declares an incident: the drills on the service and on all that it depends on are halted, none starts there until it is
 * over, and its times and its command are on record.
 *
 * @throws FiredrillError `bad-time`; `input` for an unknown service; TemporalUnreachableError: nothing was halted then
 */
export async function declareIncident(
  deps: RunsDeps,
  request: IncidentRequest,
): Promise<{ readonly runId: string; readonly simulated: boolean }> {
  const loaded = await deps.catalog();
  const { catalog } = loaded;
  const service = serviceOf(catalog, request.service);
  const { title, beganMs, detectedMs, declaredMs } = request;
  if (beganMs > detectedMs || detectedMs > declaredMs) {
    throw new FiredrillError({
      code: 'bad-time',
      kind: 'input',
      what: 'An incident begins before it is detected, and is detected before it is declared.',
      means: 'Nothing was declared or halted.',
      next: 'Give the times again; they can be corrected later, too.',
    });
  }
  const runId = newRunId({ runbook: 'incident', service: service.id }, request.once);
  const services = withDependencies(catalog, service.id);
  const plan: IncidentPlan = {
    ...pinnedPlan(loaded, service, request, {
      runId,
      runbookVersion: incidentRunbook.version,
      deps,
      nowMs: declaredMs,
    }),
    service: service.id,
    title,
    beganMs,
    detectedMs,
    declaredMs,
    services,
    resources: services.flatMap((id) => serviceOf(catalog, id).resources.map(({ name }) => `${id}/${name}`)),
  };
  await launch(deps, {
    runId,
    runbook: incidentRunbook,
    mode: 'real',
    service: service.id,
    plan,
    summary: `incident of ${service.id}: ${title}`,
    once: request.once,
  });
  return { runId, simulated: deps.simulated };
}

/** The service and everything that it depends on, directly or not; a circle is no trap. */
function withDependencies(catalog: Catalog, serviceId: string): readonly string[] {
  const found = new Set([serviceId]);
  for (const id of found) for (const next of serviceOf(catalog, id).dependencies) found.add(next);
  return [...found];
}

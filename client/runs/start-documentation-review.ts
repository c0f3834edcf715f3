import { catalogFactsOf, factResourcesOf } from '../../catalog/documents.ts';
import { serviceOf } from '../../catalog/lookup.ts';
import type { LoadedCatalog } from '../../catalog/parse.ts';
import { utcDate } from '../../domain/time-text.ts';
import type { ReviewPlan } from '../../domain/review-plan.ts';
import { documentationReviewRunbook } from '../../runbooks/documentation-review/definition.ts';
import type { RunsDeps } from './deps.ts';
import { checkMayStart, launch, newRunId } from './launch.ts';
import type { RunInitiator } from './launch.ts';
import { pinnedPlan } from './pinned-plan.ts';
import type { PlanRequest } from './pinned-plan.ts';

/** What a person (or a schedule) asked for. */
export interface ReviewRequest extends PlanRequest, RunInitiator {
  readonly service: string;
}

/** Pins what a documentation review is held against, from the catalog of this moment. @throws FiredrillError for an unknown service */
function planReview(loaded: LoadedCatalog, request: ReviewRequest, runId: string, deps: RunsDeps): ReviewPlan {
  const { catalog } = loaded;
  const service = serviceOf(catalog, request.service);
  const nowMs = Date.now();
  const { version: runbookVersion } = documentationReviewRunbook;
  return {
    ...pinnedPlan(loaded, service, request, { runId, runbookVersion, deps, nowMs }),
    service: service.id,
    documents: service.documents,
    resources: factResourcesOf(catalog, service),
    catalogFacts: catalogFactsOf(catalog, service, utcDate(nowMs)),
    policy: catalog.organisation.policies.documentReview,
  };
}

/**
 * Starts a documentation review and returns at once; it goes on for days, whatever becomes of the caller.
 *
 * @throws FiredrillError `refused` when the person may not start it; `input` for unknown names; `busy` when Temporal does not answer
 */
export async function startDocumentationReview(
  deps: RunsDeps,
  request: ReviewRequest,
): Promise<{ runId: string; plan: ReviewPlan }> {
  const loaded = await deps.catalog();
  const { id: service } = serviceOf(loaded.catalog, request.service);
  const summary = `documentation review of ${service}`;
  checkMayStart(documentationReviewRunbook, loaded.catalog, service, request, `a ${summary}`);
  const runId = newRunId({ runbook: 'documentation-review', service }, request.once);
  const plan = planReview(loaded, request, runId, deps);
  const { once } = request;
  await launch(deps, { runId, runbook: documentationReviewRunbook, mode: 'drill', service, plan, summary, once });
  return { runId, plan };
}

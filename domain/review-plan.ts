import type { DocumentSpec, KnownFact } from './document.ts';
import type { PinnedPlan } from './pinned-plan.ts';
import type { AwsPlace } from './restore-plan.ts';
import type { ReviewPolicy } from './review.ts';

/** Everything a documentation review is pinned to at its start. Plain JSON; built by the client from the catalog. */
export interface ReviewPlan extends PinnedPlan {
  readonly service: string;
  /** In the catalog's order. */
  readonly documents: readonly DocumentSpec[];
  /** What AWS is asked about. */
  readonly resources: readonly (AwsPlace & {
    readonly resource: string;
    readonly kind: 'rds-instance' | 'rds-cluster';
    readonly identifier: string;
  })[];
  /** What the catalog itself knows of what documents state. */
  readonly catalogFacts: readonly KnownFact[];
  readonly policy: ReviewPolicy;
}

import type { OpenReview } from '../domain/people-check.ts';
import { answerableFor } from '../domain/review-view.ts';
import { withStore } from './connect.ts';
import type { Store } from './connect.ts';

/** Documentation reviews that wait for somebody's answers or signature now. @throws StoreUnreachableError */
export async function openReviews(store: Store): Promise<readonly OpenReview[]> {
  const rows = await withStore(() =>
    store
      .selectFrom('run')
      .select(['run_id', 'service', 'projection'])
      .where('runbook', '=', 'documentation-review')
      .where('verdict', 'is', null)
      .orderBy('opened_at', 'desc')
      .execute(),
  );
  return rows.flatMap(({ run_id: runId, service, projection: { review } }): OpenReview[] => {
    const asks = review === undefined ? undefined : answerableFor(review);
    if (review === undefined || asks === undefined || review.signedOff !== undefined) return [];
    const handedOnBy = review.delegations.toReversed().map(({ by: { personId, name } }) => ({ personId, name }));
    return [{ runId, service, asks: { personId: asks.personId, name: asks.name }, handedOnBy }];
  });
}

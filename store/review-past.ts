import type { KnownFact } from '../domain/document.ts';
import { lastReviewOf } from '../domain/review-last.ts';
import type { ReviewPast } from '../domain/review-last.ts';
import { sameAnswersCount } from '../domain/review-flags.ts';
import { utcDate } from '../domain/time-text.ts';
import { withStore } from './connect.ts';
import type { Store } from './connect.ts';

/** What the next documentation review of a service needs of its past: finished reviews, and when a drill was last held. */
export async function reviewPast(store: Store, service: string): Promise<ReviewPast> {
  return await withStore(async () => {
    const rows = await store
      .selectFrom('run')
      .select(['run_id', 'projection'])
      .where('service', '=', service)
      .where('runbook', '=', 'documentation-review')
      // Signed off with something missing is `unproven`, and still what people answered.
      .where('verdict', 'in', ['confirmed', 'corrections-needed', 'unproven'])
      .orderBy('opened_at', 'desc')
      .limit(4 * sameAnswersCount)
      .execute();
    const reviews = rows.flatMap(({ run_id, projection: { review } }) => {
      const known = review === undefined ? undefined : lastReviewOf(run_id, review);
      return known ?? [];
    });
    const [last] = reviews;
    return {
      ...(last === undefined ? {} : { last }),
      digests: reviews.slice(0, sameAnswersCount).map(({ answersDigest }) => answersDigest),
      lastDrill: await lastDrill(store, service),
    };
  });
}

/** Held and judged, met or not; what was dropped or rehearsed is no drill. */
async function lastDrill(store: Store, service: string): Promise<KnownFact> {
  const about = { name: 'last-drill', from: 'last-run' } as const;
  const run = await store
    .selectFrom('run')
    .select(['opened_at', 'ended_at'])
    .where('service', '=', service)
    .where('runbook', '=', 'restore-test')
    .where('mode', '=', 'drill')
    .where('verdict', 'in', ['passed', 'failed'])
    .orderBy('opened_at', 'desc')
    .executeTakeFirst();
  if (run === undefined) return { ...about, unknown: 'no drill of this service is on record here' };
  const [began, ended] = [dayOf(run.opened_at), dayOf(run.ended_at ?? run.opened_at)];
  return { ...about, value: ended, accepts: [began] };
}

const dayOf = (at: Date): string => utcDate(at.getTime());

import { appendEntries, otherJournals } from '../../store/journal.ts';
import type { Store } from '../../store/connect.ts';
import { exercisePast } from '../../store/exercise-past.ts';
import { recentDurationsMs, ticketsOfService } from '../../store/read.ts';
import { openExercises } from '../../store/open-exercises.ts';
import { openReviews } from '../../store/open-reviews.ts';
import { reviewPast } from '../../store/review-past.ts';
import type { RecordActivities } from './interface.ts';

/** What goes into and comes out of the store while runs are under way. */
export const createJournalActivities = (deps: {
  readonly store: Store;
}): Pick<
  RecordActivities,
  | 'appendJournal'
  | 'recentDurations'
  | 'reviewPast'
  | 'openReviews'
  | 'openExercises'
  | 'ticketsOfService'
  | 'exercisePast'
> => ({
  async appendJournal(entries) {
    const head = await appendEntries(deps.store, entries);
    const [first] = entries;
    const others = first?.number === 1 ? await otherJournals(deps.store, first.runId, first.executionId) : [];
    return { ...head, others };
  },
  async recentDurations(subject) {
    return { durationsMs: await recentDurationsMs(deps.store, subject) };
  },
  async reviewPast({ service }) {
    return await reviewPast(deps.store, service);
  },
  async openReviews() {
    return { reviews: await openReviews(deps.store) };
  },
  async openExercises() {
    return { exercises: await openExercises(deps.store) };
  },
  async ticketsOfService({ service }) {
    return { keys: await ticketsOfService(deps.store, service) };
  },
  async exercisePast({ service }) {
    return await exercisePast(deps.store, service);
  },
});

import { rememberedExercise } from '../domain/exercise-outcome.ts';
import type { LastExercise } from '../domain/exercise.ts';
import { withStore } from './connect.ts';
import type { Store } from './connect.ts';
import { readRun } from './read.ts';

/** More exercises that nobody closed in a row are looked past in vain. */
const lookedAt = 5;

/** The newest tabletop exercise whose main service this is, and that was closed, with the tickets of its gaps. */
export async function exercisePast(store: Store, service: string): Promise<{ last?: LastExercise }> {
  const rows = await withStore(() =>
    store
      .selectFrom('run')
      .select('run_id')
      .where('service', '=', service)
      .where('runbook', '=', 'tabletop-exercise')
      .where('verdict', 'in', ['held', 'held-without-credit'])
      .orderBy('opened_at', 'desc')
      .limit(lookedAt)
      .execute(),
  );
  for (const { run_id } of rows) {
    const run = await readRun(store, run_id);
    const exercise = run?.projection.exercise;
    const last = exercise === undefined ? undefined : rememberedExercise(run_id, exercise, run?.tickets);
    if (last !== undefined) return { last };
  }
  return {};
}

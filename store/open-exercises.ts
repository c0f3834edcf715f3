import type { OpenExercise } from '../domain/people-check.ts';
import { withStore } from './connect.ts';
import type { Store } from './connect.ts';

/** Tabletop exercises under way of which somebody holds a role. @throws StoreUnreachableError */
export async function openExercises(store: Store): Promise<readonly OpenExercise[]> {
  const rows = await withStore(() =>
    store
      .selectFrom('run')
      .select(['run_id', 'projection'])
      .where('runbook', '=', 'tabletop-exercise')
      .where('verdict', 'is', null)
      .orderBy('opened_at', 'desc')
      .execute(),
  );
  return rows.flatMap(({ run_id: runId, projection: { exercise } }): OpenExercise[] => {
    if (exercise === undefined || exercise.closed !== undefined) return [];
    const holders = new Map<string, OpenExercise['holders'][number]>();
    for (const [role, { by }] of Object.entries(exercise.holders)) {
      const { personId, name } = by;
      holders.set(personId, { personId, name, roles: [...(holders.get(personId)?.roles ?? []), role] });
    }
    return holders.size === 0 ? [] : [{ runId, holders: [...holders.values()] }];
  });
}

import { expect } from 'vitest';
import { publicKeyOf } from '../../domain/signing.ts';
import type { StoredRun } from '../../store/read.ts';
import { examineRun } from '../faults/invariants/examine.ts';
import type { Expected, Witness } from '../faults/invariants/witness.ts';
import type { World } from './world.ts';

export { copiesOf } from '../faults/invariants/creations.ts';
export type { Expected } from '../faults/invariants/witness.ts';

/** A world as the invariants look at it. */
export const witnessOf = ({ temporal, store, place, config }: World): Witness => ({
  temporal,
  taskQueuePrefix: config.taskQueuePrefix,
  store,
  place,
  ...(config.evidenceKey === undefined ? {} : { evidencePublicKey: publicKeyOf(config.evidenceKey) }),
});

/** Waits for a run's end and asserts what every ending owes (`../faults/invariants/`). */
export async function expectEnding(
  world: World,
  runId: string,
  expected: Expected,
  withinMs?: number,
): Promise<StoredRun> {
  const { run, violations } = await examineRun(witnessOf(world), runId, expected, withinMs);
  expect(violations).toEqual([]);
  if (run === undefined) throw new Error(`${runId} is not in the store.`);
  return run;
}

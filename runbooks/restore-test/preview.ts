import type { GatePreview } from '../../domain/gate.ts';
import type { Mode } from '../../domain/modes.ts';
import type { RestorePlan } from '../../domain/restore-plan.ts';

/** What preflight learned, as far as people need it to decide. */
export interface RestoreTestFacts {
  readonly instanceClass: string;
  readonly allocatedStorageGb: number;
  readonly engine: string;
  readonly engineVersion: string;
  readonly costUsd: number;
  readonly takesAboutMs: number;
  /** How long the last runs took, newest first; better than any estimate when there are some. */
  readonly recentDurationsMs: readonly number[];
  /** The chosen recovery point in one phrase; at the admission gate none is chosen yet, T0 comes after it. */
  readonly restores?: string;
}

const median = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** What a restore test would do, for the gate and for a rehearsal. Pure: the same facts give the same words. */
export function previewRestoreTest(
  plan: RestorePlan,
  facts: RestoreTestFacts,
  mode: Mode,
): Omit<GatePreview, 'chainHead'> {
  const { database, network } = plan;
  return {
    mode,
    question: 'May we hold this restore test now?',
    ...(facts.restores === undefined ? {} : { restores: facts.restores }),
    creates: [
      `1 copy of ${database.identifier} (${facts.instanceClass}, ${facts.allocatedStorageGb} GB, ${facts.engine} ${facts.engineVersion}) in the drill network of account ${network.accountId}, ${network.region}; deleted after the test`,
    ],
    touches: network.shared
      ? 'nothing in production; the copy shares a VPC with it and is kept apart by its security group alone'
      : 'nothing in production',
    region: network.region,
    accountId: network.accountId,
    costUsd: facts.costUsd,
    takesAboutMs: median(facts.recentDurationsMs) ?? facts.takesAboutMs,
    reversibility: 'can be aborted at any moment; the copy is deleted in every case',
    simulated: plan.simulated,
  };
}

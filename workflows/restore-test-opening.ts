import { isCancellation } from '@temporalio/workflow';
import { choiceText } from '../domain/point-text.ts';
import { chooseRecoveryPoint } from '../domain/recovery-point.ts';
import type { ChosenPoint } from '../domain/recovery-point.ts';
import type { Moment } from '../domain/time.ts';
import { errorFacts, invalidInput } from './failures.ts';
import { optionalActivities } from './proxies.ts';
import { FiredrillError } from '../domain/errors.ts';
import type { ErrorKind } from '../domain/errors.ts';
import type { PreflightResult } from '../domain/journal-entry.ts';
import type { SourceFacts } from '../activities/aws/interface.ts';
import type { RestorePlan } from '../domain/restore-plan.ts';
import { restoreTestRunbook, restoreTestSteps as steps } from '../runbooks/restore-test/definition.ts';
import { pinnedOpening } from './pinned-opening.ts';
import type { RunOpening } from './run-opening.ts';
import type { Run } from './run.ts';

/** What a restore test tells the run it opens. */
export const openingOf = (plan: RestorePlan): Omit<RunOpening, 'touches'> =>
  pinnedOpening(plan, restoreTestRunbook, {
    service: plan.database.service,
    resource: plan.database.resource,
    request: {
      point: plan.point,
      ...(plan.method ? { method: plan.method } : {}),
      ...(plan.atMs === undefined ? {} : { at: new Date(plan.atMs).toISOString() }),
    },
  });

/** Our own head-room and permissions are the programme's fault; everything else preflight refuses is a rule of ours. */
const kindOf: Readonly<Record<PreflightResult['name'], ErrorKind>> = {
  isolation: 'refused',
  quota: 'programme',
  'key-access': 'finding',
  region: 'refused',
  budget: 'refused',
  freeze: 'refused',
  incident: 'refused',
  'kill-switch': 'refused',
  lock: 'refused',
  'source-login': 'programme',
};

/** Preflight looked, and the run must not go on; nothing was created. */
export class PreflightRefusedError extends FiredrillError {
  override readonly name = 'PreflightRefusedError';

  constructor(refusals: readonly PreflightResult[]) {
    const first = refusals[0];
    super({
      code: `preflight-${first?.name ?? 'refused'}`,
      kind: first && first.outcome === 'refused' ? kindOf[first.name] : 'programme',
      what: `Preflight refused: ${refusals.map((refusal) => `${refusal.name}: ${refusal.detail}`).join('; ')}.`,
      means: 'Nothing was restored or created.',
      next: 'Mend what is named, then start the test again.',
    });
  }
}

export interface PreflightFacts {
  readonly source: SourceFacts;
  readonly costUsd: number;
  readonly takesAboutMs: number;
}

/**
 * Looks before anything is touched: the source, the isolation of the drill network, head-room, key, Region, budget,
 * freeze, and whether the sentinel writer is alive. What could not be looked at counts as a refusal.
 *
 * @throws PreflightRefusedError
 */
export async function preflight(run: Run, plan: RestorePlan): Promise<PreflightFacts> {
  const { aws, source: sourceQueue } = run.reading;
  const { database, network } = plan;
  const source = await run.step(
    steps.describeSource,
    () => aws.describeSource(database),
    (facts) =>
      `${facts.engine} ${facts.engineVersion}, ${facts.instanceClass}, ${facts.allocatedStorageGb} GB, ${facts.status}`,
  );
  const conditions = await run.step(
    steps.preconditions,
    () =>
      aws.checkPreconditions({
        database,
        network,
        source,
        allowedRegions: plan.allowedRegions,
        ...(plan.budgetUsd === undefined ? {} : { budgetUsd: plan.budgetUsd }),
        freezes: plan.freezes,
      }),
    (it) => `${it.results.filter((result) => result.outcome === 'ok').length} of ${it.results.length} ok`,
  );
  const status = await run.step(
    steps.sourceStatus,
    () => sourceQueue.sourceStatus({ service: database.service, resource: database.resource }),
    (it) => it.detail,
  );
  run.note({ type: 'preflight-checked', results: conditions.results });
  const refusals = conditions.results.filter((result) => result.outcome !== 'ok');
  if (refusals.length > 0) throw new PreflightRefusedError(refusals);
  if (!status.writing && plan.newest.kind === 'sentinel') {
    run.note({
      type: 'problem',
      where: steps.sourceStatus,
      error: {
        code: 'sentinel-writer-silent',
        kind: 'programme',
        what: `The sentinel writer of ${database.service}/${database.resource} is silent: ${status.detail}.`,
        means: 'The restore is tested all the same, but its RPO will be not-measured.',
        next: 'Start firedrill source in the production network and look at its log.',
      },
    });
  }
  return { source, costUsd: conditions.estimate.costUsd, takesAboutMs: conditions.estimate.takesAboutMs };
}

/**
 * Chooses what to restore from what is recoverable now. T0 is the moment at which AWS said what could be restored, known
 * from the sending of the question to the answer: nothing that came later may be used.
 *
 * @param onT0 - told before anything is chosen, so that T0 stands even where nothing fits
 * @throws NoUsableRecoveryPointError
 */
export async function choosePoint(run: Run, plan: RestorePlan, onT0?: (t0: Moment) => void): Promise<ChosenPoint> {
  const { database } = plan;
  const random = Math.random();
  let chosen: ChosenPoint | undefined;
  const { readAtMs } = await run.step(
    steps.choosePoint,
    () => run.reading.aws.listRecoverablePoints(database),
    (recoverable) => {
      const t0: Moment = { lowMs: recoverable.readAtMs, highMs: recoverable.readUntilMs, source: 'drawn' };
      onT0?.(t0);
      chosen = chooseRecoveryPoint({
        recoverable,
        ...(plan.method ? { method: plan.method } : {}),
        choice: plan.point,
        ...(plan.atMs === undefined ? {} : { atMs: plan.atMs }),
        t0,
        random,
        resource: `${database.service}/${database.resource}`,
      });
      const asked = { choice: plan.point, ...(plan.method ? { method: plan.method } : {}) };
      return choiceText(asked, chosen.point, recoverable.readUntilMs);
    },
  );
  if (!chosen) throw invalidInput(`No recovery point was chosen from what was read at ${readAtMs}.`);
  const { point, requestedMs } = chosen;
  run.note({
    type: 'recovery-point-chosen',
    choice: plan.point,
    point,
    ...(requestedMs === undefined ? {} : { requestedMs }),
  });
  return chosen;
}

/** How long the last runs took, newest first: nice to know for a preview, and nothing waits for it. */
export async function recentDurations(run: Run, { database }: RestorePlan): Promise<readonly number[]> {
  try {
    const { service, resource } = database;
    const answer = await optionalActivities().recentDurations({ service, resource, runbook: restoreTestRunbook.name });
    return answer.value.durationsMs;
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.note({ type: 'problem', where: 'recent durations', error: errorFacts(error) });
    return [];
  }
}

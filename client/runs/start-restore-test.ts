import { formatDurationMs } from '../../domain/duration-text.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { Mode } from '../../domain/modes.ts';
import type { RestorePlan } from '../../domain/restore-plan.ts';
import { incidentRunbook } from '../../runbooks/incident/definition.ts';
import { restoreTestRunbook } from '../../runbooks/restore-test/definition.ts';
import { readControl } from './control.ts';
import type { RunsDeps } from './deps.ts';
import { checkMayStart, launch, newRunId } from './launch.ts';
import type { Once } from './launch.ts';
import { planRestoreTest } from './plan-restore-test.ts';
import type { RestoreTestRequest } from './plan-restore-test.ts';
import { reachTemporal } from './reach-temporal.ts';

/**
 * Starts a restore test and returns at once; the run goes on whatever becomes of the caller.
 *
 * @returns the run id, and the plan it is pinned to
 * @throws FiredrillError `refused` when drills are stopped, somebody else works on the resource, or the person may not
 *   start it; `input` for unknown names; `busy` when Temporal does not answer
 */
export async function startRestoreTest(
  deps: RunsDeps,
  /** `runId`: chosen by who may have to repeat the start and must not start twice; default a new one. */
  request: RestoreTestRequest & { readonly mode: Mode; readonly runId?: string; readonly once?: Once },
): Promise<{ runId: string; plan: RestorePlan }> {
  const { mode } = request;
  if (!restoreTestRunbook.modes.includes(mode)) {
    throw new FiredrillError({
      code: 'no-such-mode',
      kind: 'input',
      what: `A restore test has no mode "${mode}".`,
      means: 'Nothing was started.',
      next: `Use one of: ${restoreTestRunbook.modes.join(', ')}. Real recovery from backup is a runbook of its own.`,
    });
  }
  const loaded = await deps.catalog();
  const nowMs = Date.now();
  const draft = planRestoreTest(loaded, request, '', deps, nowMs);
  const { service, resource } = draft.database;
  checkMayStart(restoreTestRunbook, loaded.catalog, service, request, `a restore test of ${service}`);
  const runId = request.runId ?? newRunId({ runbook: 'restore-test', service, resource }, request.once);
  if (mode !== 'rehearse') await refuseConflicts(deps, `${service}/${resource}`, runId, nowMs);

  const plan: RestorePlan = { ...draft, runId };
  const summary = `restore test of ${service}/${resource} (${mode})`;
  const { once } = request;
  await launch(deps, { runId, runbook: restoreTestRunbook, mode, service, resource, plan, summary, once });
  return { runId, plan };
}

/** The friendly answer before anything starts; the run itself asks again, and its answer is the one that counts. */
async function refuseConflicts(deps: RunsDeps, resource: string, runId: string, nowMs: number): Promise<void> {
  const { killSwitch, locks } = await readControl(deps);
  if (killSwitch.pulled) {
    throw new FiredrillError({
      code: 'drills-stopped',
      kind: 'refused',
      what: `All drills are stopped${killSwitch.by ? ` by ${killSwitch.by}` : ''}${killSwitch.reason ? `: ${killSwitch.reason}` : ''}.`,
      means: 'Nothing was started.',
      next: 'When drills may go on: firedrill release',
    });
  }
  const lock = locks.find((held) => held.resource === resource);
  // Its own, when the start is repeated.
  if (!lock || lock.runId === runId) return;
  const description = await reachTemporal(deps, (client) => client.workflow.getHandle(lock.runId).describe()).catch(
    (error: unknown) => {
      // A lock of a run that Temporal does not know any more is stale; the new run frees it by itself.
      if (error instanceof FiredrillError) throw error;
      return undefined;
    },
  );
  if (description?.status.name !== 'RUNNING') return;
  if (lock.runbook === incidentRunbook.name) {
    throw new FiredrillError({
      code: 'incident-open',
      kind: 'refused',
      what: `An incident is open that concerns ${resource} (${lock.runId}, for ${formatDurationMs(nowMs - lock.sinceMs)}).`,
      means: 'Nothing was started: no drill is held there while it lasts.',
      next: 'Start it when whoever commands the incident has said that it is over.',
    });
  }
  throw new FiredrillError({
    code: 'already-running',
    kind: 'refused',
    what: `Another ${lock.runbook} of ${resource} is running (${lock.runId}, for ${formatDurationMs(nowMs - lock.sinceMs)}).`,
    means: "Nothing was started: two runs on one resource would spoil each other's measurement.",
    next: `Wait for it, or stop it:  firedrill abort ${lock.runId}`,
  });
}

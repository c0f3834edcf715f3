import type { RemediationCalls } from '../activities/record/remediation.ts';
// A re-test starts by the very door that people use: their checks, their plan, their refusals (docs/decisions/0014).
// oxlint-disable-next-line no-restricted-imports
import type { RunsDeps } from '../client/runs/deps.ts';
// oxlint-disable-next-line no-restricted-imports
import type { RunInitiator } from '../client/runs/launch.ts';
// oxlint-disable-next-line no-restricted-imports
import { startRestoreTest } from '../client/runs/start-restore-test.ts';
import { FiredrillError } from '../domain/errors.ts';
import type { RetestRunbook } from '../domain/retest.ts';

/** A run that may prove a finding: which one, and who asked for it. */
interface Retest extends RunInitiator {
  readonly runId: string;
  readonly service: string;
  /** `-` for a runbook about the whole service. */
  readonly resource: string;
}

/** The door that people use, by runbook. */
const doors: Readonly<Record<RetestRunbook, (deps: RunsDeps, retest: Retest) => Promise<unknown>>> = {
  'restore-test': (deps, retest) => startRestoreTest(deps, { ...retest, point: 'latest', mode: 'drill' }),
};

/** Starts the runs that may prove a finding. */
export const createRetestCalls = (deps: RunsDeps): Pick<RemediationCalls, 'startRetest'> => ({
  async startRetest({ runId, runbook = 'restore-test', service, resource, askedBy }) {
    const who: RunInitiator =
      askedBy === undefined
        ? ({ initiator: { personId: 'system', name: 'firedrill' }, via: 'system' } as const)
        : {
            initiator: { personId: askedBy.personId, name: askedBy.personName },
            initiatorRoles: askedBy.roles,
            via: askedBy.via,
          };
    if (!Object.hasOwn(doors, runbook)) throw noDoor(runbook);
    try {
      await doors[runbook](deps, { runId, service, resource, ...who });
    } catch (error) {
      // An attempt before this one got through, and its answer was lost.
      if (error instanceof FiredrillError && error.code === 'already-started') return;
      // Its own lock tells the same.
      if (error instanceof FiredrillError && error.code === 'already-running' && error.what.includes(runId)) return;
      throw error;
    }
  },
});

/** Only while this worker is older than the workflow that asks: what may be tested again has a door by its type. */
const noDoor = (runbook: string): FiredrillError =>
  new FiredrillError({
    code: 'no-door',
    kind: 'programme',
    what: `This worker knows no way to start a re-test of the runbook "${runbook}".`,
    means: 'No re-test was started.',
    next: `Bring the worker up to date and ask again; worker/retest-calls.ts has the doors (${Object.keys(doors).join(', ')}).`,
  });

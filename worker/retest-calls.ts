import type { RemediationCalls } from '../activities/record/remediation.ts';
// A re-test starts by the very door that people use: their checks, their plan, their refusals (docs/decisions/0014).
// oxlint-disable-next-line no-restricted-imports
import type { RunsDeps } from '../client/runs/deps.ts';
// oxlint-disable-next-line no-restricted-imports
import { startRestoreTest } from '../client/runs/start-restore-test.ts';
import { FiredrillError } from '../domain/errors.ts';

/** Starts the isolated runs that may prove a finding. */
export const createRetestCalls = (deps: RunsDeps): Pick<RemediationCalls, 'startRetest'> => ({
  async startRetest({ runId, service, resource, askedBy }) {
    const who =
      askedBy === undefined
        ? ({ initiator: { personId: 'system', name: 'firedrill' }, via: 'system' } as const)
        : {
            initiator: { personId: askedBy.personId, name: askedBy.personName },
            initiatorRoles: askedBy.roles,
            via: askedBy.via,
          };
    try {
      await startRestoreTest(deps, { runId, service, resource, point: 'latest', mode: 'drill', ...who });
    } catch (error) {
      // An attempt before this one got through, and its answer was lost.
      if (error instanceof FiredrillError && error.code === 'already-started') return;
      // Its own lock tells the same.
      if (error instanceof FiredrillError && error.code === 'already-running' && error.what.includes(runId)) return;
      throw error;
    }
  },
});

import { createConnectActivities } from './connect-first.ts';
import { createHotQueryActivities } from './hot-queries.ts';
import type { ProbeActivities } from './interface.ts';
import type { ProbeDeps } from './open-copy.ts';
import { createNewestActivities } from './read-newest.ts';
import { createCheckActivities } from './run-checks.ts';

export type { ProbeDeps } from './open-copy.ts';

/** Activities of the queue `probe`; the only ones that talk to restored databases. */
export function createProbeActivities(deps: ProbeDeps): ProbeActivities {
  return {
    ...createConnectActivities(deps),
    ...createCheckActivities(deps),
    ...createNewestActivities(deps),
    ...createHotQueryActivities(deps),
  };
}

import type { StoredRun } from '../store/read.ts';
import type { SandboxEvent, SandboxRecord } from './sandbox-record.ts';

/**
 * What AWS did for a run, one thing after the other, by the stand-in's own record: from the moment at which it had taken
 * a call to the moment at which it did what was asked. Nothing of firedrill is in it: no call on its way, no look that
 * comes late, no check, no hop between two activities. Where PostgreSQL needs longer for a restore than the stand-in was
 * told to take, that is in it, too.
 */
const parts = [
  { part: 'restore', operation: /^RestoreDBInstance/, events: ['RDS-EVENT-0019', 'RDS-EVENT-0043'] },
  { part: 'password', operation: /^ModifyDBInstance$/, events: ['RDS-EVENT-0016'] },
  { part: 'deletion', operation: /^DeleteDBInstance$/, events: ['RDS-EVENT-0003'] },
] as const;

/** Milliseconds that one run spent on nothing but AWS. @throws Error when the record lacks a part: then nothing was measured */
export function criticalPathMs(
  { runId, projection }: StoredRun,
  record: SandboxRecord,
  events: readonly SandboxEvent[],
): number {
  const copy = projection.resources[0]?.name ?? '';
  const calls = projection.steps.flatMap((step) => step.awsCalls).filter((call) => call.error === undefined);
  const durations = parts.map(({ part, operation, events: ids }) => {
    const call = calls.find((one) => operation.test(one.operation));
    const takenAtMs = call && record.timeOf(call.requestId);
    const done = events.find(({ source, id }) => source === copy && (ids as readonly string[]).includes(id));
    if (takenAtMs === undefined || done === undefined)
      throw new Error(`${runId}: AWS's record of its ${part} is not whole`);
    return done.atMs - takenAtMs;
  });
  return durations.reduce((sum, one) => sum + one, 0);
}

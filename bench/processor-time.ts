import { readFileSync } from 'node:fs';
import { processNames } from '../client/processes/environment.ts';
import type { BenchInstallation } from './installation.ts';

/** Linux counts in hundredths of a second. */
const ticksPerSecond = 100;

/**
 * Seconds of processor time that the processes of an installation have used so far, together; without the databases
 * under test. On a machine that others use too, it says more than the clock. Undefined where there is no `/proc`.
 */
export function processorSeconds({ installation }: BenchInstallation): number | undefined {
  try {
    return processNames.reduce((sum, name) => {
      const pid = installation.pidOf(name);
      if (pid === undefined) return sum;
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      // utime and stime; PostgreSQL works in children, counted with it once they have ended.
      const ticks = [11, 12, ...(name === 'postgres' ? [13, 14] : [])].map((index) => Number(fields[index]));
      return sum + ticks.reduce((one, other) => one + other, 0) / ticksPerSecond;
    }, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

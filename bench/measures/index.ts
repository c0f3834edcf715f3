import type { Measure } from '../measure.ts';

/** Everything `npm run bench` measures, in the order of running. */
export const measures: readonly Measure[] = [];

import type { Measure } from '../measure.ts';
import { click } from './click.ts';
import { parallel } from './parallel.ts';
import { people } from './people.ts';
import { stop } from './stop.ts';
import { throughput } from './throughput.ts';
import { upReady } from './up-ready.ts';
import { waiting } from './waiting.ts';

/** Everything `npm run bench` measures, in the order of running. */
export const measures: readonly Measure[] = [parallel, throughput, click, people, waiting, stop, upReady];

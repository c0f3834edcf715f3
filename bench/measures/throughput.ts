import { effortFigures, holdDrills } from '../drills.ts';
import { startBench } from '../installation.ts';
import type { Measure } from '../measure.ts';

const runs = 200;
const atOnce = 20;

/** As many restore tests as the machine can hold: AWS takes no time, but every copy is a real PostgreSQL server. */
export const throughput: Measure = {
  name: 'throughput',
  what: `${runs} restore tests at instant transitions, ${atOnce} at a time, each with a real PostgreSQL: runs per minute, effort per run`,
  async run(context) {
    const bench = await startBench(context, {
      // Runs are counted here; at one message a second telling people of them would take half an hour.
      slackUnlimited: true,
      resources: atOnce,
      instant: true,
      catalog: [[['organisation', 'policies', 'admissionGate', '1'], 'waived']],
    });
    try {
      await bench.untilProvable();
      const drills = await holdDrills(bench, {
        resources: bench.resources,
        runs,
        verdict: 'passed',
        withinMs: 900_000,
      });
      return [
        {
          name: 'throughput',
          value: (runs / drills.makespanMs) * 60_000,
          unit: 'runs/min',
          note: `${runs} runs in ${Math.round(drills.makespanMs / 1000)} s, restores by real servers included`,
        },
        ...effortFigures(`${runs} instant`, drills),
      ];
    } finally {
      await bench.close();
    }
  },
};

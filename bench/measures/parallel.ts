import { criticalPathMs } from '../critical-path.ts';
import { effortFigures, holdDrills } from '../drills.ts';
import { startBench } from '../installation.ts';
import type { BenchInstallation } from '../installation.ts';
import { median } from '../measure.ts';
import type { Figure, Measure } from '../measure.ts';
import { eventsOf } from '../sandbox-record.ts';

/**
 * A restore of a minute. RDS needs a quarter of an hour for a small database, one minute or two for the password and four
 * for the deletion: this is all of it, fifteen times as fast. None is a multiple of the polling interval (5 s), which would
 * let a look that comes too late look punctual.
 */
const realistic = {
  restoring: 62_500,
  'backing-up': 5000,
  'picking-up': 1000,
  'resetting-master-credentials': 5500,
  deleting: 17_500,
};

const atOnce = [1, 20] as const;
const many = 200;
const waived = [['organisation', 'policies', 'admissionGate', '1'], 'waived'] as const;

/** Whole restore tests at realistic durations, alone and beside each other: what they add to what AWS takes. */
export const parallel: Measure = {
  name: 'parallel',
  what: 'Restore tests of a minute, 1, 20 and 200 at once: overhead over the critical path, effort per run',
  async run(context) {
    const figures: Figure[] = [];
    let looks: number | undefined;
    const bench = await startBench(context, {
      resources: Math.max(...atOnce),
      durations: realistic,
      catalog: [waived],
    });
    try {
      for (const runs of atOnce) {
        context.tell(`${runs} at once`);
        await bench.untilProvable();
        const resources = bench.resources.slice(0, runs);
        const drills = await holdDrills(bench, { resources, runs, verdict: 'passed', withinMs: 600_000 });
        figures.push(...(await overheadFigures(bench, runs, drills)));
        const effort = effortFigures(`${runs} at once`, drills, looks);
        figures.push(...effort);
        looks = drills.aws.looks / runs;
      }
    } finally {
      await bench.close();
    }
    return [...figures, ...(await withoutDatabases(context, looks))];
  },
};

/** Two hundred servers are too much for one machine: a run without one ends where it would connect, after all its waits for AWS but one. */
async function withoutDatabases(
  context: Parameters<Measure['run']>[0],
  looks: number | undefined,
): Promise<readonly Figure[]> {
  const bench = await startBench(context, {
    resources: many,
    databases: false,
    // Only its looks at AWS are counted; at one message a second people would be told for half an hour.
    slackUnlimited: true,
    durations: realistic,
    catalog: [waived, [['organisation', 'policies', 'limits', 'connectDeadline'], '15s']],
  });
  try {
    context.tell(`${many} at once, without databases`);
    const drills = await holdDrills(bench, {
      resources: bench.resources,
      runs: many,
      verdict: 'failed',
      withinMs: 900_000,
    });
    return effortFigures(`${many} at once`, drills, looks).filter(({ name }) => name.includes('AWS describe'));
  } finally {
    await bench.close();
  }
}

async function overheadFigures(
  bench: BenchInstallation,
  runs: number,
  drills: Awaited<ReturnType<typeof holdDrills>>,
): Promise<readonly Figure[]> {
  const events = await eventsOf(bench);
  const paths = drills.runs.map((run) => criticalPathMs(run, drills.aws, events));
  const longest = Math.max(...paths);
  const own = drills.records.map((record, index) => record.closedAtMs - record.startedAtMs - (paths[index] ?? 0));
  return [
    {
      name: `makespan over critical path, ${runs} at once`,
      value: drills.makespanMs / longest,
      unit: '',
      goal: { atMost: 1.05 },
      note: `${(drills.makespanMs / 1000).toFixed(1)} s over ${(longest / 1000).toFixed(1)} s that AWS took`,
    },
    {
      name: `a run's own time, ${runs} at once`,
      value: median(own) / 1000,
      unit: 's',
      note: `median; at most ${(Math.max(...own) / 1000).toFixed(1)} s beside what AWS took for it`,
    },
  ];
}

import type { StoredRun } from '../store/read.ts';
import type { BenchInstallation } from './installation.ts';
import { median } from './measure.ts';
import type { Figure } from './measure.ts';
import { processorSeconds } from './processor-time.ts';
import { recordOf } from './run-record.ts';
import type { RunRecord } from './run-record.ts';
import { SandboxRecord } from './sandbox-record.ts';

/** Restore tests that were held together, and what they cost. */
export interface Drills {
  readonly runs: readonly StoredRun[];
  /** Of each run, in the same order. */
  readonly records: readonly RunRecord[];
  /** Of the workflow that tells people about each run, in the same order. */
  readonly deliveries: readonly RunRecord[];
  readonly aws: SandboxRecord;
  /** From before the first start to the end of the last workflow: verdict, seal and evidence included. */
  readonly makespanMs: number;
  readonly processorSeconds: number | undefined;
}

/**
 * Holds one restore test after the other on each of these resources, as many as `runs` together, and waits until every
 * run is closed and everything about it is delivered.
 *
 * @throws Error when a run does not end as expected: its figures would be those of something else
 */
export async function holdDrills(
  bench: BenchInstallation,
  options: {
    readonly resources: readonly string[];
    readonly runs: number;
    readonly verdict: 'passed' | 'failed';
    readonly withinMs: number;
  },
): Promise<Drills> {
  const { resources, withinMs } = options;
  const aws = await SandboxRecord.begin(bench);
  const processorBefore = processorSeconds(bench);
  const startedAtMs = Date.now();
  const ids: string[] = [];
  const closed = new Map<string, RunRecord>();
  let left = options.runs;
  const hold = async (resource: string): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const runId = await bench.start(resource);
      ids.push(runId);
      closed.set(runId, await recordOf(bench.runs.temporal, runId, withinMs));
    }
  };
  await Promise.all(resources.map(hold));
  const makespanMs = Date.now() - startedAtMs;
  const deliveries = await Promise.all(ids.map((id) => recordOf(bench.runs.temporal, `delivery/${id}`, withinMs)));
  const processorAfter = processorSeconds(bench);
  await aws.end();
  const runs = await Promise.all(
    ids.map((id) => bench.runWhen(id, ({ evidence }) => evidence !== undefined, withinMs)),
  );
  for (const { runId, projection } of runs)
    if (projection.judged?.verdict !== options.verdict)
      throw new Error(
        `${runId} ended as ${projection.judged?.verdict ?? 'nothing'}: ${projection.judged?.reason ?? ''}`,
      );
  return {
    runs,
    records: ids.flatMap((id) => closed.get(id) ?? []),
    deliveries,
    aws,
    makespanMs,
    processorSeconds:
      processorBefore === undefined || processorAfter === undefined ? undefined : processorAfter - processorBefore,
  };
}

/** What a run cost the engine and AWS. @param label - `20 at once` */
export function effortFigures(label: string, drills: Drills, looksBelow?: number): readonly Figure[] {
  const { records, deliveries, aws, runs } = drills;
  const figure = (name: string, values: readonly number[]): Figure => ({
    name: `${name} per run, ${label}`,
    value: median(values),
    unit: '',
    note: `median; at most ${Math.max(...values)}`,
  });
  const attempts = records.map((record, index) => record.attempts + (deliveries[index]?.attempts ?? 0));
  const activities = records.map((record, index) => record.activities + (deliveries[index]?.activities ?? 0));
  const events = figure(
    'history events',
    records.map((record) => record.historyEvents),
  );
  const told = median(deliveries.map((record) => record.historyEvents));
  return [
    { ...events, note: `${events.note ?? ''}; ${told} more in its delivery workflow` },
    figure('activities', activities),
    figure('activity attempts', attempts),
    {
      name: `AWS describe calls per run, ${label}`,
      value: aws.looks / runs.length,
      unit: '',
      note: [...aws.calls]
        .filter(([name]) => /^(Describe|List)/.test(name))
        .slice(0, 2)
        .map(([name, count]) => `${count} ${name}`)
        .join(', '),
      ...(looksBelow === undefined ? {} : { goal: { below: looksBelow } }),
    },
    ...(drills.processorSeconds === undefined
      ? []
      : [
          {
            name: `processor time per run, ${label}`,
            value: drills.processorSeconds / runs.length,
            unit: 's',
            note: 'all processes but the databases under test',
          },
        ]),
  ];
}

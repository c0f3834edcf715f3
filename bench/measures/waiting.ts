import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readControl } from '../../client/runs/control.ts';
import { controlWorkflowId } from '../../workflows/messages.ts';
import { timeClick } from '../click-times.ts';
import type { ClickTimes } from '../click-times.ts';
import { startBench } from '../installation.ts';
import type { BenchInstallation } from '../installation.ts';
import type { Measure, MeasureContext } from '../measure.ts';
import { slackPerson } from '../slack-person.ts';
import { spread } from './click.ts';

/** How many runs wait; fewer with FIREDRILL_BENCH_WAITING, on a machine that has no time. */
const waitingRuns = Number(process.env['FIREDRILL_BENCH_WAITING'] ?? 1000);
/** A run has two workflows; of fewer runs, those clicked on would still be in the worker's cache. */
const fewestRuns = 200;
/**
 * Runs on their way to their gate at the same time. A thousand that set out in one second each get so little of the engine
 * that what they ask for meets its deadline: two thirds of them end without a verdict (docs/benchmarks.md).
 */
const onTheirWay = 40;
const clicks = 40;
/** The worker has written, told and put away everything by then. */
const restMs = 20_000;
const megabyte = 1024 * 1024;

/** Gates stay open for days and quarters begin for everything at once: what it costs when everybody has still to answer. */
export const waiting: Measure = {
  name: 'waiting',
  what: `${waitingRuns} restore tests waiting at their admission gate: memory, and a click on one that left the cache`,
  async run(context) {
    if (!Number.isInteger(waitingRuns) || waitingRuns < fewestRuns)
      throw new Error(
        `FIREDRILL_BENCH_WAITING must be a whole number, ${fewestRuns} at least: fewer leave nothing evicted`,
      );
    const bench = await startBench(context, {
      instant: true,
      databases: false,
      slackUnlimited: true,
      resources: waitingRuns,
    });
    try {
      const fresh = memoryOf(bench, 'worker').now;
      const startedAtMs = Date.now();
      const runIds = await startAll(context, bench);
      await untilAllAsk(context, bench);
      const preparedMs = Date.now() - startedAtMs;
      await sleep(restMs, undefined, { signal: context.signal });
      const worker = memoryOf(bench, 'worker');
      const temporal = memoryOf(bench, 'temporal');
      const control = await controlSize(bench);
      const times = await clickOldest(context, bench, runIds);
      return [
        {
          name: `worker memory, ${waitingRuns} waiting`,
          value: worker.now / megabyte,
          unit: 'MB',
          goal: { atMost: 350 },
          note: `resident; ${mb(worker.peak)} at most on the way, ${mb(fresh)} before the first run`,
        },
        {
          name: `${waitingRuns} runs started, until all wait`,
          value: preparedMs / 1000,
          unit: 's',
          note: `${onTheirWay} at a time, each through its whole preflight, its gate in the store and in Slack`,
        },
        ...spread(
          'click on an evicted run to decision',
          times.map(({ decidedMs }) => decidedMs),
          { note: `${times.length} clicks, on the runs that wait longest` },
        ),
        ...spread(
          'click on an evicted run to next step',
          times.map(({ nextStepMs }) => nextStepMs),
        ),
        { name: 'Temporal server memory', value: temporal.now / megabyte, unit: 'MB', note: 'resident' },
        {
          name: 'control workflow, one execution',
          value: control.bytes / megabyte,
          unit: 'MB',
          note: `history of the present one, ${control.events} events; ${control.executions} before it; ${control.locks} locks`,
        },
      ];
    } finally {
      await bench.close();
    }
  },
};

const mb = (bytes: number): string => `${Math.round(bytes / megabyte)} MB`;

async function startAll(context: MeasureContext, bench: BenchInstallation): Promise<readonly string[]> {
  const runIds: string[] = [];
  const left = [...bench.resources];
  for (let told = 0; left.length > 0;) {
    context.signal.throwIfAborted();
    const asked = await openGatesInStore(bench);
    const next = left.splice(0, Math.max(0, asked + onTheirWay - runIds.length));
    runIds.push(...(await Promise.all(next.map((resource) => bench.start(resource)))));
    if (runIds.length - told < 100) await sleep(250, undefined, { signal: context.signal });
    else {
      told = runIds.length;
      context.tell(`${told} started; worker ${mb(memoryOf(bench, 'worker').now)}`);
    }
  }
  return runIds;
}

/** Every gate stands in the store as open, and in Slack for people to press. */
async function untilAllAsk(context: MeasureContext, bench: BenchInstallation): Promise<void> {
  const person = slackPerson(bench);
  let [before, quietSinceMs] = [0, Date.now()];
  for (;;) {
    context.signal.throwIfAborted();
    const inStore = await openGatesInStore(bench);
    const inSlack = inStore < waitingRuns ? 0 : (await person.openGates()).size;
    if (inSlack >= waitingRuns) return;
    if (inStore + inSlack > before) [before, quietSinceMs] = [inStore + inSlack, Date.now()];
    if (Date.now() - quietSinceMs > 120_000)
      throw new Error(
        `of ${waitingRuns} runs, ${inStore} have asked and ${inSlack} are in Slack; no more for 2 minutes`,
      );
    context.tell(`${inStore} gates in the store, ${inSlack} in Slack; worker ${mb(memoryOf(bench, 'worker').now)}`);
    await sleep(5000, undefined, { signal: context.signal });
  }
}

async function openGatesInStore({ store }: BenchInstallation): Promise<number> {
  const { count } = await store
    .selectFrom('gate')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('outcome', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** One after the other, the longest waiting first: many more runs were at work since than the worker keeps. */
async function clickOldest(
  context: MeasureContext,
  bench: BenchInstallation,
  runIds: readonly string[],
): Promise<readonly ClickTimes[]> {
  // AWS refuses the restore, so that a run is over soon after what is measured.
  await bench.control('POST', 'faults', {
    service: 'rds',
    operation: 'RestoreDBInstanceToPointInTime',
    kind: 'error',
    code: 'InstanceQuotaExceeded',
    times: null,
  });
  const person = slackPerson(bench);
  const gates = await person.openGates();
  const times: ClickTimes[] = [];
  for (const runId of runIds.slice(0, clicks)) {
    context.signal.throwIfAborted();
    const ts = gates.get(runId);
    if (ts === undefined) throw new Error(`${runId} has no gate in Slack`);
    times.push(await timeClick(bench, person, { runId, ts }));
    if (times.length % 10 === 0) context.tell(`${times.length} clicks`);
    await bench.runWhen(runId, ({ projection }) => projection.sealed !== undefined, 120_000);
  }
  return times;
}

/** What the system says that a process has in memory, bytes. Linux only. */
function memoryOf({ installation }: BenchInstallation, name: 'worker' | 'temporal'): { now: number; peak: number } {
  const pid = installation.pidOf(name);
  if (pid === undefined) throw new Error(`the ${name} does not run`);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

/** All locks stand in one workflow's memo. */
async function controlSize({
  runs,
}: BenchInstallation): Promise<{ bytes: number; events: number; executions: number; locks: number }> {
  const workflowId = controlWorkflowId(runs.taskQueuePrefix);
  const { historySize, historyLength } = await runs.temporal.workflow.getHandle(workflowId).describe();
  let executions = -1;
  for await (const _ of runs.temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` })) executions += 1;
  const { locks } = await readControl(runs);
  return { bytes: historySize ?? 0, events: historyLength, executions, locks: locks.length };
}

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
/** Runs on their way to their gate at the same time; with FIREDRILL_BENCH_AT_ONCE as many as all, as when a quarter begins. */
const atOnce = Number(process.env['FIREDRILL_BENCH_AT_ONCE'] ?? 40);
/** Starts asked for beside each other, as by an organisation's launchers; a thousand are asked for within seconds. */
const startsAtOnce = 20;
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
    if (!Number.isInteger(atOnce) || atOnce < 1)
      throw new Error('FIREDRILL_BENCH_AT_ONCE must be a whole number above 0');
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
      const asked = await untilAllAsk(context, bench);
      for (const why of await whyEnded(bench)) context.tell(`ended before its gate: ${why}`);
      const preparedMs = Date.now() - startedAtMs;
      await sleep(restMs, undefined, { signal: context.signal });
      const worker = memoryOf(bench, 'worker');
      const temporal = memoryOf(bench, 'temporal');
      const control = await controlSize(bench);
      const times = await clickOldest(context, bench, runIds);
      return [
        {
          name: `of ${waitingRuns} runs, at their gate`,
          value: asked,
          unit: 'runs',
          goal: { atLeast: waitingRuns },
        },
        {
          name: `worker memory, ${waitingRuns} waiting`,
          value: worker.now / megabyte,
          unit: 'MB',
          goal: { atMost: 400 },
          note: `resident; ${mb(worker.peak)} at most on the way, ${mb(fresh)} before the first run`,
        },
        {
          name: `${waitingRuns} runs started, until all wait`,
          value: preparedMs / 1000,
          unit: 's',
          note: `${atOnce} on their way at once, each through its whole preflight, its gate in the store and in Slack`,
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
    const { asked, ended } = await standing(bench);
    const next = left.splice(0, Math.min(startsAtOnce, Math.max(0, asked + ended + atOnce - runIds.length)));
    runIds.push(...(await Promise.all(next.map((resource) => bench.start(resource)))));
    if (next.length === 0) await sleep(250, undefined, { signal: context.signal });
    if (runIds.length - told >= 100) {
      told = runIds.length;
      context.tell(`${told} started; worker ${mb(memoryOf(bench, 'worker').now)}`);
    }
  }
  return runIds;
}

/**
 * Every run has come to its gate, which stands in the store as open and in Slack for people to press, or has ended before.
 *
 * @returns how many came to their gate
 */
async function untilAllAsk(context: MeasureContext, bench: BenchInstallation): Promise<number> {
  const person = slackPerson(bench);
  let [before, quietSinceMs] = [0, Date.now()];
  for (;;) {
    context.signal.throwIfAborted();
    const { asked, ended, steps } = await standing(bench);
    const inSlack = asked + ended < waitingRuns ? 0 : (await person.openGates()).size;
    // Their steps count, too: all runs take the first before any takes its last.
    const seen = ended + inSlack + steps;
    if (asked + ended >= waitingRuns && inSlack >= asked) return asked;
    if (seen > before) [before, quietSinceMs] = [seen, Date.now()];
    if (Date.now() - quietSinceMs > 120_000)
      throw new Error(
        `of ${waitingRuns} runs, ${asked} have asked, ${inSlack} are in Slack and ${ended} ended before; nothing more for 2 minutes`,
      );
    context.tell(
      `${steps} steps, ${asked} gates in the store, ${inSlack} in Slack, ${ended} ended; worker ${mb(memoryOf(bench, 'worker').now)}`,
    );
    await sleep(5000, undefined, { signal: context.signal });
  }
}

/** How many stand at their gate, how many ended before it, and how many steps all have taken. */
async function standing({ store }: BenchInstallation): Promise<{ asked: number; ended: number; steps: number }> {
  const gates = await store
    .selectFrom('gate')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('outcome', 'is', null)
    .executeTakeFirstOrThrow();
  const runs = await store
    .selectFrom('run')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('verdict', 'is not', null)
    .executeTakeFirstOrThrow();
  const taken = await store
    .selectFrom('step')
    .select(({ fn }) => fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return { asked: Number(gates.count), ended: Number(runs.count), steps: Number(taken.count) };
}

/** Why runs ended before their gate, most frequent first; names of runs and resources are left out. */
async function whyEnded({ store }: BenchInstallation): Promise<readonly string[]> {
  const ended = await store.selectFrom('run').select('verdict_reason').where('verdict', 'is not', null).execute();
  const times = new Map<string, number>();
  for (const { verdict_reason } of ended) {
    const why = (verdict_reason ?? 'no reason')
      .replace(/restore-test\/\S+/g, 'RUN')
      .replace(/issues-db(-\d+)?/g, 'RESOURCE');
    times.set(why, (times.get(why) ?? 0) + 1);
  }
  return [...times].toSorted(([, a], [, b]) => b - a).map(([why, count]) => `${count} × ${why}`);
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
  const asking = runIds.flatMap((runId) => {
    const ts = gates.get(runId);
    return ts === undefined ? [] : [{ runId, ts }];
  });
  for (const { runId, ts } of asking.slice(0, clicks)) {
    context.signal.throwIfAborted();
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

import { setTimeout as sleep } from 'node:timers/promises';
import { readControl } from '../../client/runs/control.ts';
import { startBench } from '../installation.ts';
import type { BenchInstallation } from '../installation.ts';
import type { Measure, MeasureContext } from '../measure.ts';
import { slackPerson } from '../slack-person.ts';

/** How many runs set out; another number with FIREDRILL_BENCH_STOPPED. */
const runsStopped = Number(process.env['FIREDRILL_BENCH_STOPPED'] ?? 200);
/** Starts asked for beside each other, as by an organisation's launchers. */
const startsAtOnce = 20;
/** Slack's own time for an answer: whoever stops a company's drills is not to be told "later". */
const countsWithinMs = 3000;

/** The kill switch where it matters: a quarter begins for everything at once, and somebody sees that it must not go on. */
export const stop: Measure = {
  name: 'stop',
  what: `${runsStopped} restore tests set out at once, and somebody stops all drills in Slack while they do`,
  async run(context) {
    if (!Number.isInteger(runsStopped) || runsStopped < 1)
      throw new Error('FIREDRILL_BENCH_STOPPED must be a whole number above 0');
    const bench = await startBench(context, {
      instant: true,
      databases: false,
      slackUnlimited: true,
      resources: runsStopped,
    });
    try {
      const left = [...bench.resources];
      while (left.length > 0) {
        context.signal.throwIfAborted();
        await Promise.all(left.splice(0, startsAtOnce).map((resource) => bench.start(resource)));
      }
      context.tell(`${runsStopped} started`);
      const pressedAtMs = Date.now();
      const answering = slackPerson(bench).types('/dr stop-all-drills they begin all at once');
      const [pulledAtMs, answerMs] = await Promise.all([untilPulled(context, bench), answering]);
      const overAtMs = await untilOver(context, bench);
      return [
        { name: 'stop-all-drills to answer read', value: answerMs, unit: 'ms' },
        {
          name: 'stop-all-drills until it counts',
          value: pulledAtMs - pressedAtMs,
          unit: 'ms',
          goal: { atMost: countsWithinMs },
          note: 'no drill takes a further lock, and whoever passes a gate reads it',
        },
        {
          name: 'stop-all-drills until every run is over',
          value: (overAtMs - pressedAtMs) / 1000,
          unit: 's',
          note: `${runsStopped} runs that set out at once`,
        },
      ];
    } finally {
      await bench.close();
    }
  },
};

async function untilPulled(context: MeasureContext, { runs }: BenchInstallation): Promise<number> {
  for (;;) {
    context.signal.throwIfAborted();
    if ((await readControl(runs)).killSwitch.pulled) return Date.now();
    await sleep(50, undefined, { signal: context.signal });
  }
}

async function untilOver(context: MeasureContext, { store }: BenchInstallation): Promise<number> {
  for (;;) {
    context.signal.throwIfAborted();
    const { count } = await store
      .selectFrom('run')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('verdict', 'is not', null)
      .executeTakeFirstOrThrow();
    if (Number(count) >= runsStopped) return Date.now();
    context.tell(`${count} over`);
    await sleep(1000, undefined, { signal: context.signal });
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { timeClick } from '../click-times.ts';
import type { ClickTimes } from '../click-times.ts';
import { startBench } from '../installation.ts';
import type { BenchInstallation } from '../installation.ts';
import { quantile } from '../measure.ts';
import type { Figure, Measure, MeasureContext } from '../measure.ts';
import { slackPerson } from '../slack-person.ts';
import type { SlackPerson } from '../slack-person.ts';

const clicks = 50;
/** Code that was never run is slow, and an installation lives for weeks. */
const warmUp = 10;

/** A person's click on its whole way: Slack, Slack app, engine, worker; one run at a time on an installation at rest. */
export const click: Measure = {
  name: 'click',
  what: 'Approve pressed in Slack until the next step begins, and until the person reads the answer; a command, too',
  async run(context) {
    const bench = await startBench(context, { instant: true, databases: false, slackUnlimited: true });
    try {
      const person = slackPerson(bench);
      const times = await clickAgainAndAgain(context, bench, person);
      const commandMs = await typeAgainAndAgain(context, person);
      const of = (pick: (one: ClickTimes) => number): readonly number[] => times.map(pick);
      const note = `${times.length} clicks, ${warmUp} before them to warm up`;
      return [
        ...spread(
          'click to next step',
          of(({ nextStepMs }) => nextStepMs),
          { note, goalMs: 28 },
        ),
        ...spread(
          'click to the engine',
          of(({ arrivedMs }) => arrivedMs),
        ),
        ...spread(
          "click to the run's turn",
          of(({ turnMs }) => turnMs),
        ),
        ...spread(
          'click to decision',
          of(({ decidedMs }) => decidedMs),
        ),
        ...spread(
          'click to answer read',
          of(({ answerMs }) => answerMs),
        ),
        ...spread('command to answer read', commandMs, { note: `${commandMs.length} times /dr status` }),
      ];
    } finally {
      await bench.close();
    }
  },
};

/** p50 and p95 of a figure; the goal is the p50's. */
export function spread(
  name: string,
  values: readonly number[],
  about: { readonly note?: string; readonly goalMs?: number } = {},
): readonly Figure[] {
  const { note, goalMs } = about;
  return [
    {
      name: `${name}, p50`,
      value: quantile(values, 0.5),
      unit: 'ms',
      ...(goalMs === undefined ? {} : { goal: { atMost: goalMs } }),
      ...(note === undefined ? {} : { note }),
    },
    { name: `${name}, p95`, value: quantile(values, 0.95), unit: 'ms' },
  ];
}

async function clickAgainAndAgain(
  context: MeasureContext,
  bench: BenchInstallation,
  person: SlackPerson,
): Promise<readonly ClickTimes[]> {
  await endRunsAfterTheirNextStep(bench);
  const times: ClickTimes[] = [];
  for (let turn = 0; turn < warmUp + clicks; turn += 1) {
    context.signal.throwIfAborted();
    const runId = await bench.start();
    const ts = await gateOf(context, person, runId);
    // What the run and its messages still do is not part of the click.
    await sleep(500);
    const time = await timeClick(bench, person, { runId, ts });
    if (turn >= warmUp) times.push(time);
    if (turn % 20 === 19) context.tell(`${turn + 1} clicks`);
    await bench.runWhen(runId, ({ projection }) => projection.sealed !== undefined, 60_000);
  }
  return times;
}

/** A command that asks Slack who that is, and the store what there is. */
async function typeAgainAndAgain({ signal }: MeasureContext, person: SlackPerson): Promise<readonly number[]> {
  const tookMs: number[] = [];
  for (let turn = 0; turn < warmUp + clicks; turn += 1) {
    signal.throwIfAborted();
    // What Slack said of a person counts for a second; the next one has to ask again.
    await sleep(1100);
    tookMs.push(await person.types('/dr status'));
  }
  return tookMs.slice(warmUp);
}

/** AWS refuses the restore, so that a run is over soon after what is measured. */
const endRunsAfterTheirNextStep = (bench: BenchInstallation): Promise<unknown> =>
  bench.control('POST', 'faults', {
    service: 'rds',
    operation: 'RestoreDBInstanceToPointInTime',
    kind: 'error',
    code: 'InstanceQuotaExceeded',
    times: null,
  });

async function gateOf(context: MeasureContext, person: SlackPerson, runId: string): Promise<string> {
  const giveUpAtMs = Date.now() + 60_000;
  for (;;) {
    context.signal.throwIfAborted();
    const ts = (await person.openGates()).get(runId);
    if (ts !== undefined) return ts;
    if (Date.now() > giveUpAtMs) throw new Error(`${runId} did not ask anybody within a minute`);
    await sleep(100);
  }
}

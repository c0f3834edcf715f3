import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { approve, click, copyNameOf, killSwitch, startTest, untilAsked } from '../../engine/acting.ts';
import { expectEnding } from '../../engine/ending.ts';
import { createHolds } from '../../engine/holds.ts';
import { until } from '../../engine/outside.ts';
import { rdsOf } from '../../engine/outside.ts';
import { createWorld } from '../../engine/world.ts';
import type { World } from '../../engine/world.ts';

/** Longer than a call waits for its answer (15 s). */
const neverMs = 60_000;

/** What the network and AWS do to the restore call, and when the run is stopped in it. */
interface Moment {
  readonly what: string;
  readonly fault?: { readonly kind: 'late-effect' | 'late-reply' | 'lose-reply'; readonly delayMs?: number };
  /** AWS finds what it made only after this time. */
  readonly visibleAfterMs?: number;
  /** Stopped when AWS has made the copy; otherwise when the call is on its way, before it has had any effect. */
  readonly onceMade: boolean;
}
const moments: Readonly<Record<string, Moment>> = {
  early: { what: 'before it has reached AWS', fault: { kind: 'late-effect', delayMs: 2000 }, onceMade: false },
  working: { what: 'before AWS has answered', fault: { kind: 'late-reply', delayMs: 2500 }, onceMade: true },
  unheard: { what: 'and no answer ever comes', fault: { kind: 'late-reply', delayMs: neverMs }, onceMade: true },
  // Our side gives the call up after 15 s; AWS carries it out after 19.
  behind: {
    what: 'and AWS carries it out after we gave it up',
    fault: { kind: 'late-effect', delayMs: 19_000 },
    onceMade: false,
  },
  hidden: { what: 'and AWS shows the copy only later', visibleAfterMs: 6000, onceMade: true },
  lost: {
    what: 'whose answer was lost, and AWS shows the copy only later',
    fault: { kind: 'lose-reply' },
    visibleAfterMs: 6000,
    onceMade: true,
  },
};
const stoppers: Readonly<Record<string, readonly string[]>> = {
  person: ['early', 'working', 'unheard', 'behind', 'hidden', 'lost'],
  temporal: ['working', 'unheard'],
  switch: ['early', 'behind', 'hidden'],
};
const aliasOf = (stopper: string, moment: string): string => `${stopper.slice(0, 3)}-${moment}`;
const momentsOf = (stopper: string) =>
  (stoppers[stopper] ?? []).map((moment) => ({ moment, what: moments[moment]?.what }));

const holds = createHolds();
let world: World;
beforeAll(async () => {
  const aliases = Object.entries(stoppers).flatMap(([stopper, of]) => of.map((moment) => aliasOf(stopper, moment)));
  world = await createWorld({
    aliases: [...aliases, 'appears-last'],
    activities: holds.activities,
    catalog: (text) =>
      text.replace('notFoundProof: 2s', 'notFoundProof: 10s').replace('deleteDeadline: 20s', 'deleteDeadline: 25s'),
  });
});
afterAll(() => world.close());

const abort = (runId: string) =>
  click(world, runId, 'hannah', { choice: 'abort', reason: 'the network is being changed' });
const madeAlready = async (name: string): Promise<boolean> =>
  JSON.stringify(await world.control('GET', 'leftovers')).includes(name);
const faultHits = async (name: string): Promise<number> =>
  ((await world.control('GET', 'faults')) as { faults: { match: object; hits: number }[] }).faults
    .filter(({ match }) => JSON.stringify(match).includes(name))
    .reduce((sum, { hits }) => sum + hits, 0);

/** Lets a run go on into its restore call, and returns at the moment at which it is to be stopped. */
async function reachMoment(resource: string, { fault, visibleAfterMs, onceMade }: Moment): Promise<string> {
  const runId = await startTest(world, { resource });
  await untilAsked(world, runId);
  const name = copyNameOf(runId, resource);
  if (visibleAfterMs !== undefined)
    await world.control('POST', 'rds/late-visibility', { match: name, ms: visibleAfterMs });
  if (fault)
    await world.control('POST', 'faults', {
      service: 'rds',
      operation: 'RestoreDBInstanceToPointInTime',
      match: { TargetDBInstanceIdentifier: name },
      ...fault,
    });
  await approve(world, runId);
  await until(() => (onceMade ? madeAlready(name) : faultHits(name).then((hits) => hits > 0)), `${resource} is called`);
  expect(await madeAlready(name)).toBe(onceMade);
  return runId;
}

/** The whole of it: aborted for this reason, and whatever AWS made is gone, made once and deleted once. */
async function expectNothingLeft(runId: string, resource: string, reason: RegExp, cause: string): Promise<void> {
  await expectEnding(world, runId, { verdict: 'aborted', reason, findings: [`held/${cause}`], copy: 'gone' }, 120_000);
  const name = copyNameOf(runId, resource);
  const { events } = (await world.control('POST', 'rds/events')) as { events: { id: string; source: string }[] };
  const deleted = events.filter(({ id, source }) => source === name && id === 'RDS-EVENT-0003');
  expect(deleted, 'it was made, and deleted').toHaveLength(1);
  expect(await madeAlready(name)).toBe(false);
}

describe('a restore call under way when the run is stopped', () => {
  // The longest goes first.
  test.concurrent('and whose copy appears after the last look leaves nothing behind', async () => {
    const resource = 'appears-last';
    const runId = await reachMoment(resource, { what: '', visibleAfterMs: 20_000, onceMade: true });
    holds.hold(runId, 'checkGone');
    await abort(runId);
    await holds.reached(runId, 'checkGone');
    const rds = rdsOf(world);
    const name = copyNameOf(runId, resource);
    await until(async () => {
      const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
      return DBInstances.some(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name);
    }, 'AWS shows it');
    rds.destroy();
    holds.release(runId, 'checkGone');
    await expectNothingLeft(runId, resource, /^Aborted by Hannah Lindqvist/, 'aborted-by-person');
  });

  test.concurrent.each(momentsOf('person'))('by a person, $what, leaves nothing behind', async ({ moment }) => {
    const resource = aliasOf('person', moment);
    const runId = await reachMoment(resource, moments[moment] as Moment);
    expect((await abort(runId)).outcome).toMatch(/accepted|queued/);
    await expectNothingLeft(runId, resource, /^Aborted by Hannah Lindqvist/, 'aborted-by-person');
  });

  test.concurrent.each(momentsOf('temporal'))('in Temporal, $what, leaves nothing behind', async ({ moment }) => {
    const resource = aliasOf('temporal', moment);
    const runId = await reachMoment(resource, moments[moment] as Moment);
    await world.temporal.workflow.getHandle(runId).cancel();
    await expectNothingLeft(runId, resource, /cancelled in Temporal/, 'cancelled');
  });
});

test('a restore call under way when all drills are stopped leaves nothing behind, at whatever moment', async () => {
  const runs = await Promise.all(
    (stoppers['switch'] ?? []).map(async (moment) => {
      const resource = aliasOf('switch', moment);
      return { resource, runId: await reachMoment(resource, moments[moment] as Moment) };
    }),
  );
  expect((await killSwitch(world, 'daniel', 'stop-all-drills')).outcome).toMatch(/accepted|queued/);
  await Promise.all(
    runs.map(({ runId, resource }) =>
      expectNothingLeft(runId, resource, /All drills (were|are) stopped/, 'drills-stopped'),
    ),
  );
});

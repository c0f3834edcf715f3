import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkPeopleNow } from '../../client/runs/people-check.ts';
import { exerciseDoId } from '../../views/slack/exercise-actions.ts';
import { holdersLeftSignal } from '../../workflows/messages.ts';
import { actUntilAnswered } from '../engine/acting.ts';
import { typed } from '../engine/command-line.ts';
import { expectEnding } from '../engine/ending.ts';
import { exerciseMessageOf, pressIn, untilSays, whenExercise } from '../engine/exercise-clicks.ts';
import { startLedExercise } from '../engine/exercising.ts';
import { nowGoneFromSlack, runMessages, until } from '../engine/outside.ts';
import { startWorldProcess } from '../engine/processes.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/**
 * Whoever leads an exercise, or plays a role in it, leaves the company while it runs: the room and the people of its services are
 * told, take the role over by one press, and the exercise is held to its end.
 */
let world: World;
beforeAll(async () => {
  world = await createWorld({ source: false });
});
afterAll(() => world.close());

const look = async (): Promise<readonly string[]> => (await checkPeopleNow(world.runs, 60_000)).exercises ?? [];
const leftMessages = async (runId: string): Promise<readonly string[]> =>
  (await runMessages(world, runId)).map(({ key }) => key).filter((key) => key.startsWith('left:'));
const does = async (runId: string, ...[person, what]: DoesWhat): Promise<void> => {
  const { outcome, text } = await actUntilAnswered(world, runId, person, what);
  expect(outcome, `${what.kind}: ${text}`).toBe('accepted');
};
type DoesWhat = [Parameters<typeof actUntilAnswered>[2], Parameters<typeof actUntilAnswered>[3]];

test('the facilitator and the commander leave: both are told of once, taken over by a press, and it is held to its end', async () => {
  await using _app = await startWorldProcess(world, 'slack');
  await nowGoneFromSlack(world);
  const runId = await startLedExercise(world);
  await does(runId, 'hannah', { kind: 'take-role', role: 'facilitator' });
  await does(runId, 'sofia', { kind: 'take-role', role: 'incident-commander' });
  await does(runId, 'daniel', { kind: 'attend' });
  await does(runId, 'jonas', { kind: 'attend' });
  await does(runId, 'hannah', { kind: 'begin' });
  await whenExercise(world, runId, ({ told }) => told.length === 1, 'the first event is told');
  expect(await look()).toEqual([]);
  expect(await leftMessages(runId)).toEqual([]);

  // Neither of the two answers for the service: no duty of the catalog is vacant, and a role of the exercise is.
  await nowGoneFromSlack(world, 'U0HANNAH', 'U0SOFIA');
  const told = await typed(world, {}, 'people');
  expect(told).toMatchObject({ code: 1, out: expect.stringContaining('Hannah Lindqvist, facilitator of') });
  const hannah = 'left:hannah-lindqvist';
  await untilSays(
    world,
    runId,
    /<@U0DANIEL>.*<@U0JONAS>.*<@U0PRIYA>.*Hannah Lindqvist has left the company and is still facilitator.*nobody else can pause it/,
    hannah,
  );
  expect((await exerciseMessageOf(world, runId, hannah))?.text).not.toMatch(/<@U0(HANNAH|SOFIA)>/);
  await untilSays(world, runId, /⚠ \*facilitator\*  Hannah Lindqvist has left/);
  await untilSays(
    world,
    runId,
    /Sofia Marques has left the company and is still incident-commander/,
    'left:sofia-marques',
  );
  expect((await typed(world, {}, 'report', runId)).out).toMatch(
    /facilitator: Hannah Lindqvist has left; to take it over:\n +firedrill exercise take \S+ facilitator --take-over\n/,
  );
  // The next day says nothing again.
  expect(await look()).toHaveLength(2);
  expect((await leftMessages(runId)).toSorted()).toEqual([hannah, 'left:sofia-marques']);

  // One press takes it over; whoever presses at the same moment is told who was first.
  await Promise.all([
    pressIn(world, runId, 'U0DANIEL', exerciseDoId('take-over'), hannah),
    pressIn(world, runId, 'U0PRIYA', exerciseDoId('take-over'), hannah),
  ]);
  const { holders, roleChanges } = await whenExercise(
    world,
    runId,
    (view) => view.holders['facilitator']?.by.personId !== 'hannah-lindqvist',
    'somebody leads it',
  );
  const leader = holders['facilitator']?.by;
  expect(['daniel-kim', 'priya-raman']).toContain(leader?.personId);
  expect(roleChanges.filter(({ role }) => role === 'facilitator')).toHaveLength(2);
  await untilSays(
    world,
    runId,
    new RegExp(`✔ Hannah Lindqvist has left: ${leader?.name} is facilitator since`),
    hannah,
  );
  expect((await exerciseMessageOf(world, runId, hannah))?.text).not.toContain(exerciseDoId('take-over'));

  const leads = leader?.personId === 'daniel-kim' ? 'daniel' : 'priya';
  await does(runId, leads, { kind: 'next' });
  await does(runId, leads, { kind: 'hot-wash', endEarly: 'A test.' });
  await does(runId, leads, { kind: 'close' });
  // A role that nobody took over does not keep a closed exercise waiting: its message says so, without a button.
  await untilSays(world, runId, /Sofia Marques had left; the exercise is over/, 'left:sofia-marques');
  const run = await expectEnding(world, runId, { verdict: 'held', findings: [], copy: 'none' });
  expect(run.projection.exercise?.left).toMatchObject([
    { person: { name: 'Hannah Lindqvist' }, roles: ['facilitator'] },
    { person: { name: 'Sofia Marques' }, roles: ['incident-commander'] },
  ]);
  expect((await typed(world, {}, 'report', runId)).out).toContain('Hannah Lindqvist has left, facilitator until');
});

test('somebody of whom it is said by mistake, or by nobody who knows, stays what they are: their next act says so', async () => {
  await nowGoneFromSlack(world);
  const runId = await startLedExercise(world);
  await does(runId, 'hannah', { kind: 'take-role', role: 'facilitator' });
  await does(runId, 'hannah', { kind: 'begin' });
  const handle = world.temporal.workflow.getHandle(runId);
  await handle.signal('holders-left', 'nonsense');
  await handle.signal('holders-left', { personIds: [7, null, { personId: 'hannah-lindqvist' }] });
  await handle.signal(holdersLeftSignal, { personIds: ['priya-raman', 'nobody', 'hannah-lindqvist'] });
  await handle.signal(holdersLeftSignal, { personIds: ['hannah-lindqvist'] });
  const view = await whenExercise(world, runId, ({ left }) => left !== undefined, 'it has heard of Hannah');
  expect(view.left).toMatchObject([{ person: { personId: 'hannah-lindqvist' } }]);
  await untilSays(world, runId, /still facilitator/, 'left:hannah-lindqvist');
  await does(runId, 'hannah', { kind: 'pause' });
  await untilSays(world, runId, /✔ Hannah Lindqvist is there after all/, 'left:hannah-lindqvist');
  await untilSays(world, runId, /● \*facilitator\*  Hannah Lindqvist"|● \*facilitator\*  Hannah Lindqvist\\n/);
  await does(runId, 'hannah', { kind: 'hot-wash', endEarly: 'A test.' });
  await does(runId, 'hannah', { kind: 'close' });
  await until(async () => (await leftMessages(runId)).length === 1, 'told once');
  const run = await world.runWhen(runId, ({ evidence }) => evidence !== undefined, 'sealed');
  expect(run.projection.exercise?.left).toMatchObject([{ backAtMs: expect.any(Number) }]);
});

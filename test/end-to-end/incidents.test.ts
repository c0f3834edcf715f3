import { afterAll, beforeAll, expect, test } from 'vitest';
import { readControl } from '../../client/runs/control.ts';
import { declareIncident } from '../../client/runs/declare-incident.ts';
import type { IncidentAct } from '../../domain/incident.ts';
import { act, approve, killSwitch, startTest, untilAsked, untilSealed } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { createHolds } from '../engine/holds.ts';
import { runMessages, until } from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

const holds = createHolds();
let world: World;
beforeAll(async () => {
  world = await createWorld({ activities: holds.activities });
});
afterAll(() => world.close());

test('an incident is no drill: declared while all drills are stopped, not halted by a stop, not ended by the release', async () => {
  expect(await killSwitch(world, 'daniel', 'stop-all-drills')).toMatchObject({ outcome: 'accepted' });
  const declaredMs = Date.now();
  const { runId } = await declareIncident(world.runs, {
    service: 'jira-cloud',
    title: 'Nobody can log in',
    beganMs: declaredMs - 60_000,
    detectedMs: declaredMs - 30_000,
    declaredMs,
    initiator: { personId: 'hannah-lindqvist', name: 'Hannah Lindqvist' },
    via: 'slack',
  });
  const holds_ = async (): Promise<boolean> =>
    (await readControl(world.runs)).locks.some(
      (lock) => lock.runId === runId && lock.resource === 'jira-cloud/issues-db',
    );
  await until(holds_, 'it keeps drills away');

  expect(await killSwitch(world, 'daniel', 'stop-all-drills')).toMatchObject({ outcome: 'accepted' });
  expect(await killSwitch(world, 'daniel', 'release-drills')).toMatchObject({ outcome: 'accepted' });
  expect((await readControl(world.runs)).killSwitch.pulled).toBe(false);
  expect(await holds_()).toBe(true);
  await expect(startTest(world)).rejects.toMatchObject({ code: 'incident-open' });

  const correction: IncidentAct = {
    kind: 'correct-time',
    key: 'T1',
    atMs: declaredMs - 45_000,
    reason: 'the first page',
  };
  expect(await act(world, runId, 'hannah', correction)).toMatchObject({ outcome: 'accepted' });
  expect(await act(world, runId, 'hannah', { kind: 'over', reason: 'the certificate is renewed' })).toMatchObject({
    outcome: 'accepted',
  });
  const { projection } = await untilSealed(world, runId);
  expect(projection).toMatchObject({
    mode: 'real',
    judged: { verdict: 'over' },
    ledger: { T1: { lowMs: declaredMs - 45_000 } },
  });
  expect(projection.halted).toBeUndefined();
  expect((await readControl(world.runs)).locks).toEqual([]);
});

test('an incident halts the drill in its way, keeps others away until it is over, and its record keeps every value', async () => {
  const drill = await startTest(world);
  await untilAsked(world, drill);
  holds.hold(drill, 'checkAvailable');
  await approve(world, drill);
  await holds.reached(drill, 'checkAvailable');

  const declaredMs = Date.now();
  const times = { beganMs: declaredMs - 1_800_000, detectedMs: declaredMs - 600_000, declaredMs };
  const { runId } = await declareIncident(world.runs, {
    service: 'jira-cloud',
    title: 'Issues cannot be read',
    ...times,
    initiator: { personId: 'hannah-lindqvist', name: 'Hannah Lindqvist' },
    via: 'slack',
  });
  holds.release(drill, 'checkAvailable');
  await expectEnding(world, drill, {
    verdict: 'aborted',
    reason: /Halted: incident of jira-cloud .* needs what it works on/,
    findings: ['held/drills-stopped'],
    copy: 'gone',
  });
  const { locks } = await readControl(world.runs);
  // The service and what it depends on.
  expect(locks.map(({ resource }) => resource)).toEqual(
    expect.arrayContaining(['jira-cloud/issues-db', 'identity/directory']),
  );
  await expect(startTest(world)).rejects.toMatchObject({ code: 'incident-open', kind: 'refused' });

  const toMs = times.beganMs - 60_000;
  const correction: IncidentAct = { kind: 'correct-time', key: 'T0', atMs: toMs, reason: 'the log of the database' };
  expect(await act(world, runId, 'sofia', correction)).toEqual({
    outcome: 'accepted',
    text: expect.any(String) as string,
  });
  const handOver: IncidentAct = {
    kind: 'hand-over',
    toPersonId: 'jonas-weber',
    toPersonName: 'Jonas Weber',
    reason: 'shift',
  };
  expect(await act(world, runId, 'sofia', handOver)).toMatchObject({ outcome: 'refused', code: 'role-missing' });
  expect(await act(world, runId, 'hannah', handOver)).toMatchObject({ outcome: 'accepted' });
  await until(
    async () =>
      (await runMessages(world, runId)).some(({ message }) =>
        JSON.stringify(message).includes('Jonas Weber has the command'),
      ),
    'the channel hears who commands',
  );
  expect(await act(world, runId, 'jonas', { kind: 'over', reason: 'the index is back' })).toMatchObject({
    outcome: 'accepted',
  });

  const run = await untilSealed(world, runId);
  expect(run.projection).toMatchObject({
    mode: 'real',
    judged: { verdict: 'over', reason: 'Jonas Weber said that it is over: the index is back' },
    ledger: { T0: { lowMs: toMs }, T1: { lowMs: times.detectedMs }, T2: { lowMs: declaredMs } },
    incident: {
      commander: { personId: 'jonas-weber' },
      beganMs: toMs,
      corrections: [{ key: 'T0', fromMs: times.beganMs, toMs, by: 'sofia-marques', reason: 'the log of the database' }],
      handovers: [{ from: { personId: 'hannah-lindqvist' }, to: { personId: 'jonas-weber' }, reason: 'shift' }],
    },
    refusedActs: [{ person: 'sofia-marques', kind: 'hand-over', code: 'role-missing' }],
  });
  // Nothing resumes by itself, and drills may start again.
  expect((await readControl(world.runs)).locks).toEqual([]);
  await startTest(world);
});

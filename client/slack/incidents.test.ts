import { describe, expect, test } from 'vitest';
import { exampleIncidentId } from './one-gate.ts';
import { appScene, incidentIn } from './sandbox-harness.ts';

const minute = 60;
const nowS = (): number => Math.floor(Date.now() / 1000);

describe('declaring an incident', () => {
  test('asks when the impact began and when it was detected', async () => {
    await using scene = await appScene();
    const [began, detected] = [nowS() - 30 * minute, nowS() - 10 * minute];
    await scene.openForm('U0DANIEL', 'declare jira-cloud');
    await scene.submit('U0DANIEL', {
      title: { text: 'Issues cannot be read' },
      began: { time: began },
      detected: { time: detected },
    });
    expect(await scene.nextTold('U0DANIEL')).toMatch(
      /✔ Incident declared[\s\S]*being halted[\s\S]*You have the command/,
    );
    expect(scene.engine.declared).toMatchObject([
      {
        service: 'jira-cloud',
        title: 'Issues cannot be read',
        beganMs: began * 1000,
        detectedMs: detected * 1000,
        initiator: { personId: 'daniel-kim' },
        via: 'slack',
      },
    ]);
  });

  test('with times that cannot be is said beside the field, and nothing is halted', async () => {
    await using scene = await appScene();
    await scene.openForm('U0DANIEL', 'declare jira-cloud');
    const answer = await scene.submit('U0DANIEL', {
      title: { text: 'Issues cannot be read' },
      began: { time: nowS() - minute },
      detected: { time: nowS() - 10 * minute },
    });
    expect(answer).toMatchObject({
      status: 'errors',
      errors: { detected: expect.stringContaining('before the impact') as string },
    });
    expect(scene.engine.declared).toEqual([]);
  });

  test('works while Slack cannot say who somebody is: it only ever stops drills; a stranger is refused all the same', async () => {
    await using scene = await appScene();
    await scene.control('POST', 'faults', { method: 'users.info', kind: 'down', times: 'always' });
    for (const user of ['U0DANIEL', 'U0STRANGER']) {
      await scene.openForm(user, 'declare jira-cloud');
      await scene.submit(user, { title: { text: 'Issues cannot be read' } });
    }
    expect(await scene.nextTold('U0DANIEL')).toMatch(/Incident declared/);
    expect(await scene.nextTold('U0STRANGER')).toMatch(/The catalog does not know you/);
    expect(scene.engine.declared).toHaveLength(1);
    expect(scene.engine.refused).toMatchObject([{ who: 'U0STRANGER', choice: 'declare', code: 'unknown-person' }]);
  });
});

describe('an open incident', () => {
  test('is handed over to somebody of the catalog, by its button', async () => {
    await using scene = await appScene();
    await scene.click('U0DANIEL', await incidentIn(scene), 'open_hand_over');
    await scene.submit('U0DANIEL', { person: { user: 'U0TOMAS' }, reason: { text: 'end of my shift' } });
    expect(await scene.nextTold('U0DANIEL')).toBe('✔ Recorded.');
    expect(scene.engine.acts).toMatchObject([
      {
        runId: exampleIncidentId,
        personId: 'daniel-kim',
        act: { kind: 'hand-over', toPersonId: 'tomas-novak', toPersonName: 'Tomas Novak', reason: 'end of my shift' },
      },
    ]);
  });

  test('is not handed over to somebody whom the catalog does not know', async () => {
    await using scene = await appScene();
    await scene.click('U0DANIEL', await incidentIn(scene), 'open_hand_over');
    await scene.submit('U0DANIEL', { person: { user: 'U0STRANGER' }, reason: { text: 'end of my shift' } });
    expect(await scene.nextTold('U0DANIEL')).toMatch(/does not know whom you chose[\s\S]*You still have it/);
    expect(scene.engine.acts).toEqual([]);
  });

  test('gets its times corrected, and is ended, each with a reason', async () => {
    await using scene = await appScene();
    const ts = await incidentIn(scene);
    await scene.click('U0PRIYA', ts, 'open_correct_time');
    await scene.submit('U0PRIYA', {
      which: { choice: 'T0' },
      began: { time: 1_700_000_000 },
      reason: { text: 'the log says so' },
    });
    await scene.nextTold('U0PRIYA');
    await scene.click('U0PRIYA', ts, 'open_incident_over');
    await scene.submit('U0PRIYA', { reason: { text: 'the index is back' } });
    await scene.nextTold('U0PRIYA', 2);
    expect(scene.engine.acts.map(({ act }) => act)).toEqual([
      { kind: 'correct-time', key: 'T0', atMs: 1_700_000_000_000, reason: 'the log says so' },
      { kind: 'over', reason: 'the index is back' },
    ]);
  });
});

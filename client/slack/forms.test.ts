import { describe, expect, test } from 'vitest';
import { exampleGate, examplePassed, exampleRun, exampleRunId, exampleStatus } from '../../views/example-notices.ts';
import { runMessage } from '../../views/slack/run-message.ts';
import { exampleExerciseId, unreachable } from './one-gate.ts';
import { appScene } from './sandbox-harness.ts';
import type { AppScene } from './sandbox-harness.ts';

const heading = { runId: exampleRunId, service: 'jira-cloud', resource: 'issues-db', simulated: true, mode: 'drill' };

const asking = exampleRun({ type: 'gate-opened', gate: { ...exampleGate, openedAtMs: Date.now() } });

/** Opens a form by a command and fills it in; answers what the person is told. */
async function fillIn(scene: AppScene, user: string, text: string, values: object): Promise<string> {
  await scene.openForm(user, text);
  await scene.submit(user, values);
  return await scene.nextTold(user);
}

describe('what a command leaves out is asked for in a form', () => {
  test('start: what can be restored is offered from the catalog of that moment', async () => {
    await using scene = await appScene();
    const view = await scene.openForm('U0DANIEL', 'start');
    const offered = await scene.suggest('U0DANIEL', view, 'pick_subject', 'issues');
    expect(offered).toEqual(['jira-cloud/issues-db']);
    await scene.submit('U0DANIEL', {
      subject: { pick_subject: 'jira-cloud/issues-db' },
      point: { choice: 'oldest' },
      method: { choice: 'snapshot' },
      mode: { choice: 'rehearse' },
    });
    expect(await scene.nextTold('U0DANIEL')).toMatch(/✔ Rehearsal started/);
    expect(scene.engine.started).toMatchObject([
      {
        service: 'jira-cloud',
        resource: 'issues-db',
        point: 'oldest',
        method: 'snapshot',
        mode: 'rehearse',
        initiator: { personId: 'daniel-kim' },
      },
    ]);
  });

  test('start: another runbook chosen in the form asks for something else, and starts that', async () => {
    await using scene = await appScene();
    const view = await scene.openForm('U0PRIYA', 'start');
    const choose = (runbook: string) =>
      scene.control('POST', 'act/click', { user: 'U0PRIYA', view_id: view, action_id: 'pick_runbook', value: runbook });
    await choose('documentation-review');
    await scene.formShows('pick_service');
    expect(await scene.suggest('U0PRIYA', view, 'pick_service', 'jira')).toEqual(['jira-cloud']);
    await scene.submit('U0PRIYA', { service: { pick_service: 'jira-cloud' } });
    expect(await scene.nextTold('U0PRIYA')).toMatch(/✔ Documentation review started/);
    expect(scene.engine.reviews).toMatchObject([{ service: 'jira-cloud', initiator: { personId: 'priya-raman' } }]);
    expect(scene.engine.started).toEqual([]);
  });

  test('start: an exercise asks for its story, its services, and whether whoever starts it leads it', async () => {
    await using scene = await appScene();
    const view = await scene.openForm('U0PRIYA', 'start tabletop-exercise');
    expect(await scene.suggest('U0PRIYA', view, 'pick_scenario', 'fire')).toEqual(['data-centre-fire']);
    await scene.suggest('U0PRIYA', view, 'pick_service', '');
    expect(await scene.suggest('U0PRIYA', view, 'pick_services', 'ident')).toEqual(['identity']);
    await scene.submit('U0PRIYA', {
      scenario: { pick_scenario: 'data-centre-fire' },
      service: { pick_service: 'jira-cloud' },
      services: { pick_services: ['identity'] },
      lead: { choice: ['yes'] },
    });
    expect(await scene.nextTold('U0PRIYA')).toMatch(/✔ Tabletop exercise started[\s\S]*You lead it: press Begin/);
    expect(scene.engine.exercises).toMatchObject([
      { scenario: 'data-centre-fire', services: ['jira-cloud', 'identity'], initiator: { personId: 'priya-raman' } },
    ]);
    expect(scene.engine.acts).toMatchObject([
      { runId: exampleExerciseId, act: { kind: 'take-role', role: 'facilitator' }, personId: 'priya-raman' },
    ]);
  });

  test('start tabletop-exercise, all said: nobody leads it unless they say so', async () => {
    await using scene = await appScene();
    const told = await scene.command('U0PRIYA', 'start tabletop-exercise slack-lost jira-cloud');
    expect(told).toMatch(/waits for a facilitator in <#C0JIRACLOUD>/);
    expect(scene.engine.exercises).toMatchObject([{ scenario: 'slack-lost', services: ['jira-cloud'] }]);
    expect(scene.engine.acts).toEqual([]);
    expect(await scene.command('U0STRANGER', 'start tabletop-exercise slack-lost jira-cloud')).toMatch(
      /The catalog does not know you/,
    );
    expect(scene.engine.refused).toMatchObject([{ who: 'U0STRANGER', choice: 'start', code: 'unknown-person' }]);
  });

  test.each(['abort', 'pause'] as const)(
    '%s without a run: the open ones are offered, and a reason is asked for',
    async (choice) => {
      await using scene = await appScene();
      scene.engine.projection = exampleRun();
      const view = await scene.openForm('U0DANIEL', choice);
      expect(await scene.suggest('U0DANIEL', view, 'pick_run', '')).toEqual([exampleRunId]);
      await scene.submit('U0DANIEL', { run: { pick_run: exampleRunId }, reason: { text: 'the network' } });
      expect(await scene.nextTold('U0DANIEL')).toBe(`✔ Done: ${choice}.`);
      expect(scene.engine.statements).toMatchObject([
        { runId: exampleRunId, gateId: '*', choice, reason: 'the network', personId: 'daniel-kim' },
      ]);
    },
  );

  test('while the store is away, the runs that the engine knows are offered', async () => {
    await using scene = await appScene();
    scene.engine.storeAway = unreachable('The store');
    const view = await scene.openForm('U0DANIEL', 'abort');
    expect(await scene.suggest('U0DANIEL', view, 'pick_run', '')).toEqual([exampleRunId]);
  });

  test('while the store hangs, they are offered in time all the same', async () => {
    await using scene = await appScene();
    scene.engine.storeDelayMs = 10_000;
    const view = await scene.openForm('U0DANIEL', 'abort');
    expect(await scene.suggest('U0DANIEL', view, 'pick_run', '')).toEqual([exampleRunId]);
  });

  test('stop-all-drills asks why', async () => {
    await using scene = await appScene();
    expect(await fillIn(scene, 'U0DANIEL', 'stop-all-drills', { reason: { text: 'incident 4711' } })).toMatch(
      /stopped/,
    );
    expect(scene.engine.statements).toMatchObject([
      { runId: 'control', choice: 'stop-all-drills', reason: 'incident 4711' },
    ]);
  });

  test('somebody whom the catalog does not know is refused when they send it, and the attempt is kept', async () => {
    await using scene = await appScene();
    const told = await fillIn(scene, 'U0STRANGER', `pause ${exampleRunId}`, { reason: { text: 'let me see' } });
    expect(told).toMatch(/The catalog does not know you/);
    expect(scene.engine.refused).toMatchObject([{ who: 'U0STRANGER', choice: 'pause', code: 'unknown-person' }]);
  });
});

describe('approve and reject as commands', () => {
  test('approve shows what waits for this person, with the buttons; whoever may not decide it sees nothing', async () => {
    await using scene = await appScene();
    scene.engine.projection = asking;
    expect(await scene.command('U0JONAS', 'approve')).toBe('1 question waits for you');
    const [shown] = await scene.shownTo('U0JONAS');
    expect(JSON.stringify(shown)).toContain('May we hold this restore test now?');
    expect(JSON.stringify(shown)).toContain('gate_approve');
    // Who started it, and who holds no role for this service.
    expect(await scene.command('U0DANIEL', 'approve')).toBe('No question waits for you.');
  });

  test('approve RUN answers the question that is open now', async () => {
    await using scene = await appScene();
    scene.engine.projection = asking;
    expect(await scene.command('U0JONAS', `approve ${exampleRunId}`)).toBe('✔ Approved by Jonas Weber.');
    expect(scene.engine.statements).toMatchObject([{ gateId: 'admission', round: 1, choice: 'approve' }]);
  });

  test('reject RUN asks why, then rejects the question that is open now', async () => {
    await using scene = await appScene();
    scene.engine.projection = asking;
    const told = await fillIn(scene, 'U0JONAS', `reject ${exampleRunId}`, { reason: { text: 'release day' } });
    expect(told).toMatch(/^✔ Rejected by Jonas Weber: release day/);
  });

  test('while the store is away the person is told which way works without it', async () => {
    await using scene = await appScene();
    scene.engine.storeAway = unreachable('The store');
    expect(await scene.command('U0JONAS', `approve ${exampleRunId}`)).toMatch(
      /does not answer[\s\S]*Nothing was decided[\s\S]*under the question in the channel/,
    );
    expect(scene.engine.statements).toEqual([]);
  });

  test('of a run that asks nothing is told where it is', async () => {
    await using scene = await appScene();
    scene.engine.projection = exampleRun();
    expect(await scene.command('U0JONAS', `approve ${exampleRunId}`)).toMatch(/asks for nothing now \(preparing\)/);
  });
});

describe('the buttons of a run', () => {
  test('Pause… asks why; Resume does not; Status tells the person alone', async () => {
    await using scene = await appScene();
    scene.engine.projection = exampleRun();
    const post = (paused: boolean) =>
      scene.post(
        runMessage({
          heading,
          status: exampleStatus(4, 'running', paused ? { paused: { by: 'Ann', reason: 'r', holds: true } } : {}),
          findings: [],
        }),
      );
    const ts = await post(false);
    await scene.click('U0DANIEL', ts, 'run_pause');
    await scene.giveReason('U0DANIEL', 'the network');
    expect(await scene.nextTold('U0DANIEL')).toBe('✔ Done: pause.');
    await scene.click('U0DANIEL', await post(true), 'run_resume');
    expect(await scene.nextTold('U0DANIEL', 2)).toBe('✔ Done: resume.');
    await scene.click('U0PRIYA', ts, 'run_status');
    expect(await scene.nextTold('U0PRIYA')).toMatch(/jira-cloud \/ issues-db.*preparing/);
    expect(scene.engine.statements.map(({ choice }) => choice)).toEqual(['pause', 'resume']);
  });

  test('the store behind Status hangs: the person hears so within three seconds', async () => {
    await using scene = await appScene();
    scene.engine.storeDelayMs = 3500;
    scene.engine.projection = exampleRun();
    const ts = await scene.post(runMessage({ heading, status: exampleStatus(4), findings: [] }));
    const clickedAtMs = Date.now();
    await scene.click('U0PRIYA', ts, 'run_status');
    expect(await scene.nextTold('U0PRIYA')).toMatch(/⏳ The store is slow/);
    expect(Date.now() - clickedAtMs).toBeLessThan(3500);
    expect(await scene.nextTold('U0PRIYA', 2)).toMatch(/preparing/);
  });
});

describe('a gap', () => {
  const filled = {
    title: { text: 'No runbook for the search index' },
    more: { text: 'Nobody knew.' },
    severity: { choice: 'high' },
  };

  test('is reported by anybody in the catalog, on a service that the menu offers', async () => {
    await using scene = await appScene();
    const view = await scene.openForm('U0PRIYA', 'gap');
    expect(await scene.suggest('U0PRIYA', view, 'pick_service', 'jira')).toEqual(['jira-cloud']);
    await scene.submit('U0PRIYA', { ...filled, service: { pick_service: 'jira-cloud' } });
    expect(await scene.nextTold('U0PRIYA')).toMatch(/✔ Recorded as a finding of \*jira-cloud\*: No runbook/);
    expect(scene.engine.gaps).toMatchObject([
      { service: 'jira-cloud', resource: '-', severity: 'high', found: 'Reported by Priya Raman: Nobody knew.' },
    ]);
  });

  test('seen in a run is about what that run is about, also when it is over', async () => {
    await using scene = await appScene();
    const ts = await scene.post(
      runMessage({ heading, status: exampleStatus(12, 'running', { judged: examplePassed }), findings: [] }),
    );
    await scene.click('U0DANIEL', ts, 'open_gap');
    await scene.submit('U0DANIEL', filled);
    await scene.nextTold('U0DANIEL');
    expect(scene.engine.gaps).toMatchObject([{ service: 'jira-cloud', resource: 'issues-db', runId: exampleRunId }]);
  });

  test('of a service that there is not is told what was probably meant', async () => {
    await using scene = await appScene();
    await scene.openForm('U0PRIYA', 'gap jira-clud');
    await scene.submit('U0PRIYA', filled);
    expect(await scene.nextTold('U0PRIYA')).toMatch(/no service "jira-clud"[\s\S]*jira-cloud/);
    expect(scene.engine.gaps).toEqual([]);
  });

  test('of a stranger or a guest is refused, and the attempt is kept', async () => {
    await using scene = await appScene();
    await scene.openForm('U0HANNAH', 'gap jira-cloud');
    await scene.submit('U0HANNAH', filled);
    expect(await scene.nextTold('U0HANNAH')).toMatch(/Guests of this workspace/);
    expect(scene.engine.refused).toMatchObject([{ who: 'U0HANNAH', choice: 'gap', code: 'guest' }]);
    expect(scene.engine.gaps).toEqual([]);
  });
});

test('the command may have another name', async () => {
  await using scene = await appScene({ command: '/recover' });
  expect(await scene.command('U0STRANGER', 'help')).toContain('`/recover status [RUN]`');
});

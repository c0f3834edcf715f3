import { describe, expect, test } from 'vitest';
import { exampleRunId } from '../../views/example-notices.ts';
import { parseDrCommand } from './listeners/commands/parse.ts';
import { unreachable } from './one-gate.ts';
import { appScene } from './sandbox-harness.ts';

describe('what /dr understands', () => {
  test.each([
    ['', { kind: 'help' }],
    ['help', { kind: 'help' }],
    ['start restore-test jira-cloud', { kind: 'start', service: 'jira-cloud', point: 'latest', mode: 'drill' }],
    [
      'start restore-test jira-cloud issues-db oldest pitr rehearse',
      {
        kind: 'start',
        service: 'jira-cloud',
        resource: 'issues-db',
        point: 'oldest',
        method: 'pitr',
        mode: 'rehearse',
      },
    ],
    [
      'START Restore-Test Jira-Cloud/Issues-DB  random',
      { kind: 'start', service: 'jira-cloud', resource: 'issues-db', point: 'random', mode: 'drill' },
    ],
    ['status', { kind: 'status' }],
    [`status \`${exampleRunId}\``, { kind: 'status', runId: exampleRunId }],
    [
      `abort ${exampleRunId} wrong service, sorry`,
      { kind: 'abort', runId: exampleRunId, reason: 'wrong service, sorry' },
    ],
    ['stop-all-drills real incident', { kind: 'stop-all-drills', reason: 'real incident' }],
    ['release', { kind: 'release' }],
    ['start', { kind: 'start-form', runbook: 'restore-test' }],
    ['start restore-test', { kind: 'start-form', runbook: 'restore-test' }],
    ['start documentation-review', { kind: 'start-form', runbook: 'documentation-review' }],
    ['start documentation-review Jira-Cloud', { kind: 'start-review', service: 'jira-cloud' }],
    ['start tabletop-exercise slack-lost', { kind: 'start-form', runbook: 'tabletop-exercise' }],
    [
      'start tabletop-exercise data-centre-fire jira-cloud, identity lead',
      {
        kind: 'start-exercise',
        scenario: 'data-centre-fire',
        service: 'jira-cloud',
        others: ['identity'],
        leads: true,
      },
    ],
    ['approve', { kind: 'approve' }],
    [`approve ${exampleRunId}`, { kind: 'approve', runId: exampleRunId }],
    [`reject ${exampleRunId} not today`, { kind: 'reject', runId: exampleRunId, reason: 'not today' }],
    [`Pause ${exampleRunId}`, { kind: 'pause', runId: exampleRunId }],
    [`resume ${exampleRunId}`, { kind: 'resume', runId: exampleRunId }],
    ['abort', { kind: 'abort' }],
    ['stop-all-drills', { kind: 'stop-all-drills' }],
  ])('%s', (text, command) => {
    expect(parseDrCommand(text, '/dr')).toEqual(command);
  });

  test.each([
    ['strat', 'There is no command "strat".', '/dr help'],
    ['start documentation-review a b', 'is of one service', 'start documentation-review SERVICE'],
    [
      'start region-failover bitbucket',
      'There is no runbook "region-failover" to start here; there are restore-test',
      'RUNBOOK',
    ],
    ['start restore-test a b c', '"c" is not understood.', 'SERVICE'],
    ['abort nonsense because', '"nonsense" is not the id of a run.', 'firedrill status'],
    ['resume nonsense', '"nonsense" is not the id of a run.', 'firedrill status'],
  ])('"%s" is answered with what is wrong and how to write it', (text, what, next) => {
    const problem = (() => {
      try {
        return parseDrCommand(text, '/dr');
      } catch (error) {
        return error;
      }
    })();
    expect(problem).toMatchObject({
      kind: 'input',
      what: expect.stringContaining(what) as string,
      next: expect.stringContaining(next) as string,
    });
  });
});

describe('typing /dr', () => {
  test('help names every command, to the person who asked', async () => {
    await using scene = await appScene();
    const told = await scene.command('U0STRANGER', 'help');
    for (const name of [
      'start restore-test',
      'status',
      'approve',
      'reject',
      'pause',
      'resume',
      'abort',
      'stop-all-drills',
      'release',
      'firedrill --help',
    ])
      expect(told).toContain(name);
  });

  test('start begins a drill in the name of the person, and says where it asks for its approval', async () => {
    await using scene = await appScene();
    const told = await scene.command('U0DANIEL', 'start restore-test jira-cloud oldest snapshot');
    expect(told).toBe(
      `✔ Drill started · \`SIMULATED\`: \`${exampleRunId}\`\nFollow it in <#C0JIRACLOUD>, where it asks for its approval.`,
    );
    expect(scene.engine.started).toEqual([
      {
        service: 'jira-cloud',
        point: 'oldest',
        method: 'snapshot',
        mode: 'drill',
        initiator: { personId: 'daniel-kim', name: 'Daniel Kim' },
        initiatorRoles: ['sre'],
        via: 'slack',
      },
    ]);
  });

  test('an unknown service is answered with what was probably meant', async () => {
    await using scene = await appScene();
    expect(await scene.command('U0DANIEL', 'start restore-test jira-clud')).toMatch(
      /no service "jira-clud"[\s\S]*jira-cloud/,
    );
    expect(scene.engine.started).toEqual([]);
  });

  test('somebody unknown starts nothing, and the attempt is kept', async () => {
    await using scene = await appScene();
    expect(await scene.command('U0STRANGER', 'start restore-test jira-cloud')).toMatch(/The catalog does not know you/);
    expect(scene.engine.refused).toMatchObject([
      { who: 'U0STRANGER', choice: 'start', code: 'unknown-person', runId: '-' },
    ]);
  });

  test('status lists what is running; while the store is away, what the engine itself knows, and what to do', async () => {
    await using scene = await appScene();
    expect(await scene.command('U0PRIYA', 'status')).toMatch(
      /1 open run[\s\S]*restore-test\/jira-cloud\/issues-db\/2026Q4.*restoring.*1 min.*SIMULATED/,
    );
    scene.engine.storeAway = unreachable('The store');
    expect(await scene.command('U0PRIYA', 'status')).toMatch(/Working now: .*2026Q4[\s\S]*The store does not answer/);
    scene.engine.away = unreachable('The workflow engine (Temporal)');
    expect(await scene.command('U0PRIYA', 'status')).toMatch(/Temporal.* does not answer/);
  });

  test.each([
    ['U0STRANGER', 'status', /The catalog does not know you/, 'unknown-person'],
    ['U0STRANGER', `status ${exampleRunId}`, /The catalog does not know you/, 'unknown-person'],
    ['U0HANNAH', 'status', /Guests of this workspace/, 'guest'],
    ['U0STRANGER', 'approve', /The catalog does not know you/, 'unknown-person'],
    ['U0HANNAH', 'mine', /Guests of this workspace/, 'guest'],
  ])('%s sees nothing of %s, and that they tried is kept, once a day', async (user, text, told, code) => {
    await using scene = await appScene();
    expect(await scene.command(user, text)).toMatch(told);
    expect(JSON.stringify(await scene.shownTo(user))).not.toContain('restoring');
    await scene.command(user, text);
    const [one, again, ...more] = scene.engine.refused;
    expect(one).toMatchObject({ who: user, choice: 'look', code, runId: '-' });
    // The store keeps what has the same id and code once.
    expect(again).toMatchObject({ decisionId: one?.decisionId, code });
    expect(more).toEqual([]);
  });

  test('status is shown also while the catalog cannot be read, or Slack does not say who somebody is', async () => {
    await using scene = await appScene();
    await scene.control('POST', 'faults', { method: 'users.info', kind: 'error', times: 'always' });
    expect(await scene.command('U0PRIYA', 'status')).toMatch(/1 open run/);
    scene.engine.catalog = () => Promise.reject(unreachable('The catalog'));
    expect(await scene.command('U0PRIYA', 'status')).toMatch(/1 open run/);
  });

  test('abort, stop-all-drills and release are signed decisions of the person', async () => {
    await using scene = await appScene();
    expect(await scene.command('U0DANIEL', `abort ${exampleRunId} wrong service`)).toBe('✔ Done: abort.');
    await scene.command('U0DANIEL', 'stop-all-drills real incident');
    await scene.command('U0JONAS', 'release');
    expect(scene.engine.statements).toMatchObject([
      {
        runId: exampleRunId,
        gateId: '*',
        choice: 'abort',
        reason: 'wrong service',
        personId: 'daniel-kim',
        roles: ['sre'],
      },
      { runId: 'control', gateId: '*', choice: 'stop-all-drills', reason: 'real incident', personId: 'daniel-kim' },
      { runId: 'control', gateId: '*', choice: 'release-drills', personId: 'jonas-weber', roles: ['service-owner'] },
    ]);
  });

  test('a command behind which everything is slow is acknowledged, and answered twice', async () => {
    await using scene = await appScene();
    scene.engine.delayMs = 3500;
    expect(await scene.command('U0DANIEL', 'start restore-test jira-cloud')).toMatch(/⏳ Still at it/);
    expect(await scene.nextTold('U0DANIEL', 2)).toMatch(/✔ Drill started/);
  });
});

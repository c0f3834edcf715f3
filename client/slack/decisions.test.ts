import { WebClient } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import type { OpenGate } from '../../domain/gate.ts';
import { exampleGate, exampleRunId, exampleStatus } from '../../views/example-notices.ts';
import { openGateMessage } from '../../views/slack/gate-message.ts';
import { runMessage } from '../../views/slack/run-message.ts';
import { unreachable } from './one-gate.ts';
import { appScene } from './sandbox-harness.ts';
import { SlackPeople } from './slack-people.ts';

const heading = { runId: exampleRunId, service: 'jira-cloud', resource: 'issues-db', simulated: true, mode: 'drill' };

describe('pressing Approve', () => {
  test('counts for the person of the catalog, with the roles and the time of the click, and the person is told alone', async () => {
    await using scene = await appScene();
    const ts = await scene.showGate();
    expect(await scene.click('U0JONAS', ts, 'gate_approve')).toMatchObject({ status: 'ok' });
    expect(await scene.nextTold('U0JONAS')).toBe('✔ Approved by Jonas Weber.');
    expect(scene.engine.state.status).toBe('approved');
    const [statement] = scene.engine.statements;
    expect(statement).toMatchObject({
      runId: exampleRunId,
      gateId: 'admission',
      round: 1,
      choice: 'approve',
      personId: 'jonas-weber',
      roles: ['service-owner'],
    });
    const [, user, actionTs] = statement?.decisionId.split(':') ?? [];
    expect(user).toBe('U0JONAS');
    expect(statement?.clickedAtMs).toBe(Math.floor(Number(actionTs) * 1000));
    expect(await scene.toldTo('U0PRIYA')).toEqual([]);
  });

  test('a second press, and a press after the decision, are answered and do not count', async () => {
    await using scene = await appScene({
      gate: { policy: { ...exampleGate.policy, seats: [{ roles: ['service-owner'] }, { roles: ['dr-champion'] }] } },
    });
    const ts = await scene.showGate();
    await scene.click('U0JONAS', ts, 'gate_approve');
    await scene.nextTold('U0JONAS');
    await scene.click('U0JONAS', ts, 'gate_approve');
    expect(await scene.nextTold('U0JONAS', 2)).toMatch(/does not count\. You have approved already/);
    await scene.click('U0PRIYA', ts, 'gate_approve');
    expect(await scene.nextTold('U0PRIYA')).toMatch(/✔ Approved by Jonas Weber and Priya Raman/);
    await scene.click('U0PRIYA', ts, 'gate_approve');
    expect(await scene.nextTold('U0PRIYA', 2)).toMatch(/Too late/);
  });

  test('whoever started the run is told that another person has to', async () => {
    await using scene = await appScene({ gate: { initiator: 'jonas-weber' } });
    await scene.click('U0JONAS', await scene.showGate(), 'gate_approve');
    expect(await scene.nextTold('U0JONAS')).toMatch(/You started this run, so another person has to approve it/);
    expect(scene.engine.state.status).toBe('open');
  });

  test('who is on duty is asked at the click: membership of the user group decides', async () => {
    await using scene = await appScene();
    const ts = await scene.showGate();
    await scene.click('U0DANIEL', ts, 'gate_approve');
    expect(await scene.nextTold('U0DANIEL')).toMatch(/does not count/);
    await scene.click('U0TOMAS', ts, 'gate_approve');
    expect(await scene.nextTold('U0TOMAS')).toBe('✔ Approved by Tomas Novak.');
    expect(scene.engine.statements.at(-1)?.roles).toEqual(['incident-commander']);
  });

  test('a user group may be named by its handle', async () => {
    await using scene = await appScene();
    const people = new SlackPeople(new WebClient(scene.token, { slackApiUrl: `${scene.sandboxUrl}/api/` }));
    expect(await people.membersOf('@commanders')).toEqual(['U0TOMAS']);
    expect(await people.membersOf('@nobody')).toEqual([]);
  });

  test('a user group that Slack does not answer for gives no role', async () => {
    await using scene = await appScene();
    await scene.control('POST', 'faults', {
      method: 'usergroups.users.list',
      kind: 'http',
      status: 503,
      times: 'always',
    });
    await scene.click('U0TOMAS', await scene.showGate(), 'gate_approve');
    expect(await scene.nextTold('U0TOMAS')).toMatch(/does not count\. You hold no role/);
    expect(scene.log.join()).toContain('did not say what a role depends on');
  });

  test.each([
    [
      'somebody whom the catalog does not know',
      'U0STRANGER',
      'unknown-person',
      /The catalog does not know you \(Slack id U0STRANGER\)/,
    ],
    ['a guest', 'U0HANNAH', 'guest', /Guests of this workspace cannot decide/],
  ])('%s is refused politely, and the attempt is kept', async (_who, user, code, text) => {
    await using scene = await appScene();
    await scene.click(user, await scene.showGate(), 'gate_approve');
    expect(await scene.nextTold(user)).toMatch(text);
    expect(scene.engine.statements).toEqual([]);
    expect(scene.engine.refused).toMatchObject([
      { runId: exampleRunId, gateId: 'admission', who: user, choice: 'approve', code },
    ]);
  });

  test('an account that was deactivated, and a bot, are no members', async () => {
    await using scene = await appScene();
    await scene.control('PUT', 'workspace', {
      users: [{ id: 'U0JONAS', name: 'jonas', real_name: 'Jonas Weber', is_bot: true }],
      channels: [{ id: 'C0JIRACLOUD', name: 'jira-cloud-dr' }],
    });
    await scene.click('U0JONAS', await scene.showGate(), 'gate_approve');
    expect(await scene.nextTold('U0JONAS')).toMatch(/A bot cannot decide/);
    const people = new SlackPeople({
      users: { info: () => Promise.resolve({ ok: true, user: { deleted: true } }) },
      usergroups: {},
    } as unknown as ConstructorParameters<typeof SlackPeople>[0]);
    expect(await people.standingOf('U0GONE')).toBe('deactivated');
    const real = new SlackPeople(new WebClient(scene.token, { slackApiUrl: `${scene.sandboxUrl}/api/` }));
    expect(await real.standingOf('U0NEVER')).toBe('deactivated');
  });

  test('nothing is approved while Slack cannot say who somebody is; stopping goes on', async () => {
    await using scene = await appScene();
    await scene.control('POST', 'faults', { method: 'users.info', kind: 'down', times: 'always' });
    const ts = await scene.showGate();
    await scene.click('U0JONAS', ts, 'gate_approve');
    expect(await scene.nextTold('U0JONAS')).toMatch(
      /Slack did not say whether your account is a full member[\s\S]*firedrill approve/,
    );
    await scene.click('U0JONAS', ts, 'gate_reject');
    await scene.giveReason('U0JONAS', 'release day');
    await expect.poll(() => scene.engine.state.status).toBe('rejected');
  });

  test('a click on a run that is over is told, and kept, because no run can take it', async () => {
    await using scene = await appScene();
    scene.engine.over = true;
    await scene.click('U0JONAS', await scene.showGate(), 'gate_approve');
    expect(await scene.nextTold('U0JONAS')).toMatch(/This run is over/);
    expect(scene.engine.refused).toMatchObject([{ code: 'run-over', who: 'U0JONAS' }]);
  });

  test('a refusal stands also when the store cannot keep it', async () => {
    await using scene = await appScene();
    scene.engine.storeAway = unreachable('The store');
    await scene.click('U0STRANGER', await scene.showGate(), 'gate_approve');
    expect(await scene.nextTold('U0STRANGER')).toMatch(/The catalog does not know you/);
    await expect.poll(() => scene.log.join()).toContain('could not be kept');
  });

  test('a button that names another run or round, or nothing of ours, is judged by the run and not believed', async () => {
    await using scene = await appScene();
    const button = (value: string) => ({
      text: 'forged',
      blocks: [
        {
          type: 'actions' as const,
          elements: [
            {
              type: 'button' as const,
              action_id: 'gate_approve',
              text: { type: 'plain_text' as const, text: 'Approve' },
              value,
            },
          ],
        },
      ],
    });
    const forged = [
      [JSON.stringify({ run: exampleRunId, gate: 'admission', round: 7 }), /You answered round 7/],
      [JSON.stringify({ run: 'restore-test/identity/directory/2026Q4', gate: 'admission', round: 1 }), /no such run/],
      [JSON.stringify({ run: '../../etc', gate: 'admission', round: 1 }), /is not the id of a run/],
      ['nonsense', /another version of firedrill/],
    ] as const;
    for (const [index, [value, text]] of forged.entries()) {
      await scene.click('U0JONAS', await scene.showGate(button(value)), 'gate_approve');
      expect(await scene.nextTold('U0JONAS', index + 1)).toMatch(text);
    }
    expect(scene.engine.state.status).toBe('open');
  });
});

describe('when something behind the app is slow or away', () => {
  test('a person hears within three seconds that it takes longer, never "approved", and then what came of it', async () => {
    await using scene = await appScene();
    scene.engine.delayMs = 3500;
    await scene.click('U0JONAS', await scene.showGate(), 'gate_approve');
    expect(await scene.nextTold('U0JONAS')).toMatch(
      /⏳ The engine is slow to answer; your approval is not confirmed yet/,
    );
    expect(scene.engine.state.status).toBe('open');
    expect(await scene.nextTold('U0JONAS', 2)).toBe('✔ Approved by Jonas Weber.');
  });

  test('an engine that is away is said in three sentences, with what to do', async () => {
    await using scene = await appScene();
    scene.engine.away = unreachable('The workflow engine (Temporal)');
    await scene.click('U0JONAS', await scene.showGate(), 'gate_approve');
    expect(await scene.nextTold('U0JONAS')).toBe(
      '✖ *The workflow engine (Temporal) does not answer.*\nRuns go on.\nTry again in a minute.',
    );
  });

  test('a mistake of ours is no stack trace for people, and one in the log', async () => {
    await using scene = await appScene();
    scene.engine.decide = () => Promise.reject(new TypeError('x is undefined'));
    await scene.click('U0JONAS', await scene.showGate(), 'gate_approve');
    const told = await scene.nextTold('U0JONAS');
    expect(told).toMatch(/Something unexpected went wrong/);
    expect(told).not.toContain('TypeError');
    expect(scene.log.join()).toContain('TypeError: x is undefined');
  });

  test('Details says what is not there and how to look elsewhere', async () => {
    await using scene = await appScene();
    const ts = await scene.showGate();
    await scene.click('U0PRIYA', ts, 'gate_details');
    expect(await scene.nextTold('U0PRIYA')).toMatch(/The store does not know .*or not yet/);
    scene.engine.storeAway = unreachable('The store');
    await scene.click('U0PRIYA', ts, 'gate_details');
    expect(await scene.nextTold('U0PRIYA', 2)).toMatch(/The store does not answer/);
  });
});

describe('taking an approval back', () => {
  const seats = [{ roles: ['service-owner' as const] }, { roles: ['dr-champion' as const] }];
  const twoSeats = { policy: { ...exampleGate.policy, seats, escalations: [] } };
  const asked = (gate: OpenGate, approvedBy: readonly string[]) =>
    openGateMessage({ heading, gate, mention: [], progress: '1 of 2', approvedBy });

  test('is one press for whoever gave it, and no use to anybody else', async () => {
    await using scene = await appScene({ gate: twoSeats });
    const ts = await scene.showGate(asked(scene.engine.state.gate, ['Jonas Weber (service owner)']));
    await scene.click('U0JONAS', ts, 'gate_approve');
    expect(await scene.nextTold('U0JONAS')).toBe('✔ 1 of 2: waiting for a DR champion');
    await scene.click('U0PRIYA', ts, 'gate_withdraw');
    expect(await scene.nextTold('U0PRIYA')).toMatch(/^✖ It does not count\. You have not approved this/);
    await scene.click('U0JONAS', ts, 'gate_withdraw');
    expect(await scene.nextTold('U0JONAS', 2)).toMatch(/^✔ You have taken your approval back\. 0 of 2/);
    await scene.click('U0PRIYA', ts, 'gate_approve');
    expect(await scene.nextTold('U0PRIYA', 2)).toMatch(/^✔ 1 of 2: waiting for a service owner/);
    expect(scene.engine.state).toMatchObject({ status: 'open', votes: [{ personId: 'priya-raman' }] });
  });
});

describe('an approval that has to be confirmed', () => {
  test('asks for the name of the service; a slip is told in the form, and the name counts', async () => {
    await using scene = await appScene({ gate: { confirm: 'jira-cloud' } });
    const ts = await scene.showGate();
    expect(await scene.click('U0PRIYA', ts, 'gate_confirm')).toMatchObject({ status: 'ok' });
    expect(await scene.giveReason('U0PRIYA', 'jira')).toMatchObject({
      status: 'errors',
      errors: { reason: 'That is not its name. Type jira-cloud, or go back.' },
    });
    expect(scene.engine.statements).toEqual([]);
    expect(await scene.giveReason('U0PRIYA', ' Jira-cloud ')).toMatchObject({ status: 'ok' });
    expect(await scene.nextTold('U0PRIYA')).toBe('✔ Approved by Priya Raman.');
    expect(scene.engine.statements).toMatchObject([{ choice: 'approve', confirmed: 'Jira-cloud' }]);
  });

  test('a button of before, or one that somebody made, does not get around it', async () => {
    await using scene = await appScene({ gate: { confirm: 'jira-cloud' } });
    const plain = openGateMessage({ heading, gate: { ...exampleGate }, mention: [] });
    await scene.click('U0PRIYA', await scene.showGate(plain), 'gate_approve');
    expect(await scene.nextTold('U0PRIYA')).toMatch(/^✖ It does not count\. This approval has to be confirmed/);
    const other = openGateMessage({ heading, gate: { ...exampleGate, confirm: 'x' }, mention: [] });
    await scene.click('U0PRIYA', await scene.showGate(other), 'gate_confirm');
    await scene.giveReason('U0PRIYA', 'x');
    expect(await scene.nextTold('U0PRIYA', 2)).toMatch(/^✖ It does not count\. What you typed is not its name/);
    expect(scene.engine.state.status).toBe('open');
  });
});

describe('forms', () => {
  test('Reject asks why, and the reason is what the run gets', async () => {
    await using scene = await appScene();
    expect(await scene.click('U0PRIYA', await scene.showGate(), 'gate_reject')).toMatchObject({ status: 'ok' });
    expect(await scene.giveReason('U0PRIYA', '')).toMatchObject({ status: 'errors' });
    expect(await scene.giveReason('U0PRIYA', '   ')).toMatchObject({ status: 'errors' });
    expect(await scene.giveReason('U0PRIYA', 'Release day, tomorrow is better')).toMatchObject({ status: 'ok' });
    expect(await scene.nextTold('U0PRIYA')).toBe('✔ Rejected by Priya Raman: Release day, tomorrow is better.');
    expect(scene.engine.state.rejection).toMatchObject({
      personId: 'priya-raman',
      reason: 'Release day, tomorrow is better',
    });
  });

  test('an answer whose reply is lost is told once, not again as a direct message', async () => {
    await using scene = await appScene();
    await scene.click('U0PRIYA', await scene.showGate(), 'gate_reject');
    await scene.control('POST', 'faults', { method: 'chat.postEphemeral', kind: 'lose-reply' });
    await scene.giveReason('U0PRIYA', 'Release day, tomorrow is better');
    expect(await scene.nextTold('U0PRIYA')).toMatch(/Rejected by Priya Raman/);
    await expect.poll(() => scene.log.join()).toContain('an answer did not reach Slack');
    const { messages } = (await scene.control('GET', 'messages')) as { messages: readonly { readonly text: string }[] };
    expect(messages.filter(({ text }) => text.includes('Rejected by Priya Raman'))).toHaveLength(1);
    expect(scene.engine.statements).toHaveLength(1);
  });

  test('an answer that Slack does not take for its limits is told when it does, once', async () => {
    await using scene = await appScene();
    await scene.click('U0PRIYA', await scene.showGate(), 'gate_reject');
    await scene.control('POST', 'faults', { method: 'chat.postEphemeral', kind: 'ratelimit', times: 2 });
    await scene.giveReason('U0PRIYA', 'Release day, tomorrow is better');
    expect(await scene.nextTold('U0PRIYA')).toMatch(/Rejected by Priya Raman/);
    expect(await scene.toldTo('U0PRIYA')).toHaveLength(1);
    // The person sees it a moment before the call is over, and counted.
    const calls = async (): Promise<number> =>
      ((await scene.control('GET', 'calls')) as { calls: readonly { readonly method: string }[] }).calls.filter(
        ({ method }) => method === 'chat.postEphemeral',
      ).length;
    await expect.poll(calls).toBe(3);
  });

  test('an answer in a channel where the app is not becomes a direct message', async () => {
    await using scene = await appScene();
    await scene.click('U0PRIYA', await scene.showGate(), 'gate_reject');
    await scene.control('POST', 'faults', { method: 'chat.postEphemeral', kind: 'error', error: 'not_in_channel' });
    await scene.giveReason('U0PRIYA', 'Release day, tomorrow is better');
    await expect
      .poll(async () => {
        const { messages } = (await scene.control('GET', 'messages')) as {
          messages: readonly { readonly text: string; readonly ephemeral?: boolean }[];
        };
        return messages.filter(({ text, ephemeral }) => text.includes('Rejected by Priya') && ephemeral !== true);
      })
      .toHaveLength(1);
  });

  test('Abort asks why; everybody of the catalog may, a stranger may not', async () => {
    await using scene = await appScene();
    const ts = await scene.showGate(runMessage({ heading, status: exampleStatus(4), findings: [] }));
    await scene.click('U0DANIEL', ts, 'run_abort');
    await scene.giveReason('U0DANIEL', 'wrong service');
    expect(await scene.nextTold('U0DANIEL')).toBe('✔ Done: abort.');
    expect(scene.engine.statements).toMatchObject([
      { choice: 'abort', gateId: '*', reason: 'wrong service', personId: 'daniel-kim' },
    ]);
    await scene.click('U0STRANGER', ts, 'run_abort');
    await scene.giveReason('U0STRANGER', 'because');
    expect(await scene.nextTold('U0STRANGER')).toMatch(/The catalog does not know you/);
    expect(scene.engine.refused).toMatchObject([{ choice: 'abort', who: 'U0STRANGER' }]);
  });

  test('a form that Slack does not open is said, with the command that does the same', async () => {
    await using scene = await appScene();
    await scene.control('POST', 'faults', { method: 'views.open', kind: 'error', error: 'expired_trigger_id' });
    await scene.click('U0PRIYA', await scene.showGate(), 'gate_reject');
    expect(await scene.nextTold('U0PRIYA')).toMatch(
      /Slack did not open the form[\s\S]*\/dr abort restore-test\/jira-cloud\/issues-db\/2026Q4 reason/,
    );
  });
});

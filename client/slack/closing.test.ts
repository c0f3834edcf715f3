import { expect, test } from 'vitest';
import { FiredrillError } from '../../domain/errors.ts';
import { foldRemediation } from '../../domain/remediation.ts';
import { exampleAddress, exampleFinding, exampleTicket } from '../../views/example-notices.ts';
import { findingNewsMessage } from '../../views/slack/finding-news.ts';
import { unreachable } from './one-gate.ts';
import { appScene, incidentIn } from './sandbox-harness.ts';
import type { OneGate } from './one-gate.ts';
import type { AppScene } from './sandbox-harness.ts';

/** A form closes when the engine has what was typed: until then Slack keeps it, whatever becomes of the app. */

/** News of a finding that only people's words close. */
async function newsIn(scene: AppScene): Promise<string> {
  const finding = { ...exampleFinding, proof: { kind: 'attested', sentence: 'The minutes show it.' } as const };
  const raised = { type: 'raised', finding, ticket: exampleTicket, simulated: true } as const;
  const view = foldRemediation(undefined, raised, 1);
  if (view === undefined) throw new Error('it was raised');
  scene.engine.known.push({ fingerprint: finding.fingerprint, finding, raisedAtMs: 1, view });
  const news = { number: 1, finding, text: 'Open.', broadcast: true, secondChannel: false, mention: [] };
  return await scene.post(
    findingNewsMessage(exampleAddress, { kind: 'finding-news', ...news, offers: [{ kind: 'attest' }] }),
  );
}

interface Sent {
  /** Opens the form of Daniel's. */
  readonly open: (scene: AppScene) => Promise<unknown>;
  readonly values: object;
  /** What the engine has of it. */
  readonly taken: (engine: OneGate) => readonly unknown[];
}

const gap: Sent = {
  open: (scene) => scene.openForm('U0DANIEL', 'gap jira-cloud'),
  values: { title: { text: 'No runbook' }, severity: { choice: 'low' } },
  taken: ({ gaps }) => gaps,
};
const forms: readonly (readonly [string, Sent])[] = [
  ['a gap', gap],
  [
    'an incident',
    {
      open: (scene) => scene.openForm('U0DANIEL', 'declare jira-cloud'),
      values: { title: { text: 'Issues cannot be read' } },
      taken: ({ declared }) => declared,
    },
  ],
  [
    'a hand-over of the command',
    {
      open: async (scene) => await scene.click('U0DANIEL', await incidentIn(scene), 'open_hand_over'),
      values: { person: { user: 'U0TOMAS' }, reason: { text: 'end of my shift' } },
      taken: ({ acts }) => acts,
    },
  ],
  [
    'a correction of a time',
    {
      open: async (scene) => await scene.click('U0DANIEL', await incidentIn(scene), 'open_correct_time'),
      values: { which: { choice: 'T0' }, began: { time: 1_700_000_000 }, reason: { text: 'the log says so' } },
      taken: ({ acts }) => acts,
    },
  ],
  [
    'a start',
    {
      open: async (scene) => {
        const view = await scene.openForm('U0DANIEL', 'start');
        await scene.suggest('U0DANIEL', view, 'pick_subject', 'issues');
      },
      values: { subject: { pick_subject: 'jira-cloud/issues-db' } },
      taken: ({ started }) => started,
    },
  ],
  [
    'a word about a finding',
    {
      open: async (scene) => await scene.click('U0DANIEL', await newsIn(scene), 'open_attest'),
      values: { evidence: { url: 'https://wiki.example.com/minutes' } },
      taken: ({ acts }) => acts,
    },
  ],
];

test.each(forms)('%s', async (_, { open, values, taken }) => {
  await using scene = await appScene();
  await open(scene);
  scene.engine.delayMs = 500;
  expect(await scene.submit('U0DANIEL', values)).toMatchObject({ status: 'ok' });
  expect(taken(scene.engine)).toHaveLength(1);
});

test('but never later than Slack allows: then the person is told that it is not confirmed, and in the end that it is', async () => {
  await using scene = await appScene();
  await gap.open(scene);
  scene.engine.delayMs = 4000;
  expect(await scene.submit('U0DANIEL', gap.values)).toMatchObject({ status: 'ok' });
  expect(await scene.nextTold('U0DANIEL')).toMatch(/⏳ The engine is slow/);
  expect(await scene.nextTold('U0DANIEL', 2)).toMatch(/✔ Recorded as a finding/);
  expect(scene.engine.gaps).toHaveLength(1);
});

test.each(forms)('%s stays open with what was typed while the engine is away, and says so there', async (_, form) => {
  await using scene = await appScene();
  await form.open(scene);
  scene.engine.away = unreachable('The engine');
  expect(await scene.submit('U0DANIEL', form.values)).toMatchObject({ status: 'errors' });
  expect(JSON.stringify(await scene.submit('U0DANIEL', {}))).toMatch(
    /The engine does not answer\..*Try again in a minute\..*still here/,
  );
  scene.engine.away = undefined;
  // Nothing is typed again.
  expect(await scene.submit('U0DANIEL', {})).toMatchObject({ status: 'ok' });
  expect(form.taken(scene.engine)).toHaveLength(1);
  expect(await scene.nextTold('U0DANIEL')).toMatch(/^✔/);
});

test('what is no outage closes a form, and the person is told', async () => {
  await using scene = await appScene();
  await gap.open(scene);
  const { facts } = unreachable('x');
  scene.engine.away = new FiredrillError({ ...facts, kind: 'refused', what: 'This is not for you.' });
  expect(await scene.submit('U0DANIEL', gap.values)).toMatchObject({ status: 'ok' });
  expect(await scene.nextTold('U0DANIEL')).toMatch(/This is not for you\./);
});

test.each(forms.filter(([name]) => name === 'an incident' || name === 'a start'))(
  '%s has one id, however often its form is sent',
  async (_, { open, values }) => {
    await using scene = await appScene();
    const { engine } = scene;
    await open(scene);
    engine.answerLost = unreachable('The engine');
    expect(await scene.submit('U0DANIEL', values)).toMatchObject({ status: 'errors' });
    engine.answerLost = undefined;
    expect(await scene.submit('U0DANIEL', {})).toMatchObject({ status: 'ok' });
    const [first, second, ...others] = [...engine.declared, ...engine.started].map(({ once }) => once);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ token: expect.stringContaining('U0DANIEL') as string });
    expect(second).toEqual(first);

    // Another form is another one.
    await open(scene);
    await scene.submit('U0DANIEL', values);
    expect([...engine.declared, ...engine.started].at(-1)?.once?.token).not.toBe(first?.token);
  },
);

test.each(forms.filter(([name]) => name === 'a hand-over of the command' || name === 'a correction of a time'))(
  '%s that is changed before it is sent again is said anew; sent again as it was, it is the same',
  async (_, { open, values }) => {
    await using scene = await appScene();
    const { engine } = scene;
    await open(scene);
    const { act } = engine;
    engine.act = async (signed, target) => {
      await act(signed, target);
      throw unreachable('The engine');
    };
    await scene.submit('U0DANIEL', values);
    await scene.submit('U0DANIEL', {});
    engine.act = act;
    await scene.submit('U0DANIEL', { reason: { text: 'another reason' } });
    const [first, again, changed, ...more] = engine.acts;
    expect(more).toEqual([]);
    expect(again?.actId).toBe(first?.actId);
    expect(changed?.actId).not.toBe(first?.actId);
    expect(changed).toMatchObject({ act: { reason: 'another reason' } });
  },
);

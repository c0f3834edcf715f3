import { describe, expect, test } from 'vitest';
import { loadWith } from '../../catalog/testing.ts';
import type { Draft } from '../../catalog/testing.ts';
import type { DecisionStatement, SignedDecision } from '../../domain/gate.ts';
import { publicKeyOf, signAct, signStatement } from '../../domain/signing.ts';
import { createAuthenticateActivities } from './authenticate.ts';

const bensKey = '0b'.repeat(32);
const slackKey = '05'.repeat(32);
const strangersKey = '66'.repeat(32);

const statement = (change: Partial<DecisionStatement> = {}): DecisionStatement => ({
  v: 1,
  decisionId: 'click-1',
  runId: 'restore-test/shop/orders-db/2026Q4',
  gateId: 'admission',
  round: 1,
  choice: 'approve',
  personId: 'ben',
  personName: 'Ben',
  roles: [],
  clickedAtMs: 1_000,
  ...change,
});
const byBen = (change?: Partial<DecisionStatement>, key = bensKey): SignedDecision =>
  signStatement(statement(change), key, 'personal-key', 'ben');
const bySlack = (change?: Partial<DecisionStatement>, key = slackKey, signer = 'slack-app'): SignedDecision =>
  signStatement(statement(change), key, 'slack-app', signer);

const withBensKey = (draft: Draft): void => {
  draft['people'].ben.publicKey = publicKeyOf(bensKey);
};
function authenticate(
  decision: SignedDecision,
  world: {
    readonly service?: string;
    readonly change?: (draft: Draft) => void;
    readonly members?: readonly string[];
  } = {},
) {
  const { change = withBensKey, members = [] } = world;
  const asked: string[] = [];
  const activities = createAuthenticateActivities({
    catalog: () => Promise.resolve(loadWith(change)),
    signers: { 'slack-app': publicKeyOf(slackKey) },
    slack: {
      hasLeft: () => Promise.resolve(false),
      membersOf: (group) => {
        asked.push(group);
        return Promise.resolve(members);
      },
    },
  });
  return { asked, answer: activities.authenticate({ decision, service: world.service ?? 'shop' }) };
}
const answerTo = (...args: Parameters<typeof authenticate>) => authenticate(...args).answer;

describe('a decision signed with a person’s own key', () => {
  test('counts, with the roles of today’s catalog', async () => {
    expect(await answerTo(byBen())).toMatchObject({
      ok: true,
      decision: { personId: 'ben', personName: 'Ben', roles: ['dr-champion'], via: 'personal-key', clickedAtMs: 1_000 },
    });
  });

  test('gives nobody the roles or the name that they wrote into it', async () => {
    expect(
      await answerTo(byBen({ roles: ['leadership', 'incident-commander'], personName: 'Cara, CEO' })),
    ).toMatchObject({ ok: true, decision: { personName: 'Ben', roles: ['dr-champion'] } });
  });

  test('gives nobody a say over another service', async () => {
    const change = (draft: Draft): void => {
      withBensKey(draft);
      draft['services'].login.champion = 'anna';
    };
    expect(await answerTo(byBen(), { service: 'login', change })).toMatchObject({ ok: true, decision: { roles: [] } });
  });

  test('holds the role of a Slack group while its person is a member', async () => {
    expect(await answerTo(byBen(), { members: ['U0CARA', 'U0BEN'] })).toMatchObject({
      decision: { roles: ['dr-champion', 'incident-commander'] },
    });
    expect(await answerTo(byBen(), { members: ['U0CARA'] })).toMatchObject({ decision: { roles: ['dr-champion'] } });
  });

  test('holds every role that one Slack group stands for', async () => {
    const change = (draft: Draft): void => {
      withBensKey(draft);
      draft['roles'].sre = { people: [], slackUserGroup: '@commanders' };
    };
    expect(await answerTo(byBen(), { change, members: ['U0BEN'] })).toMatchObject({
      decision: { roles: ['dr-champion', 'incident-commander', 'sre'] },
    });
  });

  test('counts everywhere the person has a role, when it concerns no single service', async () => {
    expect(
      await answerTo(byBen({ gateId: '*', choice: 'stop-all-drills', runId: 'control' }), { service: '*' }),
    ).toMatchObject({ ok: true, decision: { roles: ['dr-champion'] } });
  });

  test('is refused when another key made it, and Slack is not even asked', async () => {
    const { answer, asked } = authenticate(byBen({}, strangersKey));
    expect(await answer).toMatchObject({ ok: false, code: 'bad-signature', claimedPerson: 'ben' });
    expect(asked).toEqual([]);
  });

  test('is refused when it speaks for somebody else', async () => {
    expect(await answerTo(byBen({ personId: 'cara' }))).toMatchObject({ ok: false, code: 'bad-signature' });
  });

  test('is refused when one letter of it was changed', async () => {
    const signed = byBen({ choice: 'reject' });
    expect(await answerTo({ ...signed, statement: signed.statement.replace('"reject"', '"approve"') })).toMatchObject({
      ok: false,
      code: 'bad-signature',
    });
  });

  test('is refused from nobody the catalog knows, with any name', async () => {
    for (const signer of ['zoe', 'constructor', '__proto__']) {
      const signed = signStatement(statement({ personId: signer }), bensKey, 'personal-key', signer);
      expect(await answerTo(signed)).toMatchObject({ ok: false, code: 'unknown-person', claimedPerson: signer });
    }
  });

  test('is refused from a person without a key, who is told how to get one', async () => {
    const signed = signStatement(statement({ personId: 'anna' }), bensKey, 'personal-key', 'anna');
    expect(await answerTo(signed)).toMatchObject({
      ok: false,
      code: 'unknown-person',
      text: expect.stringContaining('firedrill keys new'),
    });
  });

  test('is refused once the catalog has another key', async () => {
    const change = (draft: Draft): void => {
      draft['people'].ben.publicKey = publicKeyOf(strangersKey);
    };
    expect(await answerTo(byBen(), { change })).toMatchObject({ ok: false, code: 'bad-signature' });
  });
});

describe('a decision signed by the Slack app', () => {
  test('counts as the app says it: it has looked up person and roles', async () => {
    expect(await answerTo(bySlack({ personId: 'anna', personName: 'Anna', roles: ['service-owner'] }))).toMatchObject({
      ok: true,
      decision: { personId: 'anna', roles: ['service-owner'], via: 'slack-app' },
    });
  });

  test('is refused with another key, and from a signer nobody configured', async () => {
    expect(await answerTo(bySlack({}, strangersKey))).toMatchObject({ ok: false, code: 'bad-signature' });
    for (const signer of ['web', 'toString']) {
      expect(await answerTo(bySlack({}, slackKey, signer))).toMatchObject({
        ok: false,
        code: 'bad-signature',
        claimedPerson: signer,
      });
    }
  });

  test('cannot pass as a personal key', async () => {
    expect(await answerTo({ ...bySlack(), via: 'personal-key', signer: 'ben' })).toMatchObject({
      ok: false,
      code: 'bad-signature',
    });
  });
});

describe('an act of a review or an exercise', () => {
  const act = (personId: string) => ({
    v: 1 as const,
    purpose: 'act' as const,
    actId: 'act-1',
    runId: 'documentation-review/shop/-/2026Q4',
    act: { kind: 'answer' },
    personId,
    personName: 'Whoever',
    roles: ['leadership' as const],
    clickedAtMs: 1_000,
  });
  const activities = createAuthenticateActivities({
    catalog: () => Promise.resolve(loadWith(withBensKey)),
    signers: { 'slack-app': publicKeyOf(slackKey) },
    slack: { membersOf: () => Promise.resolve([]), hasLeft: (id) => Promise.resolve(id === 'U0ANNA') },
  });

  test('of a personal key has the name and the roles of today’s catalog, whatever it says itself, and the duty of an owner who has left', async () => {
    const signed = signAct(act('ben'), bensKey, 'personal-key', 'ben');
    expect(await activities.authenticateAct({ act: signed, service: 'shop' })).toMatchObject({
      ok: true,
      statement: {
        personId: 'ben',
        personName: 'Ben',
        roles: ['service-owner', 'dr-champion'],
        act: { kind: 'answer' },
      },
    });
  });

  test('is refused when a stranger signed it, and when it is a decision', async () => {
    const forged = signAct(act('ben'), strangersKey, 'personal-key', 'ben');
    expect(await activities.authenticateAct({ act: forged, service: 'shop' })).toMatchObject({
      ok: false,
      code: 'bad-signature',
      claimedPerson: 'ben',
    });
    expect(await activities.authenticateAct({ act: bySlack(), service: 'shop' })).toMatchObject({ ok: false });
  });
});

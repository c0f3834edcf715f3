import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decideRun } from '../../client/runs/decide.ts';
import type { DecisionStatement, SignedDecision } from '../../domain/gate.ts';
import { publicKeyOf, signStatement } from '../../domain/signing.ts';
import { approvalsOf } from '../../domain/run-projection.ts';
import type { StoredRun } from '../../store/read.ts';
import { approvalOf, click, people, signedInSlack, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { refusedByAws, refuseRestores, runMessages, until, webhookMessages } from '../engine/outside.ts';
import { startMailReceiver } from '../../activities/slack/mail-harness.ts';
import type { MailReceiver } from '../../activities/slack/mail-harness.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

let world: World;
let mail: MailReceiver;
beforeAll(async () => {
  mail = await startMailReceiver();
  const env = { FIREDRILL_SMTP_URL: mail.url, FIREDRILL_SMTP_FROM: 'firedrill@example.com' };
  world = await createWorld({ source: false, env });
  await refuseRestores(world);
});
afterAll(async () => {
  await world.close();
  await mail[Symbol.asyncDispose]();
});

const rejected = { verdict: 'aborted', findings: ['held/gate-rejected'], copy: 'none' } as const;

async function asked(request: Parameters<typeof startTest>[1] = {}): Promise<string> {
  const runId = await startTest(world, request);
  await untilAsked(world, runId);
  return runId;
}

const rejectAsOwner = (runId: string) => click(world, runId, 'jonas', { choice: 'reject', reason: 'not today' });
const sent = (signed: SignedDecision, runId: string, decisionId: string = randomUUID()) =>
  decideRun(world.runs, signed, { runId, decisionId });
const decisionsOf = (run: StoredRun) => run.projection.gates.flatMap((gate) => gate.decisions);
const accepted = (run: StoredRun) => decisionsOf(run).filter(({ answer }) => answer.outcome === 'accepted');

describe('who may decide', () => {
  test.each(['jonas', 'priya', 'hannah'] as const)('%s, who holds a seat, approves', async (person) => {
    const runId = await asked();
    expect(await click(world, runId, person, { choice: 'approve' })).toMatchObject({
      outcome: 'accepted',
      gate: 'approved',
      approvals: 1,
      needed: 1,
    });
    const run = await expectEnding(world, runId, refusedByAws);
    expect(run.projection.gates).toMatchObject([{ status: 'approved' }]);
    expect(accepted(run)).toMatchObject([{ decision: { personId: people[person].personId, via: 'slack-app' } }]);
  });

  test('nobody else does: every refused attempt has its reason and stands in the journal', async () => {
    const runId = await asked();
    const otherKey = randomBytes(32).toString('hex');
    const good = signedInSlack(world, approvalOf(runId));

    expect(await click(world, runId, 'sofia', { choice: 'approve' })).toMatchObject({
      outcome: 'refused',
      code: 'role-missing',
    });
    expect(await click(world, runId, 'daniel', { choice: 'approve' })).toMatchObject({
      outcome: 'refused',
      code: 'initiator-excluded',
    });
    expect(await click(world, runId, 'jonas', { choice: 'approve', round: 2 })).toMatchObject({
      outcome: 'refused',
      code: 'wrong-round',
    });
    expect(await click(world, runId, 'jonas', { choice: 'approve', gateId: 'another' })).toMatchObject({
      outcome: 'refused',
      code: 'unknown-gate',
    });
    const misplaced = { choice: 'release-drills', gateId: 'admission', round: 1 } as const;
    expect(await click(world, runId, 'jonas', misplaced)).toMatchObject({
      outcome: 'refused',
      code: 'malformed',
    });
    expect(await click(world, runId, 'jonas', { choice: 'reject' })).toMatchObject({
      outcome: 'refused',
      code: 'reason-required',
    });
    // Not who they say they are, or not even a decision.
    expect(
      await sent({ statement: '{"gateId":"admission"', via: 'slack-app', signer: 'slack-app', signature: 'zz' }, runId),
    ).toMatchObject({ outcome: 'refused', code: 'bad-signature' });
    expect(await sent(signStatement(approvalOf(runId), otherKey, 'slack-app', 'slack-app'), runId)).toMatchObject({
      outcome: 'refused',
      code: 'bad-signature',
    });
    expect(await sent(signStatement(approvalOf(runId), otherKey, 'slack-app', 'my-own-app'), runId)).toMatchObject({
      outcome: 'refused',
      code: 'bad-signature',
    });
    expect(
      await sent({ ...good, statement: good.statement.replace('jonas-weber', 'priya-raman') }, runId),
    ).toMatchObject({ outcome: 'refused', code: 'bad-signature' });
    expect(
      await sent(signedInSlack(world, approvalOf('restore-test/jira-cloud/issues-db/2026Q4')), runId),
    ).toMatchObject({ outcome: 'refused', code: 'bad-signature' });

    await rejectAsOwner(runId);
    const run = await expectEnding(world, runId, { ...rejected, reason: /Jonas Weber rejected it: not today/ });
    expect(accepted(run)).toMatchObject([{ decision: { choice: 'reject' } }]);
    expect(decisionsOf(run).filter(({ answer }) => answer.outcome === 'refused')).toHaveLength(5);
    expect(run.projection.unauthenticDecisions.map(({ code }) => code).toSorted()).toEqual([
      'bad-signature',
      'bad-signature',
      'bad-signature',
      'unknown-signer',
      'wrong-run',
    ]);
  });
});

describe('a click', () => {
  test('that comes twice gets the same answer and counts once; another of the same person does not count again', async () => {
    await world.changeCatalog((text) =>
      text.replace(
        'seats: [[service-owner, dr-champion, incident-commander]]',
        'seats: [[service-owner], [dr-champion]]',
      ),
    );
    try {
      const runId = await asked();
      const decisionId = randomUUID();
      const first = await click(world, runId, 'jonas', { choice: 'approve', decisionId });
      expect(first).toMatchObject({ outcome: 'accepted', gate: 'open', approvals: 1, needed: 2 });
      expect(await click(world, runId, 'jonas', { choice: 'approve', decisionId })).toEqual(first);
      expect(await click(world, runId, 'jonas', { choice: 'approve' })).toMatchObject({
        outcome: 'refused',
        code: 'already-voted',
      });
      expect(await click(world, runId, 'priya', { choice: 'approve' })).toMatchObject({
        outcome: 'accepted',
        gate: 'approved',
      });
      expect(await click(world, runId, 'hannah', { choice: 'approve' })).toMatchObject({
        outcome: 'refused',
        code: 'gate-closed',
      });
      const run = await expectEnding(world, runId, refusedByAws);
      expect(accepted(run).map(({ decision }) => decision.personId)).toEqual(['jonas-weber', 'priya-raman']);
    } finally {
      await world.changeCatalog((text) =>
        text.replace(
          'seats: [[service-owner], [dr-champion]]',
          'seats: [[service-owner, dr-champion, incident-commander]]',
        ),
      );
    }
  });

  test('among a hundred at once gives one decision', async () => {
    const runId = await asked();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        click(world, runId, (['jonas', 'priya', 'hannah'] as const)[index % 3] ?? 'jonas', { choice: 'approve' }),
      ),
    );
    expect(answers.filter((answer) => answer.outcome === 'accepted').length).toBeLessThanOrEqual(1);
    const run = await expectEnding(world, runId, refusedByAws);
    expect(accepted(run)).toHaveLength(1);
    expect(run.projection.gates).toHaveLength(1);
  });

  test("after the run's end is told that it came too late, and changes nothing", async () => {
    const runId = await asked();
    await rejectAsOwner(runId);
    const before = await expectEnding(world, runId, rejected);
    expect(await click(world, runId, 'priya', { choice: 'approve' })).toMatchObject({
      outcome: 'refused',
      code: 'run-over',
    });
    expect(await click(world, runId, 'priya', { choice: 'abort' })).toMatchObject({
      outcome: 'refused',
      code: 'run-over',
    });
    expect((await world.runWhen(runId, () => true, 'there')).projection).toEqual(before.projection);
  });

  test('while no worker runs is kept, and counts exactly once when one is back', async () => {
    const runId = await asked();
    await world.stopWorkers();
    const decisionId = randomUUID();
    expect(await click(world, runId, 'jonas', { choice: 'approve', decisionId })).toMatchObject({ outcome: 'queued' });
    expect(await click(world, runId, 'jonas', { choice: 'approve', decisionId })).toMatchObject({ outcome: 'queued' });
    await world.startWorkers();
    const run = await expectEnding(world, runId, refusedByAws);
    expect(decisionsOf(run)).toHaveLength(1);
    expect(decisionsOf(run)).toMatchObject([{ answer: { outcome: 'accepted', gate: 'approved' } }]);
  });
});

/** What people see of a message; the stand-in keeps what it said before, too. */
const blocksOf = (message: object | undefined): string =>
  JSON.stringify(message !== undefined && 'blocks' in message ? message.blocks : []);

describe('an approval', () => {
  const withGate = async (text: string, work: () => Promise<void>): Promise<void> => {
    const usual = 'seats: [[service-owner, dr-champion, incident-commander]]';
    await world.changeCatalog((catalog) => catalog.replace(usual, text));
    try {
      await work();
    } finally {
      await world.changeCatalog((catalog) => catalog.replace(text, usual));
    }
  };

  test('may be withdrawn before the others have approved, and the run waits on; the message shows who stands', async () => {
    await withGate('seats: [[service-owner], [dr-champion]]', async () => {
      const runId = await asked();
      const gateText = async (): Promise<string> =>
        blocksOf((await runMessages(world, runId)).find(({ key }) => key === 'gate:admission:1')?.message);
      const untilSaid = (so: (text: string) => boolean, what: string) => until(async () => so(await gateText()), what);

      expect(await click(world, runId, 'jonas', { choice: 'approve' })).toMatchObject({ gate: 'open', approvals: 1 });
      await untilSaid((text) => text.includes('Approved so far by Jonas Weber (service owner)'), 'his approval shown');
      expect(await gateText()).toContain('gate_withdraw');
      expect(await click(world, runId, 'priya', { choice: 'withdraw' })).toMatchObject({ code: 'nothing-to-withdraw' });
      expect(await click(world, runId, 'jonas', { choice: 'withdraw' })).toMatchObject({ gate: 'open', approvals: 0 });
      await untilSaid((text) => !text.includes('gate_withdraw') && text.includes('0 of 2'), 'and its withdrawal');

      expect(await click(world, runId, 'priya', { choice: 'approve' })).toMatchObject({ gate: 'open', approvals: 1 });
      expect(await click(world, runId, 'jonas', { choice: 'approve' })).toMatchObject({ gate: 'approved' });
      expect(await click(world, runId, 'jonas', { choice: 'withdraw' })).toMatchObject({
        outcome: 'refused',
        code: expect.stringMatching(/gate-closed|run-over/),
      });
      const run = await expectEnding(world, runId, refusedByAws);
      expect(accepted(run).map(({ decision }) => [decision.personId, decision.choice])).toEqual([
        ['jonas-weber', 'approve'],
        ['jonas-weber', 'withdraw'],
        ['priya-raman', 'approve'],
        ['jonas-weber', 'approve'],
      ]);
      expect(approvalsOf(run.projection).map(({ personId }) => personId)).toEqual(['priya-raman', 'jonas-weber']);
      expect(await gateText()).not.toContain('gate_approve');
    });
  });

  test('counts only with the service typed where policy says so', async () => {
    await withGate('seats: [[service-owner, dr-champion, incident-commander]]\n      reconfirm: always', async () => {
      const runId = await asked();
      expect(await click(world, runId, 'jonas', { choice: 'approve' })).toMatchObject({
        code: 'confirmation-required',
      });
      expect(await click(world, runId, 'jonas', { choice: 'approve', confirmed: 'identity' })).toMatchObject({
        code: 'confirmation-required',
      });
      expect(await click(world, runId, 'jonas', { choice: 'approve', confirmed: 'jira-cloud' })).toMatchObject({
        outcome: 'accepted',
        gate: 'approved',
      });
      const run = await expectEnding(world, runId, refusedByAws);
      expect(run.projection.gates).toMatchObject([{ status: 'approved', gate: { confirm: 'jira-cloud' } }]);
    });
  });
});

describe('a decision by personal key, for when Slack is down', () => {
  const privateKey = randomBytes(32).toString('hex');
  const personal = (runId: string, key: string, change: Partial<DecisionStatement> = {}, signer = 'jonas-weber') => {
    const statement = approvalOf(runId, { roles: [], ...change });
    return sent(signStatement(statement, key, 'personal-key', signer), runId, statement.decisionId);
  };
  beforeAll(() =>
    world.changeCatalog((text) =>
      text.replace('slackId: U0JONAS', `slackId: U0JONAS, publicKey: '${publicKeyOf(privateKey)}'`),
    ),
  );

  test('counts when the catalog holds its public key, with the roles that the catalog says', async () => {
    const runId = await asked();
    expect(await personal(runId, randomBytes(32).toString('hex'))).toMatchObject({
      outcome: 'refused',
      code: 'bad-signature',
    });
    expect(await personal(runId, privateKey, {}, 'priya-raman')).toMatchObject({ outcome: 'refused' });
    expect(await personal(runId, privateKey, { personId: 'priya-raman' })).toMatchObject({
      outcome: 'refused',
      code: 'bad-signature',
    });
    expect(await personal(runId, privateKey)).toMatchObject({ outcome: 'accepted', gate: 'approved' });
    const run = await expectEnding(world, runId, refusedByAws);
    expect(accepted(run)).toMatchObject([
      { decision: { via: 'personal-key', personId: 'jonas-weber', roles: ['service-owner'] } },
    ]);
    expect(run.projection.unauthenticDecisions).toHaveLength(3);
  });
});

describe('policy', () => {
  test('may waive the gate: nobody is asked, and the run says why', async () => {
    await world.changeCatalog((text) =>
      text.replace('admissionGate: { 0: required, 1: required', 'admissionGate: { 0: required, 1: waived'),
    );
    try {
      const run = await expectEnding(world, await startTest(world), refusedByAws);
      expect(run.projection.gates).toEqual([]);
      expect(run.projection.waivedGates).toMatchObject([{ gateId: 'admission' }]);
    } finally {
      await world.changeCatalog((text) =>
        text.replace('admissionGate: { 0: required, 1: waived', 'admissionGate: { 0: required, 1: required'),
      );
    }
  });

  test('when nobody decides: reminders, escalation to more people and the second channel, then the drill is dropped with a finding', async () => {
    await world.changeCatalog((text) =>
      text
        .replace('remindAfter: [30m, 2h]', 'remindAfter: [1s]')
        .replace('after: 4h, roles', 'after: 2s, roles')
        .replace('after: 8h, roles', 'after: 3s, roles')
        .replace('finalDeadline: 24h', 'finalDeadline: 15s'),
    );
    try {
      const runId = await startTest(world);
      const run = await expectEnding(world, runId, {
        verdict: 'aborted',
        reason: /Nobody decided/,
        findings: ['gate:admission/nobody-decided'],
        copy: 'none',
      });
      expect(run.projection.gates).toMatchObject([
        { status: 'expired', escalations: [{ roles: ['deputy', 'incident-commander'] }, { roles: ['leadership'] }] },
      ]);
      expect(run.projection.gates[0]?.remindedAtMs).toHaveLength(1);
      const keys = (await runMessages(world, runId)).map(({ key }) => key);
      expect(keys.filter((key) => key.startsWith('reminder:'))).toHaveLength(3);
      await until(
        async () =>
          (await webhookMessages(world)).filter((message) => JSON.stringify(message.json).includes(runId)).length === 3,
        'two escalations and the verdict on the second channel',
      );
      // The same by e-mail, to those who are asked each time, and at the end to owner and champion.
      const mails = () => mail.mails.filter(({ text }) => text.replaceAll(/=\r?\n/g, '').includes(runId));
      await until(() => mails().length === 3, 'two escalations and the verdict by e-mail');
      expect(mails().map(({ to }) => to)).toEqual([
        ['hannah.lindqvist@example.com', 'lin.zhao@example.com', 'daniel.kim@example.com'],
        ['amara.okafor@example.com'],
        ['jonas.weber@example.com', 'priya.raman@example.com'],
      ]);
      const ids = (await webhookMessages(world)).map(({ headers }) => headers['idempotency-key']);
      expect(new Set(ids).size).toBe(ids.length);

      // Who was called for help may decide, though the seat was not theirs at first.
      const second = await startTest(world);
      await world.runWhen(
        second,
        (it) => (it.projection.gates[0]?.escalations.length ?? 0) === 2,
        'leadership is asked',
      );
      const statement = approvalOf(second, {
        personId: 'amara-okafor',
        personName: 'Amara Okafor',
        roles: ['leadership'],
      });
      expect(await sent(signedInSlack(world, statement), second, statement.decisionId)).toMatchObject({
        outcome: 'accepted',
        gate: 'approved',
      });
      await expectEnding(world, second, refusedByAws);
    } finally {
      await world.changeCatalog((text) =>
        text
          .replace('remindAfter: [1s]', 'remindAfter: [30m, 2h]')
          .replace('after: 2s, roles', 'after: 4h, roles')
          .replace('after: 3s, roles', 'after: 8h, roles')
          .replace('finalDeadline: 15s', 'finalDeadline: 24h'),
      );
    }
  });
});

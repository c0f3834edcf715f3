import { randomBytes, randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readControl } from '../../client/runs/control.ts';
import { decideRun } from '../../client/runs/decide.ts';
import type { DecisionStatement, SignedDecision } from '../../domain/gate.ts';
import { publicKeyOf, signStatement } from '../../domain/signing.ts';
import { controlWorkflowId } from '../../workflows/messages.ts';
import { approvalOf, click, signedInSlack, startTest, untilAsked } from '../engine/acting.ts';
import { brokenTasksOf } from '../engine/broken-tasks.ts';
import { expectEnding } from '../engine/ending.ts';
import { refusedByAws, refuseRestores, until } from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** Whoever can reach Temporal can send anything to a run. */

const jonasKey = randomBytes(32).toString('hex');
let world: World;
beforeAll(async () => {
  world = await createWorld({
    source: false,
    aliases: ['nonsense', 'crowd', 'stop'],
    catalog: (text) =>
      text
        .replace('slackId: U0JONAS', `slackId: U0JONAS, publicKey: '${publicKeyOf(jonasKey)}'`)
        .replace(
          'seats: [[service-owner, dr-champion, incident-commander]]',
          'seats: [[service-owner], [dr-champion]]',
        ),
  });
  await refuseRestores(world);
});
afterAll(() => world.close());

async function asked(resource: string): Promise<string> {
  const runId = await startTest(world, { resource });
  await untilAsked(world, runId);
  return runId;
}

const send = (runId: string, signed: SignedDecision, decisionId: string = randomUUID()) =>
  decideRun(world.runs, signed, { runId, decisionId });

/** One after another, ten at a time: no more Updates may be under way in one run. */
async function flood<T>(times: number, act: (index: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let from = 0; from < times; from += 8)
    answers.push(
      ...(await Promise.all(Array.from({ length: Math.min(8, times - from) }, (_, index) => act(from + index)))),
    );
  return answers;
}

const megabytes = (count: number): string => 'x'.repeat(count * 1_000_000);
const half = '\ud800';
const form = { statement: '{}', via: 'slack-app', signer: 'slack-app', signature: 'ff' };

/** Everything that is no decision, and what looks like one from afar. */
const nonsense: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 42],
  ['a word', 'approve'],
  ['a list', [form]],
  ['an empty object', {}],
  ['numbers for text', { statement: 1, via: 2, signer: 3, signature: 4 }],
  ['objects for text', { statement: { gateId: 'admission' }, via: {}, signer: [], signature: null }],
  ['a way that there is not', { ...form, via: 'carrier-pigeon' }],
  ['more than a decision has', { ...form, more: 1 }],
  ['half a letter', { ...form, via: 'personal-key', signer: half }],
  ['a NUL', { ...form, signer: 'slack\0app' }],
];

/** As much as Temporal carries. By Update it leaves no trace; each Signal of it stays in the history, so there is one. */
const heavy: readonly (readonly [string, unknown])[] = [
  ['a signature of two megabytes', { ...form, via: 'personal-key', signature: megabytes(1.9) }],
  ['a signer of two megabytes', { ...form, via: 'personal-key', signer: megabytes(1.9) }],
  ['a statement of two megabytes', { ...form, statement: megabytes(1.9) }],
  ['two megabytes beside it', { ...form, more: megabytes(1.9) }],
];

/** In the form of a decision, so that a run judges and journals them. */
const forgeries: readonly (readonly [string, SignedDecision])[] = [
  ['no JSON', { ...form, via: 'slack-app', statement: '{"gateId":"admission"' }],
  ['JSON of something else', { ...form, via: 'slack-app', statement: '[[[]]]' }],
  ['a gate named by half a letter and a NUL', { ...form, via: 'slack-app', statement: '{"gateId":"\\ud800\\u0000"}' }],
  ['a signer that every object has', { ...form, via: 'web', signer: 'constructor' }],
  ['a prototype for a signer', { ...form, via: 'slack-app', signer: '__proto__' }],
  ['a prototype for a person', { ...form, via: 'personal-key', signer: '__proto__', signature: 'fe' }],
  ['nobody', { ...form, via: 'personal-key', signer: 'nobody', signature: 'fd' }],
];

/** A Signal as only the wire can carry it: bytes that are no JSON, or in an encoding that nobody knows. */
async function signalBytes(workflowId: string, signalName: string, encoding: string, data: string): Promise<void> {
  const payload = { metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) };
  await world.temporal.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    signalName,
    input: { payloads: [payload, payload, payload] },
  });
}

describe('nonsense sent to a run that waits for people', () => {
  test('neither stops nor fails it: it is still decided, journaled and sealed', async () => {
    const runId = await asked('nonsense');
    const handle = world.temporal.workflow.getHandle(runId);
    await handle.signal('decide-later', heavy[0]?.[1]);
    for (const [, sent] of nonsense) await handle.signal('decide-later', sent);
    for (const [what, sent] of [...nonsense, ...heavy]) {
      const answer = await handle.executeUpdate('decide', { args: [sent] }).catch((error: unknown) => error);
      expect(answer, what).toBeInstanceOf(WorkflowUpdateFailedError);
      expect(answer, what).toMatchObject({ cause: { type: 'invalid-input' } });
    }
    for (const [encoding, data] of [
      ['json/plain', '{{'],
      ['binary/secret', '\x00\xff'],
      ['json/plain', ''],
    ] as const)
      await signalBytes(runId, 'decide-later', encoding, data);
    await handle.signal('a-signal-that-there-is-not', { statement: 'x' });
    for (const [what, forged] of forgeries) {
      await handle.signal('decide-later', forged);
      expect(await send(runId, forged), what).toMatchObject({ outcome: 'refused', code: 'bad-signature' });
    }
    expect(await click(world, runId, 'jonas', { choice: 'approve' })).toMatchObject({ approvals: 1, needed: 2 });
    expect(await click(world, runId, 'priya', { choice: 'approve' })).toMatchObject({ gate: 'approved' });
    const run = await expectEnding(world, runId, refusedByAws);
    // A forgery by Signal and again by Update is two attempts, but by a person's key it is looked up once.
    expect(run.projection.unauthenticDecisions).toHaveLength(2 * forgeries.length - 2);
    expect(await brokenTasksOf(world.temporal, runId)).toEqual([]);
  });

  test('stops neither the kill switch, the locks nor the delivery', async () => {
    const runId = await asked('nonsense');
    const control = controlWorkflowId(world.config.taskQueuePrefix);
    for (const workflowId of [control, `delivery/${runId}`]) {
      const handle = world.temporal.workflow.getHandle(workflowId);
      for (const signal of ['kill-switch-later', 'release-lock', 'notices']) {
        for (const [, sent] of nonsense) await handle.signal(signal, sent);
        await signalBytes(workflowId, signal, 'json/plain', '{{');
      }
    }
    await world.temporal.workflow.getHandle(control).signal('kill-switch-later', heavy[0]?.[1]);
    for (const update of ['kill-switch', 'acquire-lock'])
      for (const [what, sent] of [...nonsense, ...heavy])
        expect(
          await world.temporal.workflow
            .getHandle(control)
            .executeUpdate(update, { args: [sent] })
            .catch((error: unknown) => error),
          `${update}: ${what}`,
        ).toBeInstanceOf(WorkflowUpdateFailedError);
    expect((await readControl(world.runs)).locks).toContainEqual(expect.objectContaining({ runId }));
    await click(world, runId, 'jonas', { choice: 'reject', reason: 'not today' });
    await expectEnding(world, runId, { verdict: 'aborted', findings: ['held/gate-rejected'], copy: 'none' });
    expect(await brokenTasksOf(world.temporal, control)).toEqual([]);
    expect(await brokenTasksOf(world.temporal, `delivery/${runId}`)).toEqual([]);
  });

  test('by the name of the kill switch stops the drill, which is safe, and spoils nothing', async () => {
    const runId = await asked('nonsense');
    await signalBytes(runId, 'halt', 'json/plain', '{{');
    await expectEnding(world, runId, {
      verdict: 'aborted',
      reason: /All drills were stopped: no reason given/,
      findings: ['held/drills-stopped'],
      copy: 'none',
    });
  });
});

describe('a flood of decisions that do not count', () => {
  const strangersKey = randomBytes(32).toString('hex');
  const forgedBySlack = (statement: DecisionStatement): SignedDecision =>
    signStatement(statement, strangersKey, 'slack-app', 'slack-app');

  test('keeps nobody out who may decide, by either way, and does not swell the history', async () => {
    const runId = await asked('crowd');
    const forged = await flood(100, () => send(runId, forgedBySlack(approvalOf(runId))));
    const unheardOf = await flood(40, (index) =>
      send(runId, forgedBySlack(approvalOf(runId, { gateId: `gate-${index}` }))),
    );
    const claimed = await flood(40, () =>
      send(runId, signStatement(approvalOf(runId), strangersKey, 'personal-key', 'jonas-weber')),
    );
    const intruding = await flood(80, () => click(world, runId, 'sofia', { choice: 'approve' }));
    const other = signedInSlack(world, approvalOf('restore-test/jira-cloud/issues-db/2026Q4'));
    const foreign = await flood(20, () => send(runId, other));
    for (const signed of Array.from({ length: 40 }, () => forgedBySlack(approvalOf(runId))))
      await world.temporal.workflow.getHandle(runId).signal('decide-later', signed);
    const answers = [...forged, ...unheardOf, ...claimed, ...intruding, ...foreign];
    expect(answers.filter(({ outcome }) => outcome !== 'refused')).toEqual([]);
    expect(intruding.at(-1)).toMatchObject({
      code: 'too-many-attempts',
      text: expect.stringContaining('You hold no role in the catalog') as string,
    });
    const before = (await world.temporal.workflow.getHandle(runId).fetchHistory()).events?.length ?? 0;

    const own = approvalOf(runId, { roles: [] });
    expect(
      await send(runId, signStatement(own, jonasKey, 'personal-key', 'jonas-weber'), own.decisionId),
    ).toMatchObject({ outcome: 'accepted', approvals: 1, needed: 2 });
    expect(await click(world, runId, 'priya', { choice: 'approve' })).toMatchObject({ gate: 'approved' });
    const run = await expectEnding(world, runId, refusedByAws);
    expect(run.projection.unauthenticDecisions).toHaveLength(50);
    const refused = run.projection.gates[0]?.decisions.filter(({ answer }) => answer.outcome === 'refused') ?? [];
    expect(refused).toHaveLength(50);
    // Of 320 attempts a hundred are kept; the Signals are Temporal's own, which nobody can refuse.
    expect(before).toBeLessThan(900);
    expect(await brokenTasksOf(world.temporal, runId)).toEqual([]);
  });

  test('does not keep anybody from stopping the run', async () => {
    const runId = await asked('stop');
    await flood(60, () => send(runId, forgedBySlack(approvalOf(runId, { choice: 'abort', gateId: '*' }))));
    await flood(60, () => click(world, runId, 'jonas', { choice: 'approve', round: 7 }));
    expect(await click(world, runId, 'sofia', { choice: 'abort', reason: 'a flood' })).toMatchObject({
      outcome: 'accepted',
    });
    await expectEnding(world, runId, { verdict: 'aborted', findings: ['held/aborted-by-person'], copy: 'none' });
  });

  test('that comes late, while the evidence waits, is answered and kept to fifty', async () => {
    const runId = await asked('stop');
    await world.control('POST', 'faults', { service: 's3', kind: 'hang-up', times: null });
    await click(world, runId, 'jonas', { choice: 'reject', reason: 'not today' });
    await world.runWhen(runId, ({ projection }) => projection.sealed !== undefined, 'journal sealed');
    const late = await flood(80, () => click(world, runId, 'priya', { choice: 'approve' }));
    expect(late.map((answer) => answer.outcome)).toEqual(Array.from({ length: 80 }, () => 'refused'));
    expect(late.at(-1)).toMatchObject({ text: expect.stringContaining('This run is over') as string });
    const { faults } = (await world.control('GET', 'faults')) as { faults: { id: string; service: string }[] };
    for (const { id, service } of faults) if (service === 's3') await world.control('DELETE', `faults/${id}`);
    await expectEnding(world, runId, { verdict: 'aborted', findings: ['held/gate-rejected'], copy: 'none' });
    await until(async () => {
      const rows = await world.store.selectFrom('addendum').select('body').where('run_id', '=', runId).execute();
      return rows.filter(({ body }) => body.includes('late-decision')).length === 50;
    }, 'fifty late clicks in the addenda');
  });
});

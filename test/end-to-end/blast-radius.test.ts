import { join } from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { planRestoreTest } from '../../client/runs/plan-restore-test.ts';
import type { RunMemo } from '../../domain/modes.ts';
import { taskQueue } from '../../domain/queues.ts';
import type { RestorePlan } from '../../domain/restore-plan.ts';
import { creatingSteps } from '../../domain/run-id.ts';
import { restoreTestSteps } from '../../runbooks/restore-test/definition.ts';
import type { openIsolatedRun, openTouchingNothing } from '../../workflows/run.ts';
import { approve, copyNameOf, startTest, untilSealed } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({ source: false });
});
afterAll(() => world.close());

const initiator = { personId: 'daniel-kim', name: 'Daniel Kim' };

/** Starts the restore test's workflow with a memo of one's own, past every check of the client. */
async function startWith(
  memo: RunMemo,
  runId: string,
  change: (plan: RestorePlan) => RestorePlan = (plan) => plan,
): Promise<string> {
  // The arguments name another run: whatever they say, the memo and the workflow's own id count.
  const plan = planRestoreTest(
    await world.runs.catalog(),
    { service: 'jira-cloud', resource: 'issues-db', point: 'latest', initiator, via: 'cli' },
    'restore-test/jira-cloud/issues-db/2020Q1',
    world.runs,
    Date.now(),
  );
  await world.temporal.workflow.start('restoreTest', {
    workflowId: runId,
    taskQueue: taskQueue(world.runs.taskQueuePrefix, 'workflows'),
    args: [change(plan)],
    memo: { ...memo },
  });
  return runId;
}

const drillMemo: RunMemo = {
  mode: 'drill',
  touches: 'isolated',
  runbook: 'restore-test',
  service: 'jira-cloud',
  resource: 'issues-db',
};

const restoreCalls = async (): Promise<string[]> =>
  ((await world.control('GET', 'calls')) as { calls: { operation: string }[] }).calls
    .map(({ operation }) => operation)
    .filter((operation) => /^(Restore|Delete|Modify)DBInstance/.test(operation));

describe('what a run may touch', () => {
  test('is decided by types: an isolated run has no way to a live activity, a rehearsal none to change anything', () => {
    type Isolated = keyof ReturnType<typeof openIsolatedRun>;
    type Nothing = keyof ReturnType<typeof openTouchingNothing>;
    // All that there is, each way: a way to live activities, whatever its name, would not compile here.
    const isolated: Record<Isolated, true> = {
      run: true,
      isolated: true,
      isolatedWithin: true,
      probeWaiting: true,
      probeWithin: true,
    };
    const nothing: Record<Nothing, true> = { run: true };
    expect([Object.keys(isolated), Object.keys(nothing)]).toEqual([
      ['run', 'isolated', 'isolatedWithin', 'probeWaiting', 'probeWithin'],
      ['run'],
    ]);
  });

  test('is known by its name, which follows from the run and the step that creates', () => {
    expect(creatingSteps['restore-test']).toEqual([restoreTestSteps.restore]);
  });

  test("is read from its start memo: a drill's workflow with the memo of a rehearsal is refused at its first change of AWS", async () => {
    const memo: RunMemo = {
      mode: 'rehearse',
      touches: 'isolated',
      runbook: 'restore-test',
      service: 'jira-cloud',
      resource: 'issues-db',
    };
    const runId = await startWith(memo, 'restore-test/jira-cloud/issues-db/manual-20261122T000000Z-0001');
    await approve(world, runId);
    const { projection } = await untilSealed(world, runId);
    expect(projection.judged).toMatchObject({
      verdict: 'aborted',
      reason: expect.stringMatching(/Refused restoreDatabase .* its start memo says mode rehearse/),
    });
    expect(projection.runId).toBe(runId);
    expect(projection.resources.map(({ name }) => name)).toEqual([copyNameOf(runId)]);
    expect(await restoreCalls()).toEqual([]);
  });

  test('a drill\'s workflow whose memo says "nothing" does not even begin', async () => {
    const memo: RunMemo = {
      mode: 'drill',
      touches: 'nothing',
      runbook: 'restore-test',
      service: 'jira-cloud',
      resource: 'issues-db',
    };
    const runId = await startWith(memo, 'restore-test/jira-cloud/issues-db/manual-20261122T000000Z-0002');
    await expect(world.temporal.workflow.getHandle(runId).result()).rejects.toMatchObject({
      cause: { type: 'invalid-input' },
    });
    expect(await restoreCalls()).toEqual([]);
  });

  test('and by the catalog: a plan that names another network than the catalog is refused before AWS is asked', async () => {
    const runId = 'restore-test/jira-cloud/issues-db/manual-20261122T000000Z-0003';
    await startWith(drillMemo, runId, (plan) => ({
      ...plan,
      network: { ...plan.network, name: 'production', productionVpcIds: [] },
      admission: { kind: 'waived', reason: 'says who?' },
      signers: {},
    }));
    const run = await expectEnding(world, runId, {
      verdict: 'aborted',
      reason: /the catalog does not declare the network production/,
      findings: ['held/not-declared'],
      copy: 'gone',
    });
    expect(run.projection.problems).toContainEqual(
      expect.objectContaining({ where: 'call restore', error: expect.objectContaining({ code: 'not-declared' }) }),
    );
    expect(await restoreCalls()).toEqual([]);
  });
});

describe('a workflow that somebody smuggled in', () => {
  const queueOf = (queue: string): string => `${world.runs.taskQueuePrefix}${queue}`;
  const at = { accountId: '', region: 'eu-central-1' };
  let worker: Worker;
  let running: Promise<void>;
  let connection: NativeConnection;
  beforeAll(async () => {
    connection = await NativeConnection.connect({ address: inject('engine').temporalAddress });
    worker = await Worker.create({
      connection,
      taskQueue: queueOf('smuggled-workflows'),
      workflowsPath: join(import.meta.dirname, '..', 'fixtures', 'forger-workflow.ts'),
    });
    running = worker.run();
  });
  afterAll(async () => {
    worker.shutdown();
    await running;
    await connection.close();
  });

  /** Makes calls as a run of this id with this memo, and answers how each ended. */
  async function forge(
    runId: string,
    memo: object | undefined,
    calls: readonly { readonly activity: string; readonly argument: object; readonly queue?: string }[],
  ): Promise<readonly { readonly type: string; readonly message: string }[]> {
    return (await world.temporal.workflow.execute('forger', {
      workflowId: runId,
      taskQueue: queueOf('smuggled-workflows'),
      args: [calls.map((call) => ({ ...call, queue: queueOf(call.queue ?? 'aws-isolated') }))],
      ...(memo === undefined ? {} : { memo: { ...memo } }),
    })) as { type: string; message: string }[];
  }

  const everyChange = (argument: object) =>
    ['restoreDatabase', 'setCopyPassword', 'renewLease', 'deleteCopy'].map((activity) => ({ activity, argument }));
  const typesOf = (ends: readonly { readonly type: string }[]): string[] => [...new Set(ends.map(({ type }) => type))];

  test('changes nothing without a memo, or with one that does not allow it', async () => {
    const runId = 'restore-test/jira-cloud/issues-db/manual-20261122T000000Z-0004';
    const argument = { ...at, runId, name: copyNameOf(runId) };
    expect(typesOf(await forge(runId, undefined, everyChange(argument)))).toEqual(['blast-radius']);
    expect(typesOf(await forge(`${runId}a`, { ...drillMemo, touches: 'nothing' }, everyChange(argument)))).toEqual([
      'blast-radius',
    ]);
    expect(typesOf(await forge(`${runId}b`, { ...drillMemo, mode: 'rehearse' }, everyChange(argument)))).toEqual([
      'blast-radius',
    ]);
    // What it says of itself in the arguments is not heard.
    expect(
      typesOf(await forge(`${runId}c`, {}, everyChange({ ...argument, mode: 'drill', touches: 'isolated' }))),
    ).toEqual(['blast-radius']);
    expect(await restoreCalls()).toEqual([]);
  });

  test("reaches neither another run's copy nor the source, and cannot restore what the catalog does not say", async () => {
    const victim = await startTest(world);
    await approve(world, victim);
    await world.runWhen(victim, ({ projection }) => projection.resources[0]?.state === 'created', 'a copy is there');
    const before = await restoreCalls();
    const runId = 'restore-test/jira-cloud/issues-db/manual-20261122T000000Z-0005';
    const place = { accountId: world.place.accountId, region: 'eu-central-1' };
    const mine = { ...place, runId, name: copyNameOf(runId) };
    const ends = await forge(runId, drillMemo, [
      ...everyChange({ ...mine, runId: victim, name: copyNameOf(victim) }),
      ...everyChange({ ...mine, name: copyNameOf(victim) }),
      ...everyChange({ ...mine, name: 'issues-db-prod' }),
      ...everyChange({ ...mine, name: 'drdrill-jira-cloud-issues-db-000000000000' }),
      { queue: 'probe', activity: 'connectFirst', argument: { ...mine, runId: victim, name: copyNameOf(victim) } },
      { queue: 'probe', activity: 'runSmoke', argument: { copy: { ...mine, runId: victim }, sql: 'SELECT 1' } },
    ]);
    expect(typesOf(ends)).toEqual(['not-its-own']);

    const plan = planRestoreTest(
      await world.runs.catalog(),
      { service: 'jira-cloud', resource: 'issues-db', point: 'latest', initiator, via: 'cli' },
      runId,
      world.runs,
      Date.now(),
    );
    const request = {
      ...mine,
      service: 'jira-cloud',
      resource: 'issues-db',
      owner: plan.owner.email,
      sourceIdentifier: plan.database.identifier,
      network: plan.network,
      point: { method: 'snapshot', snapshotId: 'rds:issues-db-prod-2026-11-22' },
      source: {},
    };
    const restore = (change: object) => ({ activity: 'restoreDatabase', argument: { ...request, ...change } });
    const refused = await forge(`${runId}a`, drillMemo, [
      restore({ runId: `${runId}a`, name: copyNameOf(`${runId}a`) }),
    ]);
    // Even its own name and run are not enough: the point has to be one that AWS knows.
    expect(refused[0]?.type).not.toBe('done');
    const another = `${runId}b`;
    const undeclared = await forge(
      another,
      drillMemo,
      [
        { sourceIdentifier: 'identity-directory-prod' },
        { accountId: '999999999999' },
        { region: 'us-east-1' },
        { network: { ...plan.network, subnetGroup: 'production' } },
        { network: { ...plan.network, securityGroupId: 'sg-0b1111a0000000001' } },
        { network: { ...plan.network, productionVpcIds: [] } },
      ].map((change) => restore({ ...change, runId: another, name: copyNameOf(another) })),
    );
    expect(typesOf(undeclared)).toEqual(['not-declared']);
    const others = await forge(`${runId}c`, drillMemo, [
      {
        activity: 'deleteCopy',
        argument: { ...place, accountId: '999999999999', runId: `${runId}c`, name: copyNameOf(`${runId}c`) },
      },
    ]);
    expect(others.map(({ type }) => type)).toEqual(['no-role-for-account']);

    await untilSealed(world, victim);
    const own = (await restoreCalls()).slice(before.length);
    expect(own.filter((operation) => operation.startsWith('Restore'))).toEqual([]);
    expect(own.filter((operation) => operation.startsWith('Delete'))).toHaveLength(1);
  });
});

import type { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import type { RunMemo } from '../../domain/modes.ts';
import { queueNames } from '../../domain/queues.ts';
import type { QueueName } from '../../domain/queues.ts';
import { creatingSteps, drillName } from '../../domain/run-id.ts';
import { blastRadiusGuard } from './blast-radius-guard.ts';

const [creatingStep = ''] = creatingSteps['restore-test'];
const runId = 'restore-test/jira-cloud/issues-db/2026Q4';
const own = { runId, name: drillName('jira-cloud', 'issues-db', runId, creatingStep) };
const drill: RunMemo = {
  mode: 'drill',
  touches: 'isolated',
  runbook: 'restore-test',
  service: 'jira-cloud',
  resource: 'issues-db',
};

interface Scene {
  readonly memo?: object | Error;
  readonly killSwitch?: { readonly pulled: boolean } | Error;
  readonly queue?: QueueName;
  readonly activity?: string;
  readonly argument?: unknown;
  /** Called by nobody's workflow. */
  readonly alone?: boolean;
}

/** One call through the guard, with what Temporal says of its run; answers whether the activity was reached. */
async function call(scene: Scene): Promise<'reached'> {
  const { memo = drill, killSwitch = { pulled: false } } = scene;
  const orThrow = <T>(value: T | Error): Promise<T> =>
    value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
  const client = { workflow: { getHandle: () => ({ describe: async () => ({ memo: await orThrow(memo) }) }) } };
  const guard = blastRadiusGuard({
    client: client as unknown as Client,
    queue: scene.queue ?? 'aws-isolated',
    readKillSwitch: () => orThrow(killSwitch),
  });
  const info = {
    activityType: scene.activity ?? 'restoreDatabase',
    ...(scene.alone ? {} : { workflowExecution: { workflowId: runId, runId: '1' } }),
  };
  const { inbound } = guard({ info } as unknown as Context);
  const args = ['argument' in scene ? scene.argument : own];
  return (await inbound.execute?.({ args, headers: {} }, () => Promise.resolve('reached'))) as 'reached';
}

describe('the guard of what changes AWS', () => {
  test('lets a drill change what is its own', async () => {
    expect(await call({})).toBe('reached');
    expect(await call({ queue: 'probe', argument: { copy: own }, activity: 'runChecks' })).toBe('reached');
  });

  test.each<readonly [string, Scene, string]>([
    ['a run without a memo', { memo: {} }, 'blast-radius'],
    ['a run that touches nothing', { memo: { ...drill, touches: 'nothing' } }, 'blast-radius'],
    ['a rehearsal', { memo: { ...drill, mode: 'rehearse' } }, 'blast-radius'],
    ['a call of no run', { alone: true }, 'not-a-run'],
    ['arguments without a run', { argument: { name: own.name } }, 'not-its-own'],
    ['no argument', { argument: null }, 'not-its-own'],
    ['the id of another run', { argument: { ...own, runId: `${runId}0` } }, 'not-its-own'],
    [
      "another run's copy",
      { argument: { ...own, name: drillName('jira-cloud', 'issues-db', 'other', creatingStep) } },
      'not-its-own',
    ],
    ['the name of the source', { argument: { ...own, name: 'issues-db-prod' }, activity: 'deleteCopy' }, 'not-its-own'],
    [
      'a name that follows from another step',
      { argument: { ...own, name: drillName('jira-cloud', 'issues-db', runId, 'delete the copy') } },
      'not-its-own',
    ],
    ['another service', { argument: { ...own, service: 'identity' } }, 'not-its-own'],
    ['another resource', { argument: { ...own, resource: 'directory' } }, 'not-its-own'],
    ["a probe of another run's copy", { queue: 'probe', argument: { copy: { ...own, runId: 'x' } } }, 'not-its-own'],
    ['a rehearsal at the probe', { queue: 'probe', memo: { ...drill, mode: 'rehearse' } }, 'blast-radius'],
    ['an isolated run at a queue that there is not', { queue: 'aws-live' as QueueName }, 'blast-radius'],
    [
      'a live run at a queue that nobody has decided about',
      { queue: 'aws-live' as QueueName, memo: { ...drill, touches: 'live' } },
      'blast-radius',
    ],
  ])('refuses %s, for good', async (_what, scene, code) => {
    await expect(call(scene)).rejects.toMatchObject({ code, kind: 'refused' });
  });

  test('waits when the memo cannot be read: it does not guess', async () => {
    await expect(call({ memo: new Error('unavailable') })).rejects.toMatchObject({
      code: 'memo-unreadable',
      kind: 'busy',
    });
  });

  test('feels the kill switch, which counts as pulled for drills when it cannot be read', async () => {
    await expect(call({ killSwitch: { pulled: true } })).rejects.toMatchObject({ code: 'drills-stopped' });
    await expect(call({ killSwitch: new Error('away') })).rejects.toMatchObject({
      code: 'drills-stopped',
      what: expect.stringContaining('could not be read') as string,
    });
    expect(await call({ killSwitch: new Error('away'), memo: { ...drill, mode: 'real', touches: 'live' } })).toBe(
      'reached',
    );
  });

  test.each(['deleteCopy', 'renewLease'])('lets %s through while drills are stopped', async (activity) => {
    expect(await call({ killSwitch: { pulled: true }, activity })).toBe('reached');
  });

  test('knows every queue there is that acts in AWS', () => {
    expect(queueNames.filter((queue) => queue.startsWith('aws-'))).toEqual(['aws-read', 'aws-isolated']);
  });
});

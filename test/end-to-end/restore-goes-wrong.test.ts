import { CreateDBInstanceCommand, DeleteDBInstanceCommand } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kmsKeys } from '../../examples/world.ts';
import { approve, copyNameOf, startTest, untilAsked } from '../engine/acting.ts';
import type { TestRequest } from '../engine/acting.ts';
import { copiesOf, expectEnding } from '../engine/ending.ts';
import type { Expected } from '../engine/ending.ts';
import { rdsOf } from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

interface Case extends Expected {
  /** Name of the resource, so that cases run beside each other and faults meet only theirs. */
  readonly resource: string;
  readonly what: string;
  readonly request?: TestRequest;
  /** Done while the run waits for its approval. */
  readonly inject?: (world: World, copyName: string) => Promise<unknown>;
  /** Done once the restore was called. */
  readonly meanwhile?: (world: World, copyName: string) => Promise<unknown>;
}

const restoreFault = (fault: object) => (world: World, copyName: string) =>
  world.control('POST', 'faults', {
    service: 'rds',
    operation: 'RestoreDBInstanceToPointInTime',
    match: { TargetDBInstanceIdentifier: copyName },
    ...fault,
  });
const awsAnswers = (code: string) => restoreFault({ kind: 'error', code, times: null });

const cases: readonly Case[] = [
  {
    resource: 'refused',
    what: 'refused by AWS',
    inject: awsAnswers('InvalidRestoreFault'),
    verdict: 'failed',
    reason: /InvalidRestoreFault/,
    findings: ['restore/restore-refused'],
    copy: 'gone',
  },
  {
    resource: 'key',
    what: 'refused for its key',
    inject: awsAnswers('KMSKeyNotAccessibleFault'),
    verdict: 'failed',
    reason: /KMSKeyNotAccessible/,
    findings: ['restore/key-not-accessible'],
    copy: 'gone',
  },
  {
    resource: 'group',
    what: 'refused for a parameter group that is not there',
    inject: awsAnswers('DBParameterGroupNotFoundFault'),
    verdict: 'failed',
    findings: ['restore/recovery-group-missing'],
    copy: 'gone',
  },
  {
    resource: 'quota',
    what: 'refused for our quota',
    inject: awsAnswers('InstanceQuotaExceededFault'),
    verdict: 'inconclusive',
    reason: /programme itself failed.*Quota/,
    findings: ['programme/quota-reached'],
    copy: 'gone',
  },
  {
    resource: 'denied',
    what: 'refused for our permissions',
    inject: awsAnswers('AccessDenied'),
    verdict: 'inconclusive',
    reason: /AccessDenied/,
    findings: ['programme/aws-permission-missing'],
    copy: 'gone',
  },
  {
    resource: 'too-old',
    what: 'asked for a moment that no backup reaches',
    request: { point: 'at', atMs: Date.UTC(2020, 0, 1) },
    verdict: 'failed',
    reason: /no usable recovery point/,
    findings: ['restore/no-usable-recovery-point'],
    copy: 'none',
  },
  {
    resource: 'stuck',
    what: 'stuck in "creating" until the deadline',
    inject: (world) => world.control('POST', 'rds/stuck', { match: 'drdrill-jira-cloud-stuck-*', status: 'creating' }),
    verdict: 'failed',
    reason: /not done within 8 s; last seen: .* is "creating"/,
    findings: ['restore/stuck'],
    copy: 'gone',
  },
  {
    resource: 'network',
    what: 'ending in incompatible-network',
    inject: (world) =>
      world.control('POST', 'rds/end-in', { match: 'drdrill-jira-cloud-network-*', status: 'incompatible-network' }),
    verdict: 'failed',
    reason: /incompatible-network/,
    findings: ['restore/restore-ended-badly'],
    copy: 'gone',
  },
  {
    resource: 'storage',
    what: 'ending in storage-full',
    inject: (world) =>
      world.control('POST', 'rds/end-in', { match: 'drdrill-jira-cloud-storage-*', status: 'storage-full' }),
    verdict: 'failed',
    reason: /storage-full/,
    findings: ['restore/restore-ended-badly'],
    copy: 'gone',
  },
  {
    resource: 'vanish',
    what: 'whose copy somebody else deletes',
    inject: (world) => world.control('POST', 'rds/stuck', { match: 'drdrill-jira-cloud-vanish-*', status: 'creating' }),
    meanwhile: async (world, name) => {
      // Seen at least once by the run, then gone.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await rdsOf(world).send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: name, SkipFinalSnapshot: true }));
    },
    verdict: 'failed',
    reason: /is there no more|is gone|deleting/,
    findings: ['restore/copy-vanished'],
    copy: 'gone',
  },
  {
    resource: 'taken',
    what: 'whose name somebody else has taken',
    inject: (world, name) =>
      rdsOf(world).send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: name,
          Engine: 'mysql',
          DBSubnetGroupName: 'firedrill-drills',
          DBInstanceClass: 'db.t3.micro',
          AllocatedStorage: 20,
          BackupRetentionPeriod: 0,
          MasterUsername: 'someone',
          MasterUserPassword: 'else-else-1234',
        }),
      ),
    verdict: 'aborted',
    reason: /Refused to adopt/,
    findings: ['held/not-this-runs-resource', 'cleanup/leftover'],
    copy: 'leftover',
  },
];

const goodCases: readonly Case[] = [
  {
    resource: 'throttled',
    what: 'throttled by AWS',
    inject: restoreFault({ kind: 'throttle', times: 3 }),
    verdict: 'passed',
    findings: [],
    copy: 'gone',
  },
  {
    resource: 'lost-reply',
    what: 'whose reply is lost',
    inject: restoreFault({ kind: 'lose-reply' }),
    verdict: 'passed',
    findings: [],
    copy: 'gone',
  },
];

let world: World;
beforeAll(async () => {
  world = await createWorld({
    aliases: [...cases, ...goodCases].map(({ resource }) => resource),
    watch: ['issues-db', ...goodCases.map(({ resource }) => resource)],
    catalog: (text) =>
      text.replace('restoreDeadline: 40s', 'restoreDeadline: 8s').replace('deleteDeadline: 20s', 'deleteDeadline: 6s'),
  });
});
afterAll(() => world.close());

async function play({ resource, request, inject, meanwhile, ...expected }: Case) {
  const runId = await startTest(world, { resource, ...request });
  const copyName = copyNameOf(runId, resource);
  await untilAsked(world, runId);
  await inject?.(world, copyName);
  expect(await approve(world, runId)).toMatchObject({ outcome: 'accepted', gate: 'approved' });
  if (meanwhile) {
    await world.runWhen(
      runId,
      (run) => run.projection.resources.some(({ state }) => state === 'created'),
      'restore called',
    );
    await meanwhile(world, copyName);
  }
  return await expectEnding(world, runId, expected);
}

describe('a restore test', () => {
  test.concurrent.each(cases)('$what ends $verdict, cleaned up and told once', async (one) => {
    await play(one);
  });

  test.concurrent.each(goodCases)('$what passes all the same, with one copy', async (one) => {
    const run = await play(one);
    expect(run.projection.resources).toMatchObject([{ adopted: one.resource === 'lost-reply' }]);
    expect(run.projection.steps.find(({ name }) => name === 'call restore')?.attempts).toBeGreaterThan(1);
  });
});

test("somebody else's database under our name is neither adopted nor deleted", async () => {
  const { leftovers } = (await world.control('GET', 'leftovers')) as { leftovers: { arn: string; status: string }[] };
  const theirs = leftovers.filter(({ arn }) => arn.includes('drdrill-jira-cloud-taken'));
  expect(theirs).toMatchObject([{ status: 'available' }]);
});

test('AWS briefly down before and during the restore only costs time', async () => {
  const runId = await startTest(world);
  await untilAsked(world, runId);
  await world.control('POST', 'faults', { service: 'rds', kind: 'hang-up', times: 4 });
  await approve(world, runId);
  const run = await expectEnding(world, runId, { verdict: 'passed', findings: [], copy: 'gone' });
  expect(await copiesOf(world, run)).toEqual([]);
});

test('a quota that is full before the restore stops the run before it creates anything', async () => {
  await world.control('POST', 'rds/quotas', { instances: 1 });
  try {
    await expectEnding(world, await startTest(world), {
      verdict: 'inconclusive',
      reason: /no room for a copy/,
      findings: ['programme/preflight-quota'],
      copy: 'none',
    });
  } finally {
    await world.control('POST', 'rds/quotas', { instances: 40 });
  }
});

test('a key that is to be deleted fails the run before it creates anything', async () => {
  await world.control(
    'PUT',
    'kms/keys',
    kmsKeys.map((key) => ({ ...key, state: 'PendingDeletion' })),
  );
  try {
    await expectEnding(world, await startTest(world), {
      verdict: 'failed',
      reason: /PendingDeletion/,
      findings: ['restore/preflight-key-access'],
      copy: 'none',
    });
  } finally {
    await world.control('PUT', 'kms/keys', kmsKeys);
  }
});

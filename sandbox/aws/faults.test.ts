import {
  DBInstanceNotFoundFault,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestEndpoint } from './testing.ts';
import { newAccount, refusalOf, startTestEndpoint } from './testing.ts';

let sandbox: TestEndpoint;
let account: string;
let client: RDSClient;
let effects: string[];

beforeAll(async () => {
  sandbox = await startTestEndpoint({
    rds: {
      operations: {
        DescribeDBInstances: () => Promise.resolve({ DBInstances: [] }),
        DeleteDBInstance: (input: { DBInstanceIdentifier: string }) => {
          effects.push(input.DBInstanceIdentifier);
          return Promise.resolve({});
        },
      },
      control: {
        'POST durations': (body: unknown, context) =>
          Promise.resolve({ body, account: context.accountId, region: context.region }),
      },
      leftovers: (accountId) =>
        Promise.resolve([
          { arn: `arn:aws:rds:us-east-1:${accountId}:db:left`, kind: 'db', status: 'available', tags: { a: 'b' } },
        ]),
    },
  });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  effects = [];
  account = newAccount();
  client = new RDSClient(sandbox.config(account));
});

const remove = (name = 'db-1') => client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: name }));

describe('an injected fault', () => {
  test('answers with a real fault, as its real class, without the effect', async () => {
    await inject({ kind: 'error', code: 'DBInstanceNotFound', message: 'gone' });
    expect(await refusalOf(remove())).toBeInstanceOf(DBInstanceNotFoundFault);
    expect(effects).toEqual([]);
    await remove();
    expect(effects).toEqual(['db-1']);
  });

  test('throttles as often as it is told, and the SDK’s retries get through', async () => {
    await inject({ kind: 'throttle', operation: '*', times: 2 });
    expect(await refusalOf(remove())).toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
    const patient = new RDSClient({ ...sandbox.config(account), maxAttempts: 3 });
    await patient.send(new DescribeDBInstancesCommand({}));
  });

  test('loses the reply after the effect happened', async () => {
    await inject({ kind: 'lose-reply' });
    const error = await refusalOf(remove());
    expect(error.$metadata?.httpStatusCode).toBeUndefined();
    expect((error as NodeJS.ErrnoException).code).toBe('ECONNRESET');
    expect(effects).toEqual(['db-1']);
  });

  test('hangs up before the effect', async () => {
    await inject({ kind: 'hang-up' });
    expect(((await refusalOf(remove())) as NodeJS.ErrnoException).code).toBe('ECONNRESET');
    expect(effects).toEqual([]);
  });

  test('answers late, after the effect', async () => {
    await inject({ kind: 'late-reply', delayMs: 300 });
    let answered = false;
    const call = remove().then(() => (answered = true));
    while (effects.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(answered).toBe(false);
    await call;
  });

  test('answers an error after the effect', async () => {
    await inject({ kind: 'error-after', code: 'InternalFailure', status: 500 });
    expect(await refusalOf(remove())).toMatchObject({
      name: 'InternalFailure',
      $metadata: expect.objectContaining({ httpStatusCode: 500 }),
    });
    expect(effects).toEqual(['db-1']);
  });

  test('keeps the effect waiting, also for a caller that has gone away', async () => {
    await inject({ kind: 'late-effect', delayMs: 400 });
    const impatient = new RDSClient({
      ...sandbox.config(account),
      requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true },
    });
    expect(
      await refusalOf(impatient.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'db-1' }))),
    ).toMatchObject({ name: 'TimeoutError' });
    expect(effects).toEqual([]);
    await expect.poll(() => effects).toEqual(['db-1']);
  });

  test('can wait for one resource only', async () => {
    await inject({ kind: 'error', code: 'InvalidDBInstanceState', match: { DBInstanceIdentifier: 'db-2' } });
    await remove('db-1');
    expect(await refusalOf(remove('db-2'))).toMatchObject({ name: 'InvalidDBInstanceStateFault' });
  });

  test('strikes its own account only', async () => {
    await inject({ kind: 'throttle', times: null });
    const other = new RDSClient(sandbox.config(newAccount()));
    await other.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'theirs' }));
    expect(effects).toEqual(['theirs']);
  });

  test('is listed with its hits and can be taken back', async () => {
    const { id } = await inject({ kind: 'throttle', times: null });
    await refusalOf(remove());
    expect((await sandbox.control(account, 'GET faults'))['faults']).toMatchObject([{ id, hits: 1, kind: 'throttle' }]);
    expect(await sandbox.control(account, `DELETE faults/${String(id)}`)).toEqual({ removed: 1 });
    await remove();
  });

  test('with a misspelt kind is refused, saying where', async () => {
    expect((await refusalOf(inject({ kind: 'lose' }))).message).toContain('kind');
  });
});

describe('control', () => {
  test('shows the calls so far with caller, request id and error code', async () => {
    await remove();
    await inject({ kind: 'error', code: 'DBInstanceNotFound' });
    const error = await refusalOf(remove());
    const { calls } = await sandbox.control(account, 'GET calls');
    expect(calls).toMatchObject([
      { service: 'rds', operation: 'DeleteDBInstance', caller: `arn:aws:iam::${account}:user/sandbox` },
      {
        errorCode: 'DBInstanceNotFound',
        requestId: (error as { $metadata?: { requestId?: string } }).$metadata?.requestId,
      },
    ]);
    expect((calls as object[])[0]).not.toHaveProperty('errorCode');
  });

  test('reaches a service with account and Region', async () => {
    expect(await sandbox.control(account, 'POST rds/durations?region=eu-west-1', { createMs: 5 })).toEqual({
      body: { createMs: 5 },
      account,
      region: 'eu-west-1',
    });
  });

  test('lists leftovers', async () => {
    const { leftovers } = await sandbox.control(account, 'GET leftovers');
    expect(leftovers).toContainEqual({
      service: 'rds',
      arn: `arn:aws:rds:us-east-1:${account}:db:left`,
      kind: 'db',
      status: 'available',
      tags: { a: 'b' },
    });
  });

  test('takes an access key instead of an account', async () => {
    const reply = await fetch(`${sandbox.url}/_sandbox/calls`, {
      headers: { 'x-sandbox-access-key': `AKIA${account}` },
    });
    expect(await reply.json()).toMatchObject({ account });
  });

  test('without an account, for a call that does not exist, or with broken JSON says what to do', async () => {
    const none = await fetch(`${sandbox.url}/_sandbox/calls`);
    expect(none.status).toBe(400);
    expect(await none.text()).toContain('?account=<12 digits>');
    expect((await refusalOf(sandbox.control(account, 'POST rds/nonsense'))).message).toContain(
      'It has: POST durations',
    );
    expect((await refusalOf(sandbox.control(account, 'POST nonsense'))).message).toContain('404');
    const broken = await fetch(`${sandbox.url}/_sandbox/faults?account=${account}`, { method: 'POST', body: '{' });
    expect(broken.status).toBe(400);
  });

  test('reset forgets faults and calls', async () => {
    await inject({ kind: 'throttle', times: null });
    await sandbox.control(account, 'POST reset');
    await remove();
    expect((await sandbox.control(account, 'GET calls'))['calls']).toHaveLength(1);
  });
});

function inject(fault: object): Promise<Record<string, unknown>> {
  return sandbox.control(account, 'POST faults', { service: 'rds', operation: 'DeleteDBInstance', ...fault });
}

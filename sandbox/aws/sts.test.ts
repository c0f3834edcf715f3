import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DeleteDBInstanceCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountOfAccessKey } from './accounts.ts';
import type { TestEndpoint } from './testing.ts';
import { newAccount, refusalOf, startTestEndpoint } from './testing.ts';

let sandbox: TestEndpoint;

beforeAll(async () => {
  sandbox = await startTestEndpoint({
    rds: {
      operations: {
        DescribeDBInstances: () => Promise.resolve({ DBInstances: [] }),
        DeleteDBInstance: () => Promise.resolve({}),
      },
    },
  });
});
afterAll(() => sandbox.close());

describe('an account', () => {
  test('is the twelve digits in its access key', async () => {
    const identity = await new STSClient(sandbox.config('111122223333')).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/sandbox' });
    expect(identity.UserId).toMatch(/^AIDA/);
  });

  test('follows from any other access key, always the same', () => {
    expect(accountOfAccessKey('AKIAIOSFODNN7EXAMPLE')).toMatch(/^\d{12}$/);
    expect(accountOfAccessKey('AKIAIOSFODNN7EXAMPLE')).toBe(accountOfAccessKey('AKIAIOSFODNN7EXAMPLE'));
    expect(accountOfAccessKey('AKIAIOSFODNN7EXAMPLE')).not.toBe(accountOfAccessKey('AKIAIOSFODNN7EXAMPLF'));
  });
});

describe('AssumeRole', () => {
  test('gives credentials that act as the role, in its account', async () => {
    const account = newAccount();
    const reply = await assume(`arn:aws:iam::${account}:role/ops/firedrill-read`);
    expect(reply.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${account}:assumed-role/firedrill-read/run-1`);
    expect(reply.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z]{16}$/);
    const inAnHour = Date.now() + 3600_000;
    expect(Math.abs((reply.Credentials?.Expiration?.getTime() ?? 0) - inAnHour)).toBeLessThan(10_000);
    const identity = await new STSClient(sandbox.config(credentialsOf(reply))).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: account,
      Arn: `arn:aws:sts::${account}:assumed-role/firedrill-read/run-1`,
    });
    expect(identity.UserId).toBe(reply.AssumedRoleUser?.AssumedRoleId);
  });

  test('with a wrong or no external id is refused as AWS refuses it', async () => {
    const account = newAccount();
    await sandbox.control(account, 'POST sts/roles', { name: 'drill', externalId: 'secret-42' });
    const arn = `arn:aws:iam::${account}:role/drill`;
    for (const ExternalId of [undefined, 'secret-41']) {
      const error = await refusalOf(assume(arn, ExternalId === undefined ? {} : { ExternalId }));
      expect(error).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
      expect(error.message).toBe(
        `User: arn:aws:iam::999988887777:user/sandbox is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      );
    }
    expect((await assume(arn, { ExternalId: 'secret-42' })).Credentials).toBeDefined();
  });

  test('refuses a session shorter than fifteen minutes', async () => {
    const error = await refusalOf(assume(`arn:aws:iam::${newAccount()}:role/x`, { DurationSeconds: 60 }));
    expect(error).toMatchObject({ name: 'ValidationError', $metadata: { httpStatusCode: 400 } });
  });

  test('refuses what is not a role', async () => {
    expect(await refusalOf(assume('arn:aws:iam::111122223333:user/bob'))).toMatchObject({ name: 'ValidationError' });
  });
});

describe('temporary credentials', () => {
  test('that have expired are refused, in each service’s own words', async () => {
    const account = newAccount();
    const credentials = credentialsOf(await assume(`arn:aws:iam::${account}:role/x`));
    await sandbox.control(account, 'POST sts/expire-sessions');
    const config = sandbox.config(credentials);
    expect(await refusalOf(new STSClient(config).send(new GetCallerIdentityCommand({})))).toMatchObject({
      name: 'ExpiredToken',
      $metadata: { httpStatusCode: 403 },
    });
    expect(await refusalOf(new RDSClient(config).send(new DescribeDBInstancesCommand({})))).toMatchObject({
      name: 'ExpiredToken',
    });
    expect(await refusalOf(new EC2Client(config).send(new DescribeVpcsCommand({})))).toMatchObject({
      name: 'RequestExpired',
    });
    expect(
      await refusalOf(new KMSClient(config).send(new DescribeKeyCommand({ KeyId: 'alias/aws/rds' }))),
    ).toMatchObject({
      name: 'ExpiredTokenException',
    });
  });

  test('without their session token are refused', async () => {
    const { accessKeyId, secretAccessKey } = credentialsOf(await assume(`arn:aws:iam::${newAccount()}:role/x`));
    const client = new STSClient(sandbox.config({ accessKeyId, secretAccessKey }));
    expect(await refusalOf(client.send(new GetCallerIdentityCommand({})))).toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });
});

describe('a registered role', () => {
  test('may do what it is allowed and is refused the rest with the real text', async () => {
    const account = newAccount();
    await sandbox.control(account, 'POST sts/roles', {
      name: 'reader',
      allow: ['rds:Describe*', 'ec2:Describe*'],
      deny: ['ec2:*'],
    });
    const credentials = credentialsOf(await assume(`arn:aws:iam::${account}:role/reader`));
    const rds = new RDSClient(sandbox.config(credentials, 'eu-west-1'));
    expect((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([]);

    const refused = await refusalOf(rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'issues-db' })));
    expect(refused).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    expect(refused.message).toBe(
      `User: arn:aws:sts::${account}:assumed-role/reader/run-1 is not authorized to perform: rds:DeleteDBInstance on resource: arn:aws:rds:eu-west-1:${account}:db:issues-db because no identity-based policy allows the rds:DeleteDBInstance action`,
    );

    const ec2 = await refusalOf(new EC2Client(sandbox.config(credentials)).send(new DescribeVpcsCommand({})));
    expect(ec2).toMatchObject({ name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } });
    expect(ec2.message).toContain('with an explicit deny in an identity-based policy');

    const kms = await refusalOf(
      new KMSClient(sandbox.config(credentials)).send(new DescribeKeyCommand({ KeyId: 'alias/aws/rds' })),
    );
    expect(kms).toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
  });

  test('can be limited to names with our prefix', async () => {
    const account = newAccount();
    const allow = [{ action: 'rds:DeleteDBInstance', resource: 'arn:aws:rds:*:*:db:drdrill-*' }];
    await sandbox.control(account, 'POST sts/roles', { name: 'isolated', allow });
    const rds = new RDSClient(sandbox.config(credentialsOf(await assume(`arn:aws:iam::${account}:role/isolated`))));
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'drdrill-a' }));
    expect(await refusalOf(rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'issues-db' })))).toMatchObject(
      {
        name: 'AccessDenied',
      },
    );
  });

  test('is forgotten by a reset of its account', async () => {
    const account = newAccount();
    await sandbox.control(account, 'POST sts/roles', { name: 'none', allow: [] });
    const rds = new RDSClient(sandbox.config(credentialsOf(await assume(`arn:aws:iam::${account}:role/none`))));
    expect(await refusalOf(rds.send(new DescribeDBInstancesCommand({})))).toMatchObject({ name: 'AccessDenied' });
    await sandbox.control(account, 'POST reset');
    expect((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([]);
  });
});

function assume(RoleArn: string, more: { ExternalId?: string; DurationSeconds?: number } = {}) {
  const client = new STSClient(sandbox.config('999988887777'));
  return client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'run-1', ...more }));
}

function credentialsOf(reply: Awaited<ReturnType<typeof assume>>) {
  const { AccessKeyId, SecretAccessKey, SessionToken } = reply.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('AssumeRole gave no credentials');
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

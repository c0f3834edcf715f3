import { DescribeKeyCommand, KMSClient, NotFoundException } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKmsService } from './kms.ts';
import type { TestEndpoint } from './testing.ts';
import { newAccount, refusalOf, startTestEndpoint } from './testing.ts';

let sandbox: TestEndpoint;
beforeAll(async () => {
  sandbox = await startTestEndpoint();
});
afterAll(() => sandbox.close());

test('every account has the key that AWS manages for RDS', async () => {
  const account = newAccount();
  const { KeyMetadata } = await describeKey(account, 'alias/aws/rds');
  expect(KeyMetadata).toMatchObject({
    AWSAccountId: account,
    KeyManager: 'AWS',
    KeyState: 'Enabled',
    Enabled: true,
    MultiRegion: false,
  });
  expect(KeyMetadata?.CreationDate).toBeInstanceOf(Date);
  expect(KeyMetadata?.Arn).toBe(`arn:aws:kms:us-east-1:${account}:key/${KeyMetadata?.KeyId}`);
});

test('a key is found by id, ARN, alias and alias ARN, with its state', async () => {
  const account = newAccount();
  await sandbox.control(account, 'PUT kms/keys', [
    { keyId: 'mrk-0001', alias: 'alias/prod', state: 'Disabled', multiRegion: true },
  ]);
  const arn = `arn:aws:kms:us-east-1:${account}`;
  for (const reference of ['mrk-0001', `${arn}:key/mrk-0001`, 'alias/prod', `${arn}:alias/prod`]) {
    const { KeyMetadata } = await describeKey(account, reference);
    expect(KeyMetadata).toMatchObject({
      KeyId: 'mrk-0001',
      KeyState: 'Disabled',
      Enabled: false,
      MultiRegion: true,
      KeyManager: 'CUSTOMER',
    });
  }
});

test('a key waiting for its deletion says when', async () => {
  const account = newAccount();
  await sandbox.control(account, 'PUT kms/keys', [{ keyId: 'dying', state: 'PendingDeletion' }]);
  expect((await describeKey(account, 'dying')).KeyMetadata?.DeletionDate).toBeInstanceOf(Date);
});

test('a key or alias that does not exist, or lies in another Region, is not found', async () => {
  const account = newAccount();
  const missing = await refusalOf(describeKey(account, 'no-such'));
  expect(missing).toBeInstanceOf(NotFoundException);
  expect(missing.message).toBe(`Key 'arn:aws:kms:us-east-1:${account}:key/no-such' does not exist`);
  expect((await refusalOf(describeKey(account, 'alias/none'))).message).toBe(
    `Alias arn:aws:kms:us-east-1:${account}:alias/none is not found.`,
  );
  expect(await refusalOf(describeKey(account, `arn:aws:kms:eu-west-1:${account}:key/x`))).toBeInstanceOf(
    NotFoundException,
  );
});

test('a key of another account is not to be looked at', async () => {
  const error = await refusalOf(describeKey(newAccount(), `arn:aws:kms:us-east-1:${newAccount()}:key/x`));
  expect(error).toMatchObject({ name: 'AccessDeniedException' });
});

test('a call without a key id is refused by validation', async () => {
  const reply = await fetch(sandbox.url, {
    method: 'POST',
    headers: {
      'x-amz-target': 'TrentService.DescribeKey',
      'content-type': 'application/x-amz-json-1.1',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIA111122223333/20261122/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: '{}',
  });
  expect(reply.status).toBe(400);
  expect(await reply.json()).toMatchObject({
    __type: 'ValidationException',
    message: expect.stringContaining("'keyId'") as string,
  });
});

test('RDS can look keys up by any name, and they outlive a restart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-kms-'));
  try {
    const statePath = join(folder, 'kms.json');
    const context = { accountId: '111122223333', region: 'us-east-1', callerArn: '', requestId: '' };
    const before = createKmsService({ statePath });
    const put = before.control?.['PUT keys'] as ((body: unknown, at: typeof context) => Promise<object>) | undefined;
    void put?.([{ keyId: 'k1', state: 'Disabled' }], context);
    const after = createKmsService({ statePath });
    expect(after.keyState('k1', '111122223333', 'us-east-1')).toMatchObject({ state: 'Disabled' });
    expect(after.keyState('arn:aws:kms:us-east-1:111122223333:key/k1', '999999999999', 'eu-west-1')).toMatchObject({
      keyId: 'k1',
    });
    expect(after.keyState('k2', '111122223333', 'us-east-1')).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function describeKey(account: string, KeyId: string) {
  return new KMSClient(sandbox.config(account)).send(new DescribeKeyCommand({ KeyId }));
}

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestEndpoint } from '../testing.ts';
import { newAccount, refusalOf, startTestEndpoint } from '../testing.ts';
import { createS3Service } from './service.ts';

let dataDir: string;
let sandbox: TestEndpoint;
let account: string;
let client: S3Client;
const Bucket = 'locked';
const inAYear = new Date(Math.floor(Date.now() / 1000) * 1000 + 365 * 24 * 3600_000);

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'firedrill-lock-'));
  sandbox = await startTestEndpoint({ s3: createS3Service({ dataDir }) });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(dataDir, { recursive: true });
});
beforeEach(async () => {
  account = newAccount();
  client = new S3Client({ ...sandbox.config(account), forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
});

const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: 'evidence', ...more }));
const locked = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inAYear } as const;

describe('Object Lock', () => {
  test('refuses to delete a COMPLIANCE version, alone, in a batch and with bypass', async () => {
    const { VersionId } = await put('e', locked);
    const version = { Bucket, Key: 'e', ...(VersionId && { VersionId }) };
    const error = await refusalOf(client.send(new DeleteObjectCommand(version)));
    expect(error).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    expect(error.message).toBe('Access Denied because object protected by object lock.');
    expect(
      await refusalOf(client.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }))),
    ).toMatchObject({
      name: 'AccessDenied',
    });
    const batch = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'e', VersionId }] } }),
    );
    expect(batch.Errors).toMatchObject([{ Key: 'e', VersionId, Code: 'AccessDenied' }]);
    expect(await (await client.send(new GetObjectCommand(version))).Body?.transformToString()).toBe('evidence');
  });

  test('lets a delete without a version hide the object, never remove it', async () => {
    const { VersionId } = await put('e', locked);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'e' }));
    const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions).toMatchObject([{ VersionId, IsLatest: false }]);
    expect(DeleteMarkers).toMatchObject([{ Key: 'e', IsLatest: true }]);
  });

  test('tells mode and date where they are asked for', async () => {
    await put('e', locked);
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'e' }))).toMatchObject(locked);
    const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket, Key: 'e' }));
    expect(Retention).toEqual({ Mode: 'COMPLIANCE', RetainUntilDate: inAYear });
    await put('free');
    expect(await refusalOf(client.send(new GetObjectRetentionCommand({ Bucket, Key: 'free' })))).toMatchObject({
      name: 'NoSuchObjectLockConfiguration',
    });
  });

  test('gives the bucket’s default retention to every new object', async () => {
    const rule = {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 30 } },
    } as const;
    await client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: rule }));
    expect((await client.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration).toEqual(
      rule,
    );
    await put('e');
    const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket, Key: 'e' }));
    const days = ((Retention?.RetainUntilDate?.getTime() ?? 0) - Date.now()) / (24 * 3600_000);
    expect(Math.round(days)).toBe(30);
  });

  test('can be made longer but not shorter', async () => {
    await put('e', locked);
    const retain = (until: Date) =>
      client.send(
        new PutObjectRetentionCommand({ Bucket, Key: 'e', Retention: { Mode: 'COMPLIANCE', RetainUntilDate: until } }),
      );
    expect(await refusalOf(retain(new Date(inAYear.getTime() - 1000)))).toMatchObject({ name: 'AccessDenied' });
    const later = new Date(inAYear.getTime() + 1000);
    await retain(later);
    expect((await client.send(new GetObjectRetentionCommand({ Bucket, Key: 'e' }))).Retention?.RetainUntilDate).toEqual(
      later,
    );
  });

  test('in GOVERNANCE mode yields to an explicit bypass only', async () => {
    const { VersionId } = await put('g', { ...locked, ObjectLockMode: 'GOVERNANCE' });
    const version = { Bucket, Key: 'g', ...(VersionId && { VersionId }) };
    expect(await refusalOf(client.send(new DeleteObjectCommand(version)))).toMatchObject({ name: 'AccessDenied' });
    await client.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }));
    expect((await client.send(new ListObjectVersionsCommand({ Bucket }))).Versions ?? []).toEqual([]);
  });

  test('refuses half a retention, a time that has passed, and a bucket without a lock', async () => {
    expect(await refusalOf(put('e', { ObjectLockMode: 'COMPLIANCE' }))).toMatchObject({ name: 'InvalidArgument' });
    const past = await refusalOf(put('e', { ...locked, ObjectLockRetainUntilDate: new Date(Date.now() - 5000) }));
    expect(past.message).toBe('The retain until date must be in the future!');
    await client.send(new CreateBucketCommand({ Bucket: 'plain' }));
    const none = await refusalOf(put('e', { ...locked, Bucket: 'plain' }));
    expect(none).toMatchObject({ name: 'InvalidRequest', message: 'Bucket is missing Object Lock Configuration' });
    expect(await refusalOf(client.send(new GetObjectLockConfigurationCommand({ Bucket: 'plain' })))).toMatchObject({
      name: 'ObjectLockConfigurationNotFoundError',
    });
  });

  test('keeps versioning on', async () => {
    const suspend = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } });
    expect(await refusalOf(client.send(suspend))).toMatchObject({
      name: 'InvalidBucketState',
      $metadata: { httpStatusCode: 409 },
    });
  });
});

test('objects, versions, locks and markers outlive the process, and half-written files do not', async () => {
  const first = await put('e', locked);
  await put('e', { Body: 'newer' });
  await put('gone');
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
  const objects = join(dataDir, 's3', account, Bucket, 'objects');
  const before = readdirSync(objects).length;
  writeFileSync(join(objects, 'half.bin'), 'written, but never committed');
  writeFileSync(join(objects, 'half.json.tmp'), '{"key":');

  // A second process on the same folder sees what a restart after kill -9 would see.
  const restarted = await startTestEndpoint({ s3: createS3Service({ dataDir }) });
  try {
    client = new S3Client({ ...restarted.config(account), forcePathStyle: true });
    expect(readdirSync(objects)).toHaveLength(before);
    expect(await (await client.send(new GetObjectCommand({ Bucket, Key: 'e' }))).Body?.transformToString()).toBe(
      'newer',
    );
    const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.map((version) => [version.Key, version.IsLatest])).toEqual([
      ['e', true],
      ['e', false],
      ['gone', false],
    ]);
    expect(DeleteMarkers?.map((marker) => marker.Key)).toEqual(['gone']);
    const old = { Bucket, Key: 'e', ...(first.VersionId && { VersionId: first.VersionId }) };
    expect(await refusalOf(client.send(new DeleteObjectCommand(old)))).toMatchObject({ name: 'AccessDenied' });
    await put('e', { Body: 'newest' });
    expect((await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'e' }))).Versions).toHaveLength(3);
  } finally {
    await restarted.close();
  }
});

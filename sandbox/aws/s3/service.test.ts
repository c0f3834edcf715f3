import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  PutBucketVersioningCommand,
  GetBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  CreateMultipartUploadCommand,
} from '@aws-sdk/client-s3';
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestEndpoint } from '../testing.ts';
import { newAccount, refusalOf, startTestEndpoint } from '../testing.ts';
import { createS3Service } from './service.ts';

let dataDir: string;
let sandbox: TestEndpoint;
let account: string;
let client: S3Client;
const Bucket = 'evidence';

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'firedrill-s3-'));
  sandbox = await startTestEndpoint({ s3: createS3Service({ dataDir }) });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(dataDir, { recursive: true });
});
beforeEach(async () => {
  account = newAccount();
  client = clientOf(account);
  await client.send(new CreateBucketCommand({ Bucket }));
});

function clientOf(who: string, region = 'us-east-1'): S3Client {
  return new S3Client({ ...sandbox.config(who, region), forcePathStyle: true });
}
const put = (Key: string, Body: PutObjectCommandInput['Body'] = 'x', more: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const bytesOf = async (Key: string, more: object = {}) => {
  const reply = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from((await reply.Body?.transformToByteArray()) ?? []);
};

describe('a body', () => {
  test('comes back byte for byte, from memory and from a stream', async () => {
    for (const size of [0, 1, 65_535, 65_536, 300_001]) {
      const bytes = randomBytes(size);
      await put(`plain/${size}`, bytes);
      expect((await bytesOf(`plain/${size}`)).equals(bytes)).toBe(true);
      // A stream goes out as aws-chunked, with its checksum as a trailer.
      await put(`stream/${size}`, Readable.from(split(bytes)), { ContentLength: size });
      expect((await bytesOf(`stream/${size}`)).equals(bytes)).toBe(true);
    }
  });

  test('of a stream is stored without the chunk framing and its encoding', async () => {
    await put('s', Readable.from([Buffer.from('hello')]), { ContentLength: 5, ContentEncoding: 'gzip' });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 's' }));
    expect(head).toMatchObject({ ContentLength: 5, ContentEncoding: 'gzip' });
    expect(head.ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
  });

  test('is kept under any key', async () => {
    for (const key of [
      'a/b/c.json',
      'with space & plus+',
      'ünï/çø∂é/…',
      'quote\'"<>',
      '100%/x',
      '..',
      'a//b',
      'tail/',
    ]) {
      await put(key, key);
      expect((await bytesOf(key)).toString()).toBe(key);
    }
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "quote'" }));
    expect(Contents?.map((entry) => entry.Key)).toEqual(['quote\'"<>']);
  });

  test('is read in part by range', async () => {
    await put('digits', '0123456789');
    expect((await bytesOf('digits', { Range: 'bytes=2-4' })).toString()).toBe('234');
    expect((await bytesOf('digits', { Range: 'bytes=7-' })).toString()).toBe('789');
    expect((await bytesOf('digits', { Range: 'bytes=-2' })).toString()).toBe('89');
    const reply = await client.send(new GetObjectCommand({ Bucket, Key: 'digits', Range: 'bytes=0-99' }));
    expect(reply).toMatchObject({
      ContentRange: 'bytes 0-9/10',
      ContentLength: 10,
      $metadata: { httpStatusCode: 206 },
    });
    await reply.Body?.transformToString();
    expect(await refusalOf(bytesOf('digits', { Range: 'bytes=10-' }))).toMatchObject({ name: 'InvalidRange' });
  });

  test('brings its metadata and headers back', async () => {
    await put('m', '{}', {
      ContentType: 'application/json',
      CacheControl: 'no-store',
      Metadata: { run: 'r-1', chain: 'abc' },
    });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'm' }));
    expect(head).toMatchObject({
      ContentType: 'application/json',
      CacheControl: 'no-store',
      Metadata: { run: 'r-1', chain: 'abc' },
      ServerSideEncryption: 'AES256',
    });
    expect(head.LastModified).toBeInstanceOf(Date);
  });
});

describe('checksums', () => {
  test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
    '%s is verified, stored and checked by the client when it reads',
    async (algorithm) => {
      const bytes = randomBytes(1000);
      const stored = await put('c', bytes, { ChecksumAlgorithm: algorithm });
      const member = `Checksum${algorithm}` as const;
      expect(stored[member]).toMatch(/=$/);
      const read = await client.send(new GetObjectCommand({ Bucket, Key: 'c', ChecksumMode: 'ENABLED' }));
      expect(read[member]).toBe(stored[member]);
      expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    },
  );

  test('known values are right', async () => {
    // Check values of "123456789" from the CRC catalogue: cbf43926, e3069283 and, for CRC-64/NVME, ae8b14860a799888.
    expect((await put('c', '123456789', { ChecksumAlgorithm: 'CRC32' })).ChecksumCRC32).toBe(hexTo64('cbf43926'));
    expect((await put('c', '123456789', { ChecksumAlgorithm: 'CRC32C' })).ChecksumCRC32C).toBe(hexTo64('e3069283'));
    const quiet = new S3Client({
      ...sandbox.config(account),
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    const stored = await quiet.send(new PutObjectCommand({ Bucket, Key: 'c', Body: '123456789' }));
    expect(stored.ChecksumCRC64NVME).toBe(hexTo64('ae8b14860a799888'));
  });

  test('a body that does not match is refused and not stored', async () => {
    const wrong = await refusalOf(
      put('bad', 'abc', { ChecksumSHA256: createHash('sha256').update('abd').digest('base64') }),
    );
    expect(wrong).toMatchObject({ name: 'BadDigest', $metadata: { httpStatusCode: 400 } });
    expect(
      await refusalOf(put('bad', 'abc', { ContentMD5: createHash('md5').update('abd').digest('base64') })),
    ).toMatchObject({
      name: 'BadDigest',
    });
    expect(await refusalOf(bytesOf('bad'))).toBeInstanceOf(NoSuchKey);
  });

  test('a body damaged on its way in chunks is refused', async () => {
    const reply = await fetch(`${sandbox.url}/${Bucket}/damaged`, {
      method: 'PUT',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=AKIA${account}/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '5',
        'x-amz-trailer': 'x-amz-checksum-crc32',
        'content-encoding': 'aws-chunked',
      },
      body: `5\r\nhellO\r\n0\r\nx-amz-checksum-crc32:${hexTo64('3610a686')}\r\n\r\n`,
    });
    expect(reply.status).toBe(400);
    expect(await reply.text()).toContain('<Code>BadDigest</Code>');
    expect(await refusalOf(bytesOf('damaged'))).toBeInstanceOf(NoSuchKey);
  });
});

describe('conditional requests', () => {
  test('If-None-Match: * writes once, and of many at once exactly one', async () => {
    const writes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => put('once', `writer ${index}`, { IfNoneMatch: '*' })),
    );
    expect(writes.filter((write) => write.status === 'fulfilled')).toHaveLength(1);
    expect(await refusalOf(put('once', 'late', { IfNoneMatch: '*' }))).toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    expect((await bytesOf('once')).toString()).toMatch(/^writer \d$/);
  });

  test('If-Match writes only over what was read', async () => {
    const { ETag } = await put('match', 'one');
    await put('match', 'two', { IfMatch: ETag });
    expect(await refusalOf(put('match', 'three', { IfMatch: ETag }))).toMatchObject({ name: 'PreconditionFailed' });
    expect(await refusalOf(put('absent', 'x', { IfMatch: ETag }))).toMatchObject({ name: 'NoSuchKey' });
    expect((await bytesOf('match')).toString()).toBe('two');
  });

  test('a read can ask for a change only', async () => {
    const { ETag } = await put('r', 'x');
    expect(await refusalOf(bytesOf('r', { IfNoneMatch: ETag }))).toMatchObject({ $metadata: { httpStatusCode: 304 } });
    expect(await refusalOf(bytesOf('r', { IfMatch: '"other"' }))).toMatchObject({ name: 'PreconditionFailed' });
  });
});

describe('buckets', () => {
  test('exist, are listed, and go only when empty', async () => {
    expect(await client.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: 'us-east-1' });
    expect((await client.send(new ListBucketsCommand({}))).Buckets?.map((each) => each.Name)).toEqual([Bucket]);
    await put('k');
    expect(await refusalOf(client.send(new DeleteBucketCommand({ Bucket })))).toMatchObject({ name: 'BucketNotEmpty' });
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await client.send(new DeleteBucketCommand({ Bucket }));
    expect(await refusalOf(client.send(new HeadBucketCommand({ Bucket })))).toBeInstanceOf(NotFound);
    expect(await refusalOf(put('k'))).toBeInstanceOf(NoSuchBucket);
  });

  test('belong to their account and Region', async () => {
    expect(await refusalOf(clientOf(newAccount()).send(new HeadBucketCommand({ Bucket })))).toBeInstanceOf(NotFound);
    const frankfurt = clientOf(account, 'eu-central-1');
    expect(await refusalOf(frankfurt.send(new ListObjectsV2Command({ Bucket })))).toMatchObject({
      name: 'AuthorizationHeaderMalformed',
    });
    const there = { Bucket: 'there', CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' as const } };
    await frankfurt.send(new CreateBucketCommand(there));
    expect(await refusalOf(frankfurt.send(new CreateBucketCommand(there)))).toBeInstanceOf(BucketAlreadyOwnedByYou);
    expect(await refusalOf(client.send(new CreateBucketCommand(there)))).toMatchObject({
      name: 'IllegalLocationConstraintException',
    });
    expect(await refusalOf(client.send(new CreateBucketCommand({ Bucket: 'Not_Valid' })))).toMatchObject({
      name: 'InvalidBucketName',
    });
  });
});

describe('listing', () => {
  test('pages through all keys in byte order', async () => {
    const keys = ['b', 'a/2', 'a/10', 'Z', 'é', 'a', '😀', '～'];
    await Promise.all(keys.map((key) => put(key)));
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket, MaxKeys: 3, ...(ContinuationToken && { ContinuationToken }) }),
      );
      seen.push(...(page.Contents ?? []).map((entry) => entry.Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(seen).toEqual(['Z', 'a', 'a/10', 'a/2', 'b', 'é', '～', '😀']);
  });

  test('folds folders at the delimiter, also over pages', async () => {
    for (const key of ['runs/1/a', 'runs/1/b', 'runs/2/a', 'runs/index', 'other']) await put(key);
    const first = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'runs/', Delimiter: '/', MaxKeys: 1 }));
    expect(first).toMatchObject({ CommonPrefixes: [{ Prefix: 'runs/1/' }], KeyCount: 1, IsTruncated: true });
    const rest = await client.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix: 'runs/',
        Delimiter: '/',
        ContinuationToken: first.NextContinuationToken ?? '',
      }),
    );
    expect(rest.CommonPrefixes).toEqual([{ Prefix: 'runs/2/' }]);
    expect(rest.Contents?.map((entry) => entry.Key)).toEqual(['runs/index']);
  });
});

describe('versions', () => {
  beforeEach(async () => {
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  });

  test('are all kept, read by id, and hidden by a delete marker', async () => {
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const one = await put('v', 'one');
    await put('v', 'two');
    expect((await bytesOf('v')).toString()).toBe('two');
    expect((await bytesOf('v', { VersionId: one.VersionId })).toString()).toBe('one');

    const marker = await client.send(new DeleteObjectCommand({ Bucket, Key: 'v' }));
    expect(marker.DeleteMarker).toBe(true);
    expect(await refusalOf(bytesOf('v'))).toBeInstanceOf(NoSuchKey);
    expect((await bytesOf('v', { VersionId: one.VersionId })).toString()).toBe('one');
    expect(await refusalOf(bytesOf('v', { VersionId: marker.VersionId }))).toMatchObject({ name: 'MethodNotAllowed' });
    expect(await refusalOf(bytesOf('v', { VersionId: 'nope' }))).toMatchObject({ name: 'NoSuchVersion' });

    await client.send(
      new DeleteObjectCommand({ Bucket, Key: 'v', ...(marker.VersionId && { VersionId: marker.VersionId }) }),
    );
    expect((await bytesOf('v')).toString()).toBe('two');
  });

  test('are listed newest first with their markers, over pages', async () => {
    for (const body of ['1', '2', '3']) await put('a', body);
    await put('b');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'b' }));
    const seen: string[] = [];
    let markers: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
    while (markers) {
      const page: Awaited<ReturnType<typeof listVersions>> = await listVersions(markers);
      for (const each of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])])
        seen.push(`${each.Key}${each.IsLatest ? ' latest' : ''}`);
      markers = page.IsTruncated
        ? {
            ...(page.NextKeyMarker && { KeyMarker: page.NextKeyMarker }),
            ...(page.NextVersionIdMarker && { VersionIdMarker: page.NextVersionIdMarker }),
          }
        : undefined;
    }
    expect(seen).toEqual(['a latest', 'a', 'a', 'b latest', 'b']);
  });

  test('are deleted in batches, each with its own answer', async () => {
    const { VersionId } = await put("odd & <key>'\r\n", 'x');
    const reply = await client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: "odd & <key>'\r\n", VersionId }, { Key: 'never-there' }] },
      }),
    );
    expect(reply.Deleted).toMatchObject([
      { Key: "odd & <key>'\r\n", VersionId },
      { Key: 'never-there', DeleteMarker: true },
    ]);
    expect(reply.Errors ?? []).toEqual([]);
  });

  const listVersions = (markers: object) =>
    client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, ...markers }));
});

describe('the endpoint', () => {
  test('loses the reply of a put that happened: a retry with If-None-Match finds it there', async () => {
    await sandbox.control(account, 'POST faults', { service: 's3', operation: 'PutObject', kind: 'lose-reply' });
    expect((await refusalOf(put('lost', 'once', { IfNoneMatch: '*' }))) as NodeJS.ErrnoException).toMatchObject({
      code: 'ECONNRESET',
    });
    expect(await refusalOf(put('lost', 'again', { IfNoneMatch: '*' }))).toMatchObject({ name: 'PreconditionFailed' });
    expect((await bytesOf('lost')).toString()).toBe('once');
  });

  test('checks a role’s S3 actions under their IAM names, per object', async () => {
    const allow = [{ action: 's3:PutObject', resource: `arn:aws:s3:::${Bucket}/runs/*` }, 's3:ListBucket'];
    await sandbox.control(account, 'POST sts/roles', { name: 'evidence', allow });
    const sts = new STSClient(sandbox.config(account));
    const role = await sts.send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/evidence`, RoleSessionName: 'run' }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = role.Credentials ?? {};
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    client = new S3Client({ ...sandbox.config(credentials), forcePathStyle: true });
    await put('runs/1');
    await client.send(new ListObjectsV2Command({ Bucket }));
    expect(await refusalOf(put('other'))).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    const { message } = await refusalOf(bytesOf('runs/1'));
    expect(message).toBe(
      `User: arn:aws:sts::${account}:assumed-role/evidence/run is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::evidence/runs/1" because no identity-based policy allows the s3:GetObject action`,
    );
  });

  test('takes a presigned URL until its time is over', async () => {
    await put('shared', 'for a while');
    const url = (expiresSeconds: number) => {
      const signedAt = new Date(Date.now() - 60_000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
      const query = new URLSearchParams({
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
        'X-Amz-Credential': `AKIA${account}/${signedAt.slice(0, 8)}/us-east-1/s3/aws4_request`,
        'X-Amz-Date': signedAt,
        'X-Amz-Expires': String(expiresSeconds),
        'X-Amz-SignedHeaders': 'host',
        'X-Amz-Signature': '0',
        'x-id': 'GetObject',
      });
      return `${sandbox.url}/${Bucket}/shared?${query.toString()}`;
    };
    expect(await (await fetch(url(3600))).text()).toBe('for a while');
    const late = await fetch(url(30));
    expect(late.status).toBe(403);
    expect(await late.text()).toContain('Request has expired');
    expect(await (await fetch(`${sandbox.url}/${Bucket}/shared`)).text()).toContain('<Code>AccessDenied</Code>');
  });

  test('refuses a path that is no URI', async () => {
    const reply = await fetch(`${sandbox.url}/${Bucket}/%ff`, {
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=AKIA${account}/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
      },
    });
    expect(reply.status).toBe(400);
    expect(await reply.text()).toContain('<Code>InvalidURI</Code>');
  });

  test('names what it does not stand in for', async () => {
    const { message } = await refusalOf(client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'big' })));
    expect(message).toContain('s3:CreateMultipartUpload');
    expect((await refusalOf(put('t', 'x', { Tagging: 'a=b' }))).message).toContain('Tagging');
  });

  test('forgets an account’s buckets when it is reset, and only those', async () => {
    const other = clientOf(newAccount());
    await other.send(new CreateBucketCommand({ Bucket }));
    await sandbox.control(account, 'POST reset');
    expect(await refusalOf(client.send(new HeadBucketCommand({ Bucket })))).toBeInstanceOf(NotFound);
    await other.send(new HeadBucketCommand({ Bucket }));
  });
});

function hexTo64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

function* split(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 10_007) yield bytes.subarray(at, at + 10_007);
}

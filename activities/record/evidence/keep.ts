import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { sha256Of } from '../../../domain/evidence.ts';
import { FiredrillError } from '../../../domain/errors.ts';

/** Where evidence is kept for good: a bucket with Object Lock. */
export interface EvidenceBucket {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly objectLock: 'COMPLIANCE' | 'GOVERNANCE';
  readonly retentionDays: number;
}

/** Writes files below a folder; each appears whole or not at all. */
export async function keepLocally(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [path, bytes] of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    const half = `${target}.${process.pid}.half`;
    await writeFile(half, bytes);
    await rename(half, target);
  }
}

/**
 * Puts files under Object Lock. A sealed file is written once: if it is there already with the same content, that is
 * success; with other content it is refused loudly. `replaceable` files (addenda) get a new version instead.
 *
 * @throws FiredrillError `evidence-conflict`, or `evidence-unreachable` (retryable)
 */
export async function keepInS3(bucket: EvidenceBucket, prefix: string, files: ReadonlyMap<string, Uint8Array>, options: { readonly replaceable: boolean; readonly nowMs: number }): Promise<void> {
  const retainUntil = new Date(options.nowMs + bucket.retentionDays * 24 * 60 * 60 * 1000);
  for (const [path, bytes] of files) {
    const Key = `${prefix}/${path}`;
    const sha256 = sha256Of(bytes);
    try {
      await bucket.s3.send(
        new PutObjectCommand({
          Bucket: bucket.bucket,
          Key,
          Body: bytes,
          ContentType: contentTypeOf(path),
          ChecksumAlgorithm: 'SHA256',
          ObjectLockMode: bucket.objectLock,
          ObjectLockRetainUntilDate: retainUntil,
          Metadata: { sha256 },
          ...(options.replaceable ? {} : { IfNoneMatch: '*' }),
        }),
      );
    } catch (error) {
      if (!isPreconditionFailed(error)) throw unreachable(bucket.bucket, error);
      const there = await bucket.s3.send(new HeadObjectCommand({ Bucket: bucket.bucket, Key })).catch((cause: unknown) => {
        throw unreachable(bucket.bucket, cause);
      });
      if (there.Metadata?.['sha256'] !== sha256) throw conflict(`s3://${bucket.bucket}/${Key}`);
    }
  }
}

const contentTypeOf = (path: string): string => {
  if (path.endsWith('.html')) return 'text/html; charset=utf-8';
  if (path.endsWith('.json')) return 'application/json';
  return 'text/plain; charset=utf-8';
};

const isPreconditionFailed = (error: unknown): boolean => error instanceof Error && (error.name === 'PreconditionFailed' || error.name === 'ConditionalRequestConflict');

const conflict = (place: string): FiredrillError =>
  new FiredrillError({
    code: 'evidence-conflict',
    kind: 'refused',
    what: `${place} is there already with other content.`,
    means: 'The verdict stands; this bundle is kept locally only.',
    next: 'Find out who wrote there: the bucket should be writable by the evidence role alone.',
  });

const unreachable = (bucket: string, cause: unknown): FiredrillError =>
  new FiredrillError(
    {
      code: 'evidence-unreachable',
      kind: 'busy',
      what: `The evidence bucket ${bucket} did not take the bundle (${cause instanceof Error ? cause.name : String(cause)}).`,
      means: 'The verdict stands and shows as not evidenced yet; the bundle is kept and sent again.',
      next: 'Check that S3 answers, the bucket exists with Object Lock, and the evidence role may put objects.',
    },
    { cause },
  );

import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { sha256Of } from '../../../domain/bundle.ts';
import { FiredrillError } from '../../../domain/errors.ts';

/** Where evidence is kept for good: a bucket with Object Lock. */
export interface EvidenceBucket {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly objectLock: 'COMPLIANCE' | 'GOVERNANCE';
  readonly retentionDays: number;
}

/** The bucket did not take the bundle, for whatever reason. Retryable: the run shows as not evidenced yet. */
export class EvidenceUnreachableError extends FiredrillError {
  override readonly name = 'EvidenceUnreachableError';
  constructor(bucket: string, cause: unknown) {
    super(
      {
        code: 'evidence-unreachable',
        kind: 'busy',
        what: `The evidence bucket ${bucket} did not take the bundle (${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}).`,
        means: 'The verdict stands and shows as not evidenced yet; the bundle is kept and sent again.',
        next: 'Check that S3 answers, the bucket exists with Object Lock, and the evidence role may put objects.',
      },
      { cause },
    );
  }
}

/** Something else stands where this run's evidence belongs. Never overwritten, never retried. */
export class EvidenceConflictError extends FiredrillError {
  override readonly name = 'EvidenceConflictError';
  constructor(place: string) {
    super({
      code: 'evidence-conflict',
      kind: 'refused',
      what: `${place} is there already with other content.`,
      means: 'The verdict stands; this bundle is kept locally only.',
      next: 'Find out who wrote there: the bucket should be writable by the evidence role alone.',
    });
  }
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Puts files under Object Lock, in the order given. What is there already with the same content (a reply was lost) is
 * left alone: under Object Lock a second version of the same bytes could not be deleted for years. Other content under a
 * sealed file's key is a conflict; a `replaceable` file (addenda) gets one new version then. Each version is locked.
 *
 * Callers must not write the same prefix at the same time.
 *
 * @param options.nowMs - from when the retention counts
 * @throws EvidenceConflictError, EvidenceUnreachableError
 */
export async function keepInBucket(
  bucket: EvidenceBucket,
  prefix: string,
  files: ReadonlyMap<string, Uint8Array>,
  options: { readonly replaceable: boolean; readonly nowMs: number },
): Promise<void> {
  for (const [path, bytes] of files) {
    const Key = `${prefix}/${path}`;
    const put = new PutObjectCommand({
      Bucket: bucket.bucket,
      Key,
      Body: bytes,
      ContentType: contentTypeOf(path),
      ChecksumAlgorithm: 'SHA256',
      ObjectLockMode: bucket.objectLock,
      ObjectLockRetainUntilDate: new Date(options.nowMs + bucket.retentionDays * dayMs),
    });
    if ((await send(bucket, put, 'unless it is there')) || (await isThere(bucket, Key, bytes))) continue;
    if (!options.replaceable) throw new EvidenceConflictError(`s3://${bucket.bucket}/${Key}`);
    await send(bucket, put, 'as the newest version');
  }
}

/** @returns false when something is there already */
async function send(
  { s3, bucket }: EvidenceBucket,
  put: PutObjectCommand,
  how: 'unless it is there' | 'as the newest version',
): Promise<boolean> {
  try {
    await s3.send(how === 'as the newest version' ? put : new PutObjectCommand({ ...put.input, IfNoneMatch: '*' }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'PreconditionFailed') return false;
    throw new EvidenceUnreachableError(bucket, error);
  }
}

/** Whether the newest version of an object is these bytes, by the checksum that S3 itself computed. */
async function isThere({ s3, bucket }: EvidenceBucket, Key: string, bytes: Uint8Array): Promise<boolean> {
  try {
    const there = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key, ChecksumMode: 'ENABLED' }));
    return there.ChecksumSHA256 === Buffer.from(sha256Of(bytes), 'hex').toString('base64');
  } catch (error) {
    throw new EvidenceUnreachableError(bucket, error);
  }
}

function contentTypeOf(path: string): string {
  if (path.endsWith('.html')) return 'text/html; charset=utf-8';
  return path.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8';
}

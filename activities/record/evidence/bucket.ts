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
 * Puts files under Object Lock, in the order given. A sealed file is written once: if it is there already with the same
 * content (a reply was lost), that is success. `replaceable` files (addenda) get a new version instead; each version is
 * locked.
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
    try {
      await bucket.s3.send(
        new PutObjectCommand({
          Bucket: bucket.bucket,
          Key,
          Body: bytes,
          ContentType: contentTypeOf(path),
          ChecksumAlgorithm: 'SHA256',
          ObjectLockMode: bucket.objectLock,
          ObjectLockRetainUntilDate: new Date(options.nowMs + bucket.retentionDays * dayMs),
          ...(options.replaceable ? {} : { IfNoneMatch: '*' }),
        }),
      );
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'PreconditionFailed')
        throw new EvidenceUnreachableError(bucket.bucket, error);
      if (!(await isThere(bucket, Key, bytes))) throw new EvidenceConflictError(`s3://${bucket.bucket}/${Key}`);
    }
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

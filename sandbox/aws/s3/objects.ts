import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type {
  DeletedObject,
  DeleteObjectOutput,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  _Error as DeleteError,
  GetObjectRequest,
  HeadObjectOutput,
  HeadObjectRequest,
  PutObjectOutput,
  PutObjectRequest,
} from '@aws-sdk/client-s3';
import type { CallContext } from '../service.ts';
import { AwsFault } from '../service.ts';
import type { ChecksumAlgorithm } from '../wire/checksum.ts';
import { checksumAlgorithms, checksumOf } from '../wire/checksum.ts';
import { checkReadConditions, checkWriteConditions, noSuchKey, readRange } from './conditions.ts';
import { refuseIfLocked, retentionFor } from './lock.ts';
import type { Bucket, Buckets, ObjectVersion } from './store.ts';

// What PutObject keeps and GetObject gives back unchanged.
const keptHeaders = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'ServerSideEncryption',
  'SSEKMSKeyId',
  'StorageClass',
] as const;

// Taking these in silence would claim something that is not done.
const refusedMembers = [
  'SSECustomerAlgorithm',
  'Tagging',
  'WebsiteRedirectLocation',
  'WriteOffsetBytes',
  'ObjectLockLegalHoldStatus',
  'ChecksumXXHASH64',
  'ChecksumXXHASH3',
  'ChecksumXXHASH128',
] as const;

const longestKeyBytes = 1024;
const metadataLimitBytes = 2048;

type PutInput = Omit<PutObjectRequest, 'Body'> & { readonly Body: Buffer } & Readonly<Record<string, unknown>>;

export function putObject(input: PutInput, context: CallContext, buckets: Buckets): PutObjectOutput {
  const bucket = buckets.need(input.Bucket ?? '', context);
  const key = input.Key ?? '';
  checkPut(input, key);
  const retention = retentionFor(bucket, input);
  // Check and write in one turn of the event loop: of two writers with If-None-Match, one gets 412.
  checkWriteConditions(bucket.current(key), input);
  const headers: Record<string, string> = { ContentType: 'application/octet-stream', ServerSideEncryption: 'AES256' };
  for (const name of keptHeaders) {
    const value = input[name];
    if (value !== undefined) headers[name] = value;
  }
  const checksum = checksumFor(input);
  const version = bucket.put(
    {
      key,
      deleteMarker: false,
      size: input.Body.length,
      etag: `"${createHash('md5').update(input.Body).digest('hex')}"`,
      checksum,
      headers,
      metadata: input.Metadata ?? {},
      ...(retention && { retention }),
    },
    input.Body,
  );
  return {
    ETag: version.etag,
    ...versionIdOf(bucket, version),
    ...checksumMembers(version),
    ...encryptionOf(version),
  };
}

function checkPut(input: PutInput, key: string): void {
  if (Buffer.byteLength(key) > longestKeyBytes) throw new AwsFault('KeyTooLongError', 'Your key is too long', 400);
  for (const name of refusedMembers) {
    if (input[name] === undefined) continue;
    throw new AwsFault(
      'NotImplemented',
      `firedrill's sandbox does not stand in for ${name} of PutObject; see sandbox/aws/README.md.`,
      501,
    );
  }
  if (input.ACL !== undefined && input.ACL !== 'bucket-owner-full-control') {
    throw new AwsFault('AccessControlListNotSupported', 'The bucket does not allow ACLs', 400);
  }
  const metadataBytes = Object.entries(input.Metadata ?? {}).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name + value),
    0,
  );
  if (metadataBytes > metadataLimitBytes) {
    throw new AwsFault('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', 400);
  }
  const hasDigest =
    input.ContentMD5 !== undefined || checksumAlgorithms.some((each) => input[`Checksum${each}`] !== undefined);
  if (input.ObjectLockMode !== undefined && !hasDigest) {
    throw new AwsFault(
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
      400,
    );
  }
}

/** The caller's checksum (the wire has verified it), else the one that S3 computes by itself. */
function checksumFor(input: PutInput): { algorithm: ChecksumAlgorithm; value: string } {
  const algorithm = checksumAlgorithms.find((each) => input[`Checksum${each}`] !== undefined) ?? 'CRC64NVME';
  return { algorithm, value: checksumOf(algorithm, input.Body) };
}

type HeadInput = HeadObjectRequest & GetObjectRequest;

export function headObject(input: HeadInput, context: CallContext, buckets: Buckets): HeadObjectOutput {
  const bucket = buckets.need(input.Bucket ?? '', context);
  return readObject(bucket, findVersion(bucket, input.Key ?? '', input.VersionId), input).output;
}

export function getObject(input: HeadInput, context: CallContext, buckets: Buckets): object {
  const bucket = buckets.need(input.Bucket ?? '', context);
  const version = findVersion(bucket, input.Key ?? '', input.VersionId);
  const { output, range } = readObject(bucket, version, input);
  const Body = version.size === 0 ? Buffer.alloc(0) : createReadStream(bucket.bodyPath(version), range ?? {});
  return { ...output, Body };
}

function readObject(bucket: Bucket, version: ObjectVersion, input: HeadInput) {
  checkReadConditions(version, input);
  const range = readRange(input.Range, version.size);
  const responses = {
    CacheControl: input.ResponseCacheControl,
    ContentDisposition: input.ResponseContentDisposition,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    ContentType: input.ResponseContentType,
  };
  const output = {
    AcceptRanges: 'bytes',
    LastModified: new Date(version.lastModified),
    ETag: version.etag,
    ContentLength: range ? range.end - range.start + 1 : version.size,
    ...(range && { ContentRange: `bytes ${range.start}-${range.end}/${version.size}` }),
    ...versionIdOf(bucket, version),
    ...version.headers,
    ...Object.fromEntries(Object.entries(responses).filter(([, value]) => value !== undefined)),
    Metadata: { ...version.metadata },
    // The checksum is of the whole object; with a part of it the client would only find a mismatch.
    ...(input.ChecksumMode === 'ENABLED' && !range && checksumMembers(version)),
    ...(version.retention && {
      ObjectLockMode: version.retention.mode,
      ObjectLockRetainUntilDate: new Date(version.retention.until),
    }),
  } as HeadObjectOutput;
  return { output, range };
}

/** @throws AwsFault NoSuchKey, NoSuchVersion, MethodNotAllowed for a delete marker named by its version */
export function findVersion(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  if (versionId === undefined) {
    const current = bucket.current(key);
    if (!current) throw noSuchKey();
    return current;
  }
  const version = bucket.versionsOf(key).find((each) => each.versionId === versionId);
  if (!version) throw new AwsFault('NoSuchVersion', 'The specified version does not exist.', 404);
  if (version.deleteMarker)
    throw new AwsFault('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  return version;
}

export function deleteObject(input: DeleteObjectRequest, context: CallContext, buckets: Buckets): DeleteObjectOutput {
  const bucket = buckets.need(input.Bucket ?? '', context);
  if (input.IfMatch !== undefined) checkWriteConditions(bucket.current(input.Key ?? ''), { IfMatch: input.IfMatch });
  return deleteOne(bucket, input.Key ?? '', input.VersionId, input.BypassGovernanceRetention ?? false);
}

export function deleteObjects(
  input: DeleteObjectsRequest,
  context: CallContext,
  buckets: Buckets,
): DeleteObjectsOutput {
  const bucket = buckets.need(input.Bucket ?? '', context);
  const Deleted: DeletedObject[] = [];
  const Errors: DeleteError[] = [];
  for (const { Key = '', VersionId } of input.Delete?.Objects ?? []) {
    try {
      const { DeleteMarker, VersionId: removed } = deleteOne(
        bucket,
        Key,
        VersionId,
        input.BypassGovernanceRetention ?? false,
      );
      const marker = DeleteMarker ? { DeleteMarker, DeleteMarkerVersionId: removed } : {};
      Deleted.push({ Key, ...(VersionId !== undefined && { VersionId }), ...marker });
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      Errors.push({ Key, ...(VersionId !== undefined && { VersionId }), Code: error.code, Message: error.message });
    }
  }
  return { ...(!input.Delete?.Quiet && { Deleted }), Errors };
}

function deleteOne(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  bypassGovernance: boolean,
): DeleteObjectOutput {
  if (versionId !== undefined) {
    const version = bucket.versionsOf(key).find((each) => each.versionId === versionId);
    if (!version) return { VersionId: versionId };
    refuseIfLocked(version, bypassGovernance);
    bucket.remove(version);
    return { VersionId: versionId, ...(version.deleteMarker && { DeleteMarker: true }) };
  }
  if (bucket.settings.versioning === undefined) {
    const current = bucket.current(key);
    if (current) bucket.remove(current);
    return {};
  }
  const marker = bucket.put({ key, deleteMarker: true, size: 0, etag: '', headers: {}, metadata: {} }, Buffer.alloc(0));
  return { DeleteMarker: true, VersionId: marker.versionId };
}

function versionIdOf(bucket: Bucket, version: ObjectVersion): { VersionId?: string } {
  return bucket.settings.versioning === undefined ? {} : { VersionId: version.versionId };
}

function encryptionOf(version: ObjectVersion): PutObjectOutput {
  const { ServerSideEncryption, SSEKMSKeyId } = version.headers;
  return {
    ...(ServerSideEncryption !== undefined && { ServerSideEncryption: ServerSideEncryption as 'AES256' }),
    ...(SSEKMSKeyId !== undefined && { SSEKMSKeyId }),
  };
}

export function checksumMembers(version: ObjectVersion): Record<string, string> {
  const { checksum } = version;
  return checksum ? { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: 'FULL_OBJECT' } : {};
}

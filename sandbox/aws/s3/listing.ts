import type {
  CommonPrefix,
  DeleteMarkerEntry,
  ListObjectsV2Output,
  ListObjectsV2Request,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  ObjectVersion as ListedVersion,
  _Object as ListedObject,
} from '@aws-sdk/client-s3';
import type { CallContext } from '../service.ts';
import { AwsFault } from '../service.ts';
import type { Bucket, Buckets, ObjectVersion } from './store.ts';

const mostPerPage = 1000;

/** An object or a version, or the common prefix that stands for many. */
type Entry = { readonly key: string; readonly version: ObjectVersion } | { readonly prefix: string };

export function listObjectsV2(
  input: ListObjectsV2Request,
  context: CallContext,
  buckets: Buckets,
): ListObjectsV2Output {
  const bucket = buckets.need(input.Bucket ?? '', context);
  const maxKeys = pageSize(input.MaxKeys);
  const after = input.ContinuationToken === undefined ? input.StartAfter : decodeToken(input.ContinuationToken);
  const found = bucket.keys().flatMap((key) => {
    const version = bucket.current(key);
    return version ? [{ key, version }] : [];
  });
  const entries = collapse(found, input.Prefix ?? '', input.Delimiter).filter((entry) => isAfter(nameOf(entry), after));
  const page = entries.slice(0, maxKeys);
  const last = page.at(-1);
  const truncated = entries.length > page.length && last !== undefined;
  const encode = encoder(input.EncodingType);
  const Contents = page.flatMap((entry): ListedObject[] => ('version' in entry ? [listed(entry.version, encode)] : []));
  return {
    Name: input.Bucket,
    Prefix: encode(input.Prefix ?? ''),
    ...(input.Delimiter !== undefined && { Delimiter: encode(input.Delimiter) }),
    ...(input.StartAfter !== undefined && { StartAfter: encode(input.StartAfter) }),
    ...(input.EncodingType !== undefined && { EncodingType: input.EncodingType }),
    ...(input.ContinuationToken !== undefined && { ContinuationToken: input.ContinuationToken }),
    ...(truncated && { NextContinuationToken: encodeToken(nameOf(last)) }),
    MaxKeys: maxKeys,
    KeyCount: page.length,
    IsTruncated: truncated,
    Contents,
    CommonPrefixes: prefixesIn(page, encode),
  };
}

export function listObjectVersions(
  input: ListObjectVersionsRequest,
  context: CallContext,
  buckets: Buckets,
): ListObjectVersionsOutput {
  const bucket = buckets.need(input.Bucket ?? '', context);
  const maxKeys = pageSize(input.MaxKeys);
  const all = bucket.keys().flatMap((key) => bucket.versionsOf(key).map((version) => ({ key, version })));
  const entries = afterMarkers(collapse(all, input.Prefix ?? '', input.Delimiter), input);
  const page = entries.slice(0, maxKeys);
  const last = page.at(-1);
  const truncated = entries.length > page.length && last !== undefined;
  const encode = encoder(input.EncodingType);
  const versions = page.flatMap((entry) => ('version' in entry ? [entry.version] : []));
  return {
    Name: input.Bucket,
    Prefix: encode(input.Prefix ?? ''),
    KeyMarker: encode(input.KeyMarker ?? ''),
    VersionIdMarker: input.VersionIdMarker ?? '',
    ...(input.Delimiter !== undefined && { Delimiter: encode(input.Delimiter) }),
    ...(input.EncodingType !== undefined && { EncodingType: input.EncodingType }),
    MaxKeys: maxKeys,
    IsTruncated: truncated,
    ...(truncated && { NextKeyMarker: encode(nameOf(last)) }),
    ...(truncated && 'version' in last && { NextVersionIdMarker: last.version.versionId }),
    Versions: versions
      .filter((version) => !version.deleteMarker)
      .map((version): ListedVersion => ({
        ...listed(version, encode),
        StorageClass: 'STANDARD',
        ...position(bucket, version),
      })),
    DeleteMarkers: versions
      .filter((version) => version.deleteMarker)
      .map((version): DeleteMarkerEntry => {
        return { Key: encode(version.key), LastModified: new Date(version.lastModified), ...position(bucket, version) };
      }),
    CommonPrefixes: prefixesIn(page, encode),
  };
}

function position(bucket: Bucket, version: ObjectVersion): { VersionId: string; IsLatest: boolean } {
  return { VersionId: version.versionId, IsLatest: bucket.versionsOf(version.key)[0] === version };
}

function listed(version: ObjectVersion, encode: (text: string) => string) {
  return {
    Key: encode(version.key),
    LastModified: new Date(version.lastModified),
    ETag: version.etag,
    Size: version.size,
    StorageClass: 'STANDARD' as const,
    ...(version.checksum && { ChecksumAlgorithm: [version.checksum.algorithm], ChecksumType: 'FULL_OBJECT' as const }),
  };
}

/** Keeps what starts with the prefix and folds what has the delimiter after it into one entry each. */
function collapse(
  found: readonly { key: string; version: ObjectVersion }[],
  prefix: string,
  delimiter: string | undefined,
): readonly Entry[] {
  const entries: Entry[] = [];
  let folded: string | undefined;
  for (const entry of found) {
    if (!entry.key.startsWith(prefix)) continue;
    const at = delimiter ? entry.key.indexOf(delimiter, prefix.length) : -1;
    if (at < 0) {
      entries.push(entry);
      continue;
    }
    const common = entry.key.slice(0, at + (delimiter ?? '').length);
    if (common !== folded) entries.push({ prefix: common });
    folded = common;
  }
  return entries;
}

function afterMarkers(entries: readonly Entry[], input: ListObjectVersionsRequest): readonly Entry[] {
  const { KeyMarker, VersionIdMarker } = input;
  if (VersionIdMarker === undefined || VersionIdMarker === '')
    return entries.filter((entry) => isAfter(nameOf(entry), KeyMarker));
  const at = entries.findIndex(
    (entry) => 'version' in entry && entry.key === KeyMarker && entry.version.versionId === VersionIdMarker,
  );
  if (at < 0) throw new AwsFault('InvalidArgument', 'Invalid version id specified', 400);
  return entries.slice(at + 1);
}

function nameOf(entry: Entry): string {
  return 'prefix' in entry ? entry.prefix : entry.key;
}

function isAfter(name: string, marker: string | undefined): boolean {
  if (marker === undefined || marker === '') return true;
  return Buffer.compare(Buffer.from(name), Buffer.from(marker)) > 0;
}

function prefixesIn(page: readonly Entry[], encode: (text: string) => string): CommonPrefix[] {
  return page.flatMap((entry) => ('prefix' in entry ? [{ Prefix: encode(entry.prefix) }] : []));
}

function pageSize(asked: number | undefined): number {
  if (asked !== undefined && asked < 0)
    throw new AwsFault('InvalidArgument', 'Argument maxKeys must be an integer between 0 and 2147483647', 400);
  return Math.min(asked ?? mostPerPage, mostPerPage);
}

function encoder(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => text;
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/');
}

function encodeToken(name: string): string {
  return Buffer.from(`after:${name}`).toString('base64');
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString('utf8');
  if (!text.startsWith('after:'))
    throw new AwsFault('InvalidArgument', 'The continuation token provided is incorrect', 400);
  return text.slice('after:'.length);
}

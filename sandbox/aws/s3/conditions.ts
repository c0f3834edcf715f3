import { AwsFault } from '../service.ts';
import type { ObjectVersion } from './store.ts';

/** If-Match and If-None-Match of a write. */
export function checkWriteConditions(
  current: ObjectVersion | undefined,
  input: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
): void {
  if (input.IfNoneMatch !== undefined) {
    if (input.IfNoneMatch !== '*') {
      throw new AwsFault(
        'NotImplemented',
        'A header you provided implies functionality that is not implemented: If-None-Match other than *',
        501,
      );
    }
    if (current) throw preconditionFailed();
  }
  if (input.IfMatch !== undefined) {
    if (!current) throw noSuchKey();
    if (!matchesEtag(input.IfMatch, current.etag)) throw preconditionFailed();
  }
}

/** The four conditions of a read; 304 has no body. */
export function checkReadConditions(
  version: ObjectVersion,
  input: {
    readonly IfMatch?: string | undefined;
    readonly IfNoneMatch?: string | undefined;
    readonly IfModifiedSince?: Date | undefined;
    readonly IfUnmodifiedSince?: Date | undefined;
  },
): void {
  const modified = Date.parse(version.lastModified);
  if (input.IfMatch !== undefined && !matchesEtag(input.IfMatch, version.etag)) throw preconditionFailed();
  if (input.IfMatch === undefined && input.IfUnmodifiedSince && modified > input.IfUnmodifiedSince.getTime())
    throw preconditionFailed();
  if (input.IfNoneMatch !== undefined && matchesEtag(input.IfNoneMatch, version.etag)) throw notModified();
  if (input.IfNoneMatch === undefined && input.IfModifiedSince && modified <= input.IfModifiedSince.getTime())
    throw notModified();
}

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * One `bytes=` range, both ends included; S3 answers a header it cannot read with the whole object.
 *
 * @throws AwsFault InvalidRange when the object is too short
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [from = '', to = ''] = parts ? [parts[1], parts[2]] : [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (start >= size || (from === '' && Number(to) === 0))
    throw new AwsFault('InvalidRange', 'The requested range is not satisfiable', 416);
  return { start, end };
}

export function noSuchKey(): AwsFault {
  return new AwsFault('NoSuchKey', 'The specified key does not exist.', 404);
}

function matchesEtag(header: string, etag: string): boolean {
  const bare = (text: string) => text.trim().replaceAll('"', '');
  return header.split(',').some((each) => bare(each) === '*' || bare(each) === bare(etag));
}

function preconditionFailed(): AwsFault {
  return new AwsFault('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
}

function notModified(): AwsFault {
  return new AwsFault('NotModified', 'Not Modified', 304);
}

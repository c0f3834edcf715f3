import type { WireRequest } from './message.ts';

/** What a signature says about itself; the signature's bytes are not checked. */
export interface SigningScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** The service name that the client signed for: `rds`, `s3`, … */
  readonly service: string;
  readonly sessionToken?: string;
  /** Only for presigned URLs: until when the URL is good. */
  readonly presignedUntil?: Date;
}

/** Why a request has no usable scope, in words for the person who sent it. */
export type ScopeProblem = 'missing' | 'malformed';

/** Reads the SigV4 credential scope from the Authorization header, or from a presigned URL's query string. */
export function readScope(request: Pick<WireRequest, 'headers' | 'query'>): SigningScope | ScopeProblem {
  const header = request.headers['authorization'];
  const fromHeader = header === undefined ? undefined : /\bCredential=([^,\s]+)/.exec(header)?.[1];
  const credential = fromHeader ?? request.query.get('X-Amz-Credential') ?? undefined;
  if (credential === undefined) return header === undefined ? 'missing' : 'malformed';
  const [accessKeyId, date, region, service, end] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || end !== 'aws4_request') return 'malformed';
  const token = request.headers['x-amz-security-token'] ?? request.query.get('X-Amz-Security-Token') ?? undefined;
  const until = fromHeader === undefined ? presignedUntil(request.query) : undefined;
  if (until === 'malformed') return 'malformed';
  return {
    accessKeyId,
    region,
    service,
    ...(token !== undefined && { sessionToken: token }),
    ...(until !== undefined && { presignedUntil: until }),
  };
}

function presignedUntil(query: URLSearchParams): Date | 'malformed' {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '');
  const seconds = Number(query.get('X-Amz-Expires'));
  if (!parts || !Number.isFinite(seconds)) return 'malformed';
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) + seconds * 1000);
}

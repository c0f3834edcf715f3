import { createHash } from 'node:crypto';
import { AwsFault } from '../service.ts';
import { checksumAlgorithms, checksumHeader, checksumOf } from './checksum.ts';
import type { WireRequest } from './message.ts';

/**
 * The body as the caller meant it: chunks joined, trailers turned into headers, every checksum that came along verified.
 *
 * @throws AwsFault IncompleteBody, BadDigest, XAmzContentSHA256Mismatch, as S3 does
 */
export function decodeBody(request: WireRequest): WireRequest {
  const decoded = isChunked(request) ? joinChunks(request) : request;
  verifyContentHash(decoded);
  verifyChecksums(decoded);
  return decoded;
}

function isChunked(request: WireRequest): boolean {
  return (request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
}

/** `aws-chunked`: hexadecimal length, optional chunk signature, data; then trailing headers. */
function joinChunks(request: WireRequest): WireRequest {
  const { body } = request;
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at);
    if (end < 0) throw incomplete();
    const length = Number.parseInt(body.toString('latin1', at, end), 16);
    if (!Number.isInteger(length)) throw incomplete();
    at = end + 2;
    if (length === 0) break;
    if (at + length + 2 > body.length) throw incomplete();
    parts.push(body.subarray(at, at + length));
    at += length + 2;
  }
  const joined = Buffer.concat(parts);
  const expected = request.headers['x-amz-decoded-content-length'];
  if (expected !== undefined && Number(expected) !== joined.length) throw incomplete();
  const headers = { ...request.headers, ...readTrailers(body.toString('latin1', at)) };
  const encodings = (headers['content-encoding'] ?? '').split(',').map((each) => each.trim());
  const kept = encodings.filter((each) => each !== 'aws-chunked' && each !== '');
  delete headers['content-encoding'];
  if (kept.length > 0) headers['content-encoding'] = kept.join(',');
  headers['content-length'] = String(joined.length);
  return { ...request, headers, body: joined };
}

function readTrailers(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

function verifyContentHash(request: WireRequest): void {
  const claimed = request.headers['x-amz-content-sha256'] ?? '';
  if (!/^[0-9a-f]{64}$/.test(claimed)) return;
  if (createHash('sha256').update(request.body).digest('hex') === claimed) return;
  throw new AwsFault(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    400,
  );
}

function verifyChecksums(request: WireRequest): void {
  const md5 = request.headers['content-md5'];
  if (md5 !== undefined && md5 !== checksumOf('MD5', request.body)) {
    throw new AwsFault('BadDigest', 'The Content-MD5 you specified did not match what we received.', 400);
  }
  for (const algorithm of checksumAlgorithms) {
    const claimed = request.headers[checksumHeader(algorithm)];
    if (claimed === undefined || claimed === checksumOf(algorithm, request.body)) continue;
    throw new AwsFault('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`, 400);
  }
}

function incomplete(): AwsFault {
  return new AwsFault(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
    400,
  );
}

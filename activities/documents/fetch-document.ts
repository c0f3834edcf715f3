import { activityContext } from '../activity-context.ts';
import { certificateProblem } from './certificates.ts';
import { noPermission, notFound, notTrusted, rateLimited, unreachable, unreadable } from './document-errors.ts';

/** Nobody writes a recovery document of more than two megabytes for people. */
export const bytesAtMost = 2_000_000;

/**
 * Asks for an address. Where it sends on to is not followed.
 *
 * @param where - how people know the document
 * @throws FiredrillError `document-unreachable`; `document-not-trusted` when the certificate does not prove who answers
 */
export async function ask(
  url: URL,
  where: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs = 15_000,
): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const cancelled = activityContext()?.cancellationSignal;
  try {
    return await fetch(url, {
      headers: { 'user-agent': 'firedrill', ...headers },
      redirect: 'manual',
      signal: cancelled === undefined ? timeout : AbortSignal.any([timeout, cancelled]),
    });
  } catch (cause) {
    if (cancelled?.aborted === true) throw cause;
    const untrusted = certificateProblem(cause);
    if (untrusted !== undefined) throw notTrusted(where, untrusted, cause);
    throw unreachable(where, timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(cause), cause);
  }
}

/** @throws FiredrillError for every answer that is no document: not there, not for us, too busy */
export function refuseUnlessGood({ status, headers }: Response, where: string): void {
  if (status >= 200 && status < 300) return;
  if (status === 404 || status === 410) throw notFound(where);
  if (status === 401 || status === 403) throw noPermission(where, `the answer was ${status}`);
  const waitS = Number(headers.get('retry-after'));
  const waitMs = waitS > 0 ? waitS * 1000 : undefined;
  if (status === 429) throw rateLimited(where, waitMs);
  throw unreachable(where, `the answer was ${status}`, undefined, waitMs);
}

/** Reads no more than is allowed, whatever length was announced. @throws FiredrillError when it is longer, or breaks off */
export async function bytesOf(reply: Response, where: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of reply.body ?? []) {
      size += chunk.byteLength;
      if (size > bytesAtMost) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw unreachable(where, `the answer broke off: ${reasonOf(cause)}`, cause);
  }
  if (size > bytesAtMost) throw unreadable(where, `it has more than ${bytesAtMost} bytes`);
  return Buffer.concat(chunks);
}

/** `fetch` only says that it failed; why is in its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

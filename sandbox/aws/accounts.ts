import { createHash, randomBytes } from 'node:crypto';
import { AwsFault } from './service.ts';
import type { SigningScope } from './wire/scope.ts';

/** Who a request's credentials belong to. */
export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  /** The assumed role's name; users may do everything. */
  readonly roleName?: string;
}

/** Temporary credentials as `AssumeRole` hands them out. */
export interface SessionCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

// Everything about a session stands in its token: it stays good when the sandbox is killed and started again.
interface SessionToken {
  readonly accessKeyId: string;
  readonly accountId: string;
  readonly role: string;
  readonly session: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/** The account of a long-term access key: the 12 digits in its id, or 12 digits derived from it. */
export function accountOfAccessKey(accessKeyId: string): string {
  const digits = /(?<!\d)\d{12}(?!\d)/.exec(accessKeyId)?.[0] ?? /\d{12}/.exec(accessKeyId)?.[0];
  return digits ?? decimalHash(accessKeyId);
}

function decimalHash(text: string): string {
  const value = createHash('sha256').update(text).digest().readBigUInt64BE() % 900_000_000_000n;
  return String(value + 100_000_000_000n);
}

function uniqueId(prefix: string, of: string): string {
  return prefix + createHash('sha256').update(of).digest('hex').slice(0, 17).toUpperCase();
}

/** Whether temporary credentials issued at a moment still count; control can end them early. */
export type SessionsValidAfterMs = (accountId: string) => number;

/**
 * Finds out who calls. The signature itself is not checked.
 *
 * @throws AwsFault InvalidClientTokenId, ExpiredToken, AccessDenied for a presigned URL past its time
 */
export function resolveCaller(scope: SigningScope, validAfterMs: SessionsValidAfterMs, now = Date.now()): Caller {
  if (scope.presignedUntil && scope.presignedUntil.getTime() < now)
    throw new AwsFault('AccessDenied', 'Request has expired', 403);
  if (scope.sessionToken === undefined) {
    if (scope.accessKeyId.startsWith('ASIA')) throw invalidToken();
    const accountId = accountOfAccessKey(scope.accessKeyId);
    return { accountId, arn: `arn:aws:iam::${accountId}:user/sandbox` };
  }
  const token = readToken(scope.sessionToken);
  if (!token || token.accessKeyId !== scope.accessKeyId) throw invalidToken();
  if (token.expiresAtMs <= now || token.issuedAtMs < validAfterMs(token.accountId)) {
    throw new AwsFault('ExpiredToken', 'The security token included in the request is expired', 403);
  }
  return {
    accountId: token.accountId,
    arn: assumedRoleArn(token.accountId, token.role, token.session),
    roleName: token.role,
  };
}

export function issueSession(session: {
  accountId: string;
  role: string;
  session: string;
  durationSeconds: number;
}): SessionCredentials {
  const issuedAtMs = Date.now();
  const token: SessionToken = {
    accessKeyId: `ASIA${randomBytes(8)
      .toString('hex')
      .replaceAll(/\d/g, (digit) => 'QRSTUVWXYZ'[Number(digit)] ?? 'Q')
      .toUpperCase()}`,
    accountId: session.accountId,
    role: session.role,
    session: session.session,
    issuedAtMs,
    // Expiration is told in whole seconds, and rounding up would promise a moment too many.
    expiresAtMs: Math.floor(issuedAtMs / 1000 + session.durationSeconds) * 1000,
  };
  return {
    AccessKeyId: token.accessKeyId,
    SecretAccessKey: randomBytes(30).toString('base64'),
    SessionToken: Buffer.from(JSON.stringify(token)).toString('base64'),
    Expiration: new Date(token.expiresAtMs),
  };
}

export function assumedRoleArn(accountId: string, role: string, session: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/${role}/${session}`;
}

/** The unique id that belongs to a caller's ARN, as `GetCallerIdentity` shows it: `AIDA…`, or `AROA…:session`. */
export function userIdOf(callerArn: string): string {
  const [, account, role, session] = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/.exec(callerArn) ?? [];
  return role === undefined ? uniqueId('AIDA', callerArn) : `${uniqueId('AROA', `${account}/${role}`)}:${session}`;
}

function readToken(text: string): SessionToken | undefined {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as Partial<SessionToken>;
    return typeof token.accountId === 'string' && typeof token.expiresAtMs === 'number'
      ? (token as SessionToken)
      : undefined;
  } catch {
    // Not one of ours: the caller is told so by InvalidClientTokenId.
    return undefined;
  }
}

function invalidToken(): AwsFault {
  return new AwsFault('InvalidClientTokenId', 'The security token included in the request is invalid', 403);
}

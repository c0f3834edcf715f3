import { ed25519 } from '@noble/curves/ed25519.js';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { FiredrillError } from './errors.ts';
import { type DecisionStatement, type DecisionVia, roles, type SignedDecision } from './gate.ts';
import { bytesToHex, hexToBytes, isHex, utf8ToBytes } from './hex.ts';

/** Text that every store and screen can hold: PostgreSQL has no NUL, and half of a surrogate pair is no text. */
const text = (atMost: number) =>
  z
    .string()
    .max(atMost)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'holds characters that cannot be kept');
const name = (atMost: number) => text(atMost).min(1);

/** The words of a decision, exactly: an unknown or misspelt key is refused, not ignored. */
export const DecisionStatementSchema = z.strictObject({
  v: z.literal(1),
  decisionId: name(200),
  runId: name(300),
  gateId: name(100),
  round: z.int().nonnegative(),
  choice: z.enum(['approve', 'reject', 'abort', 'stop-all-drills', 'release-drills']),
  reason: text(2_000).exactOptional(),
  personId: name(100),
  personName: name(200),
  roles: z.array(z.enum(roles)).max(roles.length),
  clickedAtMs: z.int().nonnegative(),
}) satisfies z.ZodType<DecisionStatement>;

const SignedDecisionSchema = z.strictObject({
  statement: text(10_000),
  via: z.enum(['slack-app', 'web', 'personal-key']),
  signer: name(200),
  signature: text(200),
}) satisfies z.ZodType<SignedDecision>;

/** What somebody sent, when it has the form and size of a signed decision; nothing is proved by that. */
export const asSignedDecision = (sent: unknown): SignedDecision | undefined =>
  SignedDecisionSchema.safeParse(sent).data;

/** A decision came without the proof of who made it, or is not what was signed. It never counts. */
export class BadSignatureError extends FiredrillError {
  override readonly name = 'BadSignatureError';

  constructor(what: string, options?: ErrorOptions) {
    super(
      {
        code: 'bad-signature',
        kind: 'refused',
        what,
        means: 'It does not count, and the attempt was recorded.',
        next: 'Decide again in Slack, or with your own key: firedrill approve RUN. If it happens twice, check which public key the catalog holds.',
      },
      options,
    );
  }
}

/**
 * Ed25519 over bytes, as 128 hex. Deterministic: no randomness is asked for, so it runs inside a workflow too.
 *
 * @param privateKeyHex - the 32-byte seed of RFC 8032, 64 hex
 * @throws FiredrillError `bad-key`
 */
export function signBytes(bytes: Uint8Array, privateKeyHex: string): string {
  return bytesToHex(ed25519.sign(bytes, keyBytes(privateKeyHex)));
}

/** True when the signature over these bytes is this key's. False, never an exception, for a malformed signature or key. */
export function verifyBytes(bytes: Uint8Array, signatureHex: string, publicKeyHex: string): boolean {
  if (!isHex(signatureHex, 64) || !isHex(publicKeyHex, 32)) return false;
  try {
    // The strict rules of RFC 8032: one signature has one spelling, and weak keys sign nothing.
    return ed25519.verify(hexToBytes(signatureHex), bytes, hexToBytes(publicKeyHex), { zip215: false });
  } catch {
    // The library throws for bytes that are no point of the curve; to a caller that is one more signature that is not right.
    return false;
  }
}

/** Public key (64 hex) of a private key (the 32-byte seed, 64 hex). @throws FiredrillError `bad-key` */
export const publicKeyOf = (privateKeyHex: string): string => bytesToHex(ed25519.getPublicKey(keyBytes(privateKeyHex)));

/**
 * Signs a decision for the way it came.
 *
 * @param signer - the person's id for `personal-key`, otherwise the configured name of the signing process
 * @throws FiredrillError `bad-key`
 * @throws ZodError when the statement is none: the signer made it, so it is a mistake in the code
 */
export function signStatement(
  statement: DecisionStatement,
  privateKeyHex: string,
  via: DecisionVia,
  signer: string,
): SignedDecision {
  const text = canonicalJson(DecisionStatementSchema.parse(statement));
  return { statement: text, via, signer, signature: signBytes(utf8ToBytes(text), privateKeyHex) };
}

/**
 * The decision inside, once its signature is proved to be that of `publicKeyHex` and its text the canonical text of a
 * statement. A personal key speaks for its own person only. Whose key `publicKeyHex` is, the caller knows: the signer's
 * from the run's plan or, for `personal-key`, the person's from the current catalog.
 *
 * @throws BadSignatureError
 */
export function openSigned(decision: SignedDecision, publicKeyHex: string): DecisionStatement {
  if (
    !decision.statement.isWellFormed() ||
    !verifyBytes(utf8ToBytes(decision.statement), decision.signature, publicKeyHex)
  ) {
    throw new BadSignatureError(`The signature on a decision that came through ${wayOf(decision)} is not right.`);
  }
  const statement = statementIn(decision);
  if (canonicalJson(statement) !== decision.statement) {
    throw new BadSignatureError(`A decision that came through ${wayOf(decision)} is signed but not in canonical form.`);
  }
  if (decision.via === 'personal-key' && decision.signer !== statement.personId) {
    throw new BadSignatureError(`The personal key of ${decision.signer} signed a decision of ${statement.personId}.`);
  }
  return statement;
}

function statementIn(decision: SignedDecision): DecisionStatement {
  try {
    return DecisionStatementSchema.parse(JSON.parse(decision.statement));
  } catch (cause) {
    throw new BadSignatureError(`What came signed through ${wayOf(decision)} is not a decision.`, { cause });
  }
}

const wayOf = ({ via, signer }: SignedDecision): string =>
  via === 'personal-key' ? `the personal key of ${signer}` : signer;

function keyBytes(privateKeyHex: string): Uint8Array {
  if (isHex(privateKeyHex, 32)) return hexToBytes(privateKeyHex);
  throw new FiredrillError({
    code: 'bad-key',
    kind: 'input',
    what: 'A private key is not 64 lower-case hex digits.',
    means: 'Nothing was signed.',
    next: 'Make one with: firedrill keys new',
  });
}

import { ed25519 } from '@noble/curves/ed25519.js';
import { z } from 'zod';
import type { ActStatement, SignedAct } from './act.ts';
import { canonicalJson } from './canonical-json.ts';
import { FiredrillError } from './errors.ts';
import { type DecisionStatement, type DecisionVia, roles, type SignedDecision } from './gate.ts';
import { bytesToHex, hexToBytes, isHex, utf8ToBytes } from './hex.ts';

/** Text that every store and screen can hold: PostgreSQL has no NUL, and half of a surrogate pair is no text. */
const canBeKept = (value: string): boolean => value.isWellFormed() && !value.includes('\0');
const unkept = 'holds characters that cannot be kept';
const text = (atMost: number) => z.string().max(atMost).refine(canBeKept, unkept);
const name = (atMost: number) => text(atMost).min(1);

/** The words of a decision, exactly: an unknown or misspelt key is refused, not ignored. */
export const DecisionStatementSchema = z.strictObject({
  v: z.literal(1),
  decisionId: name(200),
  runId: name(300),
  gateId: name(100),
  round: z.int().nonnegative(),
  choice: z.enum(['approve', 'reject', 'withdraw', 'abort', 'pause', 'resume', 'stop-all-drills', 'release-drills']),
  reason: text(2_000).exactOptional(),
  confirmed: text(200).exactOptional(),
  personId: name(100),
  personName: name(200),
  roles: z.array(z.enum(roles)).max(roles.length),
  clickedAtMs: z.int().nonnegative(),
}) satisfies z.ZodType<DecisionStatement>;

const allTextCanBeKept = (value: unknown): boolean => {
  if (typeof value === 'string') return canBeKept(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => canBeKept(key) && allTextCanBeKept(member));
};

/** The frame of an act, exactly; what is in `act` the runbook's own schema says. */
export const ActStatementSchema = z.strictObject({
  v: z.literal(1),
  purpose: z.literal('act'),
  actId: name(200),
  runId: name(300),
  act: z.looseObject({ kind: name(50) }).refine(allTextCanBeKept, unkept),
  personId: name(100),
  personName: name(200),
  roles: z.array(z.enum(roles)).max(roles.length),
  clickedAtMs: z.int().nonnegative(),
}) satisfies z.ZodType<ActStatement>;

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

/** Signs bytes as `signBytes` does with one private key: 128 hex. A process outside of workflows has faster ways than ours. */
export type SignBytes = (bytes: Uint8Array) => string;

/**
 * Signs a decision for the way it came.
 *
 * @param key - the private key, 64 hex, or what signs with it
 * @param signer - the person's id for `personal-key`, otherwise the configured name of the signing process
 * @throws FiredrillError `bad-key`
 * @throws ZodError when the statement is none: the signer made it, so it is a mistake in the code
 */
export const signStatement = (
  statement: DecisionStatement,
  key: string | SignBytes,
  via: DecisionVia,
  signer: string,
): SignedDecision => seal(DecisionStatementSchema.parse(statement), key, via, signer);

/** Signs an act; parameters and errors as for `signStatement`. */
export const signAct = (
  statement: ActStatement,
  key: string | SignBytes,
  via: DecisionVia,
  signer: string,
): SignedAct => seal(ActStatementSchema.parse(statement), key, via, signer);

function seal(
  statement: DecisionStatement | ActStatement,
  key: string | SignBytes,
  via: DecisionVia,
  signer: string,
): SignedDecision {
  const text = canonicalJson(statement);
  const bytes = utf8ToBytes(text);
  return { statement: text, via, signer, signature: typeof key === 'string' ? signBytes(bytes, key) : key(bytes) };
}

/**
 * The decision inside, once its signature is proved to be that of `publicKeyHex` and its text the canonical text of a
 * statement. A personal key speaks for its own person only. Whose key `publicKeyHex` is, the caller knows: the signer's
 * from the run's plan or, for `personal-key`, the person's from the current catalog.
 *
 * @throws BadSignatureError
 */
export const openSigned = (decision: SignedDecision, publicKeyHex: string): DecisionStatement =>
  open(decision, publicKeyHex, 'decision', (words) => DecisionStatementSchema.parse(words));

/** The act inside; as for `openSigned`. @throws BadSignatureError */
export const openAct = (act: SignedAct, publicKeyHex: string): ActStatement =>
  open(act, publicKeyHex, 'act', (words) => ActStatementSchema.parse(words));

function open<T extends { readonly personId: string }>(
  signed: SignedDecision,
  publicKeyHex: string,
  what: 'decision' | 'act',
  parse: (words: unknown) => T,
): T {
  const way = wayOf(signed);
  const one = what === 'act' ? 'an act' : 'a decision';
  if (!signed.statement.isWellFormed() || !verifyBytes(utf8ToBytes(signed.statement), signed.signature, publicKeyHex))
    throw new BadSignatureError(`The signature on what came through ${way} as ${one} is not right.`);
  let statement: T;
  try {
    statement = parse(JSON.parse(signed.statement));
  } catch (cause) {
    throw new BadSignatureError(`What came signed through ${way} is not ${one}.`, { cause });
  }
  if (canonicalJson(statement) !== signed.statement)
    throw new BadSignatureError(`What came through ${way} as ${one} is signed but not in canonical form.`);
  if (signed.via === 'personal-key' && signed.signer !== statement.personId)
    throw new BadSignatureError(`The personal key of ${signed.signer} signed ${one} of ${statement.personId}.`);
  return statement;
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

// oxlint-disable-next-line no-restricted-imports -- a test may ask OpenSSL for a second opinion
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ActStatement } from './act.ts';
import { canonicalJson } from './canonical-json.ts';
import type { DecisionStatement, SignedDecision } from './gate.ts';
import {
  BadSignatureError,
  DecisionStatementSchema,
  openAct,
  openSigned,
  publicKeyOf,
  signAct,
  signBytes,
  signStatement,
  verifyBytes,
} from './signing.ts';

const privateKey = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const publicKey = publicKeyOf(privateKey);
const otherKey = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const statement: DecisionStatement = {
  v: 1,
  decisionId: '1763835312.000100-U1',
  runId: 'restore-test/jira-cloud/issues-db/2026Q4',
  gateId: 'admission',
  round: 1,
  choice: 'approve',
  personId: 'ann',
  personName: 'Ann Ø',
  roles: ['service-owner'],
  clickedAtMs: 1_763_835_312_000,
};

const signed = signStatement(statement, privateKey, 'slack-app', 'slack-app');

/** Text of any kind under a right signature, as a compromised or mistaken signer would send it. */
const rightlySigned = (
  text: string,
  via: SignedDecision['via'] = 'slack-app',
  signer = 'slack-app',
): SignedDecision => ({
  statement: text,
  via,
  signer,
  signature: signBytes(bytesOf(text), privateKey),
});

describe('a signed decision', () => {
  test('opens with the key of its signer and says what was decided', () => {
    expect(openSigned(signed, publicKey)).toEqual(statement);
  });

  test('carries the canonical text, so that everyone checks the same bytes', () => {
    expect(signed.statement).toBe(canonicalJson(statement));
    expect(signed).toMatchObject({ via: 'slack-app', signer: 'slack-app' });
  });

  test('keeps the reason of a rejection', () => {
    const no = { ...statement, choice: 'reject', reason: 'Friday evening' } as const;
    expect(openSigned(signStatement(no, privateKey, 'slack-app', 'slack-app'), publicKey)).toEqual(no);
  });

  test('does not open with another key', () => {
    expect(() => openSigned(signed, publicKeyOf(otherKey))).toThrow(BadSignatureError);
  });

  test('does not open when any character of its text or its signature was changed', () => {
    const change = (text: string, where: number): string => {
      const at = where % text.length;
      return `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`;
    };
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('statement' as const, 'signature' as const), (where, field) => {
        expect(() => openSigned({ ...signed, [field]: change(signed[field], where) }, publicKey)).toThrow(
          BadSignatureError,
        );
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ['is not JSON', 'approve!'],
    ['has a key that no decision has', canonicalJson({ ...statement, admin: true })],
    ['lacks a key', canonicalJson({ ...statement, personId: undefined })],
    ['names a role that does not exist', canonicalJson({ ...statement, roles: ['boss'] })],
    ['is of another version', canonicalJson({ ...statement, v: 2 })],
    ['is not canonical', JSON.stringify(statement)],
    [
      'says one key twice',
      canonicalJson(statement).replace('"choice":"approve"', '"choice":"reject","choice":"approve"'),
    ],
  ])('does not count, though rightly signed, when its text %s', (_, text) => {
    expect(() => openSigned(rightlySigned(text), publicKey)).toThrow(BadSignatureError);
  });

  test('by a personal key counts for the owner of the key only', () => {
    const text = canonicalJson(statement);
    expect(openSigned(rightlySigned(text, 'personal-key', 'ann'), publicKey).personId).toBe('ann');
    expect(() => openSigned(rightlySigned(text, 'personal-key', 'mallory'), publicKey)).toThrow(
      'The personal key of mallory signed a decision of ann.',
    );
  });

  test('is refused with a code that a program can read', () => {
    expect(() => openSigned({ ...signed, signature: 'x' }, publicKey)).toThrow(
      expect.objectContaining({ code: 'bad-signature', kind: 'refused' }),
    );
  });

  test('cannot be made of a statement that is none', () => {
    expect(() => signStatement({ ...statement, round: -1 }, privateKey, 'slack-app', 'slack-app')).toThrow('round');
    expect(DecisionStatementSchema.safeParse(statement).success).toBe(true);
  });
});

describe('signing bytes', () => {
  test('follows RFC 8032: its first test vector', () => {
    expect(publicKey).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    expect(signBytes(new Uint8Array(), privateKey)).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
  });

  test('is understood by OpenSSL and understands it', () => {
    const pair = generateKeyPairSync('ed25519');
    const raw = (part: 'd' | 'x', key: typeof pair.publicKey): string =>
      Buffer.from(key.export({ format: 'jwk' })[part] ?? '', 'base64url').toString('hex');
    const message = bytesOf('evidence');
    const theirs = sign(null, message, pair.privateKey).toString('hex');
    expect(publicKeyOf(raw('d', pair.privateKey))).toBe(raw('x', pair.publicKey));
    expect(verifyBytes(message, theirs, raw('x', pair.publicKey))).toBe(true);
    const ours = signBytes(message, raw('d', pair.privateKey));
    expect(verify(null, message, pair.publicKey, Buffer.from(ours, 'hex'))).toBe(true);
  });

  test.each([
    ['short', '00'],
    ['no hex', 'z'.repeat(128)],
    ['in capitals, a second spelling', signBytes(bytesOf('a'), privateKey).toUpperCase()],
    ['no point of the curve', 'f'.repeat(128)],
  ])('a signature that is %s is not right, and no exception', (_, signature) => {
    expect(verifyBytes(bytesOf('a'), signature, publicKey)).toBe(false);
  });

  test('the key of no point of the curve signs nothing', () => {
    expect(verifyBytes(bytesOf('a'), signBytes(bytesOf('a'), privateKey), 'f'.repeat(64))).toBe(false);
    // The neutral element is a weak key: without strict rules it would vouch for any message.
    const neutral = `01${'0'.repeat(62)}`;
    expect(verifyBytes(bytesOf('a'), neutral + '0'.repeat(64), neutral)).toBe(false);
  });

  test.each(['', 'ab', 'Z'.repeat(64), privateKey.toUpperCase()])(
    'refuses "%s" as a private key without repeating it',
    (key) => {
      expect(() => signBytes(bytesOf('a'), key)).toThrow(
        'A private key is not 64 lower-case hex digits. Nothing was signed.',
      );
    },
  );
});

describe('an act', () => {
  const act: ActStatement = {
    v: 1,
    purpose: 'act',
    actId: 'slack:U1:1',
    runId: 'documentation-review/jira-cloud/-/2026Q4',
    act: { kind: 'answer', item: 'region', comment: 'ein Ø' },
    personId: 'ann',
    personName: 'Ann Ø',
    roles: ['dr-champion'],
    clickedAtMs: 1_763_835_312_000,
  };
  const signedAct = signAct(act, privateKey, 'slack-app', 'slack-app');

  test('opens with the key that signed it, and with no other', () => {
    expect(openAct(signedAct, publicKey)).toEqual(act);
    expect(() => openAct(signedAct, publicKeyOf(otherKey))).toThrow(BadSignatureError);
    expect(() =>
      openAct({ ...signedAct, statement: signedAct.statement.replace('region', 'tier') }, publicKey),
    ).toThrow(BadSignatureError);
  });

  test('never passes for a decision, nor a decision for an act', () => {
    expect(() => openSigned(signedAct, publicKey)).toThrow('is not a decision');
    expect(() => openAct(signed, publicKey)).toThrow('is not an act');
  });

  test('of a personal key speaks for its own person only', () => {
    expect(() => openAct(signAct(act, privateKey, 'personal-key', 'ben'), publicKey)).toThrow(/personal key of ben/);
  });

  test('holds only text that can be kept, however deep', () => {
    const deep = (text: string): ActStatement => ({ ...act, act: { kind: 'answer', rows: [{ note: text }] } });
    for (const text of ['a\0b', '\ud800']) expect(() => signAct(deep(text), privateKey, 'slack-app', 's')).toThrow();
    expect(openAct(signAct(deep('🔥'), privateKey, 'slack-app', 's'), publicKey).act).toEqual(deep('🔥').act);
  });
});

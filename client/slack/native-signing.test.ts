import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { publicKeyOf, signBytes, verifyBytes } from '../../domain/signing.ts';
import { nativeSigning } from './native-signing.ts';

test('signs the same as the domain does', () => {
  for (let round = 0; round < 50; round += 1) {
    const key = randomBytes(32).toString('hex');
    const bytes = randomBytes(round * 7);
    const signature = nativeSigning(key)(bytes);
    expect(signature).toBe(signBytes(bytes, key));
    expect(verifyBytes(bytes, signature, publicKeyOf(key))).toBe(true);
  }
});

test('says of a key that is none what is wrong with it', () => {
  for (const key of ['', '11', 'xy'.repeat(32), '11'.repeat(33)])
    expect(() => nativeSigning(key)).toThrow(expect.objectContaining({ code: 'bad-key' }));
});

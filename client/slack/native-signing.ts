import { createPrivateKey, sign } from 'node:crypto';
import { publicKeyOf } from '../../domain/signing.ts';
import type { SignBytes } from '../../domain/signing.ts';

/** PKCS #8 around a private key of Ed25519, up to the 32 bytes of the key itself (RFC 8410, section 7). */
const frame = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Signs with Node's own Ed25519: the same bytes as `signBytes`, which also runs where there is no Node, in a twentieth of the
 * time. Between a click and its run every millisecond is waited for.
 *
 * @param privateKeyHex - 64 hex
 * @throws FiredrillError `bad-key`
 */
export function nativeSigning(privateKeyHex: string): SignBytes {
  // Says what is wrong with a key that is none.
  publicKeyOf(privateKeyHex);
  const key = createPrivateKey({
    key: Buffer.concat([frame, Buffer.from(privateKeyHex, 'hex')]),
    format: 'der',
    type: 'pkcs8',
  });
  return (bytes) => sign(undefined, bytes, key).toString('hex');
}

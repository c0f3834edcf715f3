import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { FiredrillError } from '../../domain/errors.ts';
import { verifyBundle } from '../../domain/evidence.ts';
import type { BundleVerification } from '../../domain/evidence.ts';

/**
 * Everything that lies in a bundle's folder, by path with forward slashes.
 *
 * @throws FiredrillError `no-bundle` when there is no such folder
 */
export function readBundle(folder: string): ReadonlyMap<string, Uint8Array> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new FiredrillError({
      code: 'no-bundle',
      kind: 'input',
      what: `There is no folder ${folder}.`,
      means: 'Nothing was verified.',
      next: 'Give the folder of an evidence bundle; firedrill report RUN says where it is.',
    });
  }
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  // A link could show another file at every look, so it is told as what it is: a file that the manifest does not have.
  return new Map(
    entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [
          relative(folder, path).split(sep).join('/'),
          entry.isFile() ? readFileSync(path) : new Uint8Array(),
        ] as const;
      }),
  );
}

/** Verifies a bundle on disk, offline, trusting only the given key. */
export const verifyFolder = (folder: string, publicKeyHex: string): BundleVerification =>
  verifyBundle(readBundle(resolve(folder)), publicKeyHex);

/**
 * A public key from a file, or as it is.
 *
 * @throws FiredrillError `bad-public-key`
 */
export function readPublicKey(given: string): string {
  const isFile = statSync(given, { throwIfNoEntry: false })?.isFile() === true;
  const key = (isFile ? readFileSync(given, 'utf8') : given).trim();
  if (/^[0-9a-f]{64}$/.test(key)) return key;
  throw new FiredrillError({
    code: 'bad-public-key',
    kind: 'input',
    what: isFile
      ? `${given} does not hold a public key.`
      : `There is no file ${given}, and it is no public key itself.`,
    means: 'Nothing was verified: without the key of the installation anybody could have signed.',
    next: 'Give a file with 64 lower-case hex digits, as firedrill keys new writes it.',
  });
}

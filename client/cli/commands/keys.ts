import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { FiredrillError } from '../../../domain/errors.ts';
import { publicKeyOf } from '../../../domain/signing.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CommonOptions } from '../settings-of.ts';

/** `firedrill keys new [--out FILE]` */
export function keysCommand(act: Act): Command {
  const make = newCommand(
    'new',
    'Make an Ed25519 key pair, for a person who decides on the command line or for evidence.',
    ['firedrill keys new --out ~/.config/firedrill/my-key', 'firedrill keys new'],
  )
    .option(
      '--out <file>',
      'write the private key there (only you may read it) and the public key beside it, as FILE.pub',
    )
    .addHelpText(
      'after',
      `
For yourself: put the public key into the catalog (people: your-id: publicKey), then set FIREDRILL_PERSON=your-id and
FIREDRILL_PERSON_KEY_FILE to the file. For evidence: FIREDRILL_EVIDENCE_KEY_FILE. Without --out both keys are printed.`,
    )
    .action((options: CommonOptions & { readonly out?: string }) =>
      act(options, ({ terminal, answer }) => {
        const privateKey = randomBytes(32).toString('hex');
        const publicKey = publicKeyOf(privateKey);
        if (options.out === undefined) {
          answer(
            { privateKey, publicKey },
            `private  ${privateKey}\npublic   ${publicKey}\nKeep the private one to yourself; with --out it goes into a file and not onto the screen.`,
          );
          return Promise.resolve(exitCodes.done);
        }
        const file = resolve(terminal.cwd, options.out);
        writeNew(file, `${privateKey}\n`, 0o600);
        writeNew(`${file}.pub`, `${publicKey}\n`, 0o644);
        answer(
          { file, publicKeyFile: `${file}.pub`, publicKey },
          `private  ${file} (only you may read it)\npublic   ${publicKey}\n         ${file}.pub`,
        );
        return Promise.resolve(exitCodes.done);
      }),
    );
  return new Command('keys').description('Keys of people and of evidence.').addCommand(make);
}

/** A key that is there may be in use: it is never written over. */
function writeNew(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EEXIST' && code !== 'ENOENT' && code !== 'EACCES') throw error;
    throw new FiredrillError({
      code: 'cannot-write-key',
      kind: 'refused',
      what: code === 'EEXIST' ? `${file} is there already.` : `${file} cannot be written.`,
      means: 'No key was made: one that is in use must not be written over.',
      next: 'Choose another file, in a folder that is there: --out FILE',
    });
  }
}

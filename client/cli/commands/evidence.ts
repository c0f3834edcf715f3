import { resolve } from 'node:path';
import { Command } from 'commander';
import { readPublicKey, verifyFolder } from '../../evidence/read-bundle.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CommonOptions } from '../settings-of.ts';

/** `firedrill evidence verify PATH --key FILE` */
export function evidenceCommand(act: Act): Command {
  const verify = newCommand(
    'verify',
    'Verify an evidence bundle, offline: any changed, removed, added or reordered byte is found.',
    ['firedrill evidence verify .firedrill/evidence/restore-test/jira-cloud/issues-db/2026Q4 --key evidence-key.pub'],
  )
    .argument('<path>', 'folder of the bundle')
    .requiredOption(
      '--key <file>',
      'public key of the installation, from somewhere else than the bundle (a file, or the 64 hex digits)',
    )
    .addHelpText('after', '\nThe exit code is 1 when it does not verify.')
    .action((path: string, options: CommonOptions & { readonly key: string }) =>
      act(options, ({ terminal, answer }) => {
        const folder = resolve(terminal.cwd, path);
        const key = readPublicKey(
          /^[0-9a-f]{64}$/.test(options.key) ? options.key : resolve(terminal.cwd, options.key),
        );
        const { ok, problems, notes, manifest, entries, addenda } = verifyFolder(folder, key);
        const { good, bad } = terminal.paint;
        const simulated = manifest?.simulated === true ? 'SIMULATED  ' : '';
        const known = notes.length === 0 ? [] : ['Unchanged, but not one undisturbed course of the run:', ...notes];
        const text = ok
          ? `${simulated}${good('✔')} ${manifest?.runId ?? folder}\n  Nothing was changed since it was sealed: ${entries} journal entries, ${manifest?.files.length ?? 0} files, ${addenda} ${addenda === 1 ? 'addendum' : 'addenda'}.\n  Signed with the key ${key.slice(0, 12)}… (${manifest?.signer.kind ?? ''}).${known.map((note) => `\n${bad('!')} ${note}`).join('')}`
          : `${simulated}${bad('✖')} ${manifest?.runId ?? folder} does not verify:\n${problems.map((problem) => `  ${problem}`).join('\n')}\n  It is not evidence of anything until this is explained; compare with the copy in S3.`;
        answer(
          {
            ok,
            path: folder,
            runId: manifest?.runId ?? null,
            simulated: manifest?.simulated ?? null,
            entries,
            addenda,
            problems,
            notes,
            signer: manifest?.signer ?? null,
          },
          text,
        );
        return Promise.resolve(ok ? exitCodes.done : exitCodes.notPassed);
      }),
    );
  return new Command('evidence').description('Evidence bundles.').addCommand(verify);
}

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FiredrillError } from '../../domain/errors.ts';

/** `--record`, as commands that start a sandbox have it. */
export const recordOption = [
  '--record <file>',
  'write every message and view shown in Slack to a file, one line of JSON each',
] as const;

/**
 * Makes the file, empty.
 *
 * @returns its whole path; nothing when none was asked for
 * @throws FiredrillError when it cannot be written, before anything is started
 */
export function beginRecord(cwd: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const path = resolve(cwd, file);
  try {
    // What people are told in Slack is for them.
    writeFileSync(path, '', { mode: 0o600 });
    return path;
  } catch (error) {
    throw new FiredrillError(
      {
        code: 'record-file',
        kind: 'input',
        what: `--record ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
        means: 'Nothing was started.',
        next: 'Name a file in a folder that exists and that you may write to.',
      },
      { cause: error },
    );
  }
}

/** The stand-in writes the record: a real Slack has none. @throws FiredrillError `record-file` */
export function refuseRecordOfRealSlack(isPlayed: boolean, file: string | undefined): void {
  if (isPlayed || file === undefined) return;
  throw new FiredrillError({
    code: 'record-file',
    kind: 'input',
    what: '--record needs the stand-in for Slack, which writes it, and SLACK_BOT_TOKEN names the real one.',
    means: 'Nothing was started.',
    next: 'Add --sandbox, or leave out --record.',
  });
}

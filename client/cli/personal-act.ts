import { randomUUID } from 'node:crypto';
import type { Catalog } from '../../catalog/schema.ts';
import { isSimulated } from '../../config/index.ts';
import type { Config } from '../../config/index.ts';
import type { ActStatement } from '../../domain/act.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { actOnRun } from '../runs/act.ts';
import { openRuns } from './access.ts';
import type { CommandContext } from './command.ts';
import { signPersonalAct } from './decision.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';

/** What somebody does, and in which workflow. */
export interface PersonalAct {
  readonly runId: string;
  readonly act: ActStatement['act'];
  /** How one looks at it: `the incident` and `firedrill status RUN`. */
  readonly see: readonly [what: string, command: string];
  /** What a program is told of it beside its outcome; default the run and the kind of the act. */
  readonly told?: object;
}

/** For a command's help. @param what - `What you do is`, `Answers are` */
export const signedNote = (what: string): string =>
  `\n${what} signed with your own key: set FIREDRILL_PERSON and FIREDRILL_PERSON_KEY_FILE (firedrill keys new).`;

/**
 * Does what a person does in a review, an exercise, an incident or about a finding: signed with their own key, handed on, and
 * answered as it came out.
 *
 * @param prepare - what it is, by today's catalog; asked when the engine can be reached
 * @throws FiredrillError with the refusal's code when it does not count; as `signPersonalAct` and `openRuns`
 */
export async function doPersonalAct(
  { answer }: Pick<CommandContext, 'answer'>,
  config: Config,
  prepare: (catalog: Catalog) => PersonalAct | Promise<PersonalAct>,
): Promise<ExitCode> {
  const runs = await openRuns(config);
  try {
    const loaded = await runs.deps.catalog();
    const { runId, act, see, told = { runId, kind: act.kind } } = await prepare(loaded.catalog);
    const [what, command] = see;
    const actId = randomUUID();
    const signed = signPersonalAct(config, loaded, { runId, actId, act });
    const result = await actOnRun(runs.deps, signed, { runId, actId });
    if (result.outcome === 'refused')
      throw new FiredrillError({
        code: result.code,
        kind: 'refused',
        what: result.text,
        means: 'It does not count.',
        next: `See ${what}: ${command}`,
      });
    const simulated = isSimulated(config);
    const mark = result.outcome === 'queued' ? '…' : '✔';
    answer(
      { ...told, simulated, ...result },
      `${simulated ? 'SIMULATED  ' : ''}${mark} ${result.text}\nSee ${what}:  ${command}`,
    );
    return exitCodes.done;
  } finally {
    await runs.close();
  }
}

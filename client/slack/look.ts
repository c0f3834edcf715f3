import { FiredrillError } from '../../domain/errors.ts';
import { runDetails, runListMessage } from '../../views/slack/answers.ts';
import type { Answer } from './answer.ts';
import type { SlackAppDeps } from './deps.ts';
import { refuseStrangers } from './who-looks.ts';

/** All runs, for whoever the catalog knows; while the store is down, at least those that work on something now, which the engine itself knows. */
export async function list(deps: SlackAppDeps, userId: string): Promise<Answer> {
  await refuseStrangers(deps, userId);
  try {
    return runListMessage(await deps.engine.newestRuns(20), Date.now(), deps.command);
  } catch (error) {
    if (!(error instanceof FiredrillError)) throw error;
    deps.log('warn', 'the store did not answer a look at the runs', { error: error.what });
    const running = await deps.engine.running();
    const runs =
      running.length === 0
        ? 'No drill works on anything now.'
        : `Working now: ${running.map((runId) => `\`${runId}\``).join(', ')}`;
    return { text: `${runs}\nMore is not known: ${error.what} ${error.means} ${error.next}` };
  }
}

/** The newest that the store knows of a run, for whoever the catalog knows. @throws FiredrillError `run-not-known`, or that the store is away */
export async function details(deps: SlackAppDeps, userId: string, runId: string): Promise<Answer> {
  await refuseStrangers(deps, userId);
  const run = await deps.engine.run(runId);
  if (run !== undefined) return runDetails(run.projection, run.tickets);
  throw new FiredrillError({
    code: 'run-not-known',
    kind: 'input',
    what: `The store does not know ${runId}, or not yet.`,
    means: 'If it has just been started, its first entries are on their way.',
    next: `Try again in a few seconds, or look at the list: ${deps.command} status`,
  });
}

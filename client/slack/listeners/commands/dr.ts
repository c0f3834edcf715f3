import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { serviceOf } from '../../../../catalog/lookup.ts';
import { FiredrillError } from '../../../../domain/errors.ts';
import { decisionText, helpText, runDetails, runListText, startedText } from '../../../../views/slack/answers.ts';
import { controlRunId } from '../../../../workflows/messages.ts';
import { answering, byResponseUrl } from '../../answer.ts';
import type { Answer } from '../../answer.ts';
import { decideBySlack, keepRefusedStart } from '../../decide-by-slack.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { identify, NotEligibleError } from '../../identify.ts';
import { parseDrCommand } from './parse.ts';
import type { DrCommand, StartCommand } from './parse.ts';

type Arguments = SlackCommandMiddlewareArgs & AllMiddlewareArgs;

/** `/dr …`: acknowledged at once, answered to the person alone. */
export const drCommand =
  (deps: SlackAppDeps) =>
  async ({ ack, command, respond }: Arguments): Promise<void> => {
    await ack();
    const meanwhile =
      'Still at it: something behind me is slow. I tell you here what came of it. The command line works, too: `firedrill --help`';
    await answering(deps, byResponseUrl(respond), meanwhile, () =>
      perform(deps, parseDrCommand(command.text), { userId: command.user_id, clickId: command.trigger_id }),
    );
  };

interface By {
  readonly userId: string;
  /** Slack's id of this very command: delivered twice, it is decided once. */
  readonly clickId: string;
}

async function perform(deps: SlackAppDeps, command: DrCommand, by: By): Promise<Answer> {
  switch (command.kind) {
    case 'help':
      return { text: helpText };
    case 'status':
      return command.runId === undefined ? await list(deps) : await details(deps, command.runId);
    case 'start':
      return await start(deps, command, by.userId);
    case 'abort':
      return await decide(deps, by, { runId: command.runId, choice: 'abort', reason: command.reason });
    case 'stop-all-drills':
      return await decide(deps, by, { runId: controlRunId, choice: 'stop-all-drills', reason: command.reason });
    case 'release':
      return await decide(deps, by, {
        runId: controlRunId,
        choice: 'release-drills',
        ...(command.reason === undefined ? {} : { reason: command.reason }),
      });
  }
}

async function decide(
  deps: SlackAppDeps,
  by: By,
  what: {
    readonly runId: string;
    readonly choice: 'abort' | 'stop-all-drills' | 'release-drills';
    readonly reason?: string;
  },
): Promise<Answer> {
  const result = await decideBySlack(deps, { ...by, ...what, gateId: '*', round: 0, clickedAtMs: Date.now() });
  return { text: decisionText(result) };
}

async function start(deps: SlackAppDeps, command: StartCommand, userId: string): Promise<Answer> {
  const { kind: _, ...request } = command;
  try {
    const identified = await identify(deps, userId, false, (current) => serviceOf(current, request.service).id);
    const { catalog, person, roles: initiatorRoles } = identified;
    const service = serviceOf(catalog, request.service);
    const initiator = { personId: person.id, name: person.name };
    const { runId, simulated } = await deps.engine.start({ ...request, initiator, initiatorRoles, via: 'slack' });
    return { text: startedText({ runId, mode: request.mode, simulated, channel: service.slackChannel }) };
  } catch (error) {
    if (error instanceof NotEligibleError || (error instanceof FiredrillError && error.code === 'may-not-start')) {
      await keepRefusedStart(deps, userId, 'start', error.code);
    }
    throw error;
  }
}

/** All runs; while the store is down, at least those that work on something now, which the engine itself knows. */
async function list(deps: SlackAppDeps): Promise<Answer> {
  try {
    return { text: runListText(await deps.engine.newestRuns(20), Date.now()) };
  } catch (error) {
    if (!(error instanceof FiredrillError)) throw error;
    deps.log('warn', 'the store did not answer /dr status', { error: error.what });
    const running = await deps.engine.running();
    const runs =
      running.length === 0
        ? 'No drill works on anything now.'
        : `Working now: ${running.map((runId) => `\`${runId}\``).join(', ')}`;
    return { text: `${runs}\nMore is not known: ${error.what} ${error.means} ${error.next}` };
  }
}

/** The newest that the store knows of a run. */
export async function details(deps: SlackAppDeps, runId: string): Promise<Answer> {
  const run = await deps.engine.run(runId);
  if (run !== undefined) return runDetails(run.projection, run.tickets);
  throw new FiredrillError({
    code: 'run-not-known',
    kind: 'input',
    what: `The store does not know ${runId}, or not yet.`,
    means: 'If it has just been started, its first entries are on their way.',
    next: `Try again in a few seconds, or look at the list: /dr status`,
  });
}

import { serviceOf } from '../../catalog/lookup.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { startedText } from '../../views/slack/answers.ts';
import type { Answer } from './answer.ts';
import { keepRefusedStart } from './decide-by-slack.ts';
import type { SlackAppDeps } from './deps.ts';
import { identify, NotEligibleError } from './identify.ts';
import type { StartCommand } from './listeners/commands/parse.ts';

/** Starts a run in somebody's name; an attempt of whoever may not is kept. @throws FiredrillError */
export async function startInSlack(deps: SlackAppDeps, command: StartCommand, userId: string): Promise<Answer> {
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

import { serviceOf } from '../../catalog/lookup.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { reviewStartedText, startedText } from '../../views/slack/answers.ts';
import type { Answer } from './answer.ts';
import { keepRefusedStart } from './decide-by-slack.ts';
import type { SlackAppDeps } from './deps.ts';
import { identify, NotEligibleError } from './identify.ts';
import type { RunInitiator } from '../runs/launch.ts';
import type { StartCommand } from './listeners/commands/parse.ts';

/** Starts a restore test in somebody's name; an attempt of whoever may not is kept. @throws FiredrillError */
export const startInSlack = (deps: SlackAppDeps, command: StartCommand, userId: string): Promise<Answer> =>
  startedBy(deps, command.service, userId, async (who, channel) => {
    const { kind: _, ...request } = command;
    const { runId, simulated } = await deps.engine.start({ ...request, ...who, via: 'slack' });
    return { text: startedText({ runId, mode: request.mode, simulated, channel }) };
  });

/** Starts a documentation review likewise. @throws FiredrillError */
export const startReviewInSlack = (deps: SlackAppDeps, service: string, userId: string): Promise<Answer> =>
  startedBy(deps, service, userId, async (who, channel) => {
    const { runId, simulated } = await deps.engine.startReview({ service, ...who, via: 'slack' });
    return { text: reviewStartedText({ runId, simulated, channel }) };
  });

async function startedBy(
  deps: SlackAppDeps,
  service: string,
  userId: string,
  start: (who: Required<Pick<RunInitiator, 'initiator' | 'initiatorRoles'>>, channel: string) => Promise<Answer>,
): Promise<Answer> {
  try {
    const { catalog, person, roles } = await identify(deps, userId, false, (current) => serviceOf(current, service).id);
    const initiator = { personId: person.id, name: person.name };
    return await start({ initiator, initiatorRoles: roles }, serviceOf(catalog, service).slackChannel);
  } catch (error) {
    if (error instanceof NotEligibleError || (error instanceof FiredrillError && error.code === 'may-not-start')) {
      await keepRefusedStart(deps, userId, 'start', error.code);
    }
    throw error;
  }
}

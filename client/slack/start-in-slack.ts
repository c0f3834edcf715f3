import { serviceOf } from '../../catalog/lookup.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { exerciseStartedText, reviewStartedText, startedText } from '../../views/slack/answers.ts';
import { actBySlack } from './act-by-slack.ts';
import type { Answer } from './answer.ts';
import { keepRefusedStart } from './decide-by-slack.ts';
import type { SlackAppDeps } from './deps.ts';
import { identify, NotEligibleError } from './identify.ts';
import type { Once, RunInitiator } from '../runs/launch.ts';
import type { StartCommand } from './listeners/commands/parse.ts';

/** Who starts it, and by which click. */
export interface Starter {
  readonly userId: string;
  readonly clickId: string;
  /** When its form was opened: sent again, the same form starts nothing more. */
  readonly openedMs?: number;
}

/** Starts a run in somebody's name; an attempt of whoever may not is kept. @throws FiredrillError */
export const startInSlack = (deps: SlackAppDeps, command: StartCommand, by: Starter): Promise<Answer> =>
  startedBy(deps, command.service, by.userId, async (initiator, channel) => {
    const who = { ...initiator, ...onceFor(by, canonicalJson({ ...command })) };
    switch (command.kind) {
      case 'start': {
        const { kind: _, ...request } = command;
        const { runId, simulated } = await deps.engine.start({ ...request, ...who, via: 'slack' });
        return { text: startedText({ runId, mode: request.mode, simulated, channel }) };
      }
      case 'start-review': {
        const { runId, simulated } = await deps.engine.startReview({ service: command.service, ...who, via: 'slack' });
        return { text: reviewStartedText({ runId, simulated, channel }) };
      }
      case 'start-exercise': {
        const { scenario, service, others, leads } = command;
        const request = { scenario, services: [service, ...others], ...who, via: 'slack' } as const;
        const started = await deps.engine.startExercise(request);
        const led = leads ? await takeTheLead(deps, started.runId, by) : undefined;
        return { text: exerciseStartedText({ ...started, channel, ...(led === undefined ? {} : { led }) }) };
      }
    }
  });

/** A form that is sent again because the answer was lost starts what it has started before. @param what - what it starts */
export const onceFor = ({ userId, clickId, openedMs }: Starter, what: string): { readonly once?: Once } =>
  openedMs === undefined ? {} : { once: { token: `${userId} ${clickId} ${what}`, atMs: openedMs } };

/** Whoever starts it leads it: the role is theirs as if they had pressed its button. What came of that, in words. */
async function takeTheLead(deps: SlackAppDeps, runId: string, { userId, clickId }: Starter) {
  try {
    const act = { kind: 'take-role', role: 'facilitator' } as const;
    return await actBySlack(deps, { userId, runId, act, clickId: `${clickId}:lead`, clickedAtMs: Date.now() });
  } catch (error) {
    // It has been started, and that must be told; the role is a press away.
    if (!(error instanceof FiredrillError)) throw error;
    return { outcome: 'refused', text: error.what } as const;
  }
}

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

import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import {
  methodInput,
  ModalMemorySchema,
  modeInput,
  pointInput,
  readRef,
  subjectInput,
} from '../../../../views/slack/actions.ts';
import { answering, byMessage } from '../../answer.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { startInSlack } from '../../start-in-slack.ts';
import type { StartCommand } from '../commands/parse.ts';
import { chosenIn } from './fields.ts';

/** The form for a start was filled in: it closes at once, the answer comes to the person in the channel where they asked. */
export const startGiven =
  (deps: SlackAppDeps) =>
  async ({ ack, body, view, client }: SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs): Promise<void> => {
    const [service, resource] = chosenIn(view, subjectInput)?.split('/') ?? [];
    if (service === undefined || resource === undefined) {
      await ack({ response_action: 'errors', errors: { [subjectInput.block]: 'Choose what is to be restored.' } });
      return;
    }
    await ack();
    const channel = readRef(ModalMemorySchema, view.private_metadata)?.channel ?? body.user.id;
    const method = chosenIn(view, methodInput);
    const command: StartCommand = {
      kind: 'start',
      service,
      resource,
      point: oneOf(['oldest', 'random'], chosenIn(view, pointInput)) ?? 'latest',
      ...(method === 'pitr' || method === 'snapshot' ? { method } : {}),
      mode: oneOf(['rehearse'], chosenIn(view, modeInput)) ?? 'drill',
    };
    const meanwhile = 'The engine is slow to answer; it is not confirmed yet. I tell you here what came of it.';
    await answering(deps, byMessage(client, body.user.id, channel), meanwhile, () =>
      startInSlack(deps, command, body.user.id),
    );
  };

const oneOf = <T extends string>(known: readonly T[], chosen: string | undefined): T | undefined =>
  known.find((one) => one === chosen);

import type {
  AllMiddlewareArgs,
  BlockAction,
  SlackActionMiddlewareArgs,
  SlackViewMiddlewareArgs,
  StaticSelectAction,
  ViewOutput,
  ViewSubmitAction,
} from '@slack/bolt';
import {
  leadInput,
  methodInput,
  ModalMemorySchema,
  modeInput,
  pointInput,
  readRef,
  runbookInput,
  scenarioInput,
  serviceInput,
  servicesInput,
  subjectInput,
} from '../../../../views/slack/actions.ts';
import { startable, startForm } from '../../../../views/slack/start-form.ts';
import { answering, byMessage, closingForm } from '../../answer.ts';
import type { Answer } from '../../answer.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { startInSlack } from '../../start-in-slack.ts';
import type { StartCommand } from '../commands/parse.ts';
import { notConfirmedYet } from '../heard.ts';
import { chosenIn, severalIn } from './fields.ts';

/** Another runbook was chosen in the form: it asks for something else. */
export const runbookChosen =
  (deps: SlackAppDeps) =>
  async ({
    ack,
    action,
    body,
    client,
  }: SlackActionMiddlewareArgs<BlockAction<StaticSelectAction>> & AllMiddlewareArgs): Promise<void> => {
    await ack();
    const memory = readRef(ModalMemorySchema, body.view?.private_metadata);
    const runbook = oneOf(startable, action.selected_option?.value);
    if (memory === undefined || runbook === undefined || body.view === undefined) return;
    try {
      await client.views.update({ view_id: body.view.id, view: startForm(memory, runbook) });
    } catch (error) {
      deps.log('warn', 'the form for a start could not be changed', { runbook, error: String(error) });
    }
  };

/** The form for a start was filled in: it closes when the engine has it, the answer comes to the person in the channel where they asked. */
export const startGiven =
  (deps: SlackAppDeps) =>
  async ({ ack, body, view, client }: SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs): Promise<void> => {
    const command = commandIn(view);
    if ('errors' in command) {
      await ack({ response_action: 'errors', errors: command.errors });
      return;
    }
    const memory = readRef(ModalMemorySchema, view.private_metadata);
    const by = {
      userId: body.user.id,
      clickId: memory?.clickTs ?? view.id,
      ...(memory?.openedMs === undefined ? {} : { openedMs: memory.openedMs }),
    };
    const tell = byMessage(client, by.userId, memory?.channel ?? by.userId);
    const work = (): Promise<Answer> => startInSlack(deps, command, by);
    await answering(deps, tell, notConfirmedYet, closingForm(deps, { ack, view }, work));
  };

/** What was filled in, as the command that says the same; or what is missing, by field. */
function commandIn(view: ViewOutput): StartCommand | { readonly errors: Record<string, string> } {
  switch (oneOf(startable, chosenIn(view, runbookInput)) ?? 'restore-test') {
    case 'restore-test': {
      const [service, resource] = chosenIn(view, subjectInput)?.split('/') ?? [];
      if (service === undefined || resource === undefined)
        return { errors: { [subjectInput.block]: 'Choose what is to be restored.' } };
      const method = chosenIn(view, methodInput);
      return {
        kind: 'start',
        service,
        resource,
        point: oneOf(['oldest', 'random'], chosenIn(view, pointInput)) ?? 'latest',
        ...(method === 'pitr' || method === 'snapshot' ? { method } : {}),
        mode: oneOf(['rehearse'], chosenIn(view, modeInput)) ?? 'drill',
      };
    }
    case 'documentation-review': {
      const service = chosenIn(view, serviceInput);
      return service === undefined ? noService : { kind: 'start-review', service };
    }
    case 'tabletop-exercise': {
      const [scenario, service] = [chosenIn(view, scenarioInput), chosenIn(view, serviceInput)];
      if (scenario === undefined) return { errors: { [scenarioInput.block]: 'Choose a story.' } };
      if (service === undefined) return noService;
      const others = severalIn(view, servicesInput);
      return { kind: 'start-exercise', scenario, service, others, leads: severalIn(view, leadInput).length > 0 };
    }
  }
}

const noService = { errors: { [serviceInput.block]: 'Choose a service.' } };

const oneOf = <T extends string>(known: readonly T[], chosen: string | undefined): T | undefined =>
  known.find((one) => one === chosen);

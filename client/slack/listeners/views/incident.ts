import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewOutput, ViewSubmitAction } from '@slack/bolt';
import { serviceOf } from '../../../../catalog/lookup.ts';
import { personBySlackId } from '../../../../catalog/people.ts';
import type { Catalog } from '../../../../catalog/schema.ts';
import { FiredrillError } from '../../../../domain/errors.ts';
import { correctable } from '../../../../domain/incident.ts';
import type { IncidentAct } from '../../../../domain/incident.ts';
import {
  beganInput,
  detectedInput,
  gapTitleInput,
  incidentInput,
  ModalMemorySchema,
  personInput,
  readRef,
  reasonInput,
  serviceInput,
  whichTimeInput,
} from '../../../../views/slack/actions.ts';
import { decisionText } from '../../../../views/slack/answers.ts';
import { declaredText } from '../../../../views/slack/incident.ts';
import { actBySlack } from '../../act-by-slack.ts';
import { answering, byMessage, closingForm } from '../../answer.ts';
import type { Answer } from '../../answer.ts';
import { keepRefusedStart } from '../../decide-by-slack.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { identify, NotEligibleError } from '../../identify.ts';
import { onceFor } from '../../start-in-slack.ts';
import { notOurs } from '../actions/click.ts';
import { notConfirmedYet } from '../heard.ts';
import { chosenIn, filledInId, momentIn, textIn, userIn } from './fields.ts';

type Arguments = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;

/** An incident was declared: the form closes when the engine has it. Also while Slack cannot be asked who somebody is: it only ever stops drills. */
export const declareGiven =
  (deps: SlackAppDeps) =>
  async ({ ack, body, view, client }: Arguments): Promise<void> => {
    const declaredMs = Date.now();
    const [beganMs, detectedMs] = [momentIn(view, beganInput), momentIn(view, detectedInput)];
    const problem = timesProblem(beganMs, detectedMs, declaredMs);
    if (problem !== undefined || beganMs === undefined || detectedMs === undefined) {
      await ack({ response_action: 'errors', errors: problem ?? { [beganInput.block]: 'Say when it began.' } });
      return;
    }
    const userId = body.user.id;
    const memory = readRef(ModalMemorySchema, view.private_metadata);
    const by = {
      userId,
      clickId: memory?.clickTs ?? view.id,
      ...(memory?.openedMs === undefined ? {} : { openedMs: memory.openedMs }),
    };
    const work = async (): Promise<Answer> => {
      const named = chosenIn(view, serviceInput);
      if (named === undefined) throw notOurs();
      try {
        const { catalog, person } = await identify(deps, userId, true, (current) => serviceOf(current, named).id);
        const declared = await deps.engine.declare({
          service: named,
          title: textIn(view, gapTitleInput),
          beganMs,
          detectedMs,
          declaredMs,
          initiator: { personId: person.id, name: person.name },
          via: 'slack',
          // One form is one incident, whatever was changed in it before it was sent again.
          ...onceFor(by, named),
        });
        return { text: declaredText({ ...declared, channel: serviceOf(catalog, named).slackChannel }) };
      } catch (error) {
        if (error instanceof NotEligibleError) await keepRefusedStart(deps, userId, 'declare', error.code);
        throw error;
      }
    };
    await answering(
      deps,
      byMessage(client, userId, memory?.channel ?? userId),
      notConfirmedYet,
      closingForm(deps, { ack, view }, work),
    );
  };

/** What stands beside the fields of a form whose times cannot be. */
function timesProblem(
  beganMs: number | undefined,
  detectedMs: number | undefined,
  nowMs: number,
): Record<string, string> | undefined {
  if (beganMs === undefined || detectedMs === undefined) return undefined;
  if (beganMs > nowMs) return { [beganInput.block]: 'This time has not come yet.' };
  if (detectedMs > nowMs) return { [detectedInput.block]: 'This time has not come yet.' };
  return beganMs > detectedMs
    ? { [detectedInput.block]: 'It cannot have been detected before the impact began.' }
    : undefined;
}

type ActIn = (view: ViewOutput, catalog: Catalog) => IncidentAct;

export const handOverIn: ActIn = (view, catalog) => {
  const slackId = userIn(view, personInput) ?? '';
  const person = personBySlackId(catalog, slackId);
  if (person === undefined) {
    throw new FiredrillError({
      code: 'unknown-person',
      kind: 'refused',
      what: 'The catalog does not know whom you chose, so they cannot take the command.',
      means: 'You still have it.',
      next: 'Choose somebody who is in the catalog, or have them added there.',
    });
  }
  return {
    kind: 'hand-over',
    toPersonId: person.id,
    toPersonName: person.name,
    reason: textIn(view, reasonInput),
  };
};

export const correctionIn: ActIn = (view) => {
  const key = correctable.find((one) => one === chosenIn(view, whichTimeInput));
  const atMs = momentIn(view, beganInput);
  if (key === undefined || atMs === undefined) throw notOurs();
  return { kind: 'correct-time', key, atMs, reason: textIn(view, reasonInput) };
};

export const overIn: ActIn = (view) => ({ kind: 'over', reason: textIn(view, reasonInput) });

/** Somebody did something in an incident: signed, and judged by the incident itself; the form closes when it has it. */
export const incidentActGiven =
  (deps: SlackAppDeps, actIn: ActIn) =>
  async ({ ack, body, view, client }: Arguments): Promise<void> => {
    const userId = body.user.id;
    const memory = readRef(ModalMemorySchema, view.private_metadata);
    const work = async (): Promise<Answer> => {
      const runId = memory?.ref?.run ?? chosenIn(view, incidentInput);
      if (memory === undefined || runId === undefined) throw notOurs();
      const act = actIn(view, (await deps.engine.catalog()).catalog);
      const click = { userId, clickId: filledInId(memory.clickTs, view), clickedAtMs: Date.now() };
      return { text: decisionText(await actBySlack(deps, { ...click, runId, act })) };
    };
    await answering(
      deps,
      byMessage(client, userId, memory?.channel ?? userId),
      notConfirmedYet,
      closingForm(deps, { ack, view }, work),
    );
  };

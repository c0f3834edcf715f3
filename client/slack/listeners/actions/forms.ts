import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { GateRefSchema, readRef, RunRefSchema } from '../../../../views/slack/actions.ts';
import type { ModalMemory } from '../../../../views/slack/actions.ts';
import { gapForm } from '../../../../views/slack/gap.ts';
import { confirmForm, decisionForm, stopAllForm } from '../../../../views/slack/modals.ts';
import { declareForm } from '../../../../views/slack/incident.ts';
import type { FormChoice } from '../../../../views/slack/modals.ts';
import { startForm } from '../../../../views/slack/start-form.ts';
import { answering, toClicker } from '../../answer.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { clickOf, modalProblem, notOurs } from './click.ts';

type Arguments = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;

/** A button that opens a form. Nothing may come between the click and the form: its trigger lives for three seconds. */
const opens =
  (deps: SlackAppDeps, viewOf: (memory: ModalMemory, value: string | undefined) => ModalView) =>
  async ({ ack, action, body, client, respond }: Arguments): Promise<void> => {
    await ack();
    try {
      const { userId, clickId, channel } = clickOf(body, action);
      const view = viewOf({ channel: channel ?? userId, clickTs: clickId, openedMs: Date.now() }, action.value);
      await client.views.open({ trigger_id: body.trigger_id, view });
    } catch (error) {
      const runId = (readRef(GateRefSchema, action.value) ?? readRef(RunRefSchema, action.value))?.run;
      await answering(deps, toClicker({ body, respond, client }), '', () =>
        Promise.reject(modalProblem(deps, error, runId)),
      );
    }
  };

/** Reject… asks for the reason first. */
export const opensReject = (deps: SlackAppDeps) =>
  opens(deps, (memory, value) => {
    const ref = readRef(GateRefSchema, value);
    if (ref === undefined) throw notOurs();
    return decisionForm('reject', { ...memory, ref });
  });

/** Approve… where that has to be confirmed asks for the service's name first. */
export const opensConfirm = (deps: SlackAppDeps) =>
  opens(deps, (memory, value) => {
    const ref = readRef(GateRefSchema, value);
    if (ref === undefined) throw notOurs();
    return confirmForm({ ...memory, ref });
  });

/** Abort… and Pause… of one run. */
export const opensDecision = (deps: SlackAppDeps, choice: Exclude<FormChoice, 'reject'>) =>
  opens(deps, (memory, value) => {
    const ref = readRef(RunRefSchema, value);
    if (ref === undefined) throw notOurs();
    return decisionForm(choice, { ...memory, ref });
  });

/** Report a gap…: in general, or seen in one run. */
export const opensGap = (deps: SlackAppDeps) =>
  opens(deps, (memory, value) => {
    const ref = readRef(RunRefSchema, value);
    return gapForm({ ...memory, ...(ref === undefined ? {} : { ref }) });
  });

export const opensDeclare = (deps: SlackAppDeps) => opens(deps, (memory) => declareForm(memory, Date.now()));

/** Hand over…, Correct a time…, It is over… of one incident. */
export const opensOfIncident = (deps: SlackAppDeps, formOf: (memory: ModalMemory, nowMs: number) => ModalView) =>
  opens(deps, (memory, value) => {
    const ref = readRef(RunRefSchema, value);
    if (ref === undefined) throw notOurs();
    return formOf({ ...memory, ref }, Date.now());
  });

export const opensStart = (deps: SlackAppDeps) => opens(deps, (memory) => startForm(memory));
export const opensStopAll = (deps: SlackAppDeps) => opens(deps, stopAllForm);

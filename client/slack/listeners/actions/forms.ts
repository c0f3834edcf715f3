import type { ModalView } from '@slack/types';
import { GateRefSchema, readRef, RunRefSchema } from '../../../../views/slack/actions.ts';
import type { ModalMemory } from '../../../../views/slack/actions.ts';
import { gapForm } from '../../../../views/slack/gap.ts';
import { confirmForm, decisionForm, stopAllForm } from '../../../../views/slack/modals.ts';
import { declareForm } from '../../../../views/slack/incident.ts';
import type { FormChoice } from '../../../../views/slack/modals.ts';
import { startForm } from '../../../../views/slack/start-form.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { openForm } from '../heard.ts';
import type { Pressed } from '../heard.ts';
import { notOurs } from './click.ts';

/** A button that opens a form. */
const opens =
  (deps: SlackAppDeps, viewOf: (memory: ModalMemory, value: string | undefined) => ModalView) =>
  (pressed: Pressed): Promise<void> => {
    const { value } = pressed.action;
    return openForm(deps, pressed, {
      runId: (readRef(GateRefSchema, value) ?? readRef(RunRefSchema, value))?.run,
      viewOf: (opened) => viewOf({ ...opened, openedMs: Date.now() }, value),
    });
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

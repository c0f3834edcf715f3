import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { gapForm } from '../../../../views/slack/gap.ts';
import { declareForm, handOverForm } from '../../../../views/slack/incident.ts';
import { helpMessage } from '../../../../views/slack/help.ts';
import { decisionForm, stopAllForm } from '../../../../views/slack/modals.ts';
import { startForm } from '../../../../views/slack/start-form.ts';
import type { ModalMemory } from '../../../../views/slack/actions.ts';
import { answering, byResponseUrl } from '../../answer.ts';
import type { Answer } from '../../answer.ts';
import { decideAbout, decideAtGate } from '../../decide-about.ts';
import type { By } from '../../decide-about.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { finding } from '../../finding-in-slack.ts';
import { gatesWaitingFor } from '../../waiting.ts';
import { details, list } from '../../look.ts';
import { mine, tickets } from '../../mine.ts';
import { startInSlack } from '../../start-in-slack.ts';
import { modalProblem } from '../actions/click.ts';
import { parseDrCommand } from './parse.ts';
import type { DrCommand } from './parse.ts';

type Arguments = SlackCommandMiddlewareArgs & AllMiddlewareArgs;

/** `/dr …`: acknowledged at once, answered to the person alone. What was left out is asked for in a form, opened straight from here. */
export const drCommand =
  (deps: SlackAppDeps) =>
  async ({ ack, command, respond, client }: Arguments): Promise<void> => {
    await ack();
    const tell = byResponseUrl(respond);
    const by = { userId: command.user_id, clickId: command.trigger_id };
    const meanwhile =
      'Still at it: something behind me is slow. I tell you here what came of it. The command line works, too: `firedrill --help`';
    try {
      const asked = parseDrCommand(command.text, deps.command);
      const memory = { channel: command.channel_id, clickTs: command.trigger_id, openedMs: Date.now() };
      const view = formFor(asked, memory);
      if (view === undefined) await answering(deps, tell, meanwhile, () => perform(deps, asked, by));
      else await client.views.open({ trigger_id: command.trigger_id, view });
    } catch (error) {
      await answering(deps, tell, meanwhile, () => Promise.reject(modalProblem(deps, error)));
    }
  };

/** The form for what the command leaves open; nothing when it says everything. */
function formFor(asked: DrCommand, memory: ModalMemory): ModalView | undefined {
  switch (asked.kind) {
    case 'start-form':
      return startForm(memory, asked.runbook);
    case 'gap':
      return gapForm(memory, asked.service);
    case 'declare':
      return declareForm(memory, Date.now(), asked.service);
    case 'handover':
      return handOverForm({ ...memory, ...(asked.runId === undefined ? {} : { ref: { run: asked.runId } }) });
    case 'reject':
      // Which questions there are, the answer to the command shows.
      return asked.runId === undefined || asked.reason !== undefined
        ? undefined
        : decisionForm('reject', { ...memory, ref: { run: asked.runId } });
    case 'abort':
    case 'pause':
      return asked.runId !== undefined && asked.reason !== undefined
        ? undefined
        : decisionForm(asked.kind, { ...memory, ...(asked.runId === undefined ? {} : { ref: { run: asked.runId } }) });
    case 'resume':
      return asked.runId === undefined ? decisionForm('resume', memory) : undefined;
    case 'stop-all-drills':
      return asked.reason === undefined ? stopAllForm(memory) : undefined;
    case 'help':
    case 'mine':
    case 'tickets':
    case 'finding':
    case 'status':
    case 'approve':
    case 'release':
    case 'start':
    case 'start-review':
    case 'start-exercise':
      return undefined;
  }
}

async function perform(deps: SlackAppDeps, asked: DrCommand, by: By): Promise<Answer> {
  switch (asked.kind) {
    case 'help':
    case 'gap':
    case 'declare':
    case 'handover':
    case 'start-form':
      return helpMessage(deps.command);
    case 'mine':
      return await mine(deps, by.userId);
    case 'tickets':
      return await tickets(deps, by.userId);
    case 'finding':
      return await finding(deps, by.userId, asked.id);
    case 'status':
      return asked.runId === undefined ? await list(deps, by.userId) : await details(deps, by.userId, asked.runId);
    case 'start':
    case 'start-review':
    case 'start-exercise':
      return await startInSlack(deps, asked, by);
    case 'approve':
    case 'reject': {
      const { kind, runId } = asked;
      if (runId === undefined) return await gatesWaitingFor(deps, by.userId);
      const reason = 'reason' in asked ? asked.reason : undefined;
      return await decideAtGate(deps, by, { runId, choice: kind, ...(reason === undefined ? {} : { reason }) });
    }
    case 'abort':
    case 'pause':
    case 'resume': {
      const { kind, runId = '', reason } = asked;
      return await decideAbout(deps, by, { runId, choice: kind, ...(reason === undefined ? {} : { reason }) });
    }
    case 'stop-all-drills':
    case 'release': {
      const choice = asked.kind === 'release' ? 'release-drills' : asked.kind;
      return await decideAbout(deps, by, {
        choice,
        ...(asked.reason === undefined ? {} : { reason: asked.reason }),
      });
    }
  }
}

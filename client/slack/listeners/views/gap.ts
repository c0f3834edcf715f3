import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { serviceOf } from '../../../../catalog/lookup.ts';
import { canonicalJson } from '../../../../domain/canonical-json.ts';
import { gapSeverities } from '../../../../domain/gap.ts';
import { sha256Hex } from '../../../../domain/hex.ts';
import { parseRunId } from '../../../../domain/run-id.ts';
import {
  gapMoreInput,
  gapTitleInput,
  ModalMemorySchema,
  readRef,
  serviceInput,
  severityInput,
} from '../../../../views/slack/actions.ts';
import { gapReportedText } from '../../../../views/slack/gap.ts';
import { answering, byMessage, closingForm } from '../../answer.ts';
import type { Answer } from '../../answer.ts';
import { keepRefusedStart } from '../../decide-by-slack.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { identify, NotEligibleError } from '../../identify.ts';
import { notOurs } from '../actions/click.ts';
import { chosenIn, textIn } from './fields.ts';

/** A gap was reported: the form closes when the engine has it, and whoever reported it is told. The channel of its service hears of it from the gap's own workflow. */
export const gapGiven =
  (deps: SlackAppDeps) =>
  async ({ ack, body, view, client }: SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs): Promise<void> => {
    const userId = body.user.id;
    const memory = readRef(ModalMemorySchema, view.private_metadata);
    const meanwhile = 'The engine is slow to answer; the gap is not recorded yet. I tell you here what came of it.';
    const work = async (): Promise<Answer> => {
      const runId = memory?.ref?.run;
      const run = runId === undefined ? undefined : parseRunId(runId);
      const named = run?.service ?? chosenIn(view, serviceInput);
      if (named === undefined) throw notOurs();
      try {
        const { catalog, person } = await identify(deps, userId, false, (current) => serviceOf(current, named).id);
        const service = serviceOf(catalog, named);
        const words = {
          title: textIn(view, gapTitleInput),
          more: textIn(view, gapMoreInput),
          severity: gapSeverities.find((one) => one === chosenIn(view, severityInput)) ?? 'medium',
        };
        // Sent again, because the answer was lost, the same words are the same report.
        const sent = canonicalJson([userId, memory?.clickTs ?? view.id, words]);
        const finding = await deps.engine.reportGap({
          service: service.id,
          ...(run?.resource === undefined ? {} : { resource: run.resource }),
          ...words,
          by: { personId: person.id, name: person.name },
          ...(runId === undefined ? {} : { runId }),
          reportId: `gap/${service.id}/${sha256Hex(sent).slice(0, 16)}`,
        });
        return { text: gapReportedText(finding, deps.command) };
      } catch (error) {
        if (error instanceof NotEligibleError) await keepRefusedStart(deps, userId, 'gap', error.code);
        throw error;
      }
    };
    const tell = byMessage(client, userId, memory?.channel ?? userId);
    await answering(deps, tell, meanwhile, closingForm(deps, { ack, view }, work));
  };

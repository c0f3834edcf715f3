import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { errorText } from '../../../../views/slack/answers.ts';
import { readRef, ReviewMemorySchema, RunRefSchema } from '../../../../views/slack/actions.ts';
import type { ReviewMemory } from '../../../../views/slack/actions.ts';
import {
  answerForm,
  delegateForm,
  firstOpenPage,
  loadingForm,
  saidForm,
  signOffForm,
} from '../../../../views/slack/review-forms.ts';
import { actBySlack } from '../../act-by-slack.ts';
import { answering, byResponseUrl } from '../../answer.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { documentsDigest, filledIn, newIn, reviewNow, reviewWith } from '../../review-in-slack.ts';
import { clickOf, modalProblem, notOurs } from './click.ts';

type Arguments = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;

/** Opens a form at once, and fills it when the store has answered: a click's trigger lives for three seconds. */
const opens =
  (deps: SlackAppDeps, title: string, filled: (memory: ReviewMemory) => Promise<ModalView>) =>
  async ({ ack, action, body, client, respond }: Arguments): Promise<void> => {
    await ack();
    const memory = readRef(RunRefSchema, action.value);
    try {
      if (memory === undefined) throw notOurs();
      const opened = await client.views.open({ trigger_id: body.trigger_id, view: loadingForm(memory, title) });
      const view = await filled(memory).catch((error: unknown) => saidForm(memory, title, errorText(error)));
      await client.views.update({ view_id: opened.view?.id ?? '', view });
    } catch (error) {
      await answering(deps, byResponseUrl(respond), '', () => Promise.reject(modalProblem(deps, error, memory?.run)));
    }
  };

/** Answer…: at the first page on which something is open. */
export const opensAnswers = (deps: SlackAppDeps) =>
  opens(deps, 'Answer', async (memory) => {
    const review = await reviewNow(deps, memory.run);
    return answerForm({ ...memory, page: firstOpenPage(review) }, review);
  });

/** Sign off…: shows what would be signed. */
export const opensSignOff = (deps: SlackAppDeps) =>
  opens(deps, 'Sign off', async (memory) => {
    const review = await reviewNow(deps, memory.run);
    return signOffForm(memory, review, documentsDigest(review));
  });

/** Delegate…: needs nothing of the review. */
export const opensDelegate = (deps: SlackAppDeps) =>
  opens(deps, 'Delegate', (memory) => Promise.resolve(delegateForm(memory)));

/** The page is turned: what is filled in is saved, and nobody loses what they have typed without being told. */
export const turnsPage =
  (deps: SlackAppDeps) =>
  async ({ ack, action, body, client }: Arguments): Promise<void> => {
    await ack();
    const memory = readRef(ReviewMemorySchema, body.view?.private_metadata);
    const to = Number(action.value);
    if (memory === undefined || body.view === undefined || !Number.isInteger(to) || to < 0) return;
    const { filled, errors } = filledIn(body.view.state.values);
    const title = 'Answer';
    const view = await turned().catch((error: unknown) => saidForm(memory, title, errorText(error)));
    await client.views.update({ view_id: body.view.id, view });

    async function turned(): Promise<ModalView> {
      const { run } = memory ?? { run: '' };
      const { userId, clickId, clickedAtMs } = clickOf(body, action);
      const act = newIn(await reviewNow(deps, run), filled);
      const said: string[] = [];
      let kept: typeof act;
      if (act !== undefined) {
        const result = await actBySlack(deps, { userId, runId: run, act: { ...act }, clickId, clickedAtMs });
        if (result.outcome === 'accepted') kept = act;
        else said.push(result.text);
      }
      const unsaved = Object.keys(errors).length;
      if (unsaved > 0)
        said.push(`${unsaved} of the page before ${unsaved === 1 ? 'was' : 'were'} not saved: the reason is missing.`);
      return answerForm(
        { run, page: to },
        await reviewWith(deps, run, kept),
        said.length === 0 ? undefined : said.join(' '),
      );
    }
  };

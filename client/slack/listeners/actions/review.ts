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
  saying,
  signOffForm,
} from '../../../../views/slack/review-forms.ts';
import { actBySlack } from '../../act-by-slack.ts';
import { isBusy, sayingSo } from '../../answer.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { documentsDigest, filledIn, newIn, reviewNow, reviewWith } from '../../review-in-slack.ts';
import { refuseStrangers } from '../../who-looks.ts';
import { openForm, showIn } from '../heard.ts';
import type { Pressed } from '../heard.ts';
import { clickOf, notOurs } from './click.ts';

const notSavedYet = 'The engine is slow to answer; this page is not saved yet. What comes of it appears here.';

/** Opens a form at once, and fills it when the store has answered: a click's trigger lives for three seconds. */
const opens =
  (deps: SlackAppDeps, title: string, filled: (memory: ReviewMemory) => Promise<ModalView>) =>
  (pressed: Pressed): Promise<void> => {
    const memory = readRef(RunRefSchema, pressed.action.value);
    return openForm(deps, pressed, {
      runId: memory?.run,
      viewOf() {
        if (memory === undefined) throw notOurs();
        return loadingForm(memory, title);
      },
      afterwards:
        memory === undefined
          ? undefined
          : {
              async read(_, userId) {
                try {
                  await refuseStrangers(deps, userId);
                  return await filled(memory);
                } catch (error) {
                  return saidForm(memory, title, errorText(error));
                }
              },
              slow: () => loadingForm(memory, title, storeIsSlow),
            },
    });
  };

const storeIsSlow = 'The store is slow to answer. What is to be answered appears here when it has.';

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
  async ({ ack, action, body, client }: Pressed): Promise<void> => {
    await ack();
    const memory = readRef(ReviewMemorySchema, body.view?.private_metadata);
    const to = Number(action.value);
    if (memory === undefined || body.view === undefined || !Number.isInteger(to) || to < 0) return;
    const shown = body.view;
    const { filled, errors } = filledIn(shown.state.values);
    const show = showIn(deps, client, shown.id);
    try {
      await show(await sayingSo(turned(), () => show(saying(shown, notSavedYet))));
    } catch (error) {
      const stays = isBusy(error) ? saying(shown, `${error.message} What you typed is still here.`) : undefined;
      await show(stays ?? saidForm(memory, 'Answer', errorText(error)));
    }

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

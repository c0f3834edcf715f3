import { setTimeout as sleep } from 'node:timers/promises';
import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { personBySlackId } from '../../../../catalog/people.ts';
import { progressOf } from '../../../../domain/review-view.ts';
import { readRef, reviewInputs, ReviewMemorySchema } from '../../../../views/slack/actions.ts';
import type { ReviewMemory } from '../../../../views/slack/actions.ts';
import { errorText } from '../../../../views/slack/answers.ts';
import { answerForm, firstOpenPage, loadingForm, saidForm, signOffForm } from '../../../../views/slack/review-forms.ts';
import { actBySlack } from '../../act-by-slack.ts';
import type { SlackAct } from '../../act-by-slack.ts';
import { patienceMs, staysOpen } from '../../answer.ts';
import type { SlackAppDeps } from '../../deps.ts';
import {
  actText,
  documentsChanged,
  documentsDigest,
  filledIn,
  newIn,
  reviewNow,
  reviewWith,
} from '../../review-in-slack.ts';
import { notOurs } from '../actions/click.ts';
import { showIn } from '../heard.ts';
import { filledInId } from './fields.ts';

type Arguments = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;
type Doing = (
  memory: ReviewMemory,
  act: (what: SlackAct['act']) => ReturnType<typeof actBySlack>,
) => Promise<ModalView>;

/**
 * The form says what came of it, in its own place, when the run has it: until then Slack keeps what was chosen and typed, and
 * an app that dies before has lost nothing; while what is needed does not answer, it stays in the form. When it takes long, the form
 * says that it is at it, and then the end of it.
 */
async function submitted(
  deps: SlackAppDeps,
  { ack, body, view, client }: Arguments,
  title: string,
  doing: Doing,
): Promise<void> {
  const memory = readRef(ReviewMemorySchema, view.private_metadata);
  const shown = memory ?? { run: '-' };
  const clickedAtMs = Date.now();
  const clickId = filledInId(`${view.id}:${view.hash}`, view);
  const act = (what: SlackAct['act']) =>
    actBySlack(deps, { userId: body.user.id, runId: shown.run, act: what, clickId, clickedAtMs });
  const doIt = async (): Promise<ModalView> => {
    if (memory === undefined) throw notOurs();
    return await doing(memory, act);
  };
  const done = doIt().then(
    (to) => ({ view: to, errors: undefined }),
    (error: unknown) => ({ view: saidForm(shown, title, errorText(error)), errors: staysOpen(view, error) }),
  );
  const patience = new AbortController();
  const soon = await Promise.race([done, sleep(patienceMs, undefined, { signal: patience.signal })]);
  patience.abort();
  try {
    if (soon?.errors !== undefined) await ack({ response_action: 'errors', errors: soon.errors });
    else await ack({ response_action: 'update', view: soon?.view ?? loadingForm(shown, title, notConfirmed) });
  } catch (error) {
    // They closed it meanwhile; the review's message shows what is saved.
    deps.log('warn', 'a form of a review could not be updated', { runId: shown.run, error: String(error) });
  }
  if (soon === undefined) await showIn(deps, client, view.id)((await done).view);
}

const notConfirmed = 'The engine is slow to answer; it is not confirmed yet. What came of it appears here.';

/** Save: what is wrong is said beside its field, and nothing is saved then; otherwise the next page that has something open. */
export const answersGiven =
  (deps: SlackAppDeps) =>
  async (given: Arguments): Promise<void> => {
    const { filled, errors } = filledIn(given.view.state.values);
    if (Object.keys(errors).length > 0) {
      await given.ack({ response_action: 'errors', errors });
      return;
    }
    await submitted(deps, given, 'Answer', async (memory, act) => {
      const said = newIn(await reviewNow(deps, memory.run), filled);
      const result = said === undefined ? undefined : await act({ ...said });
      if (result !== undefined && result.outcome !== 'accepted') return saidForm(memory, 'Answer', actText(result));
      const review = await reviewWith(deps, memory.run, said);
      const { answered, toAnswer } = progressOf(review);
      if (answered === toAnswer) return signOffForm({ run: memory.run }, review, documentsDigest(review));
      return answerForm({ run: memory.run, page: firstOpenPage(review) }, review);
    });
  };

/** Delegate: the person has to be one of the catalog, or their answers would not count. */
export const delegateGiven =
  (deps: SlackAppDeps) =>
  async (given: Arguments): Promise<void> => {
    const { values } = given.view.state;
    const slackId = values[reviewInputs.person]?.[reviewInputs.action]?.selected_user ?? '';
    const note = (values[reviewInputs.note]?.[reviewInputs.action]?.value ?? '').trim();
    await submitted(deps, given, 'Delegate', async (memory, act) => {
      const person = personBySlackId((await deps.engine.catalog()).catalog, slackId);
      if (person === undefined)
        return saidForm(
          memory,
          'Delegate',
          '✖ The catalog does not know this person, so their answers would not count. Have them added, or ask somebody else.',
        );
      const to = { personId: person.id, name: person.name, slackId };
      return saidForm(
        memory,
        'Delegate',
        actText(await act({ kind: 'delegate', to, ...(note === '' ? {} : { note }) })),
      );
    });
  };

/** Sign off: of the documents that were shown, and of no others. */
export const signOffGiven =
  (deps: SlackAppDeps) =>
  (given: Arguments): Promise<void> =>
    submitted(deps, given, 'Sign off', async (memory, act) => {
      const review = await reviewNow(deps, memory.run);
      if (documentsDigest(review) !== memory.digest) return saidForm(memory, 'Sign off', actText(documentsChanged));
      const documents = review.documents.map(({ id, hash }) => ({ id, hash }));
      return saidForm(memory, 'Sign off', actText(await act({ kind: 'sign-off', documents })));
    });

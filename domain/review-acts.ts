import { z } from 'zod';
import { actAccepted, actRefused } from './act.ts';
import type { ActAnswer, ActBy } from './act.ts';
import type { ReviewActor, ReviewEvent } from './review-events.ts';
import { answersTo, factAnswers, needsComment, reviewRoles } from './review.ts';
import type { FactAnswer, ReviewItem } from './review.ts';
import { askedItems, foldReview, progressOf, unansweredItems } from './review-view.ts';
import type { ReviewView } from './review-view.ts';

/** A comment is a sentence or two; ten of them fit into one signed act. */
export const commentMax = 400;
/** Sign-offs that may turn out not to count; each has all documents read again. */
const voidSignOffsMax = 50;
/** Items that one form page holds, and one act at most answers. */
export const itemsPerPage = 10;

const itemId = z.string().regex(/^[0-9a-f]{12}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const comment = z.string().trim().max(commentMax);

/** What somebody can do in a documentation review, exactly: anything else is refused as malformed. */
export const ReviewActSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('answer'),
    items: z
      .array(z.strictObject({ id: itemId, answer: z.enum(factAnswers), comment: comment.exactOptional() }))
      .min(1)
      .max(itemsPerPage),
  }),
  z.strictObject({
    kind: z.literal('delegate'),
    to: z.strictObject({
      personId: z.string().min(1).max(100),
      name: z.string().min(1).max(200),
      /** For the mention: so they are told. */
      slackId: z
        .string()
        .regex(/^[UW][A-Z0-9]{1,30}$/)
        .exactOptional(),
    }),
    note: comment.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('sign-off'),
    /** What the person signs: each document's id and the hash that was shown. */
    documents: z.array(z.strictObject({ id: z.string().min(1).max(200), hash })).max(50),
  }),
]);
export type ReviewAct = z.output<typeof ReviewActSchema>;
export type AnswerAct = Extract<ReviewAct, { kind: 'answer' }>;

/** The act, when it is one of a review. */
export const asReviewAct = (act: unknown): ReviewAct | undefined => ReviewActSchema.safeParse(act).data;

/**
 * Why an act does not count now; nothing when it does. Pure and changes nothing: the same rule for Slack, command line,
 * Update and Signal.
 */
export function objectionToReviewAct(view: ReviewView, act: ReviewAct, by: ActBy): ActAnswer | undefined {
  if (view.asked === undefined)
    return actRefused('not-asked-yet', 'The documents are still being read; there is nothing to answer yet.');
  if (view.signedOff !== undefined)
    return actRefused('signed-off', `${view.signedOff.by.name} has signed this review off; nothing changes any more.`);
  if (!mayAct(view, by))
    return actRefused(
      'role-missing',
      `This review is for the DR champion and the owner of the service, and for whom they ask: ${view.asked.champion.name} can delegate it to you.`,
    );
  if (view.signing !== undefined)
    return actRefused(
      'signing',
      `The documents are just being read again for the sign-off of ${view.signing.by.name}; try again in a moment.`,
    );
  switch (act.kind) {
    case 'answer':
      return objectionToAnswers(view, act);
    case 'delegate':
      return act.to.personId === by.personId
        ? actRefused('to-yourself', 'You would hand it to yourself; you can answer it right away.')
        : undefined;
    case 'sign-off':
      return objectionToSignOff(view, act);
  }
}

/** What an act without objection does: what is journaled, and the answer to the person. */
export function applyReviewAct(
  view: ReviewView,
  act: ReviewAct,
  by: ActBy,
): { readonly events: readonly ReviewEvent[]; readonly answer: ActAnswer } {
  const actor = actorOf(by);
  const { actId } = by;
  switch (act.kind) {
    case 'answer': {
      const events = act.items.map(({ id, answer, comment: words }): ReviewEvent => ({
        type: 'review-answered',
        actId,
        itemId: id,
        answer,
        ...(words === undefined || words === '' ? {} : { comment: words }),
        by: actor,
      }));
      const { answered, toAnswer } = progressOf(
        events.reduce((so, event) => foldReview(so, event, by.receivedAtMs), view),
      );
      const rest =
        answered === toAnswer
          ? 'Everything is answered: it can be signed off.'
          : `${answered} of ${toAnswer} answered.`;
      return { events, answer: actAccepted(`Saved. ${rest}`) };
    }
    case 'delegate': {
      const { note } = act;
      const to = { personId: act.to.personId, name: act.to.name };
      const event: ReviewEvent = {
        type: 'review-delegated',
        actId,
        to,
        ...(note === undefined || note === '' ? {} : { note }),
        by: actor,
      };
      return { events: [event], answer: actAccepted(`${to.name} is asked now, and can answer and sign off.`) };
    }
    case 'sign-off':
      return {
        events: [{ type: 'review-sign-off-received', actId, by: actor }],
        answer: actAccepted(
          'Your sign-off is recorded. It counts once the documents were read again and are what you reviewed.',
        ),
      };
  }
}

/** The people who answer for the service, whom they asked, and whom an escalation has asked since. */
function mayAct({ delegations, reminders }: ReviewView, by: ActBy): boolean {
  const asked = [...reviewRoles, ...reminders.filter(({ escalated }) => escalated).flatMap(({ roles }) => roles)];
  return by.roles.some((role) => asked.includes(role)) || delegations.some(({ to }) => to.personId === by.personId);
}

function objectionToAnswers(view: ReviewView, { items }: AnswerAct): ActAnswer | undefined {
  const asked = new Map(askedItems(view).map((item) => [item.id, item]));
  if (new Set(items.map(({ id }) => id)).size < items.length)
    return actRefused('malformed', 'One fact is answered twice in the same form.');
  for (const given of items) {
    const item = asked.get(given.id);
    if (item === undefined)
      return actRefused(
        'fact-changed',
        'A fact is not as it was shown to you: the document has changed since. Open the form again; it asks what has changed.',
      );
    const problem = problemOfAnswer(item, given.answer, given.comment);
    if (problem !== undefined) return actRefused(problem.code, `${item.label}: ${problem.text}`);
  }
  return undefined;
}

/** What is wrong with an answer to a fact, for the form as for the run; nothing when it can count. */
export function problemOfAnswer(
  item: Pick<ReviewItem, 'outcome'>,
  answer: FactAnswer,
  words: string | undefined,
): { readonly code: string; readonly text: string } | undefined {
  if (!answersTo(item).includes(answer))
    return { code: 'no-such-answer', text: 'What a document does not say, reality cannot contradict.' };
  if (needsComment(item, answer) && (words ?? '').trim() === '')
    return { code: 'comment-required', text: 'Say why in one sentence; the next reader needs it.' };
  return undefined;
}

function objectionToSignOff(view: ReviewView, act: Extract<ReviewAct, { kind: 'sign-off' }>): ActAnswer | undefined {
  if (view.voidSignOffs.length >= voidSignOffsMax)
    return actRefused(
      'too-many-attempts',
      `${voidSignOffsMax} sign-offs of this review did not count. Abort it, and review a document that stays as it is.`,
    );
  const open = unansweredItems(view);
  const [first] = open;
  if (first !== undefined)
    return actRefused(
      'unanswered',
      `${open.length === 1 ? 'One fact is' : `${open.length} facts are`} not answered yet, first: ${first.label}. Silence is not a yes.`,
    );
  const signed = new Map(act.documents.map(({ id, hash: seen }) => [id, seen]));
  const other = view.documents.find(({ id, hash: now }) => signed.get(id) !== now);
  if (other !== undefined)
    return actRefused(
      'document-changed',
      `“${other.title}” is not the one that you were shown; look at what has changed, and sign that.`,
    );
  return undefined;
}

const actorOf = ({ personId, personName: name, roles, via, clickedAtMs }: ActBy): ReviewActor => ({
  personId,
  name,
  roles,
  via,
  clickedAtMs,
});

import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { FactOutcome } from '../../domain/compare-facts.ts';
import { answersTo, needsComment } from '../../domain/review.ts';
import type { FactAnswer, ReviewItem } from '../../domain/review.ts';
import { commentMax, itemsPerPage } from '../../domain/review-acts.ts';
import { answerTo, askedItems, progressOf, unansweredItems } from '../../domain/review-view.ts';
import type { AnswerView, ReviewView } from '../../domain/review-view.ts';
import { answerText, bothSides, outcomeText } from '../review-text.ts';
import { counted, dotted, shortHash } from '../text.ts';
import { reviewInputs, slackActions, slackModals } from './actions.ts';
import type { ReviewMemory } from './actions.ts';
import { button, clip, context, escapeMrkdwn, plain, section, slackLimits } from './limits.ts';
import { textBlock } from './modals.ts';
import { documentName } from './parts.ts';

/** Pages of the form, at least one. */
export const pagesOf = (view: Pick<ReviewView, 'items'>): number =>
  Math.max(1, Math.ceil(askedItems(view).length / itemsPerPage));

/** The page on which the first fact stands that is not answered; the first page when all are. */
export function firstOpenPage(view: ReviewView): number {
  const [open] = unansweredItems(view);
  const place = open === undefined ? 0 : askedItems(view).findIndex(({ id }) => id === open.id);
  return Math.floor(place / itemsPerPage);
}

/** Shown at once, since a form must open within three seconds of the click; the facts come when the store has answered. */
export const loadingForm = (memory: ReviewMemory, title: string, text = 'One moment…'): ModalView =>
  frame(memory, title, [section(`⏳ ${text}`)]);

/** A page of facts: what is documented, what is known, which side is right, and why. */
export function answerForm(memory: ReviewMemory, view: ReviewView, notice?: string): ModalView {
  const items = askedItems(view);
  const page = Math.min(memory.page ?? 0, pagesOf(view) - 1);
  const { answered, toAnswer, differences } = progressOf(view);
  const first = page * itemsPerPage;
  const shown = items.slice(first, first + itemsPerPage);
  return {
    ...frame({ ...memory, page }, 'Answer', [
      ...(notice === undefined ? [] : [noticeBlock(notice)]),
      section(
        `*Facts ${first + 1}–${first + shown.length} of ${toAnswer}*, differences first (${differences}) · ${answered} answered\nSave at any time; you, or whomever you delegate to, can go on another day.`,
      ),
      ...shown.flatMap((item, index) => [{ type: 'divider' as const }, ...factBlocks(view, item, first + index + 1)]),
      ...pageButtons(page, pagesOf(view)),
    ]),
    callback_id: slackModals.reviewAnswer,
    submit: plain('Save', slackLimits.modalTitle),
  };
}

const noticeBlock = (notice: string): KnownBlock => ({ ...section(`⚠ ${escapeMrkdwn(notice)}`), block_id: 'notice' });

/** The same page, with what has to be said about it: Slack keeps what is chosen and typed in fields that stay. */
export const saying = (shown: Pick<ModalView, 'private_metadata' | 'blocks'>, notice: string): ModalView => ({
  type: 'modal',
  callback_id: slackModals.reviewAnswer,
  ...(shown.private_metadata === undefined ? {} : { private_metadata: shown.private_metadata }),
  title: plain('Answer', slackLimits.modalTitle),
  close: plain('Close', slackLimits.modalTitle),
  submit: plain('Save', slackLimits.modalTitle),
  blocks: [noticeBlock(notice), ...shown.blocks.filter(({ block_id: block }) => block !== 'notice')],
});

function factBlocks(view: ReviewView, item: ReviewItem, number: number): KnownBlock[] {
  const { id, label, outcome, required, why } = item;
  const given = answerTo(view, item);
  const document = view.documents.find((one) => one.id === item.document);
  const options = answersTo(item).map((answer) => optionOf(answer, outcome));
  const initial = given === undefined ? undefined : options.find(({ value }) => value === given.answer);
  return [
    section(
      [
        `*${number}. ${escapeMrkdwn(clip(label, 200))}*   ${outcomeText(outcome)}${required ? '' : ' · not required'}`,
        // That it is not documented stands in the line above.
        ...(outcome === 'not-stated' && item.known === undefined ? [] : [escapeMrkdwn(bothSides(shortSides(item)))]),
        ...(why === undefined ? [] : [`_${escapeMrkdwn(clip(why, 300))}_`]),
        ...(view.documents.length > 1 && document !== undefined
          ? [`in “${escapeMrkdwn(clip(document.title, 100))}”`]
          : []),
      ].join('\n'),
    ),
    {
      type: 'input',
      block_id: reviewInputs.answer(id, outcome),
      optional: true,
      label: plain('Which is right?', slackLimits.inputLabel),
      element: {
        type: 'radio_buttons',
        action_id: reviewInputs.action,
        options,
        ...(initial === undefined ? {} : { initial_option: initial }),
      },
    },
    commentBlock(id, outcome, given),
  ];
}

const optionOf = (answer: FactAnswer, outcome: FactOutcome): PlainTextOption => ({
  value: answer,
  text: plain(answerText(answer, outcome), slackLimits.optionText),
});

function commentBlock(id: string, outcome: FactOutcome, given: AnswerView | undefined): InputBlock {
  const always = needsComment({ outcome }, 'right');
  const input = { block: reviewInputs.comment(id), action: reviewInputs.action };
  const block = textBlock(input, always ? 'Why? One sentence' : 'Why? Needed when it is not right', {
    optional: true,
    max: commentMax,
    oneLine: true,
  });
  if (given?.comment === undefined || block.element.type !== 'plain_text_input') return block;
  return { ...block, element: { ...block.element, initial_value: given.comment } };
}

const shortSides = ({ stated, known, knownFrom }: ReviewItem): Pick<ReviewItem, 'stated' | 'known' | 'knownFrom'> => ({
  ...(stated === undefined ? {} : { stated: clip(stated, 600) }),
  ...(known === undefined ? {} : { known: clip(known, 600) }),
  ...(knownFrom === undefined ? {} : { knownFrom }),
});

/** What is filled in is saved when one turns the page. */
function pageButtons(page: number, pages: number): KnownBlock[] {
  if (pages === 1) return [];
  const turn = (to: number, label: string, action: string) =>
    to < 0 || to >= pages ? [] : [button({ action, label, value: String(to) })];
  return [
    context(`Page ${page + 1} of ${pages}. Turning the page saves what is filled in.`),
    {
      type: 'actions',
      block_id: 'pages',
      elements: [
        ...turn(page - 1, '◀ Page before', slackActions.reviewPageBefore),
        ...turn(page + 1, 'Next page ▶', slackActions.reviewPageAfter),
      ],
    },
  ];
}

/** What is signed: documents and answers; without a button to sign while something is open. */
export function signOffForm(memory: ReviewMemory, view: ReviewView, digest: string): ModalView {
  const { answered, toAnswer, wrong } = progressOf(view);
  const open = toAnswer - answered;
  const blocks = [
    section(
      open === 0
        ? `You sign that you have read these documents and stand for the ${counted(toAnswer, 'answer')}${wrong === 0 ? ': everything is right as documented.' : `; what is wrong (${counted(wrong, 'fact')}) becomes a ticket each.`}`
        : `*${open} of ${counted(toAnswer, 'fact')} ${open === 1 ? 'is' : 'are'} not answered yet.* Nobody can sign before; silence is not a yes.`,
    ),
    ...view.documents
      .slice(0, 20)
      .map(({ title, where, version, hash }) =>
        section(
          `• ${dotted(documentName({ title, where }, 100), version === undefined ? undefined : `version ${escapeMrkdwn(clip(version, 20))}`, `\`${shortHash(hash)}\``)}`,
        ),
      ),
    context('The documents are read again before it counts. When one has changed, you are told what to look at.'),
  ];
  const shown = frame({ ...memory, digest }, 'Sign off', blocks);
  return open > 0
    ? shown
    : { ...shown, callback_id: slackModals.reviewSignOff, submit: plain('Sign off', slackLimits.modalTitle) };
}

/** Whom to ask instead. Opens at once: it needs nothing of the review. */
export const delegateForm = (memory: ReviewMemory): ModalView => ({
  ...frame(memory, 'Delegate', [
    section('They are told, and can answer and sign off. You still can, too.'),
    {
      type: 'input',
      block_id: reviewInputs.person,
      label: plain('Who?', slackLimits.inputLabel),
      element: {
        type: 'users_select',
        action_id: reviewInputs.action,
        placeholder: plain('A colleague', slackLimits.inputPlaceholder),
      },
    },
    textBlock({ block: reviewInputs.note, action: reviewInputs.action }, 'What should they know?', {
      optional: true,
      max: commentMax,
    }),
  ]),
  callback_id: slackModals.reviewDelegate,
  submit: plain('Delegate', slackLimits.modalTitle),
});

/** The last word of a form. */
export const saidForm = (memory: ReviewMemory, title: string, text: string): ModalView =>
  frame(memory, title, [section(escapeMrkdwn(text))]);

const frame = (memory: ReviewMemory, title: string, blocks: readonly KnownBlock[]): ModalView => ({
  type: 'modal',
  callback_id: slackModals.reviewShown,
  private_metadata: JSON.stringify(memory),
  title: plain(title, slackLimits.modalTitle),
  close: plain('Close', slackLimits.modalTitle),
  blocks: [...blocks],
});

import type { ReviewActor, ReviewEvent } from './review-events.ts';
import { partOf } from './review.ts';
import type {
  FactAnswer,
  MissingDocument,
  ProbedLink,
  ReviewedDocument,
  ReviewItem,
  ReviewPerson,
  ReviewPolicy,
} from './review.ts';
import type { DutyNews } from './people-check.ts';
import type { ReviewFlag } from './review-flags.ts';
import type { FactChange } from './compare-facts.ts';
import type { Role } from './gate.ts';

export interface AnswerView {
  readonly answer: FactAnswer;
  readonly comment?: string;
  readonly by: ReviewActor;
  /** How often it was answered; people may change their mind until the sign-off. */
  readonly times: number;
}

/** A review as its journal tells it: the state that decides what counts, and what every view shows. Plain JSON. */
export interface ReviewView {
  /** 0 until the facts were compared. */
  readonly round: number;
  /** As they were last read. */
  readonly documents: readonly ReviewedDocument[];
  readonly missing: readonly MissingDocument[];
  /** Of the newest round. */
  readonly items: readonly ReviewItem[];
  readonly links: readonly ProbedLink[];
  /** By item id; an answer to what has changed since is there no more. */
  readonly answers: Readonly<Record<string, AnswerView>>;
  readonly last?: { readonly runId: string; readonly differences: readonly FactChange[] };
  readonly asked?: {
    readonly atMs: number;
    readonly champion: ReviewPerson;
    readonly policy: ReviewPolicy;
    readonly dueAtMs: number;
    readonly finalAtMs: number;
  };
  readonly delegations: readonly {
    readonly to: ReviewPerson;
    readonly by: ReviewActor;
    readonly note?: string;
    readonly atMs: number;
  }[];
  /** Who stands in for whom; absent in journals from before there was such a thing. */
  readonly reassigned?: readonly {
    readonly atMs: number;
    readonly role: DutyNews['role'];
    readonly left: ReviewPerson;
    readonly standIn: ReviewPerson;
  }[];
  readonly reminders: readonly {
    readonly atMs: number;
    readonly text: string;
    readonly roles: readonly Role[];
    readonly escalated: boolean;
  }[];
  /** The documents are being read again. */
  readonly signing?: { readonly by: ReviewActor; readonly atMs: number };
  readonly voidSignOffs: readonly {
    readonly by: ReviewActor;
    readonly atMs: number;
    readonly code: 'document-changed' | 'not-readable';
    readonly text: string;
  }[];
  readonly signedOff?: {
    readonly by: ReviewActor;
    readonly atMs: number;
    readonly flags: readonly ReviewFlag[];
    readonly answersDigest: string;
  };
}

/** A review of which nothing has happened yet. */
export const noReview: ReviewView = {
  round: 0,
  documents: [],
  missing: [],
  items: [],
  links: [],
  answers: {},
  delegations: [],
  reminders: [],
  voidSignOffs: [],
};

/** The review with one event more. Workflow and store fold with this very function, so they cannot see different reviews. */
export function foldReview(view: ReviewView, event: ReviewEvent, atMs: number): ReviewView {
  switch (event.type) {
    case 'review-document-read':
      return {
        ...view,
        documents: replaced(view.documents, event.document),
        missing: view.missing.filter(({ id }) => id !== event.document.id),
      };
    case 'review-document-missing': {
      const { document } = event;
      const missing = replaced(view.missing, document);
      // One without facts is there, and what was signed is signed of it, too.
      if (document.code === 'no-facts') return { ...view, missing };
      return { ...view, missing, documents: view.documents.filter(({ id }) => id !== document.id) };
    }
    case 'review-compared':
      return compared(view, event.round, event.items);
    case 'review-links-probed':
      return {
        ...view,
        links: [...view.links.filter(({ document }) => event.anew?.includes(document) !== true), ...event.links],
      };
    case 'review-compared-with-last':
      return { ...view, last: { runId: event.lastRunId, differences: event.differences } };
    case 'review-asked': {
      const { champion, policy, dueAtMs, finalAtMs } = event;
      return { ...view, asked: { atMs, champion, policy, dueAtMs, finalAtMs } };
    }
    case 'review-answered': {
      const { itemId, answer, comment, by } = event;
      const times = (view.answers[itemId]?.times ?? 0) + 1;
      const given = { answer, ...(comment === undefined ? {} : { comment }), by, times };
      return { ...view, answers: { ...view.answers, [itemId]: given } };
    }
    case 'review-delegated': {
      const { to, by, note } = event;
      return { ...view, delegations: [...view.delegations, { to, by, ...(note === undefined ? {} : { note }), atMs }] };
    }
    case 'review-reassigned': {
      const { role, left, standIn } = event;
      return { ...view, reassigned: [...(view.reassigned ?? []), { atMs, role, left, standIn }] };
    }
    case 'review-reminded': {
      const { text, roles, escalated } = event;
      return { ...view, reminders: [...view.reminders, { atMs, text, roles, escalated }] };
    }
    case 'review-sign-off-received':
      return { ...view, signing: { by: event.by, atMs } };
    case 'review-sign-off-void': {
      const { signing, ...rest } = view;
      if (signing === undefined) return view;
      const { code, text } = event;
      return { ...rest, voidSignOffs: [...view.voidSignOffs, { by: signing.by, atMs, code, text }] };
    }
    case 'review-signed-off': {
      const { signing, ...rest } = view;
      if (signing === undefined) return view;
      const { flags, answersDigest } = event;
      return { ...rest, signedOff: { ...signing, flags, answersDigest } };
    }
  }
}

/** A new round replaces the items; answers stay with what has not changed. */
function compared(view: ReviewView, round: number, items: readonly ReviewItem[]): ReviewView {
  const now = round > view.round ? items : [...view.items, ...items];
  return { ...view, round, items: now };
}

const replaced = <T extends { readonly id: string }>(all: readonly T[], one: T): readonly T[] =>
  all.some(({ id }) => id === one.id) ? all.map((known) => (known.id === one.id ? one : known)) : [...all, one];

/** What has to be answered, in the order in which it is asked: differences first, then the checklist. */
export const askedItems = ({ items }: Pick<ReviewView, 'items'>): readonly ReviewItem[] => [
  ...items.filter((item) => partOf(item) === 'difference'),
  ...items.filter((item) => partOf(item) === 'checklist'),
];

/** What is asked and has no answer yet, in the order in which it is asked. */
export const unansweredItems = (view: Pick<ReviewView, 'items' | 'answers'>): readonly ReviewItem[] =>
  askedItems(view).filter(({ id }) => !Object.hasOwn(view.answers, id));

/** The answer to an item, as long as it has one. */
export const answerTo = (view: Pick<ReviewView, 'answers'>, item: Pick<ReviewItem, 'id'>): AnswerView | undefined =>
  Object.hasOwn(view.answers, item.id) ? view.answers[item.id] : undefined;

/** Counts of what is asked. */
export interface ReviewProgress {
  readonly toAnswer: number;
  readonly answered: number;
  readonly differences: number;
  readonly wrong: number;
}

/** How far the review is. */
export function progressOf(view: Pick<ReviewView, 'items' | 'answers'>): ReviewProgress {
  const asked = askedItems(view);
  const answers = asked.map((item) => answerTo(view, item)).filter((answer) => answer !== undefined);
  return {
    toAnswer: asked.length,
    answered: answers.length,
    differences: asked.filter((item) => partOf(item) === 'difference').length,
    wrong: answers.filter(({ answer }) => answer !== 'right').length,
  };
}

/** Who is to answer now: the last person to whom it was handed on, or the champion; or who stands in for them since. */
export function answerableFor({
  delegations,
  asked,
  reassigned = [],
}: Pick<ReviewView, 'delegations' | 'asked' | 'reassigned'>): ReviewPerson | undefined {
  const last = delegations.at(-1);
  return reassigned
    .filter(({ atMs }) => atMs >= (last?.atMs ?? 0))
    .reduce<ReviewPerson | undefined>(
      (person, { left, standIn }) => (person?.personId === left.personId ? standIn : person),
      last?.to ?? asked?.champion,
    );
}

/** Who stands in for the champion who was asked; nobody while the champion is there. */
export const championStandIn = ({ asked, reassigned = [] }: Pick<ReviewView, 'asked' | 'reassigned'>) =>
  reassigned.findLast(({ left }) => left.personId === asked?.champion.personId)?.standIn;

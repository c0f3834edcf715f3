import { canonicalJson } from './canonical-json.ts';
import { mustBeAnswered } from './compare-facts.ts';
import type { FactOutcome } from './compare-facts.ts';
import type { ProbedLink as Probed } from './document.ts';
import type { GateEscalation, Role } from './gate.ts';
import { sha256Hex } from './hex.ts';

/** One fact of a review, as it was compared: what people are asked about. Plain JSON. */
export interface ReviewItem {
  /** 12 hex over what is shown; an answer binds to it, so that nobody answers what has changed since they looked. */
  readonly id: string;
  /** The same in every quarter: `recovery:issues-db.engine-version`. */
  readonly key: string;
  /** Id of the document that states it, or should. */
  readonly document: string;
  /** For people: `issues-db: engine version`. */
  readonly label: string;
  /** In the document's words; absent when it does not say. */
  readonly stated?: string;
  /** What AWS, the catalog or the last run says; absent when that is not known. */
  readonly known?: string;
  /** Where `known` comes from, in words: `AWS`, `the catalog`, `the last restore test`. */
  readonly knownFrom?: string;
  readonly outcome: FactOutcome;
  /** The tier asks for it: then "unknown" and "not stated" have to be answered like a difference. */
  readonly required: boolean;
  /** Why it is unknown, or what exactly differs. */
  readonly why?: string;
}

/** A document as it was read. */
export interface ReviewedDocument {
  readonly id: string;
  readonly title: string;
  /** Path or address. */
  readonly where: string;
  /** Page version or commit, where its system has one. */
  readonly version?: string;
  /** 64 hex of sha256 over its content. */
  readonly hash: string;
  readonly words: number;
  readonly facts: number;
  /** What stands among its facts and is none, each with its line; absent where there is nothing of the kind. */
  readonly problems?: readonly string[];
  readonly readAtMs: number;
}

/** A declared document that is not there, or says nothing that a machine can read. */
export interface MissingDocument {
  readonly id: string;
  readonly title: string;
  readonly where: string;
  /** `document-not-found`, `no-facts` … */
  readonly code: string;
  /** What is missing, in a sentence for its owner. */
  readonly what: string;
  /** What to do about it. */
  readonly next: string;
}

/** Whether something that a document points to is alive. */
export interface ProbedLink extends Probed {
  /** Id of the document. */
  readonly document: string;
}

export const factAnswers = ['right', 'reality-wrong', 'document-wrong'] as const;
/** Right as documented; the document is right and reality has to change; reality is right and the document has to change. */
export type FactAnswer = (typeof factAnswers)[number];

/** How long people are asked, and whom next. All from the moment of asking, milliseconds. */
export interface ReviewPolicy {
  /** When it should be done; said in every message. */
  readonly dueAfterMs: number;
  readonly remindAfterMs: readonly number[];
  /** After the champion: the owner, then leadership. */
  readonly escalations: readonly GateEscalation[];
  /** Then it ends as not reviewed; never a yes. */
  readonly finalDeadlineMs: number;
  /** How long a document that cannot be reached is tried. */
  readonly readWithinMs: number;
  /** Faster than the fastest reader: such a sign-off is flagged, never blocked. */
  readonly wordsPerMinute: number;
  /** Least time to read one fact and answer it. */
  readonly secondsPerItem: number;
}

export interface ReviewPerson {
  readonly personId: string;
  readonly name: string;
}

/** An item without its id gets the one that follows from what is shown of it. */
export const reviewItem = (facts: Omit<ReviewItem, 'id'>): ReviewItem => {
  const { key, document, label, stated, known, outcome, required } = facts;
  const shown = { key, document, label, stated, known, outcome, required };
  return { id: sha256Hex(canonicalJson(shown)).slice(0, 12), ...facts };
};

/** `difference`: comes first. `checklist`: asked after that. `shown`: optional and nothing to say about it, so not asked. */
export type ItemPart = 'difference' | 'checklist' | 'shown';

/** Where an item stands in the review. */
export function partOf(item: ReviewItem): ItemPart {
  if (mustBeAnswered(item)) return 'difference';
  return item.outcome === 'same' || item.stated !== undefined ? 'checklist' : 'shown';
}

/** The answers that make sense: what a document does not say, reality cannot contradict. */
export const answersTo = ({ outcome }: Pick<ReviewItem, 'outcome'>): readonly FactAnswer[] =>
  outcome === 'not-stated' ? ['right', 'document-wrong'] : factAnswers;

/** Whoever says anything but "right" to what is the same gives the reason: the next reader needs it. */
export const needsComment = ({ outcome }: Pick<ReviewItem, 'outcome'>, answer: FactAnswer): boolean =>
  outcome !== 'same' || answer !== 'right';

/** The machine sees the difference by itself, and so can see that it is gone. */
export const canBeRechecked = ({ outcome }: Pick<ReviewItem, 'outcome'>): boolean => outcome !== 'unknown';

/** Who may answer and sign off without being asked first: the people who answer for the service. */
export const reviewRoles: readonly Role[] = ['dr-champion', 'service-owner'];

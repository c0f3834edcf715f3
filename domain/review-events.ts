import type { DecisionVia, Role } from './gate.ts';
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

/** Who did something in a review, as it was proved. */
export interface ReviewActor extends ReviewPerson {
  readonly roles: readonly Role[];
  readonly via: DecisionVia;
  readonly clickedAtMs: number;
}

/** What is written into the journal of a documentation review; its state is folded from these and from nothing else. */
export type ReviewEvent =
  | { readonly type: 'review-document-read'; readonly document: ReviewedDocument }
  | { readonly type: 'review-document-missing'; readonly document: MissingDocument }
  /** Round 1 at the start, one more each time a document had changed at sign-off. Long lists come in several parts. */
  | { readonly type: 'review-compared'; readonly round: number; readonly items: readonly ReviewItem[] }
  /** `anew`: ids of documents that had changed; what was seen of their links before is forgotten. */
  | { readonly type: 'review-links-probed'; readonly links: readonly ProbedLink[]; readonly anew?: readonly string[] }
  /** Against the service's last finished review. */
  | {
      readonly type: 'review-compared-with-last';
      readonly lastRunId: string;
      readonly differences: readonly FactChange[];
    }
  | {
      readonly type: 'review-asked';
      readonly champion: ReviewPerson;
      readonly policy: ReviewPolicy;
      readonly dueAtMs: number;
      readonly finalAtMs: number;
    }
  | {
      readonly type: 'review-answered';
      readonly actId: string;
      readonly itemId: string;
      readonly answer: FactAnswer;
      readonly comment?: string;
      readonly by: ReviewActor;
    }
  | {
      readonly type: 'review-delegated';
      readonly actId: string;
      readonly to: ReviewPerson;
      readonly note?: string;
      readonly by: ReviewActor;
    }
  /** Whoever was asked has left. Who may answer does not follow from this: that is found out at the click. */
  | {
      readonly type: 'review-reassigned';
      readonly role: DutyNews['role'];
      readonly left: ReviewPerson;
      readonly standIn: ReviewPerson;
    }
  | {
      readonly type: 'review-reminded';
      readonly text: string;
      readonly roles: readonly Role[];
      readonly escalated: boolean;
    }
  /** Counts once the documents were read again and are what was reviewed. */
  | { readonly type: 'review-sign-off-received'; readonly actId: string; readonly by: ReviewActor }
  | { readonly type: 'review-sign-off-void'; readonly code: 'document-changed' | 'not-readable'; readonly text: string }
  | {
      readonly type: 'review-signed-off';
      readonly flags: readonly ReviewFlag[];
      /** 64 hex over every key and its answer, without comments: the same answers give the same. */
      readonly answersDigest: string;
    };

/** Whether something happened in a documentation review: all of it, and nothing else, is named so. */
export const isReviewEvent = <E extends { readonly type: string }>(
  event: E,
): event is Extract<E, { readonly type: `review-${string}` }> => event.type.startsWith('review-');

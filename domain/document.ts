import type { FactName } from './recovery-facts.ts';

/** What a recovery document is for: restoring from backup, or keeping the business going meanwhile. */
export const documentKinds = ['recovery', 'continuity'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** A document that a service declares; what a review pins. */
export interface DocumentSpec {
  /** Stable for as long as the catalog names the same place: `recovery:docs/issues.md`. */
  readonly id: string;
  readonly kind: DocumentKind;
  readonly place:
    | { readonly at: 'file'; /** Seen from the folder of documents. */ readonly path: string }
    | { readonly at: 'page'; readonly url: string }
    | { readonly at: 'confluence'; readonly pageId: string };
}

/** A fact that a document states, in its own words. */
export interface StatedFact {
  readonly name: FactName;
  /** Of which resource; absent for facts of the service. */
  readonly resource?: string;
  readonly text: string;
  /** Line of the source, where the form has lines. */
  readonly line?: number;
}

/** Something in the machine-readable part of a document that could not be taken as a fact. */
export interface StatedProblem {
  readonly what: string;
  readonly line?: number;
}

/** Something that a document points to and that can be dead. */
export interface DocumentLink {
  readonly kind: 'link' | 'email-domain' | 'slack-channel' | 'endpoint';
  readonly target: string;
}

/** Whether what a document points to is there. `unknown` says why nobody could tell. */
export interface ProbedLink extends DocumentLink {
  readonly outcome: 'alive' | 'dead' | 'unknown';
  readonly detail: string;
}

/** A document as it was read at one moment. */
export interface ReadDocument {
  readonly documentId: string;
  readonly title: string;
  /** Path or address, for people. */
  readonly where: string;
  /** The place's own version, where it has one: Confluence's number, an ETag. */
  readonly version?: string;
  /** sha256 of the content, hex: what a sign-off binds to. */
  readonly hash: string;
  readonly readAtMs: number;
  readonly words: number;
  readonly stated: readonly StatedFact[];
  readonly problems: readonly StatedProblem[];
  readonly links: readonly DocumentLink[];
}

/** What is true of a fact, as far as it could be found out. */
export type KnownFact = {
  readonly name: FactName;
  readonly resource?: string;
  readonly from: 'aws' | 'catalog' | 'last-run' | 'document';
} & (
  | {
      /** For people. */
      readonly value: string;
      /** Other ways to say the same: an id, an alias, an e-mail address. */
      readonly accepts?: readonly string[];
    }
  /** Why nobody knows. */
  | { readonly unknown: string }
);

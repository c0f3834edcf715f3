import type { DocumentLink, DocumentSpec, KnownFact, ProbedLink, ReadDocument } from '../../domain/document.ts';

/** Queue `notify`: reads recovery documents and looks whether what they point to is there. */
export interface DocumentActivities {
  /**
   * Reads a document as it is now, and the facts in it. Throws `document-not-found` (a finding: there is none),
   * `document-unreachable` and `document-rate-limited` (busy), `document-no-permission` and `document-not-configured` (the programme's own),
   * `document-unreadable` (a finding: too large, or of no form that is read) and `document-not-trusted` (a finding: the certificate).
   */
  readDocument(request: { document: DocumentSpec; resources: readonly string[] }): Promise<ReadDocument>;
  /**
   * Whether each is there, in their order. Never throws for one that is dead; what may not be looked at is `unknown` and
   * says why. Takes a minute at most.
   */
  probeLinks(request: { links: readonly DocumentLink[] }): Promise<{ links: readonly ProbedLink[] }>;
  /** The service's channel as Slack knows it; `unknown` when Slack does not say. */
  channelFacts(request: { channel: string }): Promise<{ facts: readonly KnownFact[] }>;
}

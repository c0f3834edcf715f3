import { FiredrillError } from '../../domain/errors.ts';
import type { ErrorFacts } from '../../domain/errors.ts';

const stands = 'Without the document nothing of it can be reviewed.';

const fail = (facts: Omit<ErrorFacts, 'means'>, cause?: unknown): FiredrillError =>
  new FiredrillError({ ...facts, means: stands }, cause === undefined ? undefined : { cause });

/** There is none at the place that the catalog names. */
export const notFound = (where: string, cause?: unknown): FiredrillError =>
  fail(
    {
      code: 'document-not-found',
      kind: 'finding',
      what: `There is no document at ${where}.`,
      next: 'Write it, or correct where the catalog says it is.',
    },
    cause,
  );

/** It is there, and cannot be what the catalog says it is. */
export const unreadable = (where: string, why: string): FiredrillError =>
  fail({
    code: 'document-unreadable',
    kind: 'finding',
    what: `The document at ${where} cannot be read: ${why}.`,
    next: 'Make it a Markdown file, an HTML page or a Confluence page of at most 2 MB.',
  });

/** Whoever answered at its address could be anybody: what it sends is not read, and trying again does not help. */
export const notTrusted = (
  where: string,
  { why, next }: { readonly why: string; readonly next: string },
  cause: unknown,
): FiredrillError =>
  fail(
    {
      code: 'document-not-trusted',
      kind: 'finding',
      what: `The document at ${where} was not read: the certificate of its server is not trusted (${why}).`,
      next,
    },
    cause,
  );

/** A document that can be read later. */
class DocumentBusyError extends FiredrillError {
  override readonly name = 'DocumentBusyError';
  /** How long the place asks us to wait; the engine's own back-off when absent. */
  readonly retryAfterMs?: number;

  constructor(facts: Pick<ErrorFacts, 'code' | 'what' | 'next'>, cause: unknown, retryAfterMs: number | undefined) {
    super({ ...facts, kind: 'busy', means: stands }, cause === undefined ? undefined : { cause });
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

export const unreachable = (where: string, why: string, cause?: unknown, retryAfterMs?: number): FiredrillError =>
  new DocumentBusyError(
    {
      code: 'document-unreachable',
      what: `The document at ${where} could not be read: ${why}.`,
      next: 'It is tried again by itself; if it stays so, look whether the place is up and can be reached from the worker.',
    },
    cause,
    retryAfterMs,
  );

export const rateLimited = (where: string, retryAfterMs: number | undefined): FiredrillError =>
  new DocumentBusyError(
    {
      code: 'document-rate-limited',
      what: `The document at ${where} could not be read yet: its place asks us to slow down.`,
      next: 'It is tried again by itself, after the time that it asks for.',
    },
    undefined,
    retryAfterMs ?? 5000,
  );

export const noPermission = (where: string, why: string): FiredrillError =>
  fail({
    code: 'document-no-permission',
    kind: 'programme',
    what: `firedrill may not read the document at ${where}: ${why}.`,
    next: 'Give firedrill’s account the right to view it; for Confluence: JIRA_EMAIL and JIRA_API_TOKEN, and the space’s permissions.',
  });

export const notConfigured = (where: string): FiredrillError =>
  fail({
    code: 'document-not-configured',
    kind: 'programme',
    what: `The document at ${where} is a Confluence page, and the worker was not told where Confluence is.`,
    next: 'Set CONFLUENCE_BASE_URL (or JIRA_BASE_URL), JIRA_EMAIL and JIRA_API_TOKEN.',
  });

import { FiredrillError } from '../../domain/errors.ts';

/** How long a ticket rests when somebody has to mend the configuration first, milliseconds. */
export const configurationRestMs = 60_000;

/**
 * Jira did not do what was asked. Always of kind `busy`: a finding without its ticket stays in the queue until Jira, or
 * whoever set it up, makes it possible; it is never dropped.
 */
export class JiraError extends FiredrillError {
  override readonly name = 'JiraError';
  /** HTTP status; absent when there was no answer. */
  readonly status?: number;
  /** What Jira says about single fields, by field name. */
  readonly fieldErrors: Readonly<Record<string, string>>;
  /** Jira's own words about it, for a person who knows Jira and not its interface; empty when it said none. */
  readonly said: string;
  /** How long to wait before the next attempt; the engine's own back-off when absent. */
  readonly retryAfterMs?: number;

  constructor(
    facts: {
      readonly code: string;
      readonly what: string;
      readonly next: string;
      readonly status?: number;
      readonly fieldErrors?: Readonly<Record<string, string>>;
      readonly said?: string;
      readonly retryAfterMs?: number;
    },
    options?: ErrorOptions,
  ) {
    super(
      {
        code: facts.code,
        kind: 'busy',
        what: facts.what,
        means: 'The run is not held up. The finding is recorded; its ticket waits and is filed later, once.',
        next: facts.next,
      },
      options,
    );
    if (facts.status !== undefined) this.status = facts.status;
    if (facts.retryAfterMs !== undefined) this.retryAfterMs = facts.retryAfterMs;
    this.fieldErrors = facts.fieldErrors ?? {};
    this.said = facts.said ?? '';
  }

  /** Jira understood and said no: asking the same again would not help, asking for less may. */
  get isRefusal(): boolean {
    return this.status !== undefined && [400, 403, 404, 405, 409, 413].includes(this.status);
  }
}

interface ErrorBody {
  readonly errorMessages?: readonly string[];
  readonly errors?: Readonly<Record<string, string>>;
}

/** The error that a reply other than 2xx stands for. */
export function errorOfReply(reply: Response, body: string, request: string): JiraError {
  const said = bodyOf(body);
  const fieldErrors = said.errors ?? {};
  const words = [
    ...(said.errorMessages ?? []),
    ...Object.entries(fieldErrors).map(([field, text]) => `${field}: ${text}`),
  ].join('; ');
  const what = `Jira answered HTTP ${reply.status} to ${request}${words === '' ? '' : `: ${words}`}.`;
  const sentences = [
    ...(said.errorMessages ?? []),
    ...Object.entries(fieldErrors).map(([field, text]) => `${text.replace(/\.$/, '')} (${field}).`),
  ].join(' ');
  const facts = {
    what,
    status: reply.status,
    fieldErrors,
    said: sentences === '' ? `HTTP ${reply.status}.` : sentences,
  };
  if (reply.status === 429) {
    return new JiraError({
      ...facts,
      code: 'jira-rate-limited',
      next: 'It is tried again by itself, after the time that Jira asks for.',
      retryAfterMs: retryAfter(reply) ?? 5000,
    });
  }
  if (reply.status >= 500) {
    const retryAfterMs = retryAfter(reply);
    return new JiraError({
      ...facts,
      code: 'jira-unavailable',
      next: 'It is tried again by itself; if it stays so, look at status.atlassian.com.',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (reply.status === 401) {
    return new JiraError({
      ...facts,
      code: 'jira-sign-in',
      next: 'Check JIRA_EMAIL and JIRA_API_TOKEN: the token may have expired. Then: firedrill doctor',
      retryAfterMs: configurationRestMs,
    });
  }
  return new JiraError({
    ...facts,
    code: reply.status === 403 ? 'jira-forbidden' : 'jira-refused',
    next: 'Check the Jira project, issue type, required fields and the permissions of its user: firedrill doctor',
    retryAfterMs: configurationRestMs,
  });
}

function retryAfter(reply: Response): number | undefined {
  const seconds = Number(reply.headers.get('retry-after'));
  return seconds > 0 ? seconds * 1000 : undefined;
}

function bodyOf(text: string): ErrorBody {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return text === '' ? {} : { errorMessages: [text.slice(0, 200)] }; // a proxy's page, or Jira's plain text
  }
}

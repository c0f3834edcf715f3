/** What kind of failure it is; one table (`errorKinds`) maps it to retry and verdict. */
export type ErrorKind = 'input' | 'refused' | 'not-yet' | 'busy' | 'finding' | 'programme' | 'bug';

/**
 * What each kind means. `retry`: may a step be tried again by the engine. `ending`: how a run ends when the failure is
 * final. Unknown errors are `bug` and are never retried blindly in a mutating step.
 */
export const errorKinds: Readonly<
  Record<ErrorKind, { readonly retry: boolean; readonly ending: 'failed' | 'programme' | 'aborted' }>
> = {
  /** A person gave something that cannot be right. */
  input: { retry: false, ending: 'programme' },
  /** A rule of ours said no: guard, isolation, lock, kill switch. */
  refused: { retry: false, ending: 'aborted' },
  /** Not ready, asked again at a fixed interval. */
  'not-yet': { retry: true, ending: 'failed' },
  /** Throttled or briefly down, retried with back-off. */
  busy: { retry: true, ending: 'programme' },
  /** What was to be tested does not work: this is what drills are for. */
  finding: { retry: false, ending: 'failed' },
  /** Our own quota, permissions or processes. */
  programme: { retry: false, ending: 'programme' },
  bug: { retry: false, ending: 'programme' },
};

/** The three sentences a person reads. */
export interface ErrorText {
  /** What happened. */
  readonly what: string;
  /** What it means for the run, or for what was asked. */
  readonly means: string;
  /** What to do next. */
  readonly next: string;
}

/** An error as it crosses process borders: in a journal entry, an activity failure, a `--json` answer. */
export interface ErrorFacts extends ErrorText {
  readonly code: string;
  readonly kind: ErrorKind;
}

/** Base of every error of firedrill: three sentences, a stable code, a kind and the cause. */
export class FiredrillError extends Error implements ErrorFacts {
  override readonly name: string = 'FiredrillError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly what: string;
  readonly means: string;
  readonly next: string;

  constructor(facts: ErrorFacts, options?: ErrorOptions) {
    super(`${facts.what} ${facts.means} ${facts.next}`.trim(), options);
    this.code = facts.code;
    this.kind = facts.kind;
    this.what = facts.what;
    this.means = facts.means;
    this.next = facts.next;
  }

  get facts(): ErrorFacts {
    return { code: this.code, kind: this.kind, what: this.what, means: this.means, next: this.next };
  }
}

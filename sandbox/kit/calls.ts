/** What a caller asked and got; `reply` says what became of the answer. */
export interface Call {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly reply: 'sent' | 'lost' | 'late' | 'replaced' | 'down';
  readonly body: unknown;
}

const KEPT = 1000;

/** The last calls of each site, in memory, oldest first. */
export class CallLog {
  readonly #calls = new Map<string, Call[]>();

  add(email: string, call: Call): void {
    this.#calls.set(email, [...(this.#calls.get(email) ?? []), call].slice(-KEPT));
  }

  of(email: string): readonly Call[] {
    return this.#calls.get(email) ?? [];
  }

  clear(email: string): void {
    this.#calls.delete(email);
  }
}

import type { ProcessFailedError, SupervisedProcess } from './supervised-process.ts';

type AnyProcess = Pick<SupervisedProcess<unknown>, 'name' | 'stop' | 'kill' | 'failed' | 'pid'>;

/** First the ones that others do not need. Within a row all at once. */
const stopOrder: readonly (readonly string[])[] = [
  ['slack', 'jira-webhook', 'source', 'worker'],
  ['sandbox', 'temporal', 'postgres'],
];

/** What was started so far, also what is only just starting, so that all of it can be stopped at any moment. */
export class ProcessRack {
  readonly #processes = new Map<string, AnyProcess>();
  readonly #starting = new Set<Promise<unknown>>();
  readonly #halt = new AbortController();
  /** Ends every start that is under way. */
  readonly signal: AbortSignal;
  readonly #fail: (error: ProcessFailedError) => void;
  /** Resolves with the first process that had to be given up. */
  readonly failed: Promise<ProcessFailedError>;

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#halt.signal]);
    let fail: (error: ProcessFailedError) => void = () => undefined;
    this.failed = new Promise((resolve) => {
      fail = resolve;
    });
    this.#fail = fail;
  }

  async add<P extends AnyProcess>(name: string, starting: Promise<P>): Promise<P> {
    const kept = starting.then((process) => {
      this.#processes.set(name, process);
      void process.failed.then(this.#fail);
      return process;
    });
    this.#starting.add(kept);
    try {
      return await kept;
    } finally {
      this.#starting.delete(kept);
    }
  }

  /** As `Promise.all`, but does not leave while others still start: what they start must be known to be stopped. */
  async together<T extends readonly Promise<unknown>[]>(
    starts: readonly [...T],
  ): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
    await Promise.allSettled(starts);
    return (await Promise.all(starts)) as { [K in keyof T]: Awaited<T[K]> };
  }

  pidOf(name: string): number | undefined {
    return this.#processes.get(name)?.pid();
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.#starting);
    for (const row of stopOrder)
      await Promise.all(row.map((name) => this.#processes.get(name)?.stop() ?? Promise.resolve()));
  }

  async kill(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((process) => process.kill()));
  }
}

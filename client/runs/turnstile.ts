/** Temporal takes ten Updates of a run at a time; what comes beyond looks as if the engine were away. */
const atOnce = 5;

interface Queue {
  inside: number;
  readonly waiting: ((turn: boolean) => void)[];
}

/**
 * Lets a crowd decide about a run a few at a time, so that each gets the run's own answer. Nobody stands in line before an
 * engine that does not answer: when one waits in vain, all who stand behind are told.
 */
export class Turnstile {
  readonly #queues = new Map<string, Queue>();

  /**
   * Does this when its turn comes.
   *
   * @param act - throws what `isInVain` knows when nobody answers
   * @returns what it answered, or nothing when somebody before waited in vain
   */
  async pass<T>(runId: string, act: () => Promise<T>, isInVain: (error: unknown) => boolean): Promise<T | undefined> {
    const queue = this.#queues.get(runId) ?? { inside: 0, waiting: [] };
    this.#queues.set(runId, queue);
    if (queue.inside >= atOnce && !(await new Promise<boolean>((resolve) => queue.waiting.push(resolve))))
      return undefined;
    queue.inside += 1;
    try {
      return await act();
    } catch (error) {
      if (isInVain(error)) for (const tell of queue.waiting.splice(0)) tell(false);
      throw error;
    } finally {
      queue.inside -= 1;
      queue.waiting.shift()?.(true);
      if (queue.inside === 0 && queue.waiting.length === 0) this.#queues.delete(runId);
    }
  }
}

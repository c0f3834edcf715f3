/** What is looked up by a worker, each once however often it is sent meanwhile. */
export class LookUps<T> {
  readonly #underWay = new Map<string, Promise<T>>();

  /** How many are under way; each costs a call of a worker. */
  get size(): number {
    return this.#underWay.size;
  }

  /** @param signature - of what is looked up: sent again before there is an answer, it shares that one */
  async once(signature: string, look: () => Promise<T>): Promise<T> {
    const known = this.#underWay.get(signature);
    if (known) return await known;
    const answer = look();
    this.#underWay.set(signature, answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(signature);
    }
  }
}

const dayMs = 86_400_000;
/** So often within a day a ticket is opened again. Whoever closes it then is no person, or one who is not to be argued with. */
const most = 5;

/**
 * Keeps two who take turns at a ticket from writing comments for ever: a rule in Jira that closes what firedrill opens is a
 * matter for people.
 */
export class Reopenings {
  #atMs: readonly number[];

  /** @param atMs - when it was opened again, the last times; milliseconds UTC */
  constructor(atMs: readonly number[] = []) {
    this.#atMs = atMs;
  }

  get state(): readonly number[] {
    return this.#atMs;
  }

  /** How often it was opened again within the last day, when it is not to be once more. */
  tooMany(nowMs: number): number | undefined {
    this.#atMs = this.#atMs.filter((atMs) => atMs > nowMs - dayMs);
    return this.#atMs.length < most ? undefined : this.#atMs.length;
  }

  opened(nowMs: number): void {
    this.#atMs = [...this.#atMs, nowMs];
  }
}

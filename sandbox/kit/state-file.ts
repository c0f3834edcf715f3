import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Small JSON state that outlives kill -9: written beside and renamed, so that a reader sees the old or the new, never half. */
export class StateFile<T> {
  readonly #path: string;
  constructor(path: string) {
    this.#path = path;
  }

  /** @returns undefined when nothing was ever written */
  read(): T | undefined {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as T;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Error(`The sandbox's state file ${this.#path} cannot be read. Delete it to start that part afresh.`, {
        cause: error,
      });
    }
  }

  write(value: T): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    const beside = `${this.#path}.${process.pid}.tmp`;
    writeFileSync(beside, JSON.stringify(value, undefined, 2));
    renameSync(beside, this.#path);
  }

  delete(): void {
    rmSync(this.#path, { force: true });
  }
}

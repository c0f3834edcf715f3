import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

/**
 * The ports of one installation, known to every other of the same user: one file each in a folder that all of them see.
 *
 * Whether a port is free says nothing about the next second. While a killed Temporal is being started again another
 * installation would find its port free and take it, and the worker of the first would go on working for the second.
 * Claims of processes that are gone do not count.
 */
export class PortClaims {
  readonly #folder: string;
  readonly #self: ProcessIdentity;
  /** Several installations may be of one process. */
  readonly #mark = randomBytes(6).toString('hex');
  readonly #held = new Set<number>();

  /** @param folder - the same for all installations of a user; made when it is missing */
  constructor(folder: string) {
    const self = identify(process.pid);
    if (self === undefined) throw new Error('This process does not find itself among the running ones.');
    this.#self = self;
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** False when it is another's, or ours already. Of two that want it at once none may get it, never both. */
  take(port: number): boolean {
    if (this.#held.has(port)) return false;
    writeFileSync(this.#fileOf(port), JSON.stringify(this.#self), { mode: 0o600 });
    // Written first and looked at then: whoever comes later sees the other.
    if (this.#othersClaim(port)) {
      rmSync(this.#fileOf(port), { force: true });
      return false;
    }
    this.#held.add(port);
    return true;
  }

  giveBack(port: number): void {
    this.#held.delete(port);
    rmSync(this.#fileOf(port), { force: true });
  }

  giveBackAll(): void {
    for (const port of this.#held) this.giveBack(port);
  }

  #fileOf = (port: number): string => join(this.#folder, `${port}-${this.#mark}`);

  #othersClaim(port: number): boolean {
    const others = readdirSync(this.#folder).filter(
      (name) => name.startsWith(`${port}-`) && name !== `${port}-${this.#mark}`,
    );
    return others.map((name) => this.#isHeld(join(this.#folder, name))).includes(true);
  }

  /** Whether a claim's process lives. What is left of others is removed on the way. */
  #isHeld(file: string): boolean {
    let holder: ProcessIdentity;
    try {
      holder = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
    } catch (error) {
      // Given back in this moment; or being written, and then its writer looks after us and gives way.
      if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
        return false;
      throw error;
    }
    if (isAlive(holder)) return true;
    rmSync(file, { force: true });
    return false;
  }
}

import { z } from 'zod';

/**
 * What `POST /_sandbox/faults` takes. `method` is a Web API method, `response_url`, or `*` for all of them.
 * - `error`: answers `{ ok: false, error }`; nothing happens · `http`: answers that HTTP status; nothing happens
 * - `ratelimit`: 429 with Retry-After; nothing happens · `down`: the connection is cut; nothing happens
 * - `lose-reply`: it happens, then the connection is cut · `late-reply`: it happens, the answer waits `delayMs`
 * - `http-after`: it happens, then that HTTP status is the answer
 */
export const FaultSchema = z.strictObject({
  method: z.string().default('*'),
  kind: z.enum(['error', 'http', 'ratelimit', 'lose-reply', 'late-reply', 'http-after', 'down']),
  error: z.string().default('internal_error'),
  status: z.int().min(400).max(599).default(503),
  retryAfterS: z.int().positive().default(1),
  delayMs: z.int().positive().default(5000),
  /** How many calls it hits; `always` until it is deleted. */
  times: z.union([z.int().positive(), z.literal('always')]).default(1),
});
export type Fault = z.infer<typeof FaultSchema>;

/** The faults that wait for their calls, in one workspace. */
export class Faults {
  #waiting: Fault[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ ...fault });
  }

  list(): readonly Fault[] {
    return this.#waiting;
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The first fault for a method, counted down. */
  take(method: string): Fault | undefined {
    const fault = this.#waiting.find((one) => one.method === '*' || one.method === method);
    if (fault !== undefined && fault.times !== 'always') {
      fault.times -= 1;
      if (fault.times === 0) this.#waiting = this.#waiting.filter((one) => one !== fault);
    }
    return fault;
  }
}

import { z } from 'zod';

/** A fault to play on the next matching calls of a site. */
export const FaultSchema = z.strictObject({
  /** Any method without it. */
  method: z
    .string()
    .transform((method) => method.toUpperCase())
    .optional(),
  /** The beginning of the path, or a regular expression found in it. */
  path: z
    .string()
    .min(1)
    .refine((path) => isPattern(path), 'not a valid regular expression'),
  /**
   * `error` and `throttle` answer before anything happened; `down` drops the connection before anything happened;
   * `lose-reply` does the work, then drops the connection; `late-reply` does the work, then waits `delayMs`;
   * `error-after` does the work, then answers an error.
   */
  kind: z.literal(['error', 'throttle', 'lose-reply', 'late-reply', 'error-after', 'down']),
  /** Of `error` and `error-after`: 500 by default. */
  status: z.int().min(400).max(599).optional(),
  /** Of `error` and `error-after`: the reply's JSON. */
  body: z.unknown().optional(),
  /** Of `late-reply`: 30,000 by default; of `throttle`: what Retry-After says, 1,000 by default. */
  delayMs: z.int().nonnegative().optional(),
  /** How many calls it meets: 1 by default, without end for `down`. */
  times: z.int().positive().optional(),
});
export type Fault = z.infer<typeof FaultSchema>;
export interface ActiveFault extends Fault {
  readonly id: string;
  /** How many more calls it will meet; null: until it is deleted. */
  remaining: number | null;
}

function isPattern(path: string): boolean {
  try {
    return new RegExp(path) instanceof RegExp;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Faults by site; they live in memory: a restarted sandbox is healthy. */
export class FaultBook {
  readonly #faults = new Map<string, ActiveFault[]>();
  #nextId = 1;

  add(email: string, fault: Fault): ActiveFault {
    const active: ActiveFault = {
      ...fault,
      id: String(this.#nextId++),
      remaining: fault.times ?? (fault.kind === 'down' ? null : 1),
    };
    this.#faults.set(email, [...this.list(email), active]);
    return active;
  }

  list(email: string): readonly ActiveFault[] {
    return this.#faults.get(email) ?? [];
  }

  clear(email: string): void {
    this.#faults.delete(email);
  }

  /** The fault that this call meets, used up by one. */
  take(email: string, method: string, path: string): ActiveFault | undefined {
    const fault = this.list(email).find(
      (candidate) =>
        (candidate.method === undefined || candidate.method === method) &&
        (path.startsWith(candidate.path) || new RegExp(candidate.path).test(path)),
    );
    if (fault === undefined || fault.remaining === null) return fault;
    fault.remaining -= 1;
    if (fault.remaining === 0)
      this.#faults.set(
        email,
        this.list(email).filter((other) => other !== fault),
      );
    return fault;
  }
}

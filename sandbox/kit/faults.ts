import { z } from 'zod';

/**
 * A fault that control asks for.
 *
 * `error` and `throttle` answer without the effect; `hang-up` cuts the connection before the effect; `late-effect` waits
 * `delayMs` before it, and works also for a caller that has gone away. `lose-reply` cuts the connection after the effect,
 * `error-after` answers an error after it, `late-reply` answers `delayMs` after it.
 */
export const FaultRequestSchema = z.strictObject({
  service: z.string().min(1),
  /** An operation's name, or `*` for every operation of the service. */
  operation: z.string().min(1).default('*'),
  kind: z.enum(['error', 'error-after', 'lose-reply', 'late-reply', 'late-effect', 'throttle', 'hang-up']),
  code: z.string().min(1).optional(),
  message: z.string().min(1).optional(),
  status: z.int().min(400).max(599).optional(),
  delayMs: z.int().nonnegative().max(600_000).default(1000),
  /** How many matching calls it hits; `null` until it is deleted. Once when left out. */
  times: z.int().positive().nullable().default(1),
  /** Input member paths (`DBInstanceIdentifier`, `Tags.0.Key`) and the values they must have. */
  match: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
export type FaultRequest = z.infer<typeof FaultRequestSchema>;

export interface InjectedFault extends FaultRequest {
  readonly id: string;
  /** Calls hit so far. */
  hits: number;
}

/** The faults waiting to strike, kept apart by scope (an AWS account, a workspace, a site). */
export class FaultRegistry {
  readonly #byScope = new Map<string, InjectedFault[]>();
  #lastId = 0;

  add(scope: string, request: FaultRequest): InjectedFault {
    this.#lastId += 1;
    const fault: InjectedFault = { id: `fault-${this.#lastId}`, hits: 0, ...request };
    this.#byScope.set(scope, [...(this.#byScope.get(scope) ?? []), fault]);
    return fault;
  }

  list(scope: string): readonly InjectedFault[] {
    return this.#byScope.get(scope) ?? [];
  }

  /** @returns how many were removed; with an id, 0 or 1 */
  remove(scope: string, id?: string): number {
    const before = this.#byScope.get(scope) ?? [];
    const kept = id === undefined ? [] : before.filter((fault) => fault.id !== id);
    this.#byScope.set(scope, kept);
    return before.length - kept.length;
  }

  /** The oldest fault that this call meets, counted as a hit; a fault that has struck often enough stays listed and rests. */
  take(scope: string, service: string, operation: string, input: unknown): InjectedFault | undefined {
    const found = this.list(scope).find(
      (fault) =>
        (fault.times === null || fault.hits < fault.times) &&
        fault.service === service &&
        (fault.operation === '*' || fault.operation === operation) &&
        Object.entries(fault.match).every(([path, expected]) => memberAt(input, path) === expected),
    );
    if (found) found.hits += 1;
    return found;
  }
}

function memberAt(input: unknown, path: string): unknown {
  let value = input;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

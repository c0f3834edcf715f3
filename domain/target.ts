/** Service tiers: 0 is what everything relies upon, 3 is internal. */
export const tiers = [0, 1, 2, 3] as const;
export type Tier = (typeof tiers)[number];

/** What a service promises, in force from a date; a run is judged by the target of its own day. */
export interface Target {
  readonly rtoMs: number;
  readonly rpoMs: number;
  /** Date (YYYY-MM-DD, UTC) from which it binds. */
  readonly inForceFrom: string;
  /** Where it comes from: the tier's table, the service's own stricter value, or a dated exception. */
  readonly origin: 'tier' | 'service' | 'exception';
}

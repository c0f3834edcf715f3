import type { Measured, Moment } from './time.ts';

/** T−1 last recoverable change … T8 redundancy back or cleanup proved (design, section 7). */
export const ledgerKeys = ['T-1', 'T0', 'T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8'] as const;
export type LedgerKey = (typeof ledgerKeys)[number];

/** The moments of one run that are known so far. */
export type Ledger = { readonly [K in LedgerKey]?: Moment };

/** The three clocks of a recovery, and how much of the binding one was people's waiting. */
export interface RecoveryClocks {
  /** T6 − T0: the one that binds, always. */
  readonly fromDisaster: Measured;
  /** T6 − T2; `not-measured` when T2 is simulated. */
  readonly fromDeclaration: Measured;
  /** T6 − T3. */
  readonly fromCall: Measured;
  /** Waiting at decision gates inside T0…T6, milliseconds. Admission gates are in no clock. */
  readonly waitingForPeopleMs: number;
}

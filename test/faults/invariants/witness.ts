import type { Client } from '@temporalio/client';
import type { Verdict } from '../../../domain/verdict.ts';
import type { CompanyPlace } from '../../../examples/set-up.ts';
import type { Store } from '../../../store/connect.ts';

/** Where the truth is looked for: the engine, the store and the stand-ins; never what the product says of itself. */
export interface Witness {
  readonly temporal: Client;
  readonly taskQueuePrefix: string;
  /** Read directly, past any door that a test shuts. */
  readonly store: Store;
  readonly place: CompanyPlace;
  /** With it the evidence of each run is verified, too. */
  readonly evidencePublicKey?: string;
}

/** How a run has to end, whatever was done to it on the way. */
export interface Expected {
  /** How many journals the run has: more than one where Temporal was reset or the store had other content. Default 1. */
  readonly journals?: number;
  readonly verdict: Verdict;
  /** Part of the verdict's one sentence. */
  readonly reason?: RegExp;
  /** `check/cause` of every finding, in any order; none for a run that passed. */
  readonly findings: readonly string[];
  /** What became of the copy: `none` was never meant to be made. */
  readonly copy: 'gone' | 'leftover' | 'none';
}

/** `wrong` is a verdict, finding or ending other than the expected. */
export const violationKinds = ['wrong', 'lost', 'doubled', 'left over', 'stuck'] as const;
export type ViolationKind = (typeof violationKinds)[number];

/** One promise that was not kept. */
export interface Violation {
  readonly runId: string;
  readonly kind: ViolationKind;
  readonly what: string;
}

/** What stands more than once in a list, each once. */
export const doubles = (all: readonly string[]): readonly string[] => [
  ...new Set(all.filter((one, index) => all.indexOf(one) !== index)),
];

/** A gap found. One ticket per fingerprint, followed until its proof is there. */
export interface Finding {
  /** 24 hex of sha256 over service, resource, check and cause: the same gap has the same fingerprint in every run. */
  readonly fingerprint: string;
  readonly service: string;
  readonly resource: string;
  /** What was looked at: `rpo`, `rto`, `check:row-count issues`, `restore`, `cleanup`, `preflight:quota`, `gate:admission`. */
  readonly check: string;
  /** Why it failed, a stable word or two: `stale-backup`, `count-too-low`, `stuck`, `leftover`. */
  readonly cause: string;
  readonly severity: 'high' | 'medium' | 'low';
  /** One line with the numbers, fit for a ticket's summary after `[DR] service: `. */
  readonly title: string;
  /** What was found, why it matters for RTO or RPO, what we would look at first: one to three sentences each. */
  readonly found: string;
  readonly matters: string;
  readonly lookFirst: string;
  /** The proof that closes it. */
  readonly proof: FindingProof;
  readonly runId: string;
}

export type FindingProof =
  | { readonly kind: 'recheck'; readonly check: string; readonly sentence: string }
  | { readonly kind: 'attested'; readonly sentence: string };

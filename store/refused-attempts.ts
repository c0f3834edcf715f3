import { withStore } from './connect.ts';
import type { Store } from './connect.ts';

/** A decision that no run could take: closed run, unknown user, over the cap. */
export interface RefusedAttempt {
  readonly runId: string;
  readonly gateId?: string;
  /** Who it claimed to be. */
  readonly who: string;
  readonly via: string;
  readonly choice: string;
  readonly code: string;
  readonly atMs: number;
  readonly decisionId: string;
}

/** Keeps an attempt that no run could take; the same attempt twice is kept once. @throws StoreUnreachableError */
export async function recordRefusedAttempt(store: Store, attempt: RefusedAttempt): Promise<void> {
  await withStore(() =>
    store
      .insertInto('refused_attempt')
      .values({
        run_id: attempt.runId,
        gate_id: attempt.gateId ?? null,
        who: attempt.who,
        via: attempt.via,
        choice: attempt.choice,
        code: attempt.code,
        at: new Date(attempt.atMs),
        decision_id: attempt.decisionId,
      })
      .onConflict((conflict) => conflict.columns(['decision_id', 'code']).doNothing())
      .execute(),
  );
}

/** Attempts on a run up to a moment, oldest first. @throws StoreUnreachableError */
export async function readRefusedAttempts(store: Store, runId: string, untilMs: number): Promise<RefusedAttempt[]> {
  const rows = await withStore(() =>
    store
      .selectFrom('refused_attempt')
      .selectAll()
      .where('run_id', '=', runId)
      .where('at', '<=', new Date(untilMs))
      .orderBy('at')
      .orderBy('decision_id')
      .orderBy('code')
      .execute(),
  );
  return rows.map((row) => ({
    runId: row.run_id,
    ...(row.gate_id === null ? {} : { gateId: row.gate_id }),
    who: row.who,
    via: row.via,
    choice: row.choice,
    code: row.code,
    atMs: row.at.getTime(),
    decisionId: row.decision_id,
  }));
}

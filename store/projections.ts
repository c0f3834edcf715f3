import type { Transaction } from 'kysely';
import type { JournalBody } from '../domain/journal-entry.ts';
import { foldEvent } from '../domain/run-projection.ts';
import type { RunProjection } from '../domain/run-projection.ts';
import type { StoreTables } from './tables.ts';

type Tx = Transaction<StoreTables>;

/**
 * Brings everything derived from the journal up to date with a batch of new entries of one run, in the same
 * transaction. Projections hold nothing that cannot be rebuilt from the journal.
 */
export async function projectBatch(tx: Tx, bodies: readonly JournalBody[], headHash: string): Promise<void> {
  const first = bodies[0];
  const last = bodies.at(-1);
  if (!first || !last) return;
  const before = await tx.selectFrom('run').select('projection').where('run_id', '=', first.runId).forUpdate().executeTakeFirst();
  let projection: RunProjection | undefined = before?.projection;
  // Entry 1 again is a new execution of the run (a Temporal reset): it is shown from its own beginning.
  for (const body of bodies) projection = foldEvent(body.number === 1 ? undefined : projection, body);
  if (!projection) return;
  await saveRun(tx, projection, bodies, headHash);
  for (const body of bodies) await projectEvent(tx, body);
}

async function saveRun(tx: Tx, projection: RunProjection, bodies: readonly JournalBody[], headHash: string): Promise<void> {
  const last = bodies.at(-1);
  if (!last) return;
  const changing = {
    state: projection.state,
    verdict: projection.judged?.verdict ?? null,
    verdict_reason: projection.judged?.reason ?? null,
    sealed: projection.sealed !== undefined,
    head_number: last.number,
    head_hash: headHash,
    projection: JSON.stringify(projection),
    ...(projection.judged ? { ended_at: new Date(last.atMs) } : {}),
  };
  const opened = bodies.find((body) => body.event.type === 'run-opened');
  if (opened?.event.type === 'run-opened') {
    const { event } = opened;
    await tx
      .insertInto('run')
      .values({
        run_id: opened.runId,
        execution_id: opened.executionId,
        runbook: event.runbook,
        mode: event.mode,
        service: event.service,
        resource: event.resource,
        tier: event.tier,
        simulated: event.simulated,
        initiator: event.initiator,
        catalog_hash: event.catalogHash,
        opened_at: new Date(opened.atMs),
        ...changing,
      })
      // A Temporal reset opens the same run again under a new execution: the newest execution is what people see.
      .onConflict((conflict) => conflict.column('run_id').doUpdateSet({ execution_id: opened.executionId, ...changing }))
      .execute();
    return;
  }
  await tx.updateTable('run').set(changing).where('run_id', '=', last.runId).execute();
}

async function projectEvent(tx: Tx, body: JournalBody): Promise<void> {
  const { event, runId: run_id } = body;
  const at = new Date(body.atMs);
  switch (event.type) {
    case 'step-started':
      await tx.insertInto('step').values({ run_id, number: body.number, name: event.step, started_at: at, outcome: null, attempts: null, summary: null }).onConflict((conflict) => conflict.doNothing()).execute();
      return;
    case 'step-ended': {
      const open = await tx.selectFrom('step').select('number').where('run_id', '=', run_id).where('name', '=', event.step).where('outcome', 'is', null).orderBy('number', 'desc').limit(1).executeTakeFirst();
      if (!open) return;
      await tx
        .updateTable('step')
        .set({ outcome: event.outcome, attempts: event.attempts, finished_at: event.finishedAtMs === undefined ? at : new Date(event.finishedAtMs), summary: event.summary ?? null })
        .where('run_id', '=', run_id)
        .where('number', '=', open.number)
        .execute();
      return;
    }
    case 'gate-opened':
      await tx
        .insertInto('gate')
        .values({ run_id, gate_id: event.gate.gateId, round: event.gate.round, kind: event.gate.kind, question: event.gate.preview.question, opened_at: at, outcome: null, waited_ms: null })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return;
    case 'gate-closed':
      await tx.updateTable('gate').set({ outcome: event.outcome, waited_ms: event.waitedMs }).where('run_id', '=', run_id).where('gate_id', '=', event.gateId).where('round', '=', event.round).execute();
      return;
    case 'decision-received':
      await tx
        .insertInto('decision')
        .values({
          run_id,
          number: body.number,
          gate_id: event.gateId,
          person_id: event.decision.personId,
          choice: event.decision.choice,
          via: event.decision.via,
          clicked_at: new Date(event.decision.clickedAtMs),
          outcome: event.answer.outcome,
          code: event.answer.outcome === 'refused' ? event.answer.code : null,
          reason: event.decision.reason ?? null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return;
    case 'finding-raised':
      await tx
        .insertInto('finding')
        .values({
          fingerprint: event.finding.fingerprint,
          run_id,
          service: event.finding.service,
          resource: event.finding.resource,
          check_name: event.finding.check,
          cause: event.finding.cause,
          severity: event.finding.severity,
          title: event.finding.title,
          body: JSON.stringify(event.finding),
          raised_at: at,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return;
    case 'run-opened':
    case 'moment-recorded':
    case 'preflight-checked':
    case 'previewed':
    case 'recovery-point-chosen':
    case 'creation-intended':
    case 'resource-created':
    case 'resource-gone':
    case 'leftover-found':
    case 'cleanup-started':
    case 'gate-waived':
    case 'gate-reminded':
    case 'gate-escalated':
    case 'decision-unauthentic':
    case 'check-finished':
    case 'sentinel-read':
    case 'settings-compared':
    case 'hot-queries-measured':
    case 'abort-requested':
    case 'drills-halted':
    case 'problem':
    case 'verdict-reached':
    case 'sealed':
      // Shown from the run's projection; no table of their own.
      return;
  }
}

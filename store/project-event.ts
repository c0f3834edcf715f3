import type { Transaction } from 'kysely';
import { isExerciseEvent } from '../domain/exercise-events.ts';
import type { JournalBody, JournalEvent } from '../domain/journal-entry.ts';
import { isReviewEvent } from '../domain/review-events.ts';
import type { StoreTables } from './tables.ts';

type Tx = Transaction<StoreTables>;
type Told<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>;

/** Writes one entry into the tables that lists and questions are answered from; a new kind of event stops the build here. */
export async function projectEvent(tx: Tx, body: JournalBody): Promise<void> {
  const { event } = body;
  // Shown from the run's projection; no table of their own.
  if (isReviewEvent(event) || isExerciseEvent(event)) return;
  switch (event.type) {
    case 'step-started':
      return await stepStarted(tx, body, event);
    case 'step-ended':
      return await stepEnded(tx, body, event);
    case 'gate-opened':
      return await gateOpened(tx, body, event);
    case 'gate-closed':
      return await gateClosed(tx, body, event);
    case 'decision-received':
      return await decisionReceived(tx, body, event);
    case 'finding-raised':
      return await findingRaised(tx, body, event);
    case 'run-opened':
    case 'moment-recorded':
    case 'preflight-checked':
    case 'previewed':
    case 'recovery-point-chosen':
    case 'creation-intended':
    case 'resource-created':
    case 'cleanup-started':
    case 'resource-gone':
    case 'leftover-found':
    case 'gate-waived':
    case 'gate-reminded':
    case 'gate-escalated':
    case 'gate-reassigned':
    case 'decision-unauthentic':
    case 'check-finished':
    case 'sentinel-read':
    case 'settings-compared':
    case 'hot-queries-measured':
    case 'act-refused':
    case 'act-unauthentic':
    case 'abort-requested':
    case 'incident-declared':
    case 'incident-time-corrected':
    case 'command-handed-over':
    case 'incident-over':
    case 'run-paused':
    case 'run-resumed':
    case 'drills-halted':
    case 'problem':
    case 'journal-resent':
    case 'verdict-reached':
    case 'sealed':
      // The same.
      return;
  }
}

const keyOf = ({ runId, executionId }: JournalBody) => ({ run_id: runId, execution_id: executionId });

async function stepStarted(tx: Tx, body: JournalBody, event: Told<'step-started'>): Promise<void> {
  await tx
    .insertInto('step')
    .values({
      ...keyOf(body),
      number: body.number,
      name: event.step,
      started_at: new Date(body.atMs),
      outcome: null,
      attempts: null,
      summary: null,
    })
    .execute();
}

/** The newest one of that name that has not ended: a step may run more than once. */
async function stepEnded(tx: Tx, body: JournalBody, event: Told<'step-ended'>): Promise<void> {
  const { run_id, execution_id } = keyOf(body);
  await tx
    .updateTable('step')
    .set({
      outcome: event.outcome,
      attempts: event.attempts,
      finished_at: new Date(event.finishedAtMs ?? body.atMs),
      summary: event.summary ?? null,
    })
    .where('run_id', '=', run_id)
    .where('execution_id', '=', execution_id)
    .where('number', '=', (query) =>
      query
        .selectFrom('step')
        .select(({ fn }) => fn.max('number').as('newest'))
        .where('run_id', '=', run_id)
        .where('execution_id', '=', execution_id)
        .where('name', '=', event.step)
        .where('outcome', 'is', null),
    )
    .execute();
}

async function gateOpened(tx: Tx, body: JournalBody, { gate }: Told<'gate-opened'>): Promise<void> {
  await tx
    .insertInto('gate')
    .values({
      ...keyOf(body),
      gate_id: gate.gateId,
      round: gate.round,
      kind: gate.kind,
      question: gate.preview.question,
      opened_at: new Date(gate.openedAtMs),
      outcome: null,
      waited_ms: null,
    })
    .execute();
}

async function gateClosed(tx: Tx, body: JournalBody, event: Told<'gate-closed'>): Promise<void> {
  const { run_id, execution_id } = keyOf(body);
  await tx
    .updateTable('gate')
    .set({ outcome: event.outcome, waited_ms: event.waitedMs })
    .where('run_id', '=', run_id)
    .where('execution_id', '=', execution_id)
    .where('gate_id', '=', event.gateId)
    .where('round', '=', event.round)
    .execute();
}

async function decisionReceived(
  tx: Tx,
  body: JournalBody,
  { gateId, decision, answer }: Told<'decision-received'>,
): Promise<void> {
  await tx
    .insertInto('decision')
    .values({
      ...keyOf(body),
      number: body.number,
      gate_id: gateId,
      person_id: decision.personId,
      choice: decision.choice,
      via: decision.via,
      clicked_at: new Date(decision.clickedAtMs),
      outcome: answer.outcome,
      code: answer.outcome === 'refused' ? answer.code : null,
      reason: decision.reason ?? null,
    })
    .execute();
}

/** Once per gap and run, however often the run was opened again. */
async function findingRaised(tx: Tx, body: JournalBody, { finding }: Told<'finding-raised'>): Promise<void> {
  await tx
    .insertInto('finding')
    .values({
      fingerprint: finding.fingerprint,
      run_id: body.runId,
      service: finding.service,
      resource: finding.resource,
      check_name: finding.check,
      cause: finding.cause,
      severity: finding.severity,
      title: finding.title,
      body: JSON.stringify(finding),
      raised_at: new Date(body.atMs),
    })
    .onConflict((conflict) => conflict.columns(['fingerprint', 'run_id']).doNothing())
    .execute();
}

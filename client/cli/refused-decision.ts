import type { Config } from '../../config/index.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { DecisionAnswer, RefusalCode } from '../../domain/gate.ts';
import { readRun } from '../../store/read.ts';
import { StoreUnreachableError } from '../../store/connect.ts';
import type { Store } from '../../store/connect.ts';
import { recordRefusedAttempt } from '../../store/refused-attempts.ts';
import { openStoreOf } from './access.ts';

/** What somebody wanted to decide here. */
export interface Attempt {
  readonly decisionId: string;
  readonly runId: string;
  readonly gateId: string;
  readonly choice: string;
}

type Refusal = Extract<DecisionAnswer, { readonly outcome: 'refused' }>;

/** Codes that no run has in its journal, because none could take them: the store keeps them. */
const takenByNoRun: readonly RefusalCode[] = ['run-over', 'malformed', 'too-many-attempts'];

/**
 * The error for a decision that does not count: why, whether the attempt was kept, and what to do now. One that no run
 * could take is kept in the store, which also knows a run that is over from one that never was.
 */
export async function refusedDecision(config: Config, attempt: Attempt, refusal: Refusal): Promise<FiredrillError> {
  if (!takenByNoRun.includes(refusal.code)) {
    return new FiredrillError({
      code: refusal.code,
      kind: 'refused',
      what: refusal.text,
      means: `It does not count; the attempt is in the journal.`,
      next: nextAfter(refusal.code, attempt.runId),
    });
  }
  const looked = await withStoreIfThere(config, async (store) => {
    const run = await readRun(store, attempt.runId);
    const unknown = refusal.code === 'run-over' && run === undefined;
    await keepAttempt(store, config, attempt, unknown ? 'unknown-run' : refusal.code);
    return { run, unknown };
  });
  const kept =
    looked === undefined ? 'the store could not be reached, so the attempt was not kept' : 'the attempt was kept';
  if (looked?.unknown === true) {
    return new FiredrillError({
      code: 'unknown-run',
      kind: 'input',
      what: `There is no run ${attempt.runId}.`,
      means: `Nothing was decided; ${kept}.`,
      next: 'See what there is: firedrill status',
    });
  }
  const verdict = looked?.run?.projection.judged?.verdict;
  const over =
    verdict === undefined ? refusal.text : `${attempt.runId} is over (${verdict}); the decision came too late.`;
  return new FiredrillError({
    code: refusal.code,
    kind: 'refused',
    what: refusal.code === 'run-over' ? over : refusal.text,
    means: `It does not count; ${kept}.`,
    next: nextAfter(refusal.code, attempt.runId),
  });
}

/** Keeps an attempt of whoever FIREDRILL_PERSON says; nobody's is no attempt. */
export async function keepAttempt(store: Store, config: Config, attempt: Attempt, code: string): Promise<void> {
  if (config.person === undefined) return;
  const { decisionId, runId, gateId, choice } = attempt;
  await recordRefusedAttempt(store, {
    runId,
    ...(gateId === '*' ? {} : { gateId }),
    who: config.person,
    via: 'cli',
    choice,
    code,
    atMs: Date.now(),
    decisionId,
  });
}

/** A refusal stands also while the store is down. */
async function withStoreIfThere<T>(config: Config, ask: (store: Store) => Promise<T>): Promise<T | undefined> {
  if (config.databaseUrl === undefined) return undefined;
  const store = openStoreOf(config);
  try {
    return await ask(store);
  } catch (error) {
    if (error instanceof StoreUnreachableError) return undefined;
    throw error;
  } finally {
    await store.destroy();
  }
}

function nextAfter(code: RefusalCode, runId: string): string {
  const isRun = runId.includes('/');
  switch (code) {
    case 'initiator-excluded':
      return 'Ask somebody else who may approve: whoever started a run does not approve it.';
    case 'role-missing':
      return isRun
        ? `Ask somebody who has one of these roles; the question in Slack names them (firedrill status ${runId}).`
        : 'Ask somebody who has one of these roles.';
    case 'reason-required':
      return 'Say why: --reason "…"';
    case 'bad-signature':
    case 'unknown-person':
      return 'Check FIREDRILL_PERSON and FIREDRILL_PERSON_KEY_FILE against the catalog; a new key is made with: firedrill keys new';
    case 'run-over':
      return isRun ? `See how it ended: firedrill report ${runId}` : 'See what there is: firedrill status';
    case 'too-many-attempts':
      return 'Too much was sent to this run; decide in Slack, or ask whoever runs firedrill.';
    case 'overtaken':
      return 'If drills may start again: firedrill release';
    case 'confirmation-required':
      return "Type the service's name: --confirm NAME";
    case 'already-voted':
    case 'nothing-to-withdraw':
    case 'withdrawn-too-often':
    case 'not-now':
    case 'gate-closed':
    case 'unknown-gate':
    case 'wrong-round':
    case 'malformed':
      return isRun ? `See where it is: firedrill status ${runId}` : 'See what there is: firedrill status';
  }
}

import { randomUUID } from 'node:crypto';
import { FiredrillError } from '../../domain/errors.ts';
import type { DecisionStatement } from '../../domain/gate.ts';
import { parseRunId } from '../../domain/run-id.ts';
import { signStatement } from '../../domain/signing.ts';
import { controlRunId } from '../../workflows/messages.ts';
import type { DecisionResult } from '../runs/decide.ts';
import type { SlackAppDeps } from './deps.ts';
import { identify, NotEligibleError } from './identify.ts';

/** Name under which runs know this app's public key. */
export const slackSigner = 'slack-app';

/** What somebody decided in Slack. */
export interface SlackDecision {
  readonly userId: string;
  readonly runId: string;
  readonly gateId: string;
  readonly round: number;
  readonly choice: DecisionStatement['choice'];
  readonly reason?: string;
  /** What was typed to confirm an approval. */
  readonly confirmed?: string;
  /** Slack's own id of the click (`action_ts`), or of the command (`trigger_id`): the same click is decided once. */
  readonly clickId: string;
  readonly clickedAtMs: number;
}

/** Codes that no run has in its journal, because none could take them. */
export const takenByNoRun: readonly string[] = ['run-over', 'malformed', 'unknown-person', 'too-many-attempts'];

/**
 * Maps the Slack user to a person of the current catalog, signs the decision with the app's key and hands it on.
 * Attempts that no run can take are kept in the store.
 *
 * @throws FiredrillError when it could not be handed on; nothing was decided then
 */
export async function decideBySlack(deps: SlackAppDeps, decision: SlackDecision): Promise<DecisionResult> {
  const { userId, clickId, reason, confirmed, ...rest } = decision;
  const decisionId = `slack:${userId}:${clickId}`;
  const keep = (code: string): Promise<void> => keepRefused(deps, decision, decisionId, code);
  try {
    const isKillSwitch = decision.runId === controlRunId;
    const stops = decision.choice !== 'approve' && decision.choice !== 'release-drills';
    const { person, roles } = await identify(deps, userId, stops, () =>
      isKillSwitch ? undefined : parseRunId(decision.runId).service,
    );
    const statement: DecisionStatement = {
      v: 1,
      decisionId,
      ...rest,
      ...(reason === undefined ? {} : { reason: keepable(reason, 2000) }),
      ...(confirmed === undefined ? {} : { confirmed: keepable(confirmed, 200) }),
      personId: person.id,
      personName: person.name,
      roles,
    };
    const signed = signStatement(statement, deps.sign, 'slack-app', slackSigner);
    const result = isKillSwitch
      ? await deps.engine.changeKillSwitch(signed, decisionId)
      : await deps.engine.decide(signed, { runId: decision.runId, decisionId });
    if (result.outcome === 'refused' && takenByNoRun.includes(result.code)) await keep(result.code);
    return result;
  } catch (error) {
    if (error instanceof NotEligibleError) await keep(error.code);
    throw error;
  }
}

const keepable = (typed: string, atMost: number): string => typed.slice(0, atMost).toWellFormed().replaceAll('\0', '');

/** Keeps an attempt of somebody who may not start runs; it belongs to no run. */
export const keepRefusedStart = (deps: SlackAppDeps, userId: string, choice: string, code: string): Promise<void> =>
  keepRefused(deps, { userId, runId: '-', choice, clickedAtMs: Date.now() }, `slack:${userId}:${randomUUID()}`, code);

/** Never throws: a refusal stands, kept or not. */
export async function keepRefused(
  deps: SlackAppDeps,
  attempt: {
    readonly userId: string;
    readonly runId: string;
    readonly gateId?: string;
    readonly choice: string;
    readonly clickedAtMs: number;
  },
  decisionId: string,
  code: string,
): Promise<void> {
  const { userId, runId, gateId, choice, clickedAtMs } = attempt;
  try {
    await deps.engine.keepRefused({
      runId,
      ...(gateId === undefined ? {} : { gateId }),
      who: userId,
      choice,
      code,
      atMs: clickedAtMs,
      decisionId,
    });
  } catch (error) {
    // The refusal stands; that it cannot be kept now must not turn it into an error for the person.
    deps.log('error', 'a refused attempt could not be kept in the store', {
      runId,
      who: userId,
      choice,
      code,
      decisionId,
      error: error instanceof FiredrillError ? error.what : String(error),
    });
  }
}

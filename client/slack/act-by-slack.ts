import type { ActStatement } from '../../domain/act.ts';
import { parseRunId } from '../../domain/run-id.ts';
import { signAct } from '../../domain/signing.ts';
import type { ActResult } from '../runs/act.ts';
import { keepRefused, slackSigner, takenByNoRun } from './decide-by-slack.ts';
import type { SlackAppDeps } from './deps.ts';
import { identify, NotEligibleError } from './identify.ts';

/** What somebody did in Slack in a review or an exercise, or about a finding. */
export interface SlackAct {
  readonly userId: string;
  readonly runId: string;
  /** Whose roles count, where the run's id does not say it. */
  readonly service?: string;
  readonly act: ActStatement['act'];
  /** Slack's own id of the click (`action_ts`), or of the form (`view.id` with its hash): the same click is done once. */
  readonly clickId: string;
  readonly clickedAtMs: number;
}

/**
 * Maps the Slack user to a person of the current catalog, signs the act with the app's key and hands it to its run.
 * Attempts that no run can take are kept in the store.
 *
 * @throws FiredrillError when it could not be handed on; nothing was done then
 */
export async function actBySlack(deps: SlackAppDeps, done: SlackAct): Promise<ActResult> {
  const { userId, runId, service, act, clickId, clickedAtMs } = done;
  const actId = `slack:${userId}:${clickId}`;
  const keep = (code: string): Promise<void> =>
    keepRefused(deps, { userId, runId, choice: act.kind, clickedAtMs }, actId, code);
  try {
    const { person, roles } = await identify(deps, userId, false, () => service ?? parseRunId(runId).service);
    const signed = signAct(
      {
        v: 1,
        purpose: 'act',
        actId,
        runId,
        act,
        personId: person.id,
        personName: person.name,
        roles: [...roles],
        clickedAtMs,
      },
      deps.sign,
      'slack-app',
      slackSigner,
    );
    const result = await deps.engine.act(signed, { runId, actId });
    if (result.outcome === 'refused' && takenByNoRun.includes(result.code)) await keep(result.code);
    return result;
  } catch (error) {
    if (error instanceof NotEligibleError) await keep(error.code);
    throw error;
  }
}

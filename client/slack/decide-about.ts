import { FiredrillError } from '../../domain/errors.ts';
import type { OpenGate } from '../../domain/gate.ts';
import { decisionText } from '../../views/slack/answers.ts';
import { controlRunId } from '../../workflows/messages.ts';
import type { Answer } from './answer.ts';
import { decideBySlack } from './decide-by-slack.ts';
import type { SlackAppDeps } from './deps.ts';

/** Who asks, and Slack's id of this very command or form: delivered twice, it is decided once. */
export interface By {
  readonly userId: string;
  readonly clickId: string;
}

/** Decides about a whole run, or with no run about all drills. @throws FiredrillError as `decideBySlack` */
export async function decideAbout(
  deps: SlackAppDeps,
  by: By,
  what: {
    readonly runId?: string;
    readonly choice: 'abort' | 'pause' | 'resume' | 'stop-all-drills' | 'release-drills';
    readonly reason?: string;
  },
): Promise<Answer> {
  const { runId = controlRunId, ...rest } = what;
  const result = await decideBySlack(deps, { ...by, ...rest, runId, gateId: '*', round: 0, clickedAtMs: Date.now() });
  return { text: decisionText(result) };
}

/**
 * Answers the question that a run asks now; which one that is, only the store knows.
 *
 * @throws FiredrillError when it asks nothing, or the store does not say; nothing was decided then
 */
export async function decideAtGate(
  deps: SlackAppDeps,
  by: By,
  what: { readonly runId: string; readonly choice: 'approve' | 'reject'; readonly reason?: string },
): Promise<Answer> {
  const { gateId, round } = await openGateIn(deps, what.runId);
  const result = await decideBySlack(deps, { ...by, ...what, gateId, round, clickedAtMs: Date.now() });
  return { text: decisionText(result) };
}

async function openGateIn(deps: SlackAppDeps, runId: string): Promise<OpenGate> {
  let run;
  try {
    run = await deps.engine.run(runId);
  } catch (cause) {
    if (!(cause instanceof FiredrillError)) throw cause;
    throw new FiredrillError(
      {
        code: 'gate-not-known',
        kind: 'busy',
        what: `${cause.what} So I do not know what ${runId} asks.`,
        means: 'Nothing was decided; the run goes on waiting.',
        next: 'Press Approve or Reject under the question in the channel: that works without the store. So does: firedrill approve RUN --gate admission:1',
      },
      { cause },
    );
  }
  const gate = run?.projection.gates.findLast((view) => view.status === 'open')?.gate;
  if (gate !== undefined) return gate;
  const verdict = run?.projection.judged?.verdict;
  throw new FiredrillError({
    code: 'no-open-gate',
    kind: 'refused',
    what:
      run === undefined
        ? `The store does not know ${runId}, or not yet.`
        : `${runId} asks for nothing now (${verdict ?? run.projection.state}).`,
    means: 'Nothing was decided.',
    next: `See what waits for you: ${deps.command} approve`,
  });
}

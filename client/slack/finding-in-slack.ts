import { FiredrillError } from '../../domain/errors.ts';
import type { FindingAct } from '../../domain/finding-acts.ts';
import { decisionText } from '../../views/slack/answers.ts';
import type { FindingRef } from '../../views/slack/actions.ts';
import { findingDetails } from '../../views/slack/finding-details.ts';
import { actBySlack } from './act-by-slack.ts';
import type { SlackAct } from './act-by-slack.ts';
import type { Answer } from './answer.ts';
import type { SlackAppDeps } from './deps.ts';
import { whoLooks } from './who-looks.ts';

/**
 * One finding with what can be done about it, for whoever the catalog knows.
 *
 * @param id - fingerprint, its beginning, or the key of its ticket
 * @throws FiredrillError `unknown-finding`, `ambiguous-finding`, or that the store is away
 */
export async function finding(deps: SlackAppDeps, userId: string, id: string): Promise<Answer> {
  await whoLooks(deps, userId);
  const meant = await deps.engine.findings(id);
  const [one, other] = meant;
  if (one !== undefined && other === undefined) return findingDetails(one, Date.now());
  throw new FiredrillError({
    code: one === undefined ? 'unknown-finding' : 'ambiguous-finding',
    kind: 'input',
    what:
      one === undefined
        ? `The store knows no finding ${id}, or not yet.`
        : `${id} could be any of ${meant.length} findings.`,
    means: 'Nothing was done.',
    next: `See those of your services: ${deps.command} tickets`,
  });
}

/** Signs what somebody does about a finding; its workflow judges it. @throws FiredrillError when it could not be handed on */
export async function actOnFinding(
  deps: SlackAppDeps,
  { ref, act, ...click }: Pick<SlackAct, 'userId' | 'clickId' | 'clickedAtMs'> & { ref: FindingRef; act: FindingAct },
): Promise<Answer> {
  const runId = deps.engine.findingRunId(ref.finding);
  const result = await actBySlack(deps, { ...click, runId, service: ref.service, act });
  return {
    text: decisionText(
      result.outcome === 'refused' && result.code === 'run-over'
        ? { ...result, text: 'The finding is closed, or nobody follows it any more.' }
        : result,
    ),
  };
}

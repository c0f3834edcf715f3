import type { BlastRadius, RunbookName } from './modes.ts';
import { dutyOf } from './people-check.ts';
import type { RemediationView } from './remediation.ts';
import { isRunId, parseRunId } from './run-id.ts';
import type { RunSubject } from './run-id.ts';

const dayMs = 86_400_000;

/** Whether a run can be started now that may prove a finding, and which; or why not, in words. */
export type RetestAnswer =
  | { readonly starts: true; readonly subject: Required<RunSubject> }
  | { readonly starts: false; readonly code: string; readonly text: string };

const not = (code: string, text: string): RetestAnswer => ({ starts: false, code, text });

/** Whether anybody can have it tested again by a word: a restore test can prove it, for which nobody has to make plans. */
export const isTestedAgain = (finding: Pick<RemediationView['finding'], 'check' | 'proof' | 'runId'>): boolean =>
  finding.proof.kind === 'recheck' &&
  dutyOf(finding) === undefined &&
  isRunId(finding.runId) &&
  parseRunId(finding.runId).runbook === 'restore-test';

/**
 * Only what touches nothing but its own copies starts without a plan and a window of its own. What is live, and what asks
 * people for hours, people plan.
 *
 * @param touchesOf - what a runbook touches, while it can be started
 */
export function retestOf(
  view: RemediationView,
  touchesOf: (runbook: RunbookName) => BlastRadius | undefined,
  nowMs: number,
): RetestAnswer {
  const { finding, retest, rechecked } = view;
  if (finding.proof.kind !== 'recheck') return not('attested-only', `No run can prove it. ${finding.proof.sentence}`);
  if (dutyOf(finding) !== undefined)
    return not('no-run-needed', 'The catalog, Slack and Jira are asked again; no run is needed for that.');
  // What is thrown here would hold the finding's workflow up for ever.
  if (!isRunId(finding.runId)) return not('no-such-run', `It is not known which runbook found it (${finding.runId}).`);
  const { runbook, resource } = parseRunId(finding.runId);
  const touches = touchesOf(runbook);
  if (touches === 'live')
    return not('live', 'It takes a live test, which never starts by itself: plan it into its window, with its gates.');
  if (touches !== 'isolated' || runbook !== 'restore-test' || resource === undefined)
    return not(
      'asks-people',
      `It takes a ${runbook}, which is held with people: firedrill start ${runbook} ${finding.service}`,
    );
  const underWay = retest !== undefined && rechecked?.runId !== retest.runId && nowMs - retest.startedAtMs < dayMs;
  if (underWay) return not('under-way', `${retest.runId} was started for it and is not over.`);
  return { starts: true, subject: { runbook, service: finding.service, resource } };
}

import type { Role } from './gate.ts';
import { wholeService } from './modes.ts';
import type { BlastRadius, RunbookName } from './modes.ts';
import { dutyOf } from './people-check.ts';
import type { RemediationView } from './remediation.ts';
import { isRunId, parseRunId } from './run-id.ts';
import type { RunSubject } from './run-id.ts';

const dayMs = 86_400_000;

/** Which runbooks prove a finding without people having to sit down for it. Each of these has its door in `worker/retest-calls.ts`. */
const testsAgain = {
  'restore-test': true,
  'documentation-review': false,
  'tabletop-exercise': false,
  incident: false,
} as const satisfies Readonly<Record<RunbookName, boolean>>;
export type RetestRunbook = {
  [Name in RunbookName]: (typeof testsAgain)[Name] extends true ? Name : never;
}[RunbookName];

const isRetestRunbook = (runbook: RunbookName): runbook is RetestRunbook => testsAgain[runbook];

/** What has to be known of a runbook before it is started again. */
interface Startable {
  readonly touches: BlastRadius;
  readonly mayStart: readonly Role[];
}

/** Which run may prove a finding, and whether it has to wait for its service's window, whoever asks; or why there is none, in words. */
export type RetestAnswer =
  | {
      readonly starts: true;
      readonly subject: Required<RunSubject> & { readonly runbook: RetestRunbook };
      readonly onlyInWindow: boolean;
    }
  | { readonly starts: false; readonly code: string; readonly text: string };

const not = (code: string, text: string): RetestAnswer => ({ starts: false, code, text });

/** Whether anybody can have it tested again by a word: a run can prove it for which nobody has to make plans. */
export const isTestedAgain = (finding: Pick<RemediationView['finding'], 'check' | 'proof' | 'runId'>): boolean =>
  finding.proof.kind === 'recheck' &&
  dutyOf(finding) === undefined &&
  isRunId(finding.runId) &&
  isRetestRunbook(parseRunId(finding.runId).runbook);

/**
 * Only what touches nothing but its own copies may start at any time. What is live starts in its service's window and never
 * without one, also when somebody asks. What is held with people, people plan.
 *
 * @param startable - what is known of a runbook, while it can be started
 * @param by - who asks; nobody, when it is wanted because the ticket was closed
 */
export function retestOf(
  view: RemediationView,
  startable: (runbook: RunbookName) => Startable | undefined,
  nowMs: number,
  by?: { readonly roles: readonly Role[] },
): RetestAnswer {
  const { finding, retest, rechecked } = view;
  if (finding.proof.kind !== 'recheck') return not('attested-only', `No run can prove it. ${finding.proof.sentence}`);
  if (dutyOf(finding) !== undefined)
    return not('no-run-needed', 'The catalog, Slack and Jira are asked again; no run is needed for that.');
  // What is thrown here would hold the finding's workflow up for ever.
  if (!isRunId(finding.runId)) return not('no-such-run', `It is not known which runbook found it (${finding.runId}).`);
  const { runbook, resource } = parseRunId(finding.runId);
  const { touches = 'nothing', mayStart = [] } = startable(runbook) ?? {};
  const onlyInWindow = touches === 'live';
  // What is live may be about a service as a whole; a copy is always one of something.
  if (!isRetestRunbook(runbook) || touches === 'nothing' || (resource === undefined && !onlyInWindow))
    return not(
      'asks-people',
      `It takes a ${runbook}, which is held with people: firedrill start ${runbook} ${finding.service}`,
    );
  const underWay = retest !== undefined && rechecked?.runId !== retest.runId && nowMs - retest.startedAtMs < dayMs;
  if (underWay) return not('under-way', `${retest.runId} was started for it and is not over.`);
  // Told at once, and not only when the window opens in a week.
  if (onlyInWindow && by !== undefined && !by.roles.some((role) => mayStart.includes(role)))
    return not(
      'may-not-start',
      `It takes a live ${runbook}, which starts for one of these roles: ${mayStart.join(', ')}.`,
    );
  return {
    starts: true,
    subject: { runbook, service: finding.service, resource: resource ?? wholeService },
    onlyInWindow,
  };
}

import type { Finding } from './finding.ts';
import { parseRunId } from './run-id.ts';
import type { RunProjection } from './run-view.ts';
import { endedWell, isRecovery } from './verdict.ts';

/** Whether a finished run shows that a gap is remedied, and a sentence that says why or why not. */
export interface ProofSeen {
  readonly proves: boolean;
  readonly sentence: string;
}

/** The runs that can prove a finding: those of the runbook that found it, on the same resource. */
export const provingSubject = (finding: Finding): { readonly runbook: string; service: string; resource: string } => ({
  runbook: parseRunId(finding.runId).runbook,
  service: finding.service,
  resource: finding.resource,
});

/**
 * What a run that is over says about a gap whose proof is a re-check: the same check, green. A run that did not get as far
 * as the check proves nothing, and neither does a check that merely did not fail.
 *
 * @returns nothing when the run did not look at it at all: a rehearsal, an aborted run, one that could not judge
 */
export function proofIn(finding: Finding, run: RunProjection): ProofSeen | undefined {
  const { judged } = run;
  if (finding.proof.kind !== 'recheck' || judged === undefined || run.mode === 'rehearse') return undefined;
  const found = run.findings.find(({ fingerprint }) => fingerprint === finding.fingerprint);
  if (found !== undefined) return { proves: false, sentence: `${run.runId} met the same gap: ${found.title}.` };
  // An RPO is proved by the newest point alone: how exact an older one was restored says nothing about it.
  const fromLatest = !isRecovery(judged) || judged.rpo.judgedAgainst === 'tier';
  if (finding.proof.check === 'rpo' && !fromLatest) return undefined;
  if (endedWell(judged.verdict))
    return { proves: true, sentence: `${run.runId} ended ${judged.verdict}: ${judged.reason}` };
  const green = isGreen(finding.proof.check, run);
  if (green === undefined) return undefined;
  return green
    ? {
        proves: true,
        sentence: `${run.runId} (${judged.verdict} for another reason) found "${finding.proof.check}" green.`,
      }
    : { proves: false, sentence: `${run.runId} did not find "${finding.proof.check}" green: ${judged.reason}` };
}

/** Whether one check of a run that did not pass was green all the same; undefined when it was not looked at. */
function isGreen(check: string, { judged, checks }: RunProjection): boolean | undefined {
  if (judged === undefined || !isRecovery(judged)) return undefined;
  if (check === 'rpo' || check === 'rto') {
    const { judgement } = judged[check];
    return judgement === 'not-measured' ? undefined : judgement === 'met';
  }
  const result = checks.find((one) => one.name === check);
  if (result === undefined || result.outcome === 'could-not-run' || result.outcome === 'no-baseline') return undefined;
  return result.outcome === 'passed';
}

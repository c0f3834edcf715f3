import { judge } from '../domain/judge.ts';
import type { RestorePlan } from '../domain/restore-plan.ts';
import { restoreTestSteps as steps } from '../runbooks/restore-test/definition.ts';
import { findingsOfRestoreTest } from '../runbooks/restore-test/findings.ts';
import { previewRestoreTest } from '../runbooks/restore-test/preview.ts';
import type { RunReport } from './messages.ts';
import { describePoints, openingOf, preflight } from './restore-test-opening.ts';
import { openTouchingNothing } from './run.ts';

/**
 * Rehearses a restore test: the real read-only steps, then the preview of the rest. Changes nothing in AWS, proves
 * nothing about the backup, and says so: its verdict is never `passed`.
 */
export async function restoreTestRehearsal(plan: RestorePlan): Promise<RunReport> {
  const { run } = openTouchingNothing(openingOf(plan));
  const ending = await run.attempt(async () => {
    const facts = await preflight(run, plan);
    await run.step(steps.choosePoint, () => run.reading.aws.listRecoverablePoints(plan.database), describePoints);
    run.note({
      type: 'previewed',
      preview: previewRestoreTest(plan, { ...facts.source, ...facts, recentDurationsMs: [] }, run.mode),
    });
  });
  const judged = judge({
    ending,
    ledger: run.ledger,
    target: plan.target,
    point: plan.point,
    waitingForPeopleMs: 0,
    checks: [],
    requiredChecks: plan.checks.filter((check) => check.required).map((check) => check.name),
    rpoNotMeasuredReason: 'a rehearsal restores nothing',
    cleanup: 'not-needed',
    comparable: false,
  });
  // A rehearsal is expected to prove nothing; only what preflight refused is a gap.
  return await run.close(
    judged,
    ending.kind === 'completed' ? [] : findingsOfRestoreTest({ plan, runId: run.id, ending, judged, checks: [] }),
  );
}

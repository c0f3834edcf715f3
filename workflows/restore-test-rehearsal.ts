import { judge } from '../domain/judge.ts';
import { pointText } from '../domain/point-text.ts';
import type { RestorePlan } from '../domain/restore-plan.ts';
import { findingsOfRestoreTest } from '../runbooks/restore-test/findings.ts';
import { previewRestoreTest } from '../runbooks/restore-test/preview.ts';
import type { RunReport } from './messages.ts';
import { choosePoint, openingOf, preflight, recentDurations } from './restore-test-opening.ts';
import { openTouchingNothing } from './run.ts';

/**
 * Rehearses a restore test: the real read-only steps, then the preview of the rest. Changes nothing in AWS, proves
 * nothing about the backup, and says so: its verdict is never `passed`. A point that cannot be restored fails it.
 */
export async function restoreTestRehearsal(plan: RestorePlan): Promise<RunReport> {
  const { run } = openTouchingNothing(openingOf(plan));
  let rehearsed: string | undefined;
  const ending = await run.attempt(async () => {
    const facts = await preflight(run, plan);
    const { point } = await choosePoint(run, plan);
    const restores = pointText(point, Date.now());
    const recentDurationsMs = await recentDurations(run, plan);
    run.note({
      type: 'previewed',
      preview: previewRestoreTest(plan, { ...facts.source, ...facts, recentDurationsMs, restores }, run.mode),
    });
    rehearsed = `the ${restores}`;
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
    ...(rehearsed === undefined ? {} : { rehearsed }),
    cleanup: 'not-needed',
    comparable: false,
  });
  // A rehearsal is expected to prove nothing; only what it met on its way is a gap.
  return await run.close(
    judged,
    ending.kind === 'completed' ? [] : findingsOfRestoreTest({ plan, runId: run.id, ending, judged, checks: [] }),
  );
}

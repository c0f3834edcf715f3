import type { JournalEvent } from '../../../domain/journal-entry.ts';
import type { StoredRun } from '../../../store/read.ts';
import { brokenTasksOf } from '../../engine/broken-tasks.ts';
import { statusOf } from './settled.ts';
import type { Expected, Witness } from './witness.ts';

/** One verdict and the right one, for its reason, with its findings and with what became of the copy. */
export function endingProblems(run: StoredRun, events: readonly JournalEvent[], expected: Expected): string[] {
  const { projection } = run;
  const problems = projection.problems.map(({ where, error }) => `${where}: ${error.what}`).join(' | ');
  const because = `(${projection.judged?.reason ?? 'no reason'}${problems === '' ? '' : `; problems: ${problems}`})`;
  const verdicts = events.filter((event) => event.type === 'verdict-reached');
  const findings = projection.findings.map((finding) => `${finding.check}/${finding.cause}`).toSorted();
  const states = projection.resources.map(({ state }) => state);
  const wantedStates = expected.copy === 'none' ? [] : [expected.copy];
  return [
    ...(verdicts.length === 1 ? [] : [`${verdicts.length} verdicts`]),
    ...(projection.judged?.verdict === expected.verdict
      ? []
      : [`verdict ${projection.judged?.verdict ?? 'none'} instead of ${expected.verdict} ${because}`]),
    ...(expected.reason === undefined || expected.reason.test(projection.judged?.reason ?? '')
      ? []
      : [`the reason does not say ${String(expected.reason)} ${because}`]),
    ...(same(findings, expected.findings.toSorted())
      ? []
      : [`findings [${findings.join(', ')}] instead of [${expected.findings.join(', ')}] ${because}`]),
    ...(same(states, wantedStates)
      ? []
      : [`the copy is [${states.join(', ')}] instead of [${wantedStates.join(', ')}] ${because}`]),
    ...((projection.ledger.T8 !== undefined) === (expected.copy === 'gone')
      ? []
      : ['T8 stands in the ledger exactly when the copy is proved to be gone, and here it does not fit']),
  ];
}

/** Both workflows have completed, never broke, and Temporal was told what the journal says. */
export async function engineProblems(witness: Witness, run: StoredRun): Promise<string[]> {
  const problems: string[] = [];
  for (const workflowId of [run.runId, `delivery/${run.runId}`]) {
    const status = await statusOf(witness, workflowId);
    if (status !== 'COMPLETED') problems.push(`${workflowId} is ${status ?? 'unknown to Temporal'}, not COMPLETED`);
    if (status === undefined) continue;
    problems.push(...(await brokenTasksOf(witness.temporal, workflowId)));
  }
  const report = (await witness.temporal.workflow.getHandle(run.runId).result()) as { verdict?: string } | undefined;
  if (report?.verdict !== run.projection.judged?.verdict)
    problems.push(
      `Temporal was told ${report?.verdict ?? 'nothing'}, the journal ${run.projection.judged?.verdict ?? 'nothing'}`,
    );
  return problems;
}

const same = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one, index) => one === others[index]);

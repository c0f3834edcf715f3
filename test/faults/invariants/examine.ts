import { readRun } from '../../../store/read.ts';
import type { StoredRun } from '../../../store/read.ts';
import { creationsOf, leftoversOf, madeEver } from './creations.ts';
import { endingProblems, engineProblems } from './ending.ts';
import { evidenceProblems } from './evidence.ts';
import { countProblems, journalOf } from './journal.ts';
import { lockProblems } from './locks.ts';
import { workflowProblems } from './open-workflows.ts';
import { settle } from './settled.ts';
import { ticketProblems, ticketsTwice } from './tickets.ts';
import { toldProblems, toldTwice } from './told.ts';
import { doubles } from './witness.ts';
import type { Expected, Violation, ViolationKind, Witness } from './witness.ts';

/**
 * Waits until a run is over, delivered and recorded, and looks at everything that every ending owes: one verdict and the
 * right one, nothing created twice, nothing left behind, nothing lost or doubled in journal, evidence, Slack and Jira,
 * the lock free, both workflows completed and never broken.
 *
 * @returns what was violated, and the run as the store has it
 */
export async function examineRun(
  witness: Witness,
  runId: string,
  expected: Expected,
  withinMs = 120_000,
): Promise<{ readonly run?: StoredRun; readonly violations: readonly Violation[] }> {
  const of = (kind: ViolationKind, problems: readonly string[]): Violation[] =>
    problems.map((what) => ({ runId, kind, what }));
  const hanging = await settle(witness, runId, withinMs);
  if (hanging !== undefined) return { violations: of('stuck', [hanging]) };
  const run = await readRun(witness.store, runId);
  if (run === undefined) return { violations: of('lost', ['the store does not know the run']) };

  const { events, problems } = await journalOf(witness, run, expected.journals ?? 1);
  const proof = await evidenceProblems(witness, run);
  const told = await toldProblems(witness, run, events);
  const filed = await ticketProblems(witness, run);
  const made = await creationsOf(witness, run);
  return {
    run,
    violations: [
      ...of('wrong', [...endingProblems(run, events, expected), ...(await engineProblems(witness, run))]),
      ...of('lost', [...problems, ...proof.lost, ...told.lost, ...filed.lost]),
      ...of('doubled', [
        ...countProblems(events),
        ...proof.doubled,
        ...told.doubled,
        ...filed.doubled,
        ...made.doubled,
      ]),
      ...of('left over', [
        ...(expected.copy === 'leftover' ? [] : made.left),
        ...(await lockProblems(witness, (lock) => lock === runId)),
      ]),
    ],
  };
}

/**
 * What must hold when no run is under way any more: no lock, nothing of ours in AWS, no copy ever made twice, no workflow open or
 * broken that should not be; and nothing was told or filed twice after its run had been looked at.
 */
export async function examineInstallation(witness: Witness): Promise<readonly Violation[]> {
  const of = (kind: ViolationKind, what: string): Violation => ({ runId: '-', kind, what });
  const ours = (await leftoversOf(witness))
    .filter(({ arn }) => arn.includes('drdrill-'))
    .map(({ arn }) => `${arn} is still there`);
  const twice = doubles(
    (await madeEver(witness)).map(({ name }) => name).filter((name) => name.startsWith('drdrill-')),
  );
  return [
    ...(await lockProblems(witness, () => true)).map((what) => of('left over', what)),
    ...ours.map((what) => of('left over', what)),
    ...twice.map((name) => of('doubled', `${name} was created more than once`)),
    ...(await toldTwice(witness)).map((what) => of('doubled', what)),
    ...(await ticketsTwice(witness)).map((what) => of('doubled', what)),
    ...(await workflowProblems(witness)).map((what) => of('stuck', what)),
  ];
}

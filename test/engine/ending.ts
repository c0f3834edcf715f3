import { expect } from 'vitest';
import { readControl } from '../../client/runs/control.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { StoredRun } from '../../store/read.ts';
import { untilSealed } from './acting.ts';
import { jiraIssues, runMessages, until } from './outside.ts';
import type { SlackMessage } from './outside.ts';
import type { World } from './world.ts';

export interface Expected {
  readonly verdict: Verdict;
  /** Part of the verdict's one sentence. */
  readonly reason?: RegExp;
  /** `check/cause` of every finding, in any order; none for a run that passed. */
  readonly findings: readonly string[];
  /** What became of the copy: `none` was never meant to be made. */
  readonly copy: 'gone' | 'leftover' | 'none';
}

/**
 * Waits for a run's end and asserts what every ending owes: one verdict, cleanup proved or the leftover told, findings
 * with one ticket each, one message of each kind in Slack, the lock free, the workflow completed, nothing left in AWS.
 */
export async function expectEnding(
  world: World,
  runId: string,
  expected: Expected,
  withinMs?: number,
): Promise<StoredRun> {
  const run = await untilSealed(world, runId, withinMs);
  const { projection } = run;
  const seen = JSON.stringify(
    {
      problems: projection.problems.map(({ where, error }) => `${where}: ${error.what}`),
      reason: projection.judged?.reason,
    },
    null,
    1,
  );
  expect(projection.judged?.verdict, seen).toBe(expected.verdict);
  if (expected.reason) expect(projection.judged?.reason).toMatch(expected.reason);
  expect(projection.findings.map((finding) => `${finding.check}/${finding.cause}`).toSorted(), seen).toEqual(
    expected.findings.toSorted(),
  );
  expect(
    projection.resources.map(({ state }) => state),
    seen,
  ).toEqual(expected.copy === 'none' ? [] : [expected.copy]);
  expect(projection.ledger.T8 !== undefined).toBe(expected.copy === 'gone');

  await until(
    async () => (await world.temporal.workflow.getHandle(`delivery/${runId}`).describe()).status.name === 'COMPLETED',
    'everything is delivered',
  );
  await until(
    async () => (await world.temporal.workflow.getHandle(runId).describe()).status.name !== 'RUNNING',
    'the run is closed',
  );
  expect((await world.temporal.workflow.getHandle(runId).describe()).status.name).toBe('COMPLETED');
  await expectToldOnce(world, run);
  expect((await readControl(world.runs)).locks.filter((lock) => lock.runId === runId)).toEqual([]);
  if (expected.copy !== 'leftover') expect(await copiesOf(world, run)).toEqual([]);
  return run;
}

/** Each finding has exactly one ticket that names this run; Slack has exactly one message of each kind about it. */
async function expectToldOnce(world: World, run: StoredRun): Promise<void> {
  const issues = await jiraIssues(world);
  for (const { fingerprint } of run.projection.findings) {
    const its = issues.filter((issue) => issue.fingerprint === fingerprint);
    expect(
      its.map(({ key }) => key),
      `one ticket for ${fingerprint}`,
    ).toHaveLength(1);
    expect(its[0]?.runs.filter((id) => id === run.runId)).toHaveLength(1);
  }
  await until(
    async () => (await world.runWhen(run.runId, () => true, 'there')).tickets.length === run.projection.findings.length,
    'the tickets are in the evidence',
  );

  const messages = await runMessages(world, run.runId);
  const keys = messages.map(({ key }) => key);
  expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
  expect(keys).toContain('run');
  expect(keys).toContain('verdict');
  for (const { fingerprint } of run.projection.findings) expect(keys).toContain(`finding:${fingerprint}`);
  expect(textOf(messages.find(({ key }) => key === 'run'))).toMatch(
    new RegExp(run.projection.judged?.verdict ?? '', 'i'),
  );
}

const textOf = (message: SlackMessage | undefined): string => JSON.stringify(message?.message ?? '');

/** Databases, snapshots and backups in the sandbox that belong to a run, whatever they are called. */
export async function copiesOf(world: World, run: StoredRun): Promise<readonly string[]> {
  const names = run.projection.resources.map(({ name }) => name);
  const { leftovers } = (await world.control('GET', 'leftovers')) as {
    leftovers: { arn: string; tags?: Record<string, string> | { Key: string; Value: string }[] }[];
  };
  return leftovers
    .filter((one) => names.some((name) => one.arn.includes(name)) || JSON.stringify(one.tags ?? {}).includes(run.runId))
    .map(({ arn }) => arn);
}

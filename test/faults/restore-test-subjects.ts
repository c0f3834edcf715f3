import { approveInSlack } from '../../client/demo/stand-in.ts';
import { startRestoreTest } from '../../client/runs/start-restore-test.ts';
import { openGateOf } from '../../domain/run-projection.ts';
import { drillName } from '../../domain/run-id.ts';
import { awsControl } from '../../examples/set-up.ts';
import { restoreTestRunbook, restoreTestSteps } from '../../runbooks/restore-test/definition.ts';
import { slack } from '../engine/outside.ts';
import { takeSnapshot } from '../engine/snapshots.ts';
import { postCall, ticketCall } from './calls.ts';
import type { CatalogData, Installation } from './installation.ts';
import { patienceMs } from './slack-hands.ts';
import { persist, seenRun } from './subject.ts';
import type { Call, State, Subject } from './subject.ts';

const service = 'jira-cloud';
const channel = 'C0JIRACLOUD';

/** The example database under the names of the slots; with `more` checks. */
function addDatabases(catalog: CatalogData, names: readonly string[], more: readonly object[] = []): void {
  const resources = catalog.services[service]?.resources ?? [];
  const example = resources.find(({ name }) => name === 'issues-db');
  if (example === undefined) throw new Error('The example catalog has no issues-db any more.');
  resources.push(...names.map((name) => ({ ...example, name, checks: [...(example.checks ?? []), ...more] })));
}

const start = async (
  installation: Installation,
  resource: string,
  request: Partial<Parameters<typeof startRestoreTest>[1]> = {},
): Promise<string> => {
  const { runId } = await startRestoreTest(installation.runs(), {
    service,
    resource,
    point: 'latest',
    mode: 'drill',
    initiator: { personId: 'daniel-kim', name: 'Daniel Kim' },
    via: 'cli',
    ...request,
  });
  return runId;
};

const isDecided = async (installation: Installation, runId: string): Promise<boolean> => {
  const run = await seenRun(installation, runId);
  return run !== undefined && run.projection.gates.length > 0 && openGateOf(run.projection) === undefined;
};

/** Clicks the button in Slack, and again when nothing came of it. */
const approve = (installation: Installation, runId: string, signal: AbortSignal): Promise<void> =>
  persist(
    signal,
    () => isDecided(installation, runId),
    () =>
      approveInSlack(
        installation.witness.place,
        channel,
        runId,
        AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      ),
    1000,
  );

const isStopped = async (installation: Installation, runId: string): Promise<boolean> => {
  const run = await seenRun(installation, runId);
  return run !== undefined && (run.projection.aborts.length > 0 || run.projection.judged !== undefined);
};

/** Types `/dr abort`, and again when nothing came of it. */
const abort = (installation: Installation, runId: string, signal: AbortSignal): Promise<void> =>
  persist(
    signal,
    () => isStopped(installation, runId),
    async () => {
      const text = `abort ${runId} the network is being changed`;
      await slack(installation.witness, 'POST', 'act/command', { user: 'U0HANNAH', channel, command: '/dr', text });
    },
    2000,
  );

const copyOf = (runId: string): string =>
  drillName(service, runId.split('/')[2] ?? '', runId, restoreTestSteps.restore);

/** An AWS call about the run's copy. */
const awsCall = (runId: string, operation: string, member: string): Call => ({
  name: operation,
  hold: async ({ witness }, forMs) => {
    const fault = { service: 'rds', operation, kind: 'late-reply', delayMs: forMs, match: { [member]: copyOf(runId) } };
    const { id } = (await awsControl(witness.place, 'POST', 'faults', fault)) as { id: string };
    return async () => {
      const { faults } = (await awsControl(witness.place, 'GET', 'faults')) as {
        faults: { id: string; hits: number }[];
      };
      // Gone when the stand-in was killed meanwhile: then it was never hit.
      return (faults.find((one) => one.id === id)?.hits ?? 0) > 0;
    };
  },
});

const restoreCall = (runId: string): Call =>
  awsCall(runId, 'RestoreDBInstanceToPointInTime', 'TargetDBInstanceIdentifier');
const snapshotCall = (runId: string): Call => awsCall(runId, 'RestoreDBInstanceFromDBSnapshot', 'DBInstanceIdentifier');
const passwordCall = (runId: string): Call => awsCall(runId, 'ModifyDBInstance', 'DBInstanceIdentifier');
const deleteCall = (runId: string): Call => awsCall(runId, 'DeleteDBInstance', 'DBInstanceIdentifier');

/** People are being asked, and nobody has answered. */
const gateOpen: State = { name: 'gate open', is: (projection) => openGateOf(projection) !== undefined };

/** Steps that a run takes which somebody aborted before the gate was answered. */
const { takeControl, describeSource, preconditions, sourceStatus } = restoreTestSteps;
const untilGate = [takeControl, describeSource, preconditions, sourceStatus];
const aborted = {
  verdict: 'aborted',
  reason: /^Aborted by Hannah Lindqvist/,
  findings: ['held/aborted-by-person'],
} as const;

/** How restore tests go: approved and passed, from continuous backup and from a snapshot, failed by a check, aborted at the gate, aborted while AWS restores. */
export const restoreTestSubjects: readonly Subject[] = [
  {
    name: 'restore-test passed',
    steps: restoreTestRunbook.steps,
    catalog: (catalog, slots) =>
      addDatabases(
        catalog,
        slots.map((slot) => `passed-${slot}`),
      ),
    start: (installation, slot) => start(installation, `passed-${slot}`),
    act: approve,
    expected: { verdict: 'passed', findings: [], copy: 'gone' },
    states: [gateOpen],
    calls: (runId) => [restoreCall(runId), passwordCall(runId), deleteCall(runId), postCall],
  },
  {
    name: 'restore-test passed from a snapshot',
    steps: restoreTestRunbook.steps,
    catalog: (catalog, slots) =>
      addDatabases(
        catalog,
        slots.map((slot) => `snapshot-${slot}`),
      ),
    start: async (installation, slot) => {
      // A fresh one each time: a campaign may last longer than the RPO of the tier.
      await takeSnapshot(installation.witness);
      return await start(installation, `snapshot-${slot}`, { method: 'snapshot' });
    },
    act: approve,
    expected: { verdict: 'passed', findings: [], copy: 'gone' },
    states: [gateOpen],
    calls: (runId) => [snapshotCall(runId), passwordCall(runId), deleteCall(runId), postCall],
  },
  {
    name: 'restore-test failed',
    steps: restoreTestRunbook.steps.filter((step) => step !== restoreTestSteps.hotQueries),
    catalog: (catalog, slots) =>
      addDatabases(
        catalog,
        slots.map((slot) => `failed-${slot}`),
        [
          {
            check: 'query',
            name: 'a million projects',
            sql: 'SELECT count(*) FROM projects',
            expect: { equals: 1_000_000 },
          },
        ],
      ),
    start: (installation, slot) => start(installation, `failed-${slot}`),
    act: approve,
    expected: { verdict: 'failed', findings: ['check:a million projects/failed'], copy: 'gone' },
    states: [gateOpen],
    calls: (runId) => [restoreCall(runId), deleteCall(runId), postCall, ticketCall],
  },
  {
    name: 'restore-test aborted at the gate',
    steps: untilGate,
    catalog: (catalog, slots) =>
      addDatabases(
        catalog,
        slots.map((slot) => `gate-${slot}`),
      ),
    start: (installation, slot) => start(installation, `gate-${slot}`),
    act: async (installation, runId, signal) => {
      await persist(signal, async () => ((await seenRun(installation, runId))?.projection.gates.length ?? 0) > 0);
      await abort(installation, runId, signal);
    },
    expected: { ...aborted, copy: 'none' },
    states: [gateOpen],
    calls: () => [postCall, ticketCall],
  },
  {
    name: 'restore-test aborted while AWS restores',
    steps: [...untilGate, restoreTestSteps.restore, restoreTestSteps.deleteCopy, restoreTestSteps.proveGone],
    catalog: (catalog, slots) =>
      addDatabases(
        catalog,
        slots.map((slot) => `midway-${slot}`),
      ),
    start: (installation, slot) => start(installation, `midway-${slot}`),
    act: async (installation, runId, signal) => {
      // It takes as long as somebody needs to abort it, however fast the stand-in is.
      const held = { match: copyOf(runId), status: 'creating' };
      const place = () => installation.witness.place;
      await persist(signal, async () => {
        const { stuck } = (await awsControl(place(), 'POST', 'rds/stuck', held)) as { stuck: { match: string }[] };
        return stuck.some(({ match }) => match === held.match);
      });
      await approve(installation, runId, signal);
      await persist(signal, async () => {
        const run = await seenRun(installation, runId);
        return run?.projection.judged !== undefined || run?.projection.resources[0]?.state === 'created';
      });
      await abort(installation, runId, signal);
      await persist(signal, async () => {
        const { stuck } = (await awsControl(place(), 'POST', 'rds/release', { match: held.match })) as {
          stuck: { match: string }[];
        };
        return stuck.every(({ match }) => match !== held.match);
      });
    },
    expected: { ...aborted, copy: 'gone' },
    states: [gateOpen],
    calls: (runId) => [restoreCall(runId), deleteCall(runId), ticketCall],
  },
];

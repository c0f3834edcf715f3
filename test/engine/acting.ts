import { randomUUID } from 'node:crypto';
import { actOnRun } from '../../client/runs/act.ts';
import type { ActResult } from '../../client/runs/act.ts';
import { decideRun } from '../../client/runs/decide.ts';
import type { DecisionResult } from '../../client/runs/decide.ts';
import { changeKillSwitch } from '../../client/runs/control.ts';
import { startRestoreTest } from '../../client/runs/start-restore-test.ts';
import type { ActStatement } from '../../domain/act.ts';
import type { DecisionStatement, Role, SignedDecision } from '../../domain/gate.ts';
import { openGateOf } from '../../domain/run-projection.ts';
import { drillName } from '../../domain/run-id.ts';
import { signAct, signStatement } from '../../domain/signing.ts';
import { restoreTestSteps } from '../../runbooks/restore-test/definition.ts';
import type { StoredRun } from '../../store/read.ts';
import type { World } from './world.ts';

/** People of the example company, as the Slack app would sign for them. */
export const people = {
  jonas: { personId: 'jonas-weber', personName: 'Jonas Weber', roles: ['service-owner'] as Role[] },
  priya: { personId: 'priya-raman', personName: 'Priya Raman', roles: ['dr-champion'] as Role[] },
  hannah: { personId: 'hannah-lindqvist', personName: 'Hannah Lindqvist', roles: ['incident-commander'] as Role[] },
  daniel: { personId: 'daniel-kim', personName: 'Daniel Kim', roles: ['sre', 'incident-commander'] as Role[] },
  /** Stands in for Jonas and Priya, as the app finds out when both have left. */
  lin: {
    personId: 'lin-zhao',
    personName: 'Lin Zhao',
    roles: ['service-owner', 'dr-champion', 'deputy'] as Role[],
  },
  sofia: { personId: 'sofia-marques', personName: 'Sofia Marques', roles: [] as Role[] },
};
export type PersonName = keyof typeof people;
type Person = Pick<ActStatement, 'personId' | 'personName' | 'roles'>;

/** Starts a restore test of the example database, by Daniel unless said otherwise. */
export type TestRequest = Partial<Parameters<typeof startRestoreTest>[1]>;

export async function startTest(world: World, request: TestRequest = {}): Promise<string> {
  const { runId } = await startRestoreTest(world.runs, {
    service: 'jira-cloud',
    resource: 'issues-db',
    point: 'latest',
    mode: 'drill',
    initiator: { personId: 'daniel-kim', name: 'Daniel Kim' },
    via: 'cli',
    ...request,
  });
  return runId;
}

/** Name of the copy that a run makes. */
export const copyNameOf = (runId: string, resource = 'issues-db'): string =>
  drillName('jira-cloud', resource, runId, restoreTestSteps.restore);

/** What Jonas says when he approves a run at its first question, with an id of its own, but for `change`. */
export const approvalOf = (runId: string, change: Partial<DecisionStatement> = {}): DecisionStatement => ({
  v: 1,
  decisionId: randomUUID(),
  runId,
  gateId: 'admission',
  round: 1,
  choice: 'approve',
  ...people.jonas,
  clickedAtMs: Date.now(),
  ...change,
});

/** As the Slack app signs what is decided there. */
export const signedInSlack = ({ config }: Pick<World, 'config'>, statement: DecisionStatement): SignedDecision =>
  signStatement(statement, config.slackSignerKey ?? '', 'slack-app', 'slack-app');

/** Stops all drills, or releases them, like a click in Slack. */
export async function killSwitch(
  world: Pick<World, 'config' | 'runs'>,
  person: PersonName,
  choice: 'stop-all-drills' | 'release-drills',
  clickedAtMs: number = Date.now(),
): ReturnType<typeof changeKillSwitch> {
  const of = { gateId: '*', round: 0, choice, reason: 'incident 4711', ...people[person], clickedAtMs };
  const statement = approvalOf('control', of);
  return await changeKillSwitch(world.runs, signedInSlack(world, statement), statement.decisionId);
}

/** Decides like a click in Slack: signed with the app's key, with an id of its own. */
export async function click(
  world: World,
  runId: string,
  person: PersonName,
  decision: Partial<DecisionStatement> & Pick<DecisionStatement, 'choice'>,
): Promise<DecisionResult> {
  const atAGate = ['approve', 'reject', 'withdraw'].includes(decision.choice);
  const where = atAGate ? {} : { gateId: '*', round: 0 };
  const statement = approvalOf(runId, { ...where, ...people[person], ...decision });
  return await decideRun(world.runs, signedInSlack(world, statement), { runId, decisionId: statement.decisionId });
}

/** Does something in a review, an exercise or an incident, or about a finding, like a click in Slack: signed with the app's key, with an id of its own. */
export async function act(
  world: Pick<World, 'config' | 'runs'>,
  runId: string,
  person: PersonName | Person,
  what: ActStatement['act'],
  actId: string = randomUUID(),
): Promise<ActResult> {
  const statement: ActStatement = {
    v: 1,
    purpose: 'act',
    actId,
    runId,
    act: what,
    ...(typeof person === 'string' ? people[person] : person),
    clickedAtMs: Date.now(),
  };
  const signed = signAct(statement, world.config.slackSignerKey ?? '', 'slack-app', 'slack-app');
  return await actOnRun(world.runs, signed, { runId, actId });
}

/** As `act`, until the run itself answers: on a slow machine the first answer may be that it will count. The same click counts once. */
export async function actUntilAnswered(
  world: Pick<World, 'config' | 'runs'>,
  runId: string,
  person: PersonName | Person,
  what: ActStatement['act'],
  actId: string = randomUUID(),
): Promise<ActResult> {
  for (const giveUpAtMs = Date.now() + 60_000; ;) {
    const result = await act(world, runId, person, what, actId);
    if (result.outcome !== 'queued' || Date.now() > giveUpAtMs) return result;
  }
}

export const untilAsked = (world: World, runId: string): Promise<StoredRun> =>
  world.runWhen(
    runId,
    (run) => openGateOf(run.projection) !== undefined || run.projection.judged !== undefined,
    'asking',
  );

/** Waits until a run asks, and lets somebody approve. */
export async function approve(world: World, runId: string, person: PersonName = 'jonas'): Promise<DecisionResult> {
  await untilAsked(world, runId);
  return await click(world, runId, person, { choice: 'approve' });
}

export const untilSealed = (world: World, runId: string, withinMs = 45_000): Promise<StoredRun> =>
  world.runWhen(runId, (run) => run.projection.sealed !== undefined && run.evidence !== undefined, 'sealed', withinMs);

/** From start to seal, approved by the service owner. */
export async function runToItsEnd(world: World, request: TestRequest = {}): Promise<StoredRun> {
  const runId = await startTest(world, request);
  await approve(world, runId);
  return await untilSealed(world, runId);
}

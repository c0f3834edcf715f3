import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { readControl } from '../../client/runs/control.ts';
import { verifyBundle } from '../../domain/evidence.ts';
import { verifyChain } from '../../domain/hash-chain.ts';
import type { JournalBody, JournalEntry, JournalEvent } from '../../domain/journal-entry.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { awsControl } from '../../examples/set-up.ts';
import type { CompanyPlace } from '../../examples/set-up.ts';
import type { Store } from '../../store/connect.ts';
import { readRun } from '../../store/read.ts';
import type { StoredRun } from '../../store/read.ts';
import { slackActions } from '../../views/slack/actions.ts';
import { controlWorkflowId } from '../../workflows/messages.ts';
import { brokenTasksOf } from '../engine/broken-tasks.ts';
import { jiraIssues, runMessages } from '../engine/outside.ts';
import type { SlackMessage } from '../engine/outside.ts';

/** Where the truth is looked for: the engine, the store and the stand-ins; never what the product says of itself. */
export interface Witness {
  readonly temporal: Client;
  readonly taskQueuePrefix: string;
  /** Read directly, past any door that a test shuts. */
  readonly store: Store;
  readonly place: CompanyPlace;
  /** With it the evidence of each run is verified, too. */
  readonly evidencePublicKey?: string;
}

/** How a run has to end, whatever was done to it on the way. */
export interface Expected {
  /** How many journals the run has: more than one where Temporal was reset or the store had other content. Default 1. */
  readonly journals?: number;
  readonly verdict: Verdict;
  /** Part of the verdict's one sentence. */
  readonly reason?: RegExp;
  /** `check/cause` of every finding, in any order; none for a run that passed. */
  readonly findings: readonly string[];
  /** What became of the copy: `none` was never meant to be made. */
  readonly copy: 'gone' | 'leftover' | 'none';
}

/** `wrong` is a verdict, finding or ending other than the expected. */
export const violationKinds = ['wrong', 'lost', 'doubled', 'left over', 'stuck'] as const;
export type ViolationKind = (typeof violationKinds)[number];

/** One promise that was not kept. */
export interface Violation {
  readonly runId: string;
  readonly kind: ViolationKind;
  readonly what: string;
}

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
  const told = await toldProblems(witness, run, events);
  const filed = await ticketProblems(witness, run);
  const made = await creationsOf(witness, run);
  return {
    run,
    violations: [
      ...of('wrong', [...endingProblems(run, events, expected), ...(await engineProblems(witness, run))]),
      ...of('lost', [...problems, ...(await evidenceProblems(witness, run)), ...told.lost, ...filed.lost]),
      ...of('doubled', [...countProblems(events), ...told.doubled, ...filed.doubled, ...made.doubled]),
      ...of('left over', [
        ...(expected.copy === 'leftover' ? [] : made.left),
        ...(await lockProblems(witness, (lock) => lock === runId)),
      ]),
    ],
  };
}

/** What must hold when no run is under way any more: no lock, nothing of ours in AWS, no copy ever made twice. */
export async function examineInstallation(witness: Witness): Promise<readonly Violation[]> {
  const of = (kind: ViolationKind, what: string): Violation => ({ runId: '-', kind, what });
  const { leftovers } = (await awsControl(witness.place, 'GET', 'leftovers')) as { leftovers: Leftover[] };
  const ours = leftovers.filter(({ arn }) => arn.includes('drdrill-')).map(({ arn }) => `${arn} is still there`);
  const twice = doubles(
    (await madeEver(witness)).map(({ name }) => name).filter((name) => name.startsWith('drdrill-')),
  );
  return [
    ...(await lockProblems(witness, () => true)).map((what) => of('left over', what)),
    ...ours.map((what) => of('left over', what)),
    ...twice.map((name) => of('doubled', `${name} was created more than once`)),
  ];
}

interface Leftover {
  readonly arn: string;
  readonly tags?: unknown;
}

/** @returns what it still waits for when time is up */
async function settle(witness: Witness, runId: string, withinMs: number): Promise<string | undefined> {
  const giveUpAtMs = Date.now() + withinMs;
  let waitingFor = 'nothing was seen of it';
  for (;;) {
    try {
      const waiting = await notSettled(witness, runId);
      if (waiting === undefined) return undefined;
      waitingFor = waiting;
    } catch (error) {
      // What was killed is on its way back.
      waitingFor = `it could not be looked at: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > giveUpAtMs) return `not over within ${withinMs / 1000} s: ${waitingFor}`;
    await sleep(100);
  }
}

async function notSettled(witness: Witness, runId: string): Promise<string | undefined> {
  const run = await readRun(witness.store, runId);
  for (const workflowId of [runId, `delivery/${runId}`]) {
    const status = await statusOf(witness, workflowId);
    if (status === 'RUNNING') return `${workflowId} waits for ${await pendingOf(witness.temporal, workflowId)}`;
    // A run that never told anybody anything has no delivery; the invariants will say so.
    if (status === undefined && workflowId === runId) return 'Temporal does not know it';
  }
  if (run?.projection.judged === undefined || run.projection.sealed === undefined)
    return `the store has it as ${run?.projection.state ?? 'unknown'}`;
  return undefined;
}

async function statusOf({ temporal }: Witness, workflowId: string): Promise<string | undefined> {
  try {
    return (await temporal.workflow.getHandle(workflowId).describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** What a workflow waits for in Temporal, and why its last attempt failed. */
export async function pendingOf(temporal: Client, workflowId: string): Promise<string> {
  const { raw } = await temporal.workflow.getHandle(workflowId).describe();
  const activities = (raw.pendingActivities ?? []).map(
    (one) =>
      `${one.activityType?.name ?? ''} (attempt ${one.attempt ?? 0}: ${one.lastFailure?.message ?? 'no failure'})`,
  );
  const task = raw.pendingWorkflowTask ? [`workflow task, attempt ${raw.pendingWorkflowTask.attempt ?? 0}`] : [];
  return [...activities, ...task].join('; ') || 'nothing';
}

function endingProblems(run: StoredRun, events: readonly JournalEvent[], expected: Expected): string[] {
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

async function engineProblems(witness: Witness, run: StoredRun): Promise<string[]> {
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

/** The journal that the store shows of a run, and what is wrong with its chain; more than one only where that was the harm. */
async function journalOf(
  { store }: Witness,
  run: StoredRun,
  journals: number,
): Promise<{ events: readonly JournalEvent[]; problems: string[] }> {
  const rows = await store
    .selectFrom('journal')
    .selectAll()
    .where('run_id', '=', run.runId)
    .orderBy('execution_id')
    .orderBy('number')
    .execute();
  const segments = new Set(rows.map((row) => row.execution_id)).size;
  const shown = rows.filter((row) => row.execution_id === run.executionId);
  const entries: JournalEntry[] = shown.map((row) => ({
    runId: row.run_id,
    executionId: row.execution_id,
    number: Number(row.number),
    prev: row.prev.toString('hex'),
    hash: row.hash.toString('hex'),
    body: row.body,
  }));
  const events = entries.map((entry) => (JSON.parse(entry.body) as JournalBody).event);
  const chain = verifyChain(entries);
  const head = await store
    .selectFrom('run')
    .select(['head_number', 'head_hash', 'sealed'])
    .where('run_id', '=', run.runId)
    .executeTakeFirst();
  return {
    events,
    problems: [
      ...(segments === journals ? [] : [`the run has ${segments} journals instead of ${journals}`]),
      ...(chain.ok ? [] : [`the journal's chain breaks at entry ${chain.number}: ${chain.problem}`]),
      ...(events.at(-1)?.type === 'sealed'
        ? []
        : [`the journal ends with ${events.at(-1)?.type ?? 'nothing'}, not its seal`]),
      ...(head?.head_number === entries.length && chain.ok && head.head_hash === chain.head
        ? []
        : [`the store's head is ${head?.head_number ?? 'missing'}, the journal has ${entries.length} entries`]),
      ...(head?.sealed ? [] : ['the store does not have it as sealed']),
    ],
  };
}

/** What a run does only once stands in its journal only once. */
function countProblems(events: readonly JournalEvent[]): string[] {
  const once = events.map(onlyOnce).filter((name) => name !== undefined);
  return doubles(once).map((what) => `the journal has "${what}" more than once`);
}

const onceInAReviewOrExercise: ReadonlySet<JournalEvent['type']> = new Set([
  'review-asked',
  'review-signed-off',
  'exercise-planned',
  'exercise-begun',
  'exercise-hot-wash-begun',
  'exercise-recovered',
  'exercise-closed',
]);

/** Name of what may happen only once; nothing for what may happen again. */
function onlyOnce(event: JournalEvent): string | undefined {
  if (['run-opened', 'verdict-reached', 'sealed', 'cleanup-started'].includes(event.type)) return event.type;
  if (event.type === 'moment-recorded') return `moment ${event.key}`;
  if (event.type === 'creation-intended' || event.type === 'resource-created' || event.type === 'resource-gone')
    return `${event.type} ${event.name}`;
  if (event.type === 'gate-opened') return `gate ${event.gate.gateId} ${event.gate.round}`;
  if (event.type === 'finding-raised') return `finding ${event.finding.fingerprint}`;
  if (onceInAReviewOrExercise.has(event.type)) return event.type;
  if (event.type === 'review-answered') return `answer ${event.actId} to ${event.itemId}`;
  if (event.type === 'review-delegated' || event.type === 'review-sign-off-received')
    return `${event.type} ${event.actId}`;
  if (event.type === 'exercise-inject-told') return `event ${event.injectId}`;
  if (event.type === 'exercise-gap-raised') return `gap ${event.gap.fingerprint}`;
  if (event.type === 'exercise-gap-filed') return `ticket asked for ${event.gapId}`;
  if (event.type === 'exercise-gap-ticketed') return `ticket of ${event.fingerprint}`;
  if (event.type === 'exercise-attended') return `attendance of ${event.by.personId}`;
  if (event.type === 'exercise-decision-logged' || event.type === 'exercise-hot-wash-answered')
    return `${event.type} ${event.actId}`;
  if (event.type === 'decision-received') return `decision ${event.decision.decisionId}`;
  return undefined;
}

async function evidenceProblems({ evidencePublicKey }: Witness, run: StoredRun): Promise<string[]> {
  if (run.evidence === undefined) return ['there is no evidence'];
  if (evidencePublicKey === undefined) return [];
  const { path } = run.evidence;
  const names = await readdir(path);
  const files = await Promise.all(
    names.map(async (name) => [name, new Uint8Array(await readFile(join(path, name)))] as const),
  );
  const { ok, problems } = verifyBundle(new Map(files), evidencePublicKey);
  return ok ? [] : problems.map((problem) => `the evidence does not verify: ${problem}`);
}

/** Slack has exactly one message of each kind about the run, deleted ones counted, and its last words are true. */
async function toldProblems(
  witness: Witness,
  { runId, projection }: StoredRun,
  events: readonly JournalEvent[],
): Promise<{ lost: string[]; doubled: string[] }> {
  const messages = await runMessages(witness, runId, undefined, { deletedToo: true });
  const keys = messages.map(({ key }) => key);
  const gates = events.flatMap((event) => (event.type === 'gate-opened' ? [event.gate] : []));
  const owed = [
    'run',
    'verdict',
    ...gates.map(({ gateId, round }) => `gate:${gateId}:${round}`),
    ...projection.findings.map(({ fingerprint }) => `finding:${fingerprint}`),
    ...(projection.review?.asked === undefined ? [] : ['review']),
    ...(projection.exercise?.scenario === undefined ? [] : ['exercise']),
  ];
  const told = projection.exercise?.told.length ?? 0;
  const posted = messages.filter((one) => /EXERCISE · \d+ of \d+ ·/.test(textOf(one))).length;
  const open = messages.filter(asksStill);
  const verdict = (projection.judged?.verdict ?? 'nothing').replaceAll('-', ' ');
  const run = messages.find(({ key }) => key === 'run');
  return {
    lost: [
      ...owed.filter((key) => !keys.includes(key)).map((key) => `Slack has no message "${key}"`),
      ...open.map(({ key }) => `Slack's message "${key}" still asks`),
      ...(posted < told ? [`Slack has ${posted} of ${told} events of the story`] : []),
      ...(run !== undefined && !textOf(run).toLowerCase().replaceAll(',', '').includes(verdict)
        ? [`Slack's message "run" does not say ${verdict}`]
        : []),
    ],
    doubled: [
      ...doubles(keys).map((key) => `Slack has ${keys.filter((one) => one === key).length} messages "${key}"`),
      ...(posted > told ? [`Slack has ${posted} events of a story of ${told}`] : []),
    ],
  };
}

/** How the actions of all of an exercise's buttons begin. */
const exerciseButtons = 'exercise_do_';

/** A message that people are to answer has no button for it any more when the run is over. */
function asksStill(one: SlackMessage): boolean {
  const button = one.key.startsWith('gate:')
    ? slackActions.approve
    : { review: `"${slackActions.reviewAnswer}"`, exercise: exerciseButtons }[one.key];
  return button !== undefined && textOf(one).includes(button);
}

const textOf = ({ message }: SlackMessage): string => JSON.stringify({ ...message, earlier: undefined });

/** Each finding has exactly one ticket that counts this run once, told of it once, and the evidence has it once. */
async function ticketProblems(
  witness: Witness,
  { runId, projection, tickets }: StoredRun,
): Promise<{ lost: string[]; doubled: string[] }> {
  const issues = await jiraIssues(witness);
  const lost: string[] = [];
  const doubled: string[] = [];
  for (const { fingerprint } of projection.findings) {
    const its = issues.filter((issue) => issue.fingerprint === fingerprint);
    if (its.length === 0) lost.push(`no ticket for ${fingerprint}`);
    // One that a later run proved remedied is closed, and a gap that comes back then gets a new one.
    const open = its.filter(({ isOpen }) => isOpen);
    if (open.length > 1)
      doubled.push(`${open.length} open tickets for ${fingerprint}: ${open.map(({ key }) => key).join(', ')}`);
    const counted = its.flatMap(({ runs }) => runs).filter((id) => id === runId).length;
    if (counted === 0) lost.push(`no ticket for ${fingerprint} counts this run`);
    if (counted > 1) doubled.push(`the ticket for ${fingerprint} counts this run ${counted} times`);
    const comments = its.flatMap((issue) => issue.comments).filter((one) => mentions(one, runId)).length;
    const wanted = its.some(({ runs }) => runs[0] === runId) ? 0 : 1;
    if (comments < wanted) lost.push(`no comment on the ticket for ${fingerprint} tells of this run`);
    if (comments > wanted) doubled.push(`${comments} comments tell of this run on the ticket for ${fingerprint}`);
    const recorded = tickets.filter((ticket) => ticket.fingerprint === fingerprint).length;
    if (recorded !== 1)
      (recorded === 0 ? lost : doubled).push(`the evidence has ${recorded} tickets for ${fingerprint}`);
  }
  const known = projection.findings.map(({ fingerprint }) => fingerprint);
  for (const { key } of issues.filter((issue) => issue.runs.includes(runId) && !known.includes(issue.fingerprint)))
    doubled.push(`${key} counts this run for a gap that it did not find`);
  return { lost, doubled };
}

/** The whole id, not the beginning of a longer one. */
const mentions = (comment: unknown, runId: string): boolean =>
  new RegExp(`${runId.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\w-])`).test(JSON.stringify(comment));

/** What AWS has ever made under this run's names, and what of it is still there. */
async function creationsOf(witness: Witness, run: StoredRun): Promise<{ doubled: string[]; left: string[] }> {
  const names = run.projection.resources.map(({ name }) => name);
  const made = (await madeEver(witness)).map(({ name }) => name).filter((name) => names.includes(name));
  const left = await copiesOf(witness, run);
  return {
    doubled: doubles(made).map((name) => `${name} was created ${made.filter((one) => one === name).length} times`),
    left: left.map((arn) => `${arn} is still there`),
  };
}

/** Every instance that this account ever had in the stand-in, deleted ones too. */
async function madeEver({ place }: Witness): Promise<readonly { readonly name: string }[]> {
  return ((await awsControl(place, 'POST', 'rds/made')) as { made: { name: string }[] }).made;
}

/** Databases, snapshots and backups in the sandbox that belong to a run, whatever they are called. */
export async function copiesOf({ place }: Pick<Witness, 'place'>, run: StoredRun): Promise<readonly string[]> {
  const names = run.projection.resources.map(({ name }) => name);
  const { leftovers } = (await awsControl(place, 'GET', 'leftovers')) as { leftovers: Leftover[] };
  return leftovers
    .filter(
      ({ arn, tags }) => names.some((name) => arn.includes(name)) || JSON.stringify(tags ?? {}).includes(run.runId),
    )
    .map(({ arn }) => arn);
}

/** How long control may need to take in what it was sent: a worker that was killed keeps its task for ten seconds. */
const controlWithinMs = 60_000;

/**
 * A run says that its lock is free with a Signal and ends. Until control has taken that in, nobody can say whether the lock
 * is left over.
 */
async function lockProblems(witness: Witness, concerns: (runId: string) => boolean): Promise<string[]> {
  const control = witness.temporal.workflow.getHandle(controlWorkflowId(witness.taskQueuePrefix));
  for (const giveUpAtMs = Date.now() + controlWithinMs; ; await sleep(100)) {
    // First whether something waits, then the locks: what comes between the two can only free them.
    const waits = await pendingTaskOf(control);
    const held = (await readControl(witness)).locks.filter(({ runId }) => concerns(runId));
    if (held.length === 0 || !waits || Date.now() > giveUpAtMs)
      return held.map(({ resource, runId }) => `${resource} is still locked by ${runId}`);
  }
}

/** Nothing where nobody has ever locked anything: then there is no control. */
async function pendingTaskOf(control: WorkflowHandle): Promise<unknown> {
  try {
    return (await control.describe()).raw.pendingWorkflowTask;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

const same = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one, index) => one === others[index]);

const doubles = (all: readonly string[]): readonly string[] => [
  ...new Set(all.filter((one, index) => all.indexOf(one) !== index)),
];

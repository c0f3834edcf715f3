import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { boundariesSeen, workflowIdOf } from './history.ts';
import type { Installation } from './installation.ts';
import { examineInstallation, examineRun } from './invariants/examine.ts';
import type { Violation } from './invariants/witness.ts';
import type { PlannedKill, SubjectCourse } from './plan.ts';
import { untilPoint } from './points.ts';
import type { Subject } from './subject.ts';

/** What came of one kill. */
export interface KillResult extends PlannedKill {
  readonly runId: string;
  /** False when the run had ended before its point: it was killed all the same, late. */
  readonly reached: boolean;
  readonly verdict: string;
  /** From the start of the run to its last word in Slack, Jira and evidence, milliseconds. */
  readonly tookMs: number;
  readonly violations: readonly Violation[];
}

/** How long a run may take with everything around it being killed, milliseconds. */
const runWithinMs = 300_000;

/**
 * Runs each subject once, unharmed: what they look like then says at which moments they can be harmed.
 *
 * @throws Error when an unharmed run violates an invariant or leaves out a step of its runbook: then no kill proves anything
 */
export async function learnCourses(
  installation: Installation,
  subjects: readonly Subject[],
): Promise<readonly SubjectCourse[]> {
  return await Promise.all(
    subjects.map(async (subject) => {
      const startedMs = Date.now();
      const stop = new AbortController();
      const runId = await startRun(installation, subject, '1');
      const acting = subject.act(installation, runId, stop.signal);
      const { run, violations } = await examineRun(installation.witness, runId, subject.expected, runWithinMs);
      const tookMs = Date.now() - startedMs;
      stop.abort();
      await acting;
      const taken = run?.projection.steps.filter(({ status }) => status !== 'planned' && status !== 'not-run') ?? [];
      const missing = subject.steps.filter((step) => !taken.some(({ name }) => name === step));
      const problems = [
        ...violations.map(({ kind, what }) => `${kind}: ${what}`),
        ...missing.map((step) => `the step "${step}" was not taken`),
      ];
      if (problems.length > 0) throw new Error(`An unharmed "${subject.name}" (${runId}): ${problems.join('; ')}`);
      return {
        subject: subject.name,
        boundaries: await boundariesSeen(installation.witness.temporal, runId),
        calls: subject.calls(runId).map(({ name }) => name),
        states: subject.states.map(({ name }) => name),
        tookMs,
      };
    }),
  );
}

/**
 * Does every planned kill, each in a run of its own, several runs beside each other in several installations; then looks at
 * what is left. After a kill most of the time is waiting: a second installation uses it.
 */
export async function runCampaign(options: {
  readonly installations: readonly Installation[];
  readonly subjects: readonly Subject[];
  readonly kills: readonly PlannedKill[];
  /** Runs beside each other in an installation: one slot each. */
  readonly slots: readonly string[];
  readonly onKill: (result: KillResult) => void;
}): Promise<{ readonly results: readonly KillResult[]; readonly violations: readonly Violation[] }> {
  const { installations, subjects, onKill } = options;
  const waiting = [...options.kills];
  const results: KillResult[] = [];
  const lanes = options.slots.flatMap((slot) => installations.map((installation) => ({ slot, installation })));
  const ended = await Promise.allSettled(
    lanes.map(async ({ slot, installation }) => {
      try {
        for (let kill = waiting.shift(); kill !== undefined; kill = waiting.shift()) {
          const subject = subjects.find(({ name }) => name === kill?.subject);
          if (subject === undefined) throw new Error(`There is no subject "${kill.subject}".`);
          const result = await harm(installation, subject, slot, kill);
          results.push(result);
          onKill(result);
        }
      } catch (error) {
        // An installation that does not come back: the others end what they are at, so that nothing hides why.
        waiting.length = 0;
        throw error;
      }
    }),
  );
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const afterwards = installations.map(({ witness }) => patiently(() => examineInstallation(witness)));
  return { results, violations: (await Promise.all(afterwards)).flat() };
}

/** One run with one kill in it. */
async function harm(
  installation: Installation,
  subject: Subject,
  slot: string,
  kill: PlannedKill,
): Promise<KillResult> {
  const startedMs = Date.now();
  const runId = await startRun(installation, subject, slot);
  const over = new AbortController();
  const acting = subject.act(installation, runId, over.signal);
  const ending = untilOver(installation, runId).finally(() => over.abort());
  const reached = await untilPoint(installation, { subject, runId }, kill.point, over.signal);
  await installation.kill(kill.target);
  const { run, violations } = await patiently(() =>
    examineRun(installation.witness, runId, subject.expected, runWithinMs),
  );
  over.abort();
  await Promise.all([acting, ending]);
  return {
    ...kill,
    runId,
    reached,
    verdict: run?.projection.judged?.verdict ?? 'none',
    tookMs: Date.now() - startedMs,
    violations,
  };
}

/** A person who is told that the engine is away tries again. */
async function startRun(installation: Installation, subject: Subject, slot: string): Promise<string> {
  const giveUpAtMs = Date.now() + 120_000;
  for (;;) {
    try {
      return await installation.undisturbed(() => subject.start(installation, slot));
    } catch (error) {
      if (Date.now() > giveUpAtMs) throw error;
      await sleep(300);
    }
  }
}

/** Resolves when neither the run nor its delivery is open any more, or after as long as a run may take. */
async function untilOver({ witness }: Installation, runId: string): Promise<void> {
  for (const giveUpAtMs = Date.now() + runWithinMs; Date.now() < giveUpAtMs; await sleep(300)) {
    try {
      const open = await Promise.all(
        (['run', 'delivery'] as const).map((workflow) => isOpen(witness, workflowIdOf(runId, workflow))),
      );
      if (open.every((one) => !one)) return;
    } catch {
      // The engine is on its way back.
    }
  }
}

async function isOpen({ temporal }: Installation['witness'], workflowId: string): Promise<boolean> {
  try {
    return (await temporal.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    // Delivery begins a moment after its run.
    if (error instanceof WorkflowNotFoundError) return true;
    throw error;
  }
}

/** What is looked at may be killed by the next one's turn: then it is looked at again. */
async function patiently<T>(look: () => Promise<T>): Promise<T> {
  for (const giveUpAtMs = Date.now() + 120_000; ; await sleep(500)) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > giveUpAtMs) throw error;
    }
  }
}

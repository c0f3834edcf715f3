import type { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { FiredrillError } from '../../domain/errors.ts';
import type { BlastRadius, RunMemo } from '../../domain/modes.ts';
import type { QueueName } from '../../domain/queues.ts';
import { isNameOfRun } from '../../domain/run-id.ts';

interface Rule {
  /** What a run must have said of itself to be served. */
  readonly touches: readonly BlastRadius[];
  /** Drills are held up there while they are stopped. */
  readonly mutates: boolean;
}

/**
 * By queue: `anybody` reads or records. A queue that comes to be has to be decided about here, and what serves a queue
 * that is not here serves nobody.
 */
const rules: Readonly<Record<QueueName, Rule | 'anybody'>> = {
  workflows: 'anybody',
  'aws-read': 'anybody',
  'aws-isolated': { touches: ['isolated', 'live'], mutates: true },
  // Changes nothing in AWS, but holds the passwords of copies.
  probe: { touches: ['isolated', 'live'], mutates: false },
  source: 'anybody',
  notify: 'anybody',
  record: 'anybody',
};

/** Deleting what the run made and keeping it from the sweeper go on when drills are stopped. */
const alwaysAllowed: readonly string[] = ['deleteCopy', 'renewLease'];

/** How old a reading of the kill switch may be, milliseconds. */
const killSwitchMaximumAgeMs = 2000;
/** Executions whose memo is remembered; memos never change, so only memory bounds this. */
const rememberedExecutions = 2000;

export interface KillSwitchReader {
  (): Promise<{ readonly pulled: boolean; readonly reason?: string }>;
}

/**
 * Refuses a mutating call that the run's own start memo does not allow: what it may touch and in which mode it runs is
 * read from Temporal, never from the activity's arguments. Also where the kill switch is felt between two gates.
 */
export function blastRadiusGuard(options: {
  readonly client: Client;
  readonly queue: QueueName;
  readonly readKillSwitch: KillSwitchReader;
}) {
  const memos = new Map<string, RunMemo>();
  let killSwitch: { pulled: boolean; reason?: string; readAtMs: number } | undefined;

  const memoOf = async (workflowId: string, executionId: string): Promise<Partial<RunMemo>> => {
    const known = memos.get(executionId);
    if (known) return known;
    const read = await describeMemo(options.client, workflowId, executionId);
    if (isRunMemo(read)) {
      if (memos.size >= rememberedExecutions) memos.clear();
      memos.set(executionId, read);
    }
    return read;
  };

  const drillsStopped = async (): Promise<string | undefined> => {
    if (!killSwitch || Date.now() - killSwitch.readAtMs > killSwitchMaximumAgeMs) {
      try {
        killSwitch = { ...(await options.readKillSwitch()), readAtMs: Date.now() };
      } catch (error) {
        return `the kill switch could not be read (${error instanceof Error ? error.message : String(error)})`;
      }
    }
    return killSwitch.pulled ? (killSwitch.reason ?? 'no reason given') : undefined;
  };

  return (context: Context): { inbound: ActivityInboundCallsInterceptor } => ({
    inbound: {
      async execute(input, next) {
        const rule = ruleOf(options.queue);
        if (rule === 'anybody') return await next(input);
        const { workflowExecution, activityType } = context.info;
        if (!workflowExecution) throw notARun(activityType);
        const memo = await memoOf(workflowExecution.workflowId, workflowExecution.runId);
        if (!isRunMemo(memo) || !rule.touches.includes(memo.touches) || memo.mode === 'rehearse') {
          throw new BlastRadiusError(activityType, workflowExecution.workflowId, memo);
        }
        insistOnOwnThings(activityType, workflowExecution.workflowId, memo, input.args[0]);
        if (rule.mutates && memo.mode === 'drill' && !alwaysAllowed.includes(activityType)) {
          const stopped = await drillsStopped();
          if (stopped !== undefined) throw new DrillsStoppedError(activityType, stopped);
        }
        return await next(input);
      },
    },
  });
}

async function describeMemo(client: Client, workflowId: string, executionId: string): Promise<Partial<RunMemo>> {
  try {
    return ((await client.workflow.getHandle(workflowId, executionId).describe()).memo ?? {}) as Partial<RunMemo>;
  } catch (cause) {
    throw new FiredrillError(
      {
        code: 'memo-unreadable',
        kind: 'busy',
        what: `Could not read what ${workflowId} may touch.`,
        means: 'The call waits: nothing is changed on a guess.',
        next: 'It is tried again by itself; if it stays so, look at the Temporal server.',
      },
      { cause },
    );
  }
}

const isRunMemo = (memo: Partial<RunMemo>): memo is RunMemo =>
  memo.mode !== undefined && memo.touches !== undefined && memo.runbook !== undefined;

/** Live activities are not there yet; whoever starts a worker for them has to say first whom it serves. */
const ruleOf = (queue: QueueName): Rule | 'anybody' =>
  Object.hasOwn(rules, queue) ? rules[queue] : { touches: [], mutates: true };

/** What an activity says it acts on. */
interface Asked {
  readonly runId?: unknown;
  readonly name?: unknown;
  readonly service?: unknown;
  readonly resource?: unknown;
}

/**
 * A run acts on its own copies only: whose they are is known from the workflow that calls, and arguments that say
 * otherwise are refused. What carries the name is looked at in AWS as well, by its tags.
 *
 * @throws ForgedArgumentsError
 */
function insistOnOwnThings(activity: string, workflowId: string, memo: RunMemo, argument: unknown): void {
  const { copy } = (argument ?? {}) as { readonly copy?: Asked };
  const asked = copy ?? ((argument ?? {}) as Asked);
  if (asked.runId !== workflowId) throw new ForgedArgumentsError(activity, workflowId, 'another run', asked.runId);
  if (typeof asked.name !== 'string' || !isNameOfRun(asked.name, memo, workflowId))
    throw new ForgedArgumentsError(activity, workflowId, 'a copy that is not its own', asked.name);
  for (const subject of ['service', 'resource'] as const) {
    if (asked[subject] !== undefined && asked[subject] !== memo[subject])
      throw new ForgedArgumentsError(activity, workflowId, `another ${subject}`, asked[subject]);
  }
}

/** A run asked for something outside its blast radius. Never retried: the memo cannot change. */
export class BlastRadiusError extends FiredrillError {
  override readonly name = 'BlastRadiusError';
  constructor(activity: string, runId: string, memo: Partial<RunMemo>) {
    super({
      code: 'blast-radius',
      kind: 'refused',
      what: `Refused ${activity} for ${runId}: its start memo says mode ${memo.mode ?? 'nothing'}, touches ${memo.touches ?? 'nothing'}.`,
      means: 'Nothing was changed; the run ends as aborted after cleaning up what is its own.',
      next: 'A run that needs this is another runbook; if this one should have been allowed, report it with the evidence.',
    });
  }
}

/** The arguments of a call name what is not the calling run's. Never retried: they are what the workflow said. */
export class ForgedArgumentsError extends FiredrillError {
  override readonly name = 'ForgedArgumentsError';
  constructor(activity: string, runId: string, what: string, named: unknown) {
    super({
      code: 'not-its-own',
      kind: 'refused',
      what: `Refused ${activity} for ${runId}: it names ${what} (${String(named).slice(0, 200)}).`,
      means: 'Nothing was changed; the run ends as aborted after cleaning up what is its own.',
      next: 'No runbook asks for this. Find out who started the run, and by which workflow; report it with the evidence.',
    });
  }
}

/** The kill switch is pulled, or cannot be read, which counts as pulled for drills. */
export class DrillsStoppedError extends FiredrillError {
  override readonly name = 'DrillsStoppedError';
  constructor(activity: string, reason: string) {
    super({
      code: 'drills-stopped',
      kind: 'refused',
      what: `Did not start ${activity}: all drills are stopped (${reason}).`,
      means: 'The drill takes no further step; what it created is deleted.',
      next: 'When drills may go on: firedrill release, then start it again.',
    });
  }
}

const notARun = (activity: string): FiredrillError =>
  new FiredrillError({
    code: 'not-a-run',
    kind: 'refused',
    what: `Refused ${activity}: it was not called by a run.`,
    means: 'Nothing was changed.',
    next: 'Start a run instead.',
  });

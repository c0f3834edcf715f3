import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { ScheduleHandle } from '@temporalio/client';
import { FiredrillError } from '../../domain/errors.ts';
import { taskQueue } from '../../domain/queues.ts';
import type { peopleCheck, PeopleReport } from '../../workflows/people-check.ts';
import type { RunsDeps } from './deps.ts';
import { reachTemporal, TemporalUnreachableError } from './reach-temporal.ts';

const scheduleIdOf = (taskQueuePrefix: string): string => `${taskQueuePrefix}people-check`;
/** The day begins with it, before people ask; the same hour for everybody, in UTC. */
const everyDayAtHour = 5;
/** A day on which nothing ran is caught up with, an older one is past. */
const catchupWindowMs = 24 * 3_600_000;

/** Makes sure that people are looked at once a day. @throws TemporalUnreachableError */
export async function schedulePeopleCheck(deps: Pick<RunsDeps, 'temporal' | 'taskQueuePrefix'>): Promise<void> {
  await reachTemporal(deps, async ({ schedule }) => {
    try {
      await schedule.create({
        scheduleId: scheduleIdOf(deps.taskQueuePrefix),
        spec: { calendars: [{ hour: everyDayAtHour, comment: 'who answers for a service and has left' }] },
        // A look that waits for Slack or Jira does for the next day, too.
        policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: catchupWindowMs },
        action: {
          type: 'startWorkflow',
          workflowType: 'peopleCheck',
          workflowId: `people-check/${deps.taskQueuePrefix}daily`,
          taskQueue: taskQueue(deps.taskQueuePrefix, 'workflows'),
          args: [],
        },
      });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
  });
}

/**
 * Looks at people now, by the same schedule, and waits for what comes of it.
 *
 * @param withinMs - a look that waits for Slack or Jira goes on without us
 * @throws FiredrillError `still-looking`; TemporalUnreachableError
 */
export async function checkPeopleNow(
  deps: Pick<RunsDeps, 'temporal' | 'taskQueuePrefix'>,
  withinMs: number,
): Promise<PeopleReport> {
  await schedulePeopleCheck(deps);
  const giveUpAtMs = Date.now() + withinMs;
  const handle = deps.temporal.schedule.getHandle(scheduleIdOf(deps.taskQueuePrefix));
  const patiently = <T>(ask: () => Promise<T>): Promise<T> => untilAnswered(deps, ask, giveUpAtMs);
  const before = await patiently(() => newestLook(handle));
  await patiently(() => handle.trigger(ScheduleOverlapPolicy.SKIP));
  for (;;) {
    const started = await patiently(() => newestLook(handle));
    if (started !== undefined && started !== before) return await reportOf(deps, started, giveUpAtMs);
    // One that is under way already is as good.
    const [underWay] = (await patiently(() => handle.describe())).info.runningActions;
    if (underWay !== undefined) return await reportOf(deps, underWay.workflow.workflowId, giveUpAtMs);
    if (Date.now() > giveUpAtMs) throw stillLooking();
    await sleep(200);
  }
}

/** A busy engine is asked again for as long as one waits anyway. */
async function untilAnswered<T>(
  deps: Pick<RunsDeps, 'temporal'>,
  ask: () => Promise<T>,
  giveUpAtMs: number,
): Promise<T> {
  for (;;) {
    try {
      return await reachTemporal(deps, ask);
    } catch (error) {
      if (!(error instanceof TemporalUnreachableError) || Date.now() > giveUpAtMs) throw error;
    }
  }
}

async function newestLook(handle: ScheduleHandle): Promise<string | undefined> {
  return (await handle.describe()).info.recentActions.at(-1)?.action.workflow.workflowId;
}

async function reportOf(
  deps: Pick<RunsDeps, 'temporal'>,
  workflowId: string,
  giveUpAtMs: number,
): Promise<PeopleReport> {
  const leftMs = Math.max(1000, giveUpAtMs - Date.now());
  try {
    return await reachTemporal(
      deps,
      ({ workflow }) => workflow.getHandle<typeof peopleCheck>(workflowId).result(),
      leftMs,
    );
  } catch (error) {
    if (error instanceof TemporalUnreachableError) throw stillLooking(error);
    throw error;
  }
}

const stillLooking = (cause?: unknown): FiredrillError =>
  new FiredrillError(
    {
      code: 'still-looking',
      kind: 'busy',
      what: 'Who has left is not known yet: Slack, Jira or the worker is slow or away.',
      means: 'It goes on by itself; what is vacant becomes a finding with a ticket.',
      next: 'Ask again in a few minutes: firedrill people; if it stays so: firedrill doctor',
    },
    { cause },
  );

import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchInstallation } from './installation.ts';
import type { SlackPerson } from './slack-person.ts';

/** The first step behind the admission gate: choosing what to restore. */
const nextStep = 'listRecoverablePoints';

/** What became of one click, milliseconds after it. */
export interface ClickTimes {
  /** The Slack app has handed it on, and the engine has a turn of the run for it. */
  readonly arrivedMs: number;
  /** A worker has begun that turn. */
  readonly turnMs: number;
  /** The run has judged and written it. */
  readonly decidedMs: number;
  /** A worker began the next step's activity. */
  readonly nextStepMs: number;
  /** The person could read what came of it. */
  readonly answerMs: number;
}

/** Presses Approve at a run's gate and waits for what comes of it; times are the engine's and Slack's own, all of one clock. */
export async function timeClick(
  bench: BenchInstallation,
  person: SlackPerson,
  gate: { readonly runId: string; readonly ts: string },
): Promise<ClickTimes> {
  const { clickedAtMs } = await person.approve(gate.ts);
  const giveUpAtMs = Date.now() + 30_000;
  let answeredAtMs: number | undefined;
  for (;;) {
    // Not at once and not often: whoever looks takes time from what is measured.
    await sleep(300);
    answeredAtMs ??= await person.answerAfter(clickedAtMs);
    const seen = await eventsAfterClick(bench, gate.runId);
    if (seen !== undefined && answeredAtMs !== undefined)
      return {
        arrivedMs: seen.arrivedAtMs - clickedAtMs,
        turnMs: seen.turnAtMs - clickedAtMs,
        decidedMs: seen.decidedAtMs - clickedAtMs,
        nextStepMs: seen.nextStepAtMs - clickedAtMs,
        answerMs: answeredAtMs - clickedAtMs,
      };
    if (Date.now() > giveUpAtMs) throw new Error(`nothing came of a click on ${gate.runId} within 30 s`);
  }
}

interface Seen {
  readonly arrivedAtMs: number;
  readonly turnAtMs: number;
  readonly decidedAtMs: number;
  readonly nextStepAtMs: number;
}

/** What the engine wrote of a decision and of the next step; undefined before there is all of it. */
async function eventsAfterClick({ runs }: BenchInstallation, runId: string): Promise<Seen | undefined> {
  const { events } = await runs.temporal.workflow.getHandle(runId).fetchHistory();
  const all = events ?? [];
  const decided = all.findIndex(({ workflowExecutionUpdateAcceptedEventAttributes: it }) => isThere(it));
  const before = all.slice(0, Math.max(decided, 0));
  const arrived = before.findLast(({ workflowTaskScheduledEventAttributes: it }) => isThere(it));
  const turn = before.findLast(({ workflowTaskStartedEventAttributes: it }) => isThere(it));
  const scheduled = all.find(
    ({ activityTaskScheduledEventAttributes: it }) => it?.activityType?.name === nextStep,
  )?.eventId;
  const started = all.find(
    ({ activityTaskStartedEventAttributes: it }) => isThere(scheduled) && it?.scheduledEventId?.equals(scheduled),
  );
  const [arrivedAtMs, turnAtMs, decidedAtMs, nextStepAtMs] = [arrived, turn, all[decided], started].map((event) =>
    event?.eventTime ? msOf(event.eventTime) : undefined,
  );
  if (arrivedAtMs === undefined || turnAtMs === undefined || decidedAtMs === undefined || nextStepAtMs === undefined)
    return undefined;
  return { arrivedAtMs, turnAtMs, decidedAtMs, nextStepAtMs };
}

/** Milliseconds of a time of the engine. */
export const msOf = ({ seconds, nanos }: { seconds?: unknown; nanos?: number | null }): number =>
  Number(seconds) * 1000 + (nanos ?? 0) / 1e6;

/** The wire's types know both. */
export const isThere = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

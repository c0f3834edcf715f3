import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchInstallation } from './installation.ts';
import type { SlackPerson } from './slack-person.ts';

/** The first step behind the admission gate: choosing what to restore. */
const nextStep = 'listRecoverablePoints';

/** What became of one click, milliseconds after it. */
export interface ClickTimes {
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
        decidedMs: seen.decidedAtMs - clickedAtMs,
        nextStepMs: seen.nextStepAtMs - clickedAtMs,
        answerMs: answeredAtMs - clickedAtMs,
      };
    if (Date.now() > giveUpAtMs) throw new Error(`nothing came of a click on ${gate.runId} within 30 s`);
  }
}

/** When the decision was accepted and when the next step began; undefined before that. */
async function eventsAfterClick(
  { runs }: BenchInstallation,
  runId: string,
): Promise<{ decidedAtMs: number; nextStepAtMs: number } | undefined> {
  const { events } = await runs.temporal.workflow.getHandle(runId).fetchHistory();
  const decided = events?.find(({ workflowExecutionUpdateAcceptedEventAttributes: it }) => isThere(it));
  const scheduled = events?.find(
    ({ activityTaskScheduledEventAttributes: it }) => it?.activityType?.name === nextStep,
  )?.eventId;
  const started = events?.find(
    ({ activityTaskStartedEventAttributes: it }) => isThere(scheduled) && it?.scheduledEventId?.equals(scheduled),
  );
  if (!decided?.eventTime || !started?.eventTime) return undefined;
  return { decidedAtMs: msOf(decided.eventTime), nextStepAtMs: msOf(started.eventTime) };
}

/** Milliseconds of a time of the engine. */
export const msOf = ({ seconds, nanos }: { seconds?: unknown; nanos?: number | null }): number =>
  Number(seconds) * 1000 + (nanos ?? 0) / 1e6;

/** The wire's types know both. */
export const isThere = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

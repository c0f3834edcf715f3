import { formatDurationMs } from '../../domain/duration-text.ts';
import { ledgerKeys } from '../../domain/ledger.ts';
import type { LedgerKey } from '../../domain/ledger.ts';
import type { GateView, RunProjection, StepView } from '../../domain/run-view.ts';
import type { Moment } from '../../domain/time.ts';
import { tookText } from '../took.ts';
import type { Timeline, TimelineBar } from './timeline.ts';

const minus = (key: LedgerKey): string => key.replace('-', '−');

/**
 * A run as a timeline: what would be lost (T−1 to T0), the RTO's clock (T0 to T6), people's waiting hatched, and the steps
 * from T0 on. A run without a T0 shows its steps from the beginning. Simulated moments are left out: nobody measured them.
 */
export function runTimeline(run: RunProjection): Timeline {
  const { T0, T6, 'T-1': newest } = run.ledger;
  const known: [LedgerKey, Moment][] = ledgerKeys.flatMap((key) => {
    const moment = run.ledger[key];
    return moment === undefined || moment.source === 'simulated' ? [] : [[key, moment]];
  });
  const fromMs = T0?.lowMs ?? run.openedAtMs;
  const bars: TimelineBar[] = [
    ...(newest && T0 ? [bar('lost data (RPO)', 'lost', newest.lowMs, T0.highMs)] : []),
    ...(T0 && T6 ? [bar('disaster to usable (RTO)', 'clock', T0.lowMs, T6.highMs)] : []),
    ...run.gates.flatMap((view) => waitingBar(view, run.atMs, fromMs)),
    ...run.steps.flatMap((step) => stepBar(step, run.atMs, fromMs)),
  ];
  return {
    title: `Timeline of ${run.runId}: ${known.map(([key, moment]) => `${minus(key)} ${new Date(moment.highMs).toISOString()}`).join(', ')}`,
    marks: known.map(([key, { lowMs, highMs }]) => ({ key: minus(key), lowMs, highMs })),
    bars,
    ...(T0 === undefined ? {} : { pivotMs: T0.lowMs }),
  };
}

const bar = (label: string, kind: TimelineBar['kind'], startMs: number, endMs: number): TimelineBar => ({
  label,
  kind,
  startMs,
  endMs,
  text: tookText(endMs - startMs),
});

/** Waiting before T0 is in no clock and in no drawing that has a T0; the list of gates tells of it. */
function waitingBar({ gate, waitedMs, closedAtMs }: GateView, nowMs: number, fromMs: number): TimelineBar[] {
  const endMs = closedAtMs ?? nowMs;
  if (endMs <= fromMs) return [];
  const wait = bar(`waiting for people (${gate.gateId})`, 'waiting', Math.max(gate.openedAtMs, fromMs), endMs);
  return [
    {
      ...wait,
      text: `${formatDurationMs(waitedMs ?? endMs - gate.openedAtMs)}${gate.kind === 'decision' ? '' : ', in no clock'}`,
    },
  ];
}

function stepBar(step: StepView, nowMs: number, fromMs: number): TimelineBar[] {
  if (step.startedAtMs === undefined) return [];
  const endMs = Math.max(step.startedAtMs, step.endedAtMs ?? nowMs);
  if (endMs < fromMs) return [];
  const shown = bar(step.name, kindOf(step), Math.max(step.startedAtMs, fromMs), endMs);
  return [step.status === 'done' ? shown : { ...shown, text: `${shown.text} ${step.status}` }];
}

function kindOf({ status }: StepView): TimelineBar['kind'] {
  switch (status) {
    case 'failed':
    case 'cancelled':
      return 'failed';
    case 'running':
      return 'running';
    case 'done':
    case 'planned':
    case 'not-run':
      return 'work';
  }
}

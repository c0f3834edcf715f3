import type { CheckOutcome } from '../../domain/check.ts';
import type { DecisionVia } from '../../domain/gate.ts';
import type { LedgerKey } from '../../domain/ledger.ts';
import type { StepView, GateView, ResourceView } from '../../domain/run-view.ts';
import type { Target } from '../../domain/target.ts';
import type { Moment, TimeSource } from '../../domain/time.ts';
import type { Judgement } from '../../domain/verdict.ts';
import { utcDay } from '../text.ts';

/** The words of the evidence page for what the journal says in one word. A new value stops the build until somebody decides. */

/** `22 Nov 2026 18:04:10.250`, UTC; the page says once that all its times are. */
export const stamp = (atMs: number): string => `${utcDay(atMs)} ${clock(atMs)}`;

/** `18:04:10.250`, UTC. */
export const clock = (atMs: number): string => new Date(atMs).toISOString().slice(11, 23);

/** A moment with its bounds: `22 Nov 2026 18:03:59.000 – 18:04:09.000`. */
export function momentText({ lowMs, highMs }: Moment): string {
  if (lowMs === highMs) return stamp(lowMs);
  return `${stamp(lowMs)} – ${utcDay(lowMs) === utcDay(highMs) ? clock(highMs) : stamp(highMs)}`;
}

const sources: Readonly<Record<TimeSource, string>> = {
  drawn: 'drawn by the run',
  simulated: 'simulated, not measured',
  'aws-event': 'event of AWS',
  'aws-api': 'answer of AWS',
  database: 'clock of the database',
  writer: 'log of the sentinel writer',
  probe: 'clock of the probe',
  slack: 'Slack',
  cli: 'command line',
  'activity-clock': 'clock of the worker',
  'workflow-clock': 'clock of the workflow (orders only)',
};
export const sourceText = (source: TimeSource): string => sources[source];

const meanings: Readonly<Record<LedgerKey, string>> = {
  'T-1': 'last recoverable change',
  T0: 'disaster',
  T1: 'detected',
  T2: 'declared',
  T3: 'restore called',
  T4: 'available',
  T5: 'required checks passed',
  T6: 'usable: required checks and smoke query passed',
  T7: 'fast enough: hot queries below their limits',
  T8: 'cleanup proved',
};
export const meaningOf = (key: LedgerKey): string => meanings[key];
export const keyText = (key: LedgerKey): string => key.replace('-', '−');

const origins: Readonly<Record<Target['origin'], string>> = {
  tier: 'the table of its tier',
  service: 'the service’s own stricter promise',
  exception: 'a dated exception',
};
export const originText = (origin: Target['origin']): string => origins[origin];

const ways: Readonly<Record<DecisionVia, string>> = {
  'slack-app': 'click in Slack, signed by the Slack app’s key',
  web: 'web page after sign-in, signed by the web server’s key',
  'personal-key': 'signed with the person’s own Ed25519 key',
};
export const wayText = (via: DecisionVia): string => ways[via];

/** A result in one word with its sign, and how it is toned. The word alone says everything. */
export interface Tag {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'open' | 'plain';
}

const judgementTags: Readonly<Record<Judgement, Tag>> = {
  met: { text: '✔ met', tone: 'good' },
  missed: { text: '✖ missed', tone: 'bad' },
  'not-measured': { text: '– not measured', tone: 'open' },
};
export const judgementTag = (judgement: Judgement): Tag => judgementTags[judgement];

const checkTags: Readonly<Record<CheckOutcome, Tag>> = {
  passed: { text: '✔ passed', tone: 'good' },
  failed: { text: '✖ failed', tone: 'bad' },
  'no-baseline': { text: '– no baseline', tone: 'open' },
  'could-not-run': { text: '✖ could not run', tone: 'bad' },
};
export const checkTag = (outcome: CheckOutcome): Tag => checkTags[outcome];

const stepTags: Readonly<Record<StepView['status'], Tag>> = {
  done: { text: '✔ done', tone: 'good' },
  failed: { text: '✖ failed', tone: 'bad' },
  cancelled: { text: '■ cancelled', tone: 'open' },
  running: { text: '◐ running', tone: 'plain' },
  planned: { text: '○ planned', tone: 'plain' },
  'not-run': { text: '– not run', tone: 'open' },
};
export const stepTag = (status: StepView['status']): Tag => stepTags[status];

const gateTags: Readonly<Record<GateView['status'], Tag>> = {
  open: { text: '◐ open', tone: 'plain' },
  approved: { text: '✔ approved', tone: 'good' },
  rejected: { text: '✖ rejected', tone: 'bad' },
  expired: { text: '■ nobody decided', tone: 'bad' },
  withdrawn: { text: '■ withdrawn', tone: 'open' },
};
export const gateTag = (status: GateView['status']): Tag => gateTags[status];

const resourceTags: Readonly<Record<ResourceView['state'], Tag>> = {
  intended: { text: '✖ never seen, not proved gone', tone: 'bad' },
  created: { text: '✖ created, not proved gone', tone: 'bad' },
  gone: { text: '✔ gone, proved', tone: 'good' },
  leftover: { text: '✖ left over', tone: 'bad' },
};
export const resourceTag = (state: ResourceView['state']): Tag => resourceTags[state];

import { callLevels } from './remediation.ts';
import type { CallLevel, RemediationView } from './remediation.ts';

/** How a tier's findings are followed; ages are counted from the day on which the finding was opened, milliseconds. */
export interface RemediationPace {
  readonly remindEveryMs: number;
  readonly ownerAfterMs: number;
  readonly leadershipAfterMs: number;
}

/** What today's catalog says about following a finding; people and channels change while it is open. */
export interface RemediationSetting {
  readonly pace: RemediationPace;
  /** A risk is accepted for at most this long, milliseconds. */
  readonly longestAcceptanceMs: number;
  /** Names of the statuses that tickets are moved to; by category where there is none. */
  readonly statuses: { readonly reopened?: string; readonly proved?: string; readonly accepted?: string };
  readonly slackChannel: string;
  /** Slack ids of who is called at each level. */
  readonly mention: Readonly<Record<CallLevel, readonly string[]>>;
  /** Slack ids of who can accept a risk together with an approver. Unknown to findings that were opened before this was asked. */
  readonly riskAndCompliance?: readonly string[];
}

const rank = (level: CallLevel | undefined): number => (level === undefined ? -1 : callLevels.indexOf(level));

/** Who is called for help with a finding of this age. */
const levelAt = (ageMs: number, pace: RemediationPace): CallLevel =>
  ageMs >= pace.leadershipAfterMs ? 'leadership' : ageMs >= pace.ownerAfterMs ? 'owner' : 'champion';

/**
 * When somebody is called next, and who: the champion at every interval, the owner and leadership as soon as the finding is
 * old enough. After a time in which nobody could be called there is one call, at the level of today's age.
 *
 * @returns nothing for a finding that is not open: an accepted risk is nobody's work until it ends
 */
export function nextCall(
  view: Pick<RemediationView, 'state' | 'called' | 'openSinceMs'>,
  pace: RemediationPace,
  nowMs: number,
): { readonly atMs: number; readonly level: CallLevel } | undefined {
  if (view.state !== 'open') return undefined;
  const { called, openSinceMs } = view;
  const escalations = [
    ...(rank(called?.level) < rank('owner') ? [openSinceMs + pace.ownerAfterMs] : []),
    ...(rank(called?.level) < rank('leadership') ? [openSinceMs + pace.leadershipAfterMs] : []),
  ];
  const atMs = Math.min((called?.atMs ?? openSinceMs) + pace.remindEveryMs, ...escalations);
  return { atMs, level: levelAt(Math.max(atMs, nowMs) - openSinceMs, pace) };
}

/** True when this call asks somebody who had not been asked before: an escalation, and no reminder. */
export const isEscalation = (view: Pick<RemediationView, 'called'>, level: CallLevel): boolean =>
  level !== 'champion' && rank(level) > rank(view.called?.level);

/** End of the day that a risk is accepted until, milliseconds UTC. */
export const endOfDayMs = (day: string): number => Date.parse(`${day}T00:00:00Z`) + 86_400_000;

/** When an accepted risk opens again; nothing for any other finding. */
export const acceptanceEndMs = (view: Pick<RemediationView, 'state' | 'acceptance'>): number | undefined =>
  view.state === 'accepted' && view.acceptance !== undefined ? endOfDayMs(view.acceptance.until) : undefined;

import type { GatePolicy, GatePreview, Role } from './gate.ts';

/** One entry of a gate's timetable, milliseconds after opening. */
export type GateAgendaItem =
  | { readonly afterMs: number; readonly what: 'remind' }
  | {
      readonly afterMs: number;
      readonly what: 'escalate';
      /** Which escalation of the policy, from 0. */
      readonly step: number;
      readonly roles: readonly Role[];
      readonly secondChannel: boolean;
    }
  | { readonly afterMs: number; readonly what: 'final' };

/**
 * What happens at a gate, or in a review, while nobody decides, in order. It ends with `final`; what the policy sets at or after the
 * final deadline cannot happen any more and is left out (`gatePolicyProblems` names such an escalation).
 */
export function gateAgenda(
  policy: Pick<GatePolicy, 'remindAfterMs' | 'escalations' | 'finalDeadlineMs'>,
): readonly GateAgendaItem[] {
  const reminders = policy.remindAfterMs.map((afterMs) => ({ afterMs, what: 'remind' as const }));
  const escalations = policy.escalations.map((escalation, step) => ({
    ...escalation,
    what: 'escalate' as const,
    step,
  }));
  const before = [...reminders, ...escalations].filter((item) => item.afterMs < policy.finalDeadlineMs);
  // The sort is stable: at the same moment a reminder goes before an escalation, and escalations keep their order.
  before.sort((one, other) => one.afterMs - other.afterMs);
  return [...before, { afterMs: policy.finalDeadlineMs, what: 'final' }];
}

/** What has to be typed for an approval to count: the service's name, where policy or the step asks for it. */
export const confirmationOf = (
  policy: Pick<GatePolicy, 'reconfirm'>,
  preview: Pick<GatePreview, 'irreversible'>,
  service: string,
): string | undefined => (policy.reconfirm === 'always' || preview.irreversible === true ? service : undefined);

/** What makes a policy impossible to follow, each as half a sentence; empty when it is sound. */
export function gatePolicyProblems(policy: GatePolicy): readonly string[] {
  const problems: string[] = [];
  if (policy.seats.length === 0) problems.push('it has no seat, so nobody could approve');
  if (policy.seats.some((seat) => seat.roles.length === 0))
    problems.push('a seat names no role, so nobody could fill it');
  if (!(policy.finalDeadlineMs > 0)) problems.push('its final deadline is not after its opening');
  if (policy.escalations.some((escalation) => escalation.afterMs >= policy.finalDeadlineMs)) {
    problems.push('an escalation comes at or after the final deadline, so nobody would be asked');
  }
  return problems;
}

import { z } from 'zod';
import type { ActBy } from './act.ts';
import type { Role } from './gate.ts';
import { endOfDayMs } from './remediation-rules.ts';
import type { RemediationEvent, RemediationView, Voice } from './remediation.ts';
import { seatPeople } from './seats.ts';

// Not zod's own formats: they keep a place in a pattern, and what all workflows of a worker share is frozen.
const isAddress = (text: string): boolean => /^https?:\/\/[^\s/]+\S*$/.test(text);
const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
const words = z.string().trim().min(1).max(2000);

/** What a person does about a finding, in the words that are signed. */
export const FindingActSchema = z.discriminatedUnion('kind', [
  /** It is remedied, see here; the second person who says so confirms it. */
  z.strictObject({
    kind: z.literal('attest'),
    evidence: z.string().max(2000).refine(isAddress, 'not an address'),
    comment: words.exactOptional(),
  }),
  /** It stays as it is until a day; counts when an approver and somebody of risk and compliance have said so. */
  z.strictObject({ kind: z.literal('accept-risk'), until: z.string().refine(isDay, 'not a day'), reason: words }),
  /** Look again now. */
  z.strictObject({ kind: z.literal('retest') }),
]);
export type FindingAct = z.infer<typeof FindingActSchema>;

/** What somebody sent, when it is something that one can do about a finding. */
export const asFindingAct = (sent: unknown): FindingAct | undefined => FindingActSchema.safeParse(sent).data;

/** Something that can be done about a finding now, as people are offered it. It names, it proves nothing: every act is judged again. */
export type FindingOffer =
  /** `confirms`: whose word a second person's would confirm, `evidence`: where that one said one can see it. */
  | { readonly kind: 'attest'; readonly confirms?: string; readonly evidence?: string }
  /** `until`: the day that somebody (`by`) has asked for, and why; a second person agrees with the same one. */
  | { readonly kind: 'accept-risk'; readonly until?: string; readonly by?: string; readonly reason?: string }
  | { readonly kind: 'retest' };

/** What would be refused to everybody is not offered. */
export function offersOf(view: RemediationView): readonly FindingOffer[] {
  if (view.state === 'closed') return [];
  const { attestation, acceptanceAsked: asked } = view;
  return [
    view.finding.proof.kind === 'recheck'
      ? { kind: 'retest' }
      : {
          kind: 'attest',
          ...(attestation && { confirms: attestation.by.personName, evidence: attestation.evidence }),
        },
    { kind: 'accept-risk', ...(asked && { until: asked.until, by: asked.by.personName, reason: asked.reason }) },
  ];
}

/** Who may stand for a risk: those who answer for the service or for the company. Not the champion, whose work it would be. */
const approvers: readonly Role[] = ['service-owner', 'incident-commander', 'leadership'];
const acceptanceSeats = [{ roles: approvers }, { roles: ['risk-and-compliance'] as const }];

/** An act that does not count, and why. */
export interface Objection {
  readonly code: string;
  readonly text: string;
}
const objection = (code: string, text: string): Objection => ({ code, text });

/** What an act comes to when it counts: what is recorded, what the person is told, and whether the finding is remedied by it. */
export interface ActOutcome {
  readonly events: readonly RemediationEvent[];
  readonly text: string;
  readonly closes?: string;
}

interface Circumstances {
  readonly view: RemediationView;
  readonly by: Pick<ActBy, 'personId' | 'personName' | 'roles'>;
  readonly nowMs: number;
  readonly longestAcceptanceMs: number;
}

/** Judges one act; the one rule, whichever way it came. Changes nothing by itself. */
export function judgeAct(act: FindingAct, circumstances: Circumstances): ActOutcome | Objection {
  const { view, by } = circumstances;
  if (view.state === 'closed') return objection('closed', 'This finding is closed: its proof is there.');
  if (by.roles.length === 0)
    return objection(
      'role-missing',
      `${by.personName} holds no role for ${view.finding.service}, so this does not count.`,
    );
  switch (act.kind) {
    case 'attest':
      return attest(act, circumstances);
    case 'accept-risk':
      return acceptRisk(act, circumstances);
    case 'retest':
      return view.finding.proof.kind === 'recheck'
        ? { events: [], text: 'It is looked at again.' }
        : objection('attested-only', `No run can prove this finding. ${view.finding.proof.sentence}`);
  }
}

/**
 * The second person's word that a finding waits for and that this person can give: it would close the finding, or accept its risk.
 * By the rules themselves, so that nobody is asked for a word that would not count.
 */
export function secondWordOf(
  view: RemediationView,
  by: Circumstances['by'],
  nowMs: number,
): 'attest' | 'accept-risk' | undefined {
  // The longest time was kept when the first person asked for it.
  const judged = (act: FindingAct): ActOutcome | Objection =>
    judgeAct(act, { view, by, nowMs, longestAcceptanceMs: Infinity });
  const { attestation, acceptanceAsked: asked } = view;
  if (attestation !== undefined) {
    const outcome = judged({ kind: 'attest', evidence: attestation.evidence });
    if (!isObjection(outcome) && outcome.closes !== undefined) return 'attest';
  }
  if (asked !== undefined) {
    const outcome = judged({ kind: 'accept-risk', until: asked.until, reason: asked.reason });
    if (!isObjection(outcome) && outcome.events.some(({ type }) => type === 'risk-accepted')) return 'accept-risk';
  }
  return undefined;
}

export const isObjection = (judged: ActOutcome | Objection): judged is Objection => 'code' in judged;

const voiceOf = ({ personId, personName }: Circumstances['by']): Voice => ({ personId, personName });

function attest(
  { evidence, comment }: Extract<FindingAct, { kind: 'attest' }>,
  { view, by }: Circumstances,
): ActOutcome | Objection {
  if (view.finding.proof.kind !== 'attested')
    return objection(
      'recheck-only',
      `Nobody's word closes this finding, a green check does: ${view.finding.proof.sentence}`,
    );
  const first = view.attestation;
  if (first?.by.personId === by.personId)
    return objection('same-person', 'You have said so already; a second person has to confirm it.');
  const said: RemediationEvent = {
    type: 'attested',
    by: voiceOf(by),
    evidence,
    ...(comment === undefined ? {} : { comment }),
  };
  if (first === undefined)
    return {
      events: [said],
      text: 'Recorded. It counts when a second person confirms it, with a link to the evidence.',
    };
  return {
    events: [said],
    text: 'Confirmed: the finding is closed.',
    closes: `${first.by.personName} attests it (${first.evidence}), and ${by.personName} confirms it (${evidence}).`,
  };
}

function acceptRisk(
  { until, reason }: Extract<FindingAct, { kind: 'accept-risk' }>,
  { view, by, nowMs, longestAcceptanceMs }: Circumstances,
): ActOutcome | Objection {
  const endMs = endOfDayMs(until);
  if (endMs <= nowMs) return objection('past', `${until} is over; a risk is accepted until a day that is to come.`);
  if (endMs - nowMs > longestAcceptanceMs + 86_400_000)
    return objection(
      'too-long',
      `A risk is accepted for ${Math.floor(longestAcceptanceMs / 86_400_000)} days at most.`,
    );
  const fits = acceptanceSeats.some(({ roles }) => roles.some((role) => by.roles.includes(role)));
  if (!fits)
    return objection(
      'role-missing',
      `A risk is accepted by one of ${approvers.join(', ')} together with risk-and-compliance; ${by.personName} is neither.`,
    );
  const asked = view.acceptanceAsked;
  const agrees = asked !== undefined && asked.until === until && asked.by.personId !== by.personId;
  const seated = agrees
    ? seatPeople(acceptanceSeats, [{ roles: asked.roles as readonly Role[] }, { roles: by.roles }])
    : [undefined];
  if (asked !== undefined && agrees && seated.every((seat) => seat !== undefined)) {
    return {
      events: [
        {
          type: 'risk-accepted',
          by: [asked.by, voiceOf(by)],
          until,
          reason: asked.reason,
          ...(reason === asked.reason ? {} : { agreedReason: reason }),
        },
      ],
      text: `The risk is accepted until ${until}; after that day the finding opens again.`,
    };
  }
  if (asked?.by.personId === by.personId && asked.until === until)
    return objection('same-person', 'You have said so already; it takes a second person of the other role.');
  const missing = by.roles.includes('risk-and-compliance') ? approvers.join(', ') : 'risk-and-compliance';
  return {
    events: [{ type: 'acceptance-asked', by: voiceOf(by), roles: by.roles, until, reason }],
    text: `Recorded. It counts when a second person agrees with the same day (${missing}).`,
  };
}

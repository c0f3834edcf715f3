import type { KnownBlock } from '@slack/types';
import { formatDurationMs } from '../../domain/duration-text.ts';
import type { GatePolicy, OpenGate } from '../../domain/gate.ts';
import { anyOf, listOf, someoneOf } from '../../domain/role-text.ts';
import { costText, dotted, shortHash } from '../text.ts';
import { slackActions } from './actions.ts';
import type { GateRef } from './actions.ts';
import { button, context, escapeMrkdwn, message, paragraphs, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { headline, mentions, plainHeadline, slackWhen } from './parts.ts';
import type { Heading } from './parts.ts';

/** What an open gate shows. */
export interface OpenGateView {
  readonly heading: Heading;
  readonly gate: OpenGate;
  /** Slack ids of the people asked. */
  readonly mention: readonly string[];
  /** `1 of 2: waiting for …`, once somebody has approved and others are still needed. */
  readonly progress?: string;
  /** `Ann Smith (service owner)`: whose approvals stand, and may be withdrawn. */
  readonly approvedBy?: readonly string[];
}

/** Longer facts, such as a list of what is created, stand below those that can be taken in at one look. */
const atOneLook = 1000;

/** An open gate: what is asked, what yes would do, who is asked, what happens if nobody answers; and the buttons. */
export function openGateMessage({ heading, gate, mention, progress, approvedBy = [] }: OpenGateView): SlackContent {
  const { preview } = gate;
  const ref: GateRef = { run: gate.runId, gate: gate.gateId, round: gate.round };
  const value = JSON.stringify(ref);
  const facts = factLines(gate);
  const blocks: KnownBlock[] = [
    section(headline(heading)),
    section(
      `*${escapeMrkdwn(preview.question)}*${gate.round > 1 ? `\nAsked again (round ${gate.round}): what was shown before has changed.` : ''}`,
    ),
    ...(progress === undefined ? [] : paragraphs(progressLines(progress, approvedBy).join('\n'))),
    ...paragraphs(facts.filter((line) => line.length <= atOneLook).join('\n')),
    ...paragraphs(askedLines(gate, mention).join('\n')),
    ...facts.filter((line) => line.length > atOneLook).flatMap(paragraphs),
    context(dotted(`chain \`${shortHash(preview.chainHead)}\``, `run \`${escapeMrkdwn(gate.runId)}\``)),
    {
      type: 'actions',
      block_id: 'gate',
      elements: [
        approveButton(gate),
        button({ action: slackActions.reject, label: 'Reject…', value, style: 'danger' }),
        ...(approvedBy.length === 0
          ? []
          : [button({ action: slackActions.withdraw, label: 'Withdraw my approval', value })]),
        button({ action: slackActions.details, label: 'Details', value }),
      ],
    },
  ];
  return message(`${escapeMrkdwn(plainHeadline(heading))}: ${escapeMrkdwn(preview.question)}`, blocks);
}

/** Approve; where that has to be confirmed it opens a form. */
export function approveButton({ runId: run, gateId, round, confirm }: OpenGate): ReturnType<typeof button> {
  const ref: GateRef = { run, gate: gateId, round };
  if (confirm === undefined)
    return button({ action: slackActions.approve, label: 'Approve', value: JSON.stringify(ref), style: 'primary' });
  const value = JSON.stringify({ ...ref, confirm } satisfies GateRef);
  return button({ action: slackActions.confirm, label: 'Approve…', value, style: 'primary' });
}

function progressLines(progress: string, approvedBy: readonly string[]): string[] {
  const approved = approvedBy.length === 0 ? [] : [`✔ Approved so far by ${escapeMrkdwn(listOf(approvedBy, 'and'))}`];
  return [`*${escapeMrkdwn(progress)}*`, ...approved];
}

/** What yes would do, one line each; only what is known. */
function factLines({ preview }: OpenGate): string[] {
  const line = (name: string, text: string): string => `*${name}*  ${escapeMrkdwn(text)}`;
  const cost = preview.costUsd === undefined ? undefined : costText(preview.costUsd);
  const created = preview.creates.join(' ');
  const saysWhere = created.includes(preview.region) && created.includes(preview.accountId);
  const takes =
    preview.takesAboutMs === undefined ? undefined : `takes about ${formatDurationMs(preview.takesAboutMs)}`;
  return [
    ...(preview.dataLossMs === undefined
      ? []
      : [line('Loses', `up to ${formatDurationMs(preview.dataLossMs)} of writes (now)`)]),
    ...(preview.outageMs === undefined ? [] : [line('Outage', `about ${formatDurationMs(preview.outageMs)}`)]),
    line('Creates', preview.creates.length === 0 ? 'nothing' : preview.creates.join('; ')),
    line('Touches', preview.touches),
    ...(saysWhere ? [] : [line('Where', `${preview.region}, account ${preview.accountId}`)]),
    ...(cost === undefined && takes === undefined ? [] : [line('Costs', dotted(cost ?? 'not known', takes))]),
    line('Way back', preview.reversibility),
  ];
}

function askedLines(gate: OpenGate, mention: readonly string[]): string[] {
  const { policy } = gate;
  const people = mentions(mention);
  const rules = [
    policy.seats.length > 1 ? `${policy.seats.length} different people have to approve` : undefined,
    policy.excludeInitiator && gate.initiator !== 'system' ? 'whoever started it cannot approve it' : undefined,
    gate.confirm === undefined
      ? undefined
      : `to approve, one types the service’s name, \`${escapeMrkdwn(gate.confirm)}\``,
  ].filter((rule) => rule !== undefined);
  return [
    `*Asked*  ${policy.seats.map((seat) => anyOf(seat.roles)).join(', and ')}${people === '' ? '' : `: ${people}`}`,
    ...(rules.length === 0 ? [] : [`${capital(rules.join('; '))}.`]),
    escalationLine(policy, gate.openedAtMs, gate.preview.mode),
  ];
}

/** One line per step, `20:00 UTC (your 21:00): I ask an incident commander`; the last one is the end. */
function escalationLine(policy: GatePolicy, openedAtMs: number, mode: string): string {
  const at = (afterMs: number): string => slackWhen(openedAtMs + afterMs, openedAtMs);
  const asks = policy.escalations
    .filter(({ afterMs }) => afterMs < policy.finalDeadlineMs)
    .map(({ afterMs, roles }) => `${at(afterMs)}: I ask ${listOf(roles.map(someoneOf), 'and')}`);
  const end = mode === 'real' ? 'I go on asking every 15 minutes' : 'the drill is dropped, not run';
  return ['*If nobody decides*', ...[...asks, `${at(policy.finalDeadlineMs)}: ${end}`].map((line) => `• ${line}`)].join(
    '\n',
  );
}

/** How a gate ended. */
export interface ClosedGateView {
  readonly heading: Heading;
  readonly gate: OpenGate;
  readonly outcome: 'approved' | 'rejected' | 'expired' | 'withdrawn';
  /** `Approved by Ann Smith (service owner)`. */
  readonly text: string;
  readonly closedAtMs: number;
}

/** A decided gate is one line without buttons: who, when, how long it took. */
export function closedGateMessage({ heading, gate, outcome, text, closedAtMs }: ClosedGateView): SlackContent {
  const signs = { approved: '✔', rejected: '✖', expired: '■', withdrawn: '■' } as const;
  const waited = formatDurationMs(Math.max(0, closedAtMs - gate.openedAtMs));
  const line = `${signs[outcome]} *${escapeMrkdwn(text.replace(/\.$/, ''))}* · ${slackWhen(closedAtMs, gate.openedAtMs)} (${waited})`;
  return message(`${escapeMrkdwn(plainHeadline(heading))}: ${escapeMrkdwn(text)}`, [
    ...paragraphs(line),
    context(dotted(headline(heading), `“${escapeMrkdwn(gate.preview.question)}”`)),
  ]);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

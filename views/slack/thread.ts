import type { KnownBlock } from '@slack/types';
import type { Finding } from '../../domain/finding.ts';
import type { OpenGate } from '../../domain/gate.ts';
import type { Judged } from '../../domain/verdict.ts';
import { showCommand } from '../finding-state.ts';
import { resultsOf, verdictMark } from '../text.ts';
import { findingActions, findingButton } from './finding-buttons.ts';
import { context, escapeMrkdwn, message, paragraphs, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { link, mentions, plainHeadline } from './parts.ts';
import type { Heading } from './parts.ts';

/** What a finding's message says; kept by its reference, so that the ticket can be added later. */
export type FindingText = Pick<Finding, 'fingerprint' | 'title' | 'found' | 'matters' | 'lookFirst' | 'severity'>;

export interface FiledTicket {
  readonly key: string;
  readonly url: string;
  readonly outcome: 'created' | 'commented';
}

/** A finding in the run's thread: what, why it matters, where to look, and its ticket. */
export function findingMessage(heading: Heading, finding: FindingText, ticket?: FiledTicket): SlackContent {
  const blocks: KnownBlock[] = [
    section(`⚠ *Finding: ${escapeMrkdwn(finding.title)}*`),
    ...paragraphs(
      [
        `*Found*  ${escapeMrkdwn(finding.found)}`,
        `*Matters*  ${escapeMrkdwn(finding.matters)}`,
        `*Look first*  ${escapeMrkdwn(finding.lookFirst)}`,
      ].join('\n'),
    ),
    section(ticketLine(ticket)),
    context(
      `severity ${finding.severity} · \`${escapeMrkdwn(showCommand(finding.fingerprint, ticket?.key))}\`${heading.simulated ? ' · `SIMULATED`' : ''}`,
    ),
    findingActions([findingButton({ fingerprint: finding.fingerprint, service: heading.service })]),
  ];
  return message(`${escapeMrkdwn(plainHeadline(heading))}: finding: ${escapeMrkdwn(finding.title)}`, blocks);
}

/** For a finding whose own message is not known any more. */
export const ticketMessage = (heading: Heading, title: string, ticket: FiledTicket): SlackContent =>
  message(`${escapeMrkdwn(plainHeadline(heading))}: ${ticket.key}: ${escapeMrkdwn(title)}`, [
    ...paragraphs(`${ticketLine(ticket)}\n${escapeMrkdwn(title)}`),
    ...(heading.simulated ? [context('`SIMULATED`')] : []),
  ]);

function ticketLine(ticket: FiledTicket | undefined): string {
  if (ticket === undefined) return '*Ticket*  being filed in Jira';
  const outcome = ticket.outcome === 'created' ? 'filed' : 'known already: it recurred, and the ticket says so';
  return `*Ticket*  ${link(ticket.url, ticket.key)} · ${outcome}`;
}

/** Nobody has decided yet: in the gate's thread, to the people who can. */
export function reminderMessage(
  heading: Heading,
  gate: OpenGate,
  text: string,
  mention: readonly string[],
): SlackContent {
  const people = mentions(mention);
  return message(`${escapeMrkdwn(plainHeadline(heading))}: ${escapeMrkdwn(text)}`, [
    ...paragraphs(
      `⏰ ${people === '' ? '' : `${people} `}*${escapeMrkdwn(gate.preview.question)}*\n${escapeMrkdwn(text)}`,
    ),
    context(
      `Press Approve or Reject in the message above, or \`firedrill approve ${escapeMrkdwn(gate.runId)}\`${heading.simulated ? ' · `SIMULATED`' : ''}`,
    ),
  ]);
}

/** Command changed hands, or a time was corrected: the whole channel hears of it. */
export const incidentNewsMessage = (heading: Heading, text: string): SlackContent =>
  message(`${escapeMrkdwn(plainHeadline(heading))}: ${escapeMrkdwn(text)}`, [
    section(`📣 *${escapeMrkdwn(text)}*${heading.simulated ? ' · `SIMULATED`' : ''}`),
  ]);

/** Somebody paused or resumed the run: in its thread, so that whoever follows it is told. */
export const pauseMessage = (
  heading: Heading,
  { text, paused }: { readonly text: string; readonly paused: boolean },
): SlackContent =>
  message(`${escapeMrkdwn(plainHeadline(heading))}: ${escapeMrkdwn(text)}`, [
    ...paragraphs(`${paused ? '⏸' : '▶'} *${escapeMrkdwn(text)}*${heading.simulated ? ' · `SIMULATED`' : ''}`),
  ]);

/** The run's end, as an entry of its thread: whoever follows the thread is told. */
export const verdictMessage = (heading: Heading, judged: Judged): SlackContent =>
  message(`${escapeMrkdwn(plainHeadline(heading))}: ${verdictMark(judged.verdict)}`, [
    ...paragraphs(
      [
        `*${verdictMark(judged.verdict)}*${heading.simulated ? ' · `SIMULATED`' : ''}`,
        escapeMrkdwn(judged.reason),
        ...resultsOf(judged).map(({ name, text }) => `${escapeMrkdwn(name)} ${escapeMrkdwn(text)}`),
      ].join('\n'),
    ),
  ]);

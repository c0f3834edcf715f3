import type { Notice } from '../../domain/notice.ts';
import { showCommand } from '../finding-state.ts';
import { dotted, findingCommands, simulatedMark, subjectOf } from '../text.ts';
import { findingActions, findingButton, offerButtons } from './finding-buttons.ts';
import { clip, context, escapeMrkdwn, message, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { link, mentions } from './parts.ts';
import type { Heading } from './parts.ts';

/** What became of a finding, for those who answer for it. */
export function findingNewsMessage(
  heading: Pick<Heading, 'service' | 'resource' | 'simulated'>,
  news: Extract<Notice, { kind: 'finding-news' }>,
): SlackContent {
  const { finding, text, mention, ticket, offers = [] } = news;
  const named = { ...finding, service: heading.service };
  const people = mentions(mention);
  const title = `⚠ *Finding · ${escapeMrkdwn(subjectOf(heading))}*`;
  return message(`${escapeMrkdwn(dotted('Finding', subjectOf(heading)))}: ${escapeMrkdwn(text)}`, [
    section(
      [
        ticket === undefined ? title : `${title} · ${link(ticket.url, ticket.key)}`,
        // Most of what is said does not say again what it is about.
        ...(text.includes(finding.title) ? [] : [`*${escapeMrkdwn(clip(finding.title, 300))}*`]),
        `${people === '' ? '' : `${people} `}${escapeMrkdwn(text).replaceAll(findingCommands, '`$&`')}`,
      ].join('\n'),
    ),
    context(
      [
        `\`${escapeMrkdwn(showCommand(finding.fingerprint, ticket?.key))}\``,
        ...(heading.simulated ? [`\`${simulatedMark(true)}\``] : []),
      ].join(' · '),
    ),
    findingActions([findingButton(named), ...offerButtons(named, offers)]),
  ]);
}

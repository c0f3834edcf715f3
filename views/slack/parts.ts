import type { NoticeAddress } from '../../domain/notice.ts';
import type { Judged } from '../../domain/verdict.ts';
import { dotted, modeMark, resultsOf, runbookOf, simulatedMark, subjectOf, utcWhen } from '../text.ts';
import { clip, escapeMrkdwn } from './limits.ts';

/** What a message's first line says: what kind of run, of what. */
export type Heading = Pick<NoticeAddress, 'runId' | 'service' | 'resource' | 'simulated' | 'mode'>;

/** `🟦 *DRILL* · restore-test · *jira-cloud / issues-db* · *SIMULATED*`. */
export function headline(heading: Heading): string {
  const [sign = '', ...word] = modeMark(heading.mode).split(' ');
  return dotted(
    `${sign} *${escapeMrkdwn(word.join(' '))}*`,
    escapeMrkdwn(runbookOf(heading.runId)),
    `*${escapeMrkdwn(subjectOf(heading))}*`,
    heading.simulated ? `\`${simulatedMark(true)}\`` : undefined,
  );
}

/** The same without markup, for notifications. */
export const plainHeadline = (heading: Heading): string =>
  dotted(modeMark(heading.mode), runbookOf(heading.runId), subjectOf(heading), simulatedMark(heading.simulated));

/** What a verdict rests on, a line each. */
export const resultLines = (judged: Judged): string =>
  resultsOf(judged)
    .map(({ name, text }) => `*${escapeMrkdwn(name)}*  ${escapeMrkdwn(text)}`)
    .join('\n');

/** `17:30 UTC (your 18:30)`: Slack itself writes the second half in the reader's own time zone. */
export function slackWhen(atMs: number, todayMs: number): string {
  const seconds = Math.floor(atMs / 1000);
  const utc = utcWhen(atMs, todayMs);
  const own = utc.length > 'hh:mm UTC'.length ? '{date_short} {time}' : '{time}';
  return `${utc} (your <!date^${seconds}^${own}|${utc}>)`;
}

/** Slack ids of people (`U…`, `W…`) and of user groups (`S…`) as mentions; anything else is left out. */
export const mentions = (ids: readonly string[]): string =>
  [...new Set(ids)]
    .map((id) => (/^[UW][A-Z0-9]+$/.test(id) ? `<@${id}>` : /^S[A-Z0-9]+$/.test(id) ? `<!subteam^${id}>` : ''))
    .filter((mention) => mention !== '')
    .join(' ');

/** A document by its title: a link where it has an address, its place beside it where it has none. Cut to `titleMax`. */
export function documentName(
  { title, where }: { readonly title: string; readonly where: string },
  titleMax: number,
): string {
  const shown = `“${clip(title, titleMax)}”`;
  return /^https?:\/\/[^\s…]+$/.test(where)
    ? link(where, shown)
    : `${escapeMrkdwn(shown)}  ${escapeMrkdwn(clip(where, 120))}`;
}

/** A link; the text stands alone when there is no address. */
export const link = (url: string | undefined, text: string): string =>
  url === undefined
    ? escapeMrkdwn(text)
    : `<${url.replaceAll('|', '%7C').replaceAll('>', '%3E')}|${escapeMrkdwn(text)}>`;

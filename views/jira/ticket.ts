import { shortOf } from '../../domain/finding-words.ts';
import type { Finding } from '../../domain/finding.ts';
import { isTestedAgain } from '../../domain/retest.ts';
import { isRunId } from '../../domain/run-id.ts';
import { runbookOf, subjectOf } from '../text.ts';
import { adfDoc, bulletList, code, heading, linkTo, paragraph, plain, strong, warningPanel } from './adf.ts';
import type { AdfDoc, AdfNode } from './adf.ts';

/** Jira refuses a longer summary. */
const maxSummary = 255;
/** Jira refuses a rich text field of more than 32,767 characters; a paragraph of a ticket is far from it. */
const maxParagraph = 4000;

export interface TicketView {
  readonly finding: Finding;
  readonly tier: number;
  readonly simulated: boolean;
  /** How to open the run; by the CLI's command when there is no page. */
  readonly runUrl?: string;
  /** A ticket of the same gap that was closed before. */
  readonly earlier?: { readonly key: string; readonly url: string };
  /** People who should have been put on the ticket, but whom Jira does not know: shown, not swallowed. */
  readonly unknownPeople: readonly { readonly email: string; readonly as: 'owner' | 'champion' }[];
}

/** `[DR] jira-cloud: newest data in the restored copy was 3 h 02 min old (RPO < 1 h)`; one line, at most 255 characters. */
export function ticketSummary(finding: Pick<Finding, 'service' | 'title'>, simulated: boolean): string {
  const end = simulated ? ' (SIMULATED)' : '';
  const start = plain(`[DR] ${finding.service}: ${finding.title}`).replaceAll(/\s+/g, ' ').trim();
  return `${clip(start, maxSummary - end.length)}${end}`;
}

/** What was found, why it matters, the evidence, what closes it, where to look first. */
export function ticketDescription(view: TicketView): AdfDoc {
  const { finding, simulated, earlier } = view;
  return adfDoc(
    ...(simulated
      ? [
          warningPanel(
            'SIMULATED: found in a run against stand-ins for AWS, Slack or Jira. It proves nothing about production.',
          ),
        ]
      : []),
    ...(earlier === undefined
      ? []
      : [
          paragraph(
            strong('It came back. '),
            'The same gap was closed before as ',
            linkTo(earlier.url, earlier.key),
            '.',
          ),
        ]),
    heading('What was found'),
    paragraph(clip(finding.found, maxParagraph)),
    heading('Why it matters'),
    paragraph(clip(finding.matters, maxParagraph)),
    paragraph(`Tier ${view.tier} · ${subjectOf(finding)} · severity ${finding.severity}`),
    heading('Evidence'),
    ...evidence(finding.runId, view.runUrl),
    heading('What closes this ticket'),
    paragraph(clip(finding.proof.sentence, maxParagraph)),
    howToClose(finding),
    heading('What we would look at first'),
    paragraph(clip(finding.lookFirst, maxParagraph)),
    ...view.unknownPeople.map(({ email, as }) =>
      paragraph(
        strong('Nobody was told: '),
        `the service's ${as} ${email} has no Jira account that can be given this ticket. Assign it by hand, or correct the catalog.`,
      ),
    ),
    paragraph('Fingerprint ', code(finding.fingerprint), ': the same gap in a later run is noted here as a comment.'),
  );
}

/** News for an open ticket: the same gap again. The run id in it is how a repeated attempt knows that it was said. */
export function recurrenceComment(view: Pick<TicketView, 'finding' | 'simulated' | 'runUrl'>): AdfDoc {
  const { finding, simulated, runUrl } = view;
  return adfDoc(
    paragraph(
      strong(simulated ? 'It happened again (SIMULATED). ' : 'It happened again. '),
      `${clip(finding.found, maxParagraph)} ${isRunId(finding.runId) ? 'Seen by run ' : 'Report '}`,
      ...(runUrl === undefined ? [code(finding.runId)] : [linkTo(runUrl, finding.runId)]),
      '.',
    ),
  );
}

/**
 * Whether a comment is the news of that run: the id stands in it alone. A person who mentions the run, or news of another
 * kind, has not said that the gap was met again.
 */
export const tellsOfRun = (comment: unknown, runId: string): boolean =>
  JSON.stringify(comment ?? '').includes(`"text":${JSON.stringify(plain(runId))}`);

/** What a person does about it. The key of the ticket is not known yet. */
function howToClose(finding: Finding): AdfNode {
  const id = shortOf(finding.fingerprint);
  const byHand = ' A ticket that is closed by hand without this proof is opened again.';
  switch (finding.proof.kind) {
    case 'recheck':
      if (!isTestedAgain(finding)) return paragraph(`firedrill closes this ticket when it finds that.${byHand}`);
      return paragraph(
        'A run finds that, and firedrill closes this ticket then: ',
        code(`firedrill finding retest ${id}`),
        ', or ',
        strong('Test it again'),
        ` in Slack.${byHand}`,
      );
    case 'attested':
      return paragraph(
        'One person says so with a link to the evidence, a second one confirms it, and firedrill closes this ticket then: ',
        code(`firedrill finding attest ${id} --evidence URL`),
        ', or ',
        strong('It is remedied'),
        ` in Slack.${byHand}`,
      );
  }
}

function evidence(runId: string, runUrl: string | undefined): AdfNode[] {
  if (!isRunId(runId)) return [paragraph('A person reported it; there is no run behind it.')];
  return [
    bulletList(
      paragraph(`${runbookOf(runId)} run `, ...(runUrl === undefined ? [code(runId)] : [linkTo(runUrl, runId)])),
      runbookOf(runId) === 'people-check'
        ? paragraph('Look again: ', code('firedrill people'))
        : paragraph('Report: ', code(`firedrill report ${runId}`)),
      paragraph(
        'Signed evidence: ',
        code('firedrill evidence verify PATH --key FILE'),
        ' with the path that the report names',
      ),
    ),
  ];
}

function clip(text: string, max: number): string {
  if (text === '') return '–';
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

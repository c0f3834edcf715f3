import type { KnownBlock } from '@slack/types';
import type { RunStatus } from '../../domain/notice.ts';
import type { Judged } from '../../domain/verdict.ts';
import { previewFacts } from '../preview-facts.ts';
import { counted, dotted, verdictMark } from '../text.ts';
import { clip, context, escapeMrkdwn, glance, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { headline, link, plainHeadline, resultLines, slackWhen } from './parts.ts';
import type { Heading } from './parts.ts';
import { incidentMessage } from './incident.ts';
import { endedButtons, runButtons } from './run-buttons.ts';

/** A finding of the run, and its ticket once it has one. */
export interface FindingLine {
  readonly title: string;
  readonly ticket?: { readonly key: string; readonly url: string };
}

export interface RunMessageView {
  readonly heading: Heading;
  readonly status: RunStatus;
  /** Where the question is that the run waits for. */
  readonly gateUrl?: string;
  readonly findings: readonly FindingLine[];
}

/** More would not fit on one screen of a phone. */
const findingsShown = 4;

/** The one message of a run, edited in place: at any moment one screen of a phone. */
export function runMessage(view: RunMessageView): SlackContent {
  return view.status.judged === undefined ? runningMessage(view) : endedMessage(view, view.status.judged);
}

function runningMessage({ heading, status, gateUrl }: RunMessageView): SlackContent {
  if (status.incident !== undefined) return incidentMessage(heading, status.incident);
  const failed = status.steps.findLast((step) => step.state === 'failed');
  const blocks: KnownBlock[] = [
    section(headline(heading)),
    section(
      `${bar(status)}  *${escapeMrkdwn(status.state)}*\n${dotted(stepText(status), `since ${slackWhen(status.sinceMs, status.sinceMs)}`)}`,
    ),
    ...(status.waitingFor === undefined
      ? []
      : [
          section(
            `*Waits for a person: ${link(gateUrl, gateUrl === undefined ? 'see the question in this channel' : 'answer the question')}*`,
          ),
        ]),
    ...(status.paused === undefined
      ? []
      : [
          section(
            `⏸ *Paused by ${escapeMrkdwn(status.paused.by)}*: ${escapeMrkdwn(status.paused.reason)}${status.paused.holds ? '' : '\nWhat is under way is finished first.'}`,
          ),
        ]),
    ...(failed === undefined
      ? []
      : [section(`✖ Step “${escapeMrkdwn(failed.name)}” failed; what was created is being deleted.`)]),
    ...(status.lastFinding === undefined ? [] : [section(`⚠ Last finding: ${escapeMrkdwn(status.lastFinding)}`)]),
    context(`run \`${escapeMrkdwn(heading.runId)}\``),
    runButtons(heading.runId, status.paused !== undefined, true),
  ];
  return glance(`${escapeMrkdwn(plainHeadline(heading))}: ${escapeMrkdwn(status.state)}`, blocks);
}

function endedMessage({ heading, status, findings }: RunMessageView, judged: Judged): SlackContent {
  const [sign = '', ...word] = verdictMark(judged.verdict).split(' ');
  const blocks: KnownBlock[] = [
    section(headline(heading)),
    section(
      `${sign} *${word.join(' ')}*${judged.comparable || status.preview !== undefined ? '' : ' · not comparable (paused, or part of it happened twice)'}\n${escapeMrkdwn(judged.reason)}`,
    ),
    // A rehearsal measures nothing: what it would do stands where the clocks of a drill stand.
    section(status.preview === undefined ? resultLines(judged) : previewText(status.preview)),
    section(findingsText(findings, status.findings)),
    ...(status.approvals.length === 0 ? [] : [section(`*Approved*  ${escapeMrkdwn(status.approvals.join('; '))}`)]),
    context(`report: \`firedrill report ${escapeMrkdwn(heading.runId)}\``),
    endedButtons(heading.runId, true),
  ];
  return glance(
    `${escapeMrkdwn(plainHeadline(heading))}: ${verdictMark(judged.verdict)}. ${escapeMrkdwn(judged.reason)}`,
    blocks,
  );
}

const previewText = (preview: NonNullable<RunStatus['preview']>): string =>
  previewFacts(preview)
    .map(({ name, text }) => `*${name}*  ${escapeMrkdwn(text)}`)
    .join('\n');

/** Every finding with its ticket; one whose ticket is not there yet says so. */
function findingsText(findings: readonly FindingLine[], count: number): string {
  if (findings.length === 0) return `*Findings*  ${count === 0 ? 'none' : `${count}, in the thread`}`;
  const lines = findings
    .slice(0, findingsShown)
    .map(
      ({ title, ticket }) =>
        `• ${escapeMrkdwn(clip(title, 200))} · ${ticket === undefined ? 'ticket pending' : link(ticket.url, ticket.key)}`,
    );
  const more = Math.max(findings.length, count) - lines.length;
  return [
    `*${counted(Math.max(findings.length, count), 'finding')}*`,
    ...lines,
    ...(more > 0 ? [`and ${more} more in the thread`] : []),
  ].join('\n');
}

/** `●●●◐○○○`: done, running, failed (✖), still to come. */
function bar({ steps, waitingFor }: RunStatus): string {
  const signs = { done: '●', running: waitingFor === undefined ? '◐' : '◔', failed: '✖', waiting: '○' } as const;
  return steps
    .slice(0, 40)
    .map((step) => signs[step.state])
    .join('');
}

function stepText({ steps }: RunStatus): string | undefined {
  const begun = steps.filter((step) => step.state !== 'waiting').length;
  return begun === 0 ? undefined : `step ${begun} of ${steps.length}`;
}

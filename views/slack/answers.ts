import type { KnownBlock } from '@slack/types';
import { formatDurationMs } from '../../domain/duration-text.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { counted, dotted, verdictMark } from '../text.ts';
import { slackActions } from './actions.ts';
import { button, clip, context, escapeMrkdwn, message, paragraphs, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { headline, link, plainHeadline, resultLines, slackWhen } from './parts.ts';
import { endedButtons, runButtons } from './run-buttons.ts';
import { progressOf } from '../../domain/review-view.ts';
import { pauseOf } from '../../domain/run-projection.ts';

/** What the Slack app says to one person. */

/** What came of a click, in one line: a yes only when the run said so. */
export function decisionText(
  result:
    | { readonly outcome: 'accepted'; readonly text: string }
    | { readonly outcome: 'refused'; readonly text: string }
    | { readonly outcome: 'queued'; readonly text: string },
): string {
  switch (result.outcome) {
    case 'accepted':
      return `✔ ${escapeMrkdwn(result.text)}`;
    case 'refused':
      return `✖ It does not count. ${escapeMrkdwn(result.text)}`;
    case 'queued':
      return `⏳ ${escapeMrkdwn(result.text)}`;
  }
}

/** An error in three sentences; never a stack trace. */
export const errorText = (error: unknown): string =>
  error instanceof FiredrillError
    ? `✖ *${escapeMrkdwn(error.what)}*\n${escapeMrkdwn(error.means)}\n${escapeMrkdwn(error.next)}`
    : '✖ *Something unexpected went wrong in the Slack app.*\nNothing was decided by it.\nUse the command line meanwhile (`firedrill --help`), and show the log of the Slack app to whoever runs it.';

export const startedText = (of: {
  readonly runId: string;
  readonly mode: string;
  readonly simulated: boolean;
  readonly channel: string;
}): string =>
  `✔ ${of.mode === 'rehearse' ? 'Rehearsal' : 'Drill'} started${of.simulated ? ' · `SIMULATED`' : ''}: \`${escapeMrkdwn(of.runId)}\`\nFollow it in <#${of.channel}>${of.mode === 'rehearse' ? '; it changes nothing.' : ', where it asks for its approval.'}`;

/** A review asks nobody for approval: it touches nothing. */
export const reviewStartedText = (of: {
  readonly runId: string;
  readonly simulated: boolean;
  readonly channel: string;
}): string =>
  `✔ Documentation review started${of.simulated ? ' · `SIMULATED`' : ''}: \`${escapeMrkdwn(of.runId)}\`\nFollow it in <#${of.channel}>, where it asks the DR champion.`;

/** An exercise waits for people. @param of.led - what came of whoever started it taking the lead */
export const exerciseStartedText = (of: {
  readonly runId: string;
  readonly simulated: boolean;
  readonly channel: string;
  readonly led?: Parameters<typeof decisionText>[0];
}): string =>
  [
    `✔ Tabletop exercise started${of.simulated ? ' · `SIMULATED`' : ''}: \`${escapeMrkdwn(of.runId)}\``,
    of.led?.outcome === 'accepted'
      ? `You lead it: press Begin in <#${of.channel}> when the people are there.`
      : `It waits for a facilitator in <#${of.channel}>.`,
    ...(of.led === undefined || of.led.outcome === 'accepted' ? [] : [`You do not lead it: ${decisionText(of.led)}`]),
  ].join('\n');

/** One line of a list of runs. */
export interface RunListLine {
  readonly runId: string;
  readonly mode: string;
  readonly simulated: boolean;
  readonly state: string;
  readonly verdict?: string;
  readonly openedAtMs: number;
  readonly endedAtMs?: number;
}

/** Open runs that are shown with their buttons; each is a block of its own. */
const openRunsShown = 20;

/** `/dr status`: open runs first, each with its details a press away. */
export function runListMessage(runs: readonly RunListLine[], nowMs: number, command: string): SlackContent {
  if (runs.length === 0) {
    const none = `No run yet. Start one: \`${command} start\``;
    return message(none, [section(none)]);
  }
  const open = runs.filter((run) => run.verdict === undefined);
  const over = runs.filter((run) => run.verdict !== undefined).slice(0, 5);
  const title = open.length === 0 ? 'Nothing is running.' : `*${counted(open.length, 'open run')}*`;
  const before = over.length === 0 ? [] : ['*Before*', ...over.map((run) => runListLine(run, nowMs))];
  return message([title, ...open.map((run) => runListLine(run, nowMs)), ...before].join('\n'), [
    section(title),
    ...open.slice(0, openRunsShown).map((run): KnownBlock => ({
      ...section(runListLine(run, nowMs)),
      accessory: button({ action: slackActions.status, label: 'Details', value: JSON.stringify({ run: run.runId }) }),
    })),
    ...(open.length > openRunsShown ? [context(`and ${open.length - openRunsShown} more: \`firedrill status\``)] : []),
    ...(before.length === 0 ? [] : [section(before.join('\n'))]),
  ]);
}

/** `• run · state · how long`. */
export function runListLine(run: RunListLine, nowMs: number): string {
  const state = run.verdict === undefined ? run.state : verdictMark(run.verdict as Verdict);
  const took = formatDurationMs((run.endedAtMs ?? nowMs) - run.openedAtMs);
  return `• \`${escapeMrkdwn(run.runId)}\` · *${escapeMrkdwn(state)}* · ${took}${run.simulated ? ' · `SIMULATED`' : ''}`;
}

/** `/dr status RUN` and Details: what is known about a run, on two screens of a phone at most. */
export function runDetails(
  run: RunProjection,
  tickets: readonly { readonly fingerprint: string; readonly key: string; readonly url: string }[],
): SlackContent {
  const { runId, service, resource, simulated, mode, judged } = run;
  const heading = { runId, service, resource, simulated, mode };
  const pause = pauseOf(run);
  const [gate] = run.gates.filter((view) => view.status === 'open');
  const blocks: KnownBlock[] = [
    section(headline(heading)),
    ...paragraphs(
      judged === undefined
        ? `*${escapeMrkdwn(run.state)}* · since ${slackWhen(run.openedAtMs, run.atMs)}`
        : `*${verdictMark(judged.verdict)}*\n${escapeMrkdwn(judged.reason)}\n${resultLines(judged)}`,
    ),
    ...(pause === undefined ? [] : [section(`⏸ *Paused by ${escapeMrkdwn(pause.by)}*: ${escapeMrkdwn(pause.reason)}`)]),
    ...(gate === undefined
      ? []
      : [section(`*Asks*  ${escapeMrkdwn(gate.gate.preview.question)}${refusals(gate.decisions)}`)]),
    ...(judged === undefined ? whereToAnswer(run, gate !== undefined) : []),
    ...paragraphs(stepLines(run).join('\n') || 'No step yet.'),
    ...(run.preflight.length === 0
      ? []
      : paragraphs(
          `*Before it started*\n${run.preflight.map(({ name, outcome, detail }) => `${outcome === 'ok' ? '✔' : '✖'} ${escapeMrkdwn(name)}: ${escapeMrkdwn(clip(detail, 160))}`).join('\n')}`,
        )),
    ...(run.recoveryPoint === undefined
      ? []
      : [
          section(
            `*Recovery point*  ${escapeMrkdwn(run.recoveryPoint.choice)}, by ${escapeMrkdwn(run.recoveryPoint.point.method)}`,
          ),
        ]),
    ...(run.findings.length === 0
      ? []
      : paragraphs(
          `*${counted(run.findings.length, 'finding')}*\n${run.findings.map((finding) => `• ${escapeMrkdwn(clip(finding.title, 200))} · ${ticketOf(finding.fingerprint, tickets)}`).join('\n')}`,
        )),
    context(
      dotted(
        `run \`${escapeMrkdwn(runId)}\``,
        `catalog \`${escapeMrkdwn(run.catalogHash.slice(0, 12))}\``,
        `runbook ${escapeMrkdwn(run.runbook)} v${escapeMrkdwn(run.runbookVersion)}`,
      ),
    ),
    judged === undefined ? runButtons(runId, pause !== undefined, false) : endedButtons(runId, false),
  ];
  return message(
    `${escapeMrkdwn(plainHeadline(heading))}: ${judged === undefined ? escapeMrkdwn(run.state) : verdictMark(judged.verdict)}`,
    blocks,
  );
}

/** What waits for people, and where they do it: this answer has no buttons for it. */
function whereToAnswer({ runId, exercise, review }: RunProjection, asks: boolean): readonly KnownBlock[] {
  const id = escapeMrkdwn(runId);
  if (asks)
    return [section(`→ Answer in its message in the run's channel, or by \`firedrill approve ${id}\` or \`reject\`.`)];
  if (exercise?.scenario !== undefined && exercise.closed === undefined)
    return [
      section(
        `→ *Waits for people*: lead it and take part by the buttons of its message in the run's channel, or see \`firedrill exercise --help\`.`,
      ),
    ];
  if (review !== undefined && review.signedOff === undefined && review.items.length > 0) {
    const { answered, toAnswer } = progressOf(review);
    const what = answered < toAnswer ? `${answered} of ${counted(toAnswer, 'fact')} answered` : 'its sign-off is left';
    return [
      section(`→ *Waits for people*, ${what}: in its message in the run's channel, or see \`firedrill review ${id}\`.`),
    ];
  }
  return [];
}

const refusals = (decisions: readonly { readonly answer: { readonly outcome: string } }[]): string => {
  const refused = decisions.filter(({ answer }) => answer.outcome === 'refused').length;
  return refused === 0 ? '' : ` · ${counted(refused, 'click')} did not count`;
};

function stepLines({ steps }: RunProjection): string[] {
  const signs = { planned: '○', running: '◐', done: '●', failed: '✖', cancelled: '■', 'not-run': '–' } as const;
  return steps
    .filter((step) => step.status !== 'planned' && step.status !== 'not-run')
    .map((step) => {
      const took =
        step.startedAtMs === undefined || step.endedAtMs === undefined
          ? undefined
          : formatDurationMs(Math.max(0, step.endedAtMs - step.startedAtMs));
      const said = step.error?.what ?? step.summary;
      return `${signs[step.status]} ${dotted(escapeMrkdwn(step.name), took, said === undefined ? undefined : escapeMrkdwn(clip(said, 140)))}`;
    });
}

function ticketOf(fingerprint: string, tickets: Parameters<typeof runDetails>[1]): string {
  const ticket = tickets.find((one) => one.fingerprint === fingerprint);
  return ticket === undefined ? 'ticket pending' : link(ticket.url, ticket.key);
}

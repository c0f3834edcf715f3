import type { KnownBlock } from '@slack/types';
import { formatDurationMs } from '../../domain/duration-text.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { counted, dotted, verdictMark } from '../text.ts';
import { clip, context, escapeMrkdwn, message, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { headline, link, plainHeadline, resultLines, slackWhen } from './parts.ts';

/** What the Slack app says to one person. */

/** `/dr help`. */
export const helpText = [
  '*firedrill* holds disaster-recovery drills, asks before it does, and proves the result.',
  '• `/dr start restore-test SERVICE [RESOURCE] [latest|oldest|random] [snapshot|pitr] [rehearse]`  restores a backup for real into isolation and measures it; `rehearse` changes nothing',
  '• `/dr status [RUN]`  what runs are doing',
  '• `/dr abort RUN reason…`  stops a run; what it created is deleted',
  '• `/dr stop-all-drills reason…`  stops every drill and lets none start',
  '• `/dr release`  lets drills start again',
  'When Slack is down, the same works on the command line: `firedrill --help`',
].join('\n');

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

/** `/dr status`: open runs first. */
export function runListText(runs: readonly RunListLine[], nowMs: number): string {
  if (runs.length === 0) return 'No run yet. Start one: `/dr start restore-test SERVICE`';
  const open = runs.filter((run) => run.verdict === undefined);
  const over = runs.filter((run) => run.verdict !== undefined);
  return [
    ...(open.length === 0
      ? ['Nothing is running.']
      : [`*${counted(open.length, 'open run')}*`, ...open.map((run) => lineOf(run, nowMs))]),
    ...(over.length === 0 ? [] : ['*Before*', ...over.slice(0, 5).map((run) => lineOf(run, nowMs))]),
  ].join('\n');
}

function lineOf(run: RunListLine, nowMs: number): string {
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
  const [gate] = run.gates.filter((view) => view.status === 'open');
  const blocks: KnownBlock[] = [
    section(headline(heading)),
    section(
      judged === undefined
        ? `*${escapeMrkdwn(run.state)}* · since ${slackWhen(run.openedAtMs, run.atMs)}`
        : `*${verdictMark(judged.verdict)}*\n${escapeMrkdwn(judged.reason)}\n${resultLines(judged)}`,
    ),
    ...(gate === undefined
      ? []
      : [section(`*Asks*  ${escapeMrkdwn(gate.gate.preview.question)}${refusals(gate.decisions)}`)]),
    section(stepLines(run).join('\n') || 'No step yet.'),
    ...(run.preflight.length === 0
      ? []
      : [
          section(
            `*Before it started*\n${run.preflight.map(({ name, outcome, detail }) => `${outcome === 'ok' ? '✔' : '✖'} ${escapeMrkdwn(name)}: ${escapeMrkdwn(clip(detail, 160))}`).join('\n')}`,
          ),
        ]),
    ...(run.recoveryPoint === undefined
      ? []
      : [
          section(
            `*Recovery point*  ${escapeMrkdwn(run.recoveryPoint.choice)}, by ${escapeMrkdwn(run.recoveryPoint.point.method)}`,
          ),
        ]),
    ...(run.findings.length === 0
      ? []
      : [
          section(
            `*${counted(run.findings.length, 'finding')}*\n${run.findings.map((finding) => `• ${escapeMrkdwn(clip(finding.title, 200))} · ${ticketOf(finding.fingerprint, tickets)}`).join('\n')}`,
          ),
        ]),
    context(
      dotted(
        `run \`${escapeMrkdwn(runId)}\``,
        `catalog \`${escapeMrkdwn(run.catalogHash.slice(0, 12))}\``,
        `runbook ${escapeMrkdwn(run.runbook)} v${escapeMrkdwn(run.runbookVersion)}`,
      ),
    ),
  ];
  return message(
    `${escapeMrkdwn(plainHeadline(heading))}: ${judged === undefined ? escapeMrkdwn(run.state) : verdictMark(judged.verdict)}`,
    blocks,
  );
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

import type { KnownBlock } from '@slack/types';
import { wholeService } from '../../domain/modes.ts';
import { roleName } from '../../domain/role-text.ts';
import type { ObligationState, ObligationView } from '../../domain/obligation.ts';
import { isPast } from '../finding-state.ts';
import { counted, dotted, subjectOf, verdictMark } from '../text.ts';
import { slackActions } from './actions.ts';
import { runListLine } from './answers.ts';
import type { RunListLine } from './answers.ts';
import { findingButton } from './finding-buttons.ts';
import {
  button,
  clip,
  context,
  escapeMrkdwn,
  glance,
  message,
  paragraphs,
  plain,
  section,
  slackLimits,
} from './limits.ts';
import type { SlackContent } from './limits.ts';
import { link, slackWhen } from './parts.ts';
import { exerciseBlocks } from './exercise-waiting.ts';
import type { WaitingExercise } from './exercise-waiting.ts';
import { findingBlocks, gateBlocks, insteadText, reviewBlocks } from './waiting.ts';
import type { WaitingFinding, WaitingGate, WaitingReview } from './waiting.ts';

/** The ticket of a gap in a service of theirs. */
interface TicketLine {
  readonly fingerprint: string;
  readonly key: string;
  readonly url: string;
  readonly title: string;
  readonly service: string;
  readonly dueDate?: string;
  readonly acceptedUntil?: string;
}

/** A duty of somebody who has left, which is this person's meanwhile. */
interface StandInLine {
  readonly service: string;
  readonly role: 'service-owner' | 'dr-champion';
  /** Name of who has left. */
  readonly left: string;
}

/** Something that is this person's in the place of others, by name; nobody for what is their own. */
interface Mine {
  readonly insteadOf: readonly string[];
}

/** What concerns one person now. */
export interface MineView {
  readonly quarter: string;
  readonly quarterEndMs: number;
  readonly owes: readonly (ObligationView & Mine)[];
  readonly gates: readonly WaitingGate[];
  /** Documentation reviews that this person is to answer. */
  readonly reviews: readonly WaitingReview[];
  readonly exercises: readonly WaitingExercise[];
  /** Findings that wait for this person's word as the second one. */
  readonly findings: readonly WaitingFinding[];
  readonly standsIn: readonly StandInLine[];
  readonly tickets: readonly (TicketLine & Mine)[];
}

/** The Home tab: the same, and what everybody does. */
export interface HomeView extends MineView {
  readonly runs: readonly RunListLine[];
}

/** `tickets` on the Home tab, below which nothing can follow; a message goes on. All of it together is 50 blocks at most. */
const shown = {
  gates: 5,
  reviews: 5,
  exercises: 3,
  findings: 2,
  standsIn: 5,
  owes: 12,
  owesInMessage: 100,
  runs: 10,
  tickets: 6,
  ticketsInMessage: 20,
} as const;

/** The Home tab: what waits for me, what I owe, what runs, what is in my name; and the buttons that people look for. */
export const homeView = (home: HomeView, nowMs: number, command: string): SlackContent =>
  glance('firedrill', [
    {
      type: 'actions',
      block_id: 'home',
      elements: [
        button({ action: slackActions.start, label: 'Start a run…', value: '-' }),
        button({ action: slackActions.declare, label: 'Declare an incident…', value: '-' }),
        button({ action: slackActions.gap, label: 'Report a gap…', value: '-' }),
        button({ action: slackActions.home, label: 'Look again', value: '-' }),
        button({ action: slackActions.stopAll, label: 'Stop all drills…', value: '-', style: 'danger' }),
      ],
    },
    ...waitingBlocks(home, nowMs),
    ...standInBlocks(home),
    ...owesBlocks(home, nowMs, shown.owes, `${command} mine`),
    header('Runs under way', home.runs.length),
    section(
      listOr(
        home.runs.slice(0, shown.runs).map((run) => runListLine(run, nowMs)),
        home.runs.length,
        'Nothing is running.',
        `${command} status`,
      ),
    ),
    ...ticketBlocks(home, nowMs, shown.tickets),
    context(`as of ${slackWhen(nowMs, nowMs)}`),
  ]);

/** `/dr mine`. */
export const mineMessage = (mine: MineView, nowMs: number): SlackContent =>
  message(mineText(mine), [
    ...waitingBlocks(mine, nowMs),
    ...standInBlocks(mine),
    ...owesBlocks(mine, nowMs, shown.owesInMessage),
    ...ticketBlocks(mine, nowMs, shown.ticketsInMessage),
  ]);

/** `1 thing waits for you, 3 things to do in 2026Q4`. */
function mineText(mine: MineView): string {
  const count = waitingCount(mine);
  const owed = mine.owes.filter(({ state }) => state !== 'done').length;
  const waiting = count === 0 ? '' : `${counted(count, 'thing')} ${count === 1 ? 'waits' : 'wait'} for you, `;
  return `${waiting}${counted(owed, 'thing')} to do in ${mine.quarter}`;
}

/** `/dr tickets`. */
export const ticketsMessage = (mine: Pick<MineView, 'tickets'>, nowMs: number): SlackContent =>
  message(counted(mine.tickets.length, 'ticket'), ticketBlocks(mine, nowMs, shown.ticketsInMessage));

type Waiting = Pick<MineView, 'gates' | 'reviews' | 'exercises' | 'findings'>;
const waitingCount = ({ gates, reviews, exercises, findings }: Waiting): number =>
  gates.length + reviews.length + exercises.length + findings.length;

function waitingBlocks(waiting: Waiting, nowMs: number): KnownBlock[] {
  const first: Waiting = {
    gates: waiting.gates.slice(0, shown.gates),
    exercises: waiting.exercises.slice(0, shown.exercises),
    reviews: waiting.reviews.slice(0, shown.reviews),
    findings: waiting.findings.slice(0, shown.findings),
  };
  const count = waitingCount(waiting);
  const more = count - waitingCount(first);
  return [
    header('Waiting for me', count),
    ...(count === 0 ? [section('✔ Nothing waits for you.')] : []),
    ...gateBlocks(first.gates),
    ...exerciseBlocks(first.exercises),
    ...reviewBlocks(first.reviews, nowMs),
    ...findingBlocks(first.findings),
    ...(more > 0 ? [context(`and ${more} more`)] : []),
  ];
}

/** Only for whoever stands in for somebody. */
function standInBlocks({ standsIn }: Pick<MineView, 'standsIn'>): KnownBlock[] {
  if (standsIn.length === 0) return [];
  const lines = standsIn
    .slice(0, shown.standsIn)
    .map(({ service, role, left }) =>
      dotted(`*${escapeMrkdwn(service)}*`, roleName(role), `in place of ${escapeMrkdwn(left)}, who has left`),
    );
  return [
    header('I stand in for others', standsIn.length),
    section(listOr(lines, standsIn.length, '')),
    context('Their approvals, reviews, tickets and what they owe are yours until the catalog names somebody else.'),
  ];
}

/** @param all - the command that shows the others, too */
function owesBlocks(
  { owes, quarter, quarterEndMs }: MineView,
  nowMs: number,
  atMost: number,
  all?: string,
): KnownBlock[] {
  const order: readonly ObligationState[] = ['due', 'under-way', 'held-not-met', 'done'];
  const sorted = order.flatMap((state) => owes.filter((one) => one.state === state));
  const none = 'Nothing: you are neither owner nor DR champion of a service that is tested each quarter.';
  const lines = listOr(sorted.slice(0, atMost).map(owedLine), owes.length, none, all);
  return [
    header(`What I owe in ${quarter}`),
    // The Home tab has no room for more blocks than are counted above; a message goes on.
    ...(all === undefined ? paragraphs(lines) : [section(lines)]),
    ...(owes.some(({ state }) => state === 'due') ? [context(`due by ${slackWhen(quarterEndMs, nowMs)}`)] : []),
  ];
}

function owedLine({ runbook, service, resource, state, runId, verdict, insteadOf }: ObligationView & Mine): string {
  const signs: Readonly<Record<ObligationState, string>> = {
    due: '○ *due*',
    'under-way': '◐ *under way*',
    'held-not-met': '✖ *held, not met*',
    done: '✔ *done*',
  };
  return dotted(
    `${signs[state]}  ${escapeMrkdwn(runbook)}`,
    `*${escapeMrkdwn(resource === wholeService ? service : subjectOf({ service, resource }))}*`,
    verdict === undefined ? undefined : verdictMark(verdict),
    runId === undefined ? undefined : `\`${escapeMrkdwn(runId)}\``,
    insteadText(insteadOf),
  );
}

/** Each with its details a press away, and there what can be done about it; what is due first stands first. */
function ticketBlocks(mine: Pick<MineView, 'tickets'>, nowMs: number, atMost: number): KnownBlock[] {
  // Days sort as text. Behind them what nobody follows yet, last what needs nothing before its day.
  const order = ({ dueDate, acceptedUntil }: TicketLine): string =>
    dueDate ?? (acceptedUntil === undefined ? '9998' : '9999');
  const tickets = mine.tickets.toSorted((one, other) => order(one).localeCompare(order(other)));
  const more = tickets.length - atMost;
  return [
    header('Tickets in my name', tickets.length),
    ...(tickets.length === 0 ? [section('✔ No gap of your services has an open ticket.')] : []),
    ...tickets.slice(0, atMost).map(({ fingerprint, key, url, title, service, insteadOf, ...when }): KnownBlock => ({
      ...section(
        dotted(
          link(url, key),
          `*${escapeMrkdwn(service)}*`,
          escapeMrkdwn(clip(title, 100)),
          whenText(when, nowMs),
          insteadText(insteadOf),
        ),
      ),
      accessory: findingButton({ fingerprint, service }),
    })),
    ...(more > 0 ? [context(`and ${more} more: \`firedrill findings --open\``)] : []),
  ];
}

function whenText(
  { dueDate, acceptedUntil }: Pick<TicketLine, 'dueDate' | 'acceptedUntil'>,
  nowMs: number,
): string | undefined {
  if (dueDate !== undefined) return `${isPast(dueDate, nowMs) ? '*OVERDUE*, ' : ''}due ${escapeMrkdwn(dueDate)}`;
  return acceptedUntil === undefined ? undefined : `accepted until ${escapeMrkdwn(acceptedUntil)}`;
}

/** A heading, with how many there are: what is below may be cut. */
const header = (text: string, count = 0): KnownBlock => ({
  type: 'header',
  text: plain(count === 0 ? text : `${text} (${count})`, slackLimits.headerText),
});

/** @param all - the command that shows those that are left out */
function listOr(lines: readonly string[], count: number, none: string, all?: string): string {
  if (count === 0) return none;
  const more = `and ${count - lines.length} more${all === undefined ? '' : `: \`${all}\``}`;
  return [...lines, ...(count > lines.length ? [more] : [])].join('\n');
}

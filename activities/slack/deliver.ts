import type { Notice, NoticeAddress } from '../../domain/notice.ts';
import { endedWell } from '../../domain/verdict.ts';
import { closedGateMessage, openGateMessage } from '../../views/slack/gate-message.ts';
import { exerciseHolderLeftMessage } from '../../views/slack/exercise-left.ts';
import { exerciseMessage, exercisePostMessage, exerciseReminderMessage } from '../../views/slack/exercise-message.ts';
import type { SlackContent } from '../../views/slack/limits.ts';
import { reviewMessage, reviewReminderMessage } from '../../views/slack/review-message.ts';
import { runMessage } from '../../views/slack/run-message.ts';
import type { FindingLine } from '../../views/slack/run-message.ts';
import { findingNewsMessage } from '../../views/slack/finding-news.ts';
import { gapMessage } from '../../views/slack/gap.ts';
import {
  findingMessage,
  incidentNewsMessage,
  pauseMessage,
  reminderMessage,
  ticketMessage,
  verdictMessage,
} from '../../views/slack/thread.ts';
import type { SlackMessageRef } from './interface.ts';
import type { MessageBoard } from './message-board.ts';

type Messages = Readonly<Record<string, SlackMessageRef>>;
type Of<Kind extends Notice['kind']> = Extract<Notice, { kind: Kind }>;

const gateKey = (gate: { gateId: string; round: number }): string => `gate:${gate.gateId}:${gate.round}`;
/** Of a documentation review; also what a run says that it waits for. */
const reviewKey = 'review';
/** Of what is told and said in an exercise. */
const eventPrefix = 'post:';
/** Slack takes about fifty edits a minute, and an exercise may have been improvised for hours: the newest are what people look at. */
const eventsMax = 30;
const findingKey = (fingerprint: string): string => `finding:${fingerprint}`;

/** Everything that one notice needs said in Slack. Answers only what has changed in what has to be remembered. */
export async function deliver(
  board: MessageBoard,
  address: NoticeAddress,
  notice: Notice,
  known: Messages,
): Promise<Messages> {
  const show = (
    key: string,
    content: SlackContent,
    options?: Parameters<MessageBoard['show']>[2],
  ): Promise<SlackMessageRef> => board.show({ run: address.runId, key, number: notice.number }, content, options);
  const thread = known['run']?.ts;

  switch (notice.kind) {
    case 'run-status':
      return await showRun(notice);
    case 'gate-opened': {
      const { gate, mention } = notice;
      const ref = await showGate(gate, openGateMessage({ heading: address, gate, mention }));
      return { [gateKey(gate)]: { ...ref, remembers: { what: 'gate', mention } } };
    }
    case 'gate-progress': {
      const { gate, text, approvedBy } = notice;
      const remembers = known[gateKey(gate)]?.remembers;
      const mention = remembers?.what === 'gate' ? remembers.mention : [];
      const view = { heading: address, gate, mention, progress: text, ...(approvedBy ? { approvedBy } : {}) };
      const ref = await showGate(gate, openGateMessage(view));
      return { [gateKey(gate)]: { ...ref, remembers: { what: 'gate', mention } } };
    }
    case 'gate-closed':
      return {
        [gateKey(notice.gate)]: await showGate(notice.gate, closedGateMessage({ heading: address, ...notice })),
      };
    case 'gate-reminder': {
      const below = known[gateKey(notice.gate)]?.ts;
      await show(`reminder:${notice.number}`, reminderMessage(address, notice.gate, notice.text, notice.mention), {
        thread: below,
        broadcast: true,
      });
      return {};
    }
    case 'incident-news':
      await show(`incident:${notice.number}`, incidentNewsMessage(address, notice.text), { thread, broadcast: true });
      return {};
    case 'pause':
      await show(`pause:${notice.number}`, pauseMessage(address, notice), { thread });
      return {};
    case 'review-status': {
      const { review, mention } = notice;
      return {
        [reviewKey]: await show(reviewKey, reviewMessage({ heading: address, review, mention }), {
          known: known[reviewKey],
        }),
      };
    }
    case 'review-reminder': {
      const content = reviewReminderMessage(address, notice.text, notice.mention);
      await show(`review-reminder:${notice.number}`, content, { thread: known[reviewKey]?.ts, broadcast: true });
      return {};
    }
    case 'finding': {
      const { fingerprint, title, found, matters, lookFirst, severity } = notice.finding;
      const finding = { fingerprint, title, found, matters, lookFirst, severity };
      const key = findingKey(fingerprint);
      const ref = await show(key, findingMessage(address, finding), { known: known[key], thread });
      return { [key]: { ...ref, remembers: { what: 'finding', finding } } };
    }
    case 'ticket-filed':
      return await showTicket(notice);
    case 'finding-news': {
      const first = known['news'];
      const before = known['newest-news'];
      const ref = await show(`news:${notice.number}`, findingNewsMessage(address, notice), {
        thread: first?.ts,
        broadcast: first !== undefined && notice.broadcast,
      });
      // What could be done then stands in the newest message, or cannot be done any more.
      if (before?.remembers?.what === 'news' && before.remembers.news.number !== notice.number) {
        const { news } = before.remembers;
        const identity = { run: address.runId, key: `news:${news.number}`, number: news.number };
        await board.show(identity, findingNewsMessage(address, news), { known: before, thread: first?.ts });
      }
      const { offers: _offers, ...news } = notice;
      const newest: SlackMessageRef = { ...ref, remembers: { what: 'news', news } };
      return { 'newest-news': newest, ...(first === undefined ? { news: ref } : {}) };
    }
    case 'gap-reported': {
      const { finding, report } = notice;
      const first = known['news'];
      const content = gapMessage(finding, report, address.simulated);
      const ref = await show(`gap:${report.reportId}`, content, { thread: first?.ts, broadcast: first !== undefined });
      // What becomes of it stands below.
      return first === undefined ? { news: ref } : {};
    }
    case 'exercise-status': {
      const content = exerciseMessage({ heading: address, exercise: notice.exercise });
      const ref = await show('exercise', content, { known: known['exercise'] });
      if (notice.exercise.over) await takeButtonsOfEvents();
      return { exercise: ref };
    }
    case 'exercise-post': {
      // The story is told to the whole channel; what the room does stands below the exercise's own message.
      const { post } = notice;
      const key = `${eventPrefix}${notice.number}`;
      const ref = await show(key, exercisePostMessage(address, post), {
        thread: known['exercise']?.ts,
        broadcast: post.what !== 'note',
      });
      return post.what === 'inject' || post.what === 'improvised' ? { [key]: ref } : {};
    }
    case 'exercise-holder-left': {
      const { left, mention } = notice;
      const key = `left:${left.person.personId}`;
      const place = { known: known[key], thread: known['exercise']?.ts, broadcast: true };
      return { [key]: await show(key, exerciseHolderLeftMessage(address, left, mention), place) };
    }
    case 'exercise-reminder': {
      const content = exerciseReminderMessage(address, notice.text, notice.mention);
      await show(`exercise-reminder:${notice.number}`, content, { thread: known['exercise']?.ts, broadcast: true });
      return {};
    }
    case 'verdict':
      await show('verdict', verdictMessage(address, notice.judged), {
        thread,
        broadcast: !endedWell(notice.judged.verdict),
      });
      return {};
  }

  /** No decision of the room and no gap can be added any more. */
  async function takeButtonsOfEvents(): Promise<void> {
    const events = Object.entries(known).filter(([key]) => key.startsWith(eventPrefix));
    for (const [key, ref] of events.slice(-eventsMax))
      await board.takeButtons({ run: address.runId, key, number: notice.number }, ref);
  }

  async function showGate(gate: { gateId: string; round: number }, content: SlackContent): Promise<SlackMessageRef> {
    return await show(gateKey(gate), content, { known: known[gateKey(gate)] });
  }

  async function showRun({ status }: Of<'run-status'>): Promise<Messages> {
    const { waitingFor } = status;
    const gate =
      waitingFor === undefined
        ? undefined
        : waitingFor === reviewKey
          ? known[reviewKey]
          : newestRound(known, waitingFor);
    const gateUrl = gate === undefined ? undefined : await board.addressOf(gate);
    const content = runMessage({
      heading: address,
      status,
      findings: linesOf(known),
      ...(gateUrl === undefined ? {} : { gateUrl }),
    });
    const ref = await show('run', content, { known: known['run'] });
    return { run: status.judged === undefined ? ref : { ...ref, remembers: { what: 'end', status } } };
  }

  /** The ticket goes to the finding's own message, and to the run's when that has said its last word already. */
  async function showTicket(filed: Of<'ticket-filed'>): Promise<Messages> {
    const key = findingKey(filed.fingerprint);
    const remembers = known[key]?.remembers;
    const ticket = { key: filed.key, url: filed.url, outcome: filed.outcome };
    const changed: Record<string, SlackMessageRef> = {};
    if (remembers?.what === 'finding') {
      const ref = await show(key, findingMessage(address, remembers.finding, ticket), { known: known[key], thread });
      changed[key] = { ...ref, remembers: { ...remembers, ticket } };
    } else {
      await show(`ticket:${filed.fingerprint}`, ticketMessage(address, filed.title, ticket), { thread });
    }
    const run = known['run'];
    if (run?.remembers?.what === 'end') {
      const content = runMessage({
        heading: address,
        status: run.remembers.status,
        findings: linesOf({ ...known, ...changed }),
      });
      changed['run'] = { ...(await show('run', content, { known: run })), remembers: run.remembers };
    }
    return changed;
  }
}

/** The message of a gate's newest round; earlier rounds are answered. */
function newestRound(known: Messages, gateId: string): SlackMessageRef | undefined {
  const rounds = Object.entries(known).flatMap(([key, ref]) => {
    const [kind, ...rest] = key.split(':');
    const round = Number(rest.at(-1));
    return kind === 'gate' && rest.slice(0, -1).join(':') === gateId && Number.isInteger(round) ? [{ round, ref }] : [];
  });
  return rounds.toSorted((one, other) => other.round - one.round)[0]?.ref;
}

/** The findings told so far, with the tickets that they have. */
const linesOf = (known: Messages): FindingLine[] =>
  Object.values(known).flatMap(({ remembers }) =>
    remembers?.what === 'finding'
      ? [{ title: remembers.finding.title, ...(remembers.ticket === undefined ? {} : { ticket: remembers.ticket }) }]
      : [],
  );

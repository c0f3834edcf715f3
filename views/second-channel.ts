import type { Notice, NoticeAddress } from '../domain/notice.ts';
import { isRecovery } from '../domain/verdict.ts';
import { showCommand } from './finding-state.ts';
import {
  dotted,
  modeMark,
  resultsOf,
  rpoText,
  rtoText,
  runbookOf,
  simulatedMark,
  subjectOf,
  verdictMark,
} from './text.ts';

/** What the webhook of the second channel gets: `text` for people, the rest for whatever routes it. */
export interface SecondChannelBody {
  readonly text: string;
  readonly kind: 'gate-reminder' | 'review-reminder' | 'exercise-reminder' | 'verdict' | 'finding' | 'finding-news';
  readonly simulated: boolean;
  readonly mode: string;
  readonly runbook: string;
  readonly runId: string;
  readonly service: string;
  readonly resource: string;
  /** What to do now, as a command that works without Slack. */
  readonly next: string;
  readonly question?: string;
  readonly roles?: readonly string[];
  readonly verdict?: string;
  readonly rto?: string;
  readonly rpo?: string;
  /** Of a review or an exercise, where a recovery has its clocks. */
  readonly results?: Readonly<Record<string, string>>;
}

/** What a mail of it is called: the first line of its text, and what it is about. */
export function mailSubject(body: SecondChannelBody): string {
  const [head = ''] = body.text.split('\n');
  const about = {
    'gate-reminder': 'a decision is needed',
    'review-reminder': 'a review waits for you',
    'exercise-reminder': 'an exercise waits for you',
    verdict: 'how it ended',
    finding: 'a finding',
    'finding-news': 'a finding that stays open',
  } as const;
  return `[firedrill] ${head}: ${about[body.kind]}`;
}

/** The body for a notice that goes to the second channel; nothing for the others, which are for Slack alone. */
export function secondChannelBody(address: NoticeAddress, notice: Notice): SecondChannelBody | undefined {
  const { runId, service, resource, simulated, mode } = address;
  const about = { simulated, mode, runbook: runbookOf(runId), runId, service, resource };
  const head = dotted(modeMark(mode), runbookOf(runId), subjectOf(address), simulatedMark(simulated));
  switch (notice.kind) {
    case 'gate-reminder': {
      const { question } = notice.gate.preview;
      const next = `firedrill approve ${runId}   or   firedrill reject ${runId} --reason "…"`;
      return {
        text: `${head}\n${question}\n${notice.text}\nDecide in Slack, or: ${next}`,
        kind: 'gate-reminder',
        ...about,
        next,
        question,
        roles: notice.roles,
      };
    }
    case 'review-reminder': {
      const next = `firedrill review ${runId}`;
      return {
        text: `${head}\n${notice.text}\nAnswer and sign in Slack, or: ${next}`,
        kind: 'review-reminder',
        ...about,
        next,
        roles: notice.roles,
      };
    }
    case 'exercise-reminder': {
      const next = `firedrill report ${runId}   and   firedrill exercise --help`;
      return {
        text: `${head}\n${notice.text}\nGo on in Slack, or: ${next}`,
        kind: 'exercise-reminder',
        ...about,
        next,
        roles: notice.roles,
      };
    }
    case 'verdict': {
      const { judged } = notice;
      const next = `firedrill report ${runId}`;
      const results = resultsOf(judged);
      return {
        text: `${head}\n${verdictMark(judged.verdict)}: ${judged.reason}\n${results.map(({ name, text }) => `${name} ${text}`).join('\n')}\nReport: ${next}`,
        kind: 'verdict',
        ...about,
        next,
        verdict: judged.verdict,
        ...(isRecovery(judged)
          ? { rto: rtoText(judged), rpo: rpoText(judged) }
          : { results: Object.fromEntries(results.map(({ name, text }) => [name, text])) }),
      };
    }
    case 'finding': {
      const next = `firedrill report ${runId}`;
      return {
        text: `${head}\nFinding: ${notice.finding.title}\n${notice.finding.matters}\nReport: ${next}`,
        kind: 'finding',
        ...about,
        next,
      };
    }
    case 'finding-news': {
      const next = showCommand(notice.finding.fingerprint, notice.ticket?.key);
      const ticket = notice.ticket === undefined ? '' : `${notice.ticket.key} ${notice.ticket.url}\n`;
      return {
        text: `${dotted('Finding', subjectOf(address), simulatedMark(simulated))}\n${notice.text}\n${ticket}See: ${next}`,
        kind: 'finding-news',
        ...about,
        next,
      };
    }
    case 'run-status':
    case 'exercise-status':
    case 'exercise-post':
    case 'exercise-holder-left':
    case 'gate-opened':
    case 'gate-progress':
    case 'pause':
    case 'incident-news':
    case 'gap-reported':
    case 'gate-closed':
    case 'review-status':
    case 'ticket-filed':
      return undefined;
  }
}

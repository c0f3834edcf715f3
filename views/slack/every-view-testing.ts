import type { JournalEvent } from '../../domain/journal-entry.ts';
import type { FindingOffer } from '../../domain/finding-acts.ts';
import type { OpenGate } from '../../domain/gate.ts';
import type { RemediationView } from '../../domain/remediation.ts';
import { manualRunId } from '../../domain/run-id.ts';
import { projectRun } from '../../domain/run-projection.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import {
  exampleAddress,
  exampleFailed,
  exampleFinding,
  exampleGate,
  exampleStatus,
  exampleTicket,
  openedAtMs,
} from '../example-notices.ts';
import { gapForm, gapMessage, gapReportedText } from './gap.ts';
import {
  decisionText,
  errorText,
  exerciseStartedText,
  runDetails,
  runListMessage,
  reviewStartedText,
  startedText,
} from './answers.ts';
import { everyDuty, exerciseParts, exerciseViews } from './exercise-views-testing.ts';
import { closedGateMessage, openGateMessage } from './gate-message.ts';
import { helpMessage } from './help.ts';
import {
  correctTimeForm,
  declaredText,
  declareForm,
  handOverForm,
  incidentMessage,
  incidentOverForm,
} from './incident.ts';
import { homeView, mineMessage, ticketsMessage } from './home.ts';
import type { HomeView } from './home.ts';
import { confirmForm, decisionForm, stopAllForm } from './modals.ts';
import type { Heading } from './parts.ts';
import { reviewNotice } from '../../domain/review-notice.ts';
import { askedReview, documentForTests, manyItemsForTests } from '../../domain/review-testing.ts';
import { answerForm, delegateForm, loadingForm, pagesOf, saidForm, saying, signOffForm } from './review-forms.ts';
import { reviewMessage, reviewReminderMessage } from './review-message.ts';
import { findingDetails } from './finding-details.ts';
import { acceptForm, attestForm } from './finding-forms.ts';
import { findingNewsMessage } from './finding-news.ts';
import { runMessage } from './run-message.ts';
import { startable, startForm } from './start-form.ts';
import {
  findingMessage,
  incidentNewsMessage,
  pauseMessage,
  reminderMessage,
  ticketMessage,
  verdictMessage,
} from './thread.ts';
import { gatesWaitingMessage } from './waiting.ts';

/** Every message and view that firedrill can show in Slack, at its longest: the longest names there can be, and 200 of everything. */

/** How many of everything. */
export const plenty = 200;

const name40 = 'n'.repeat(40);
const runId = manualRunId({ runbook: 'documentation-review', service: name40, resource: name40 }, openedAtMs, '9f3a');
const heading: Heading = { ...exampleAddress, runId, service: name40, resource: name40, mode: 'real' };

/** Several sentences that end in a number, full of what Slack reads as markup and of characters in two halves. */
export const sentence = (number: number): string =>
  `“The setting <@U0ANNA> & <https://example.com/a|b> of 🟦 differs” ${'from what was documented there '.repeat(5)}(no.${number})`;
const sentences = Array.from({ length: plenty }, (_, index) => sentence(index + 1));
/** More than anything of Slack's takes at once. */
const longText = sentences.join(' ');

const gate: OpenGate = {
  ...exampleGate,
  runId,
  gateId: 'g'.repeat(100),
  round: 9,
  initiator: name40,
  policy: {
    ...exampleGate.policy,
    seats: Array.from({ length: 5 }, () => ({
      roles: ['service-owner', 'dr-champion', 'risk-and-compliance'] as const,
    })),
    escalations: Array.from({ length: 20 }, (_, index) => ({
      afterMs: (index + 1) * 60_000,
      roles: ['incident-commander', 'leadership', 'service-owner'] as const,
      secondChannel: true,
    })),
  },
  preview: {
    ...exampleGate.preview,
    mode: 'real',
    question: sentence(1),
    creates: sentences,
    touches: longText,
    reversibility: longText,
    dataLossMs: 4200,
    outageMs: 120_000,
  },
};
const people = Array.from({ length: plenty }, (_, index) => `U0${String(index).padStart(9, '0')}`);

const opened: JournalEvent = {
  type: 'run-opened',
  runbook: 'restore-test',
  runbookVersion: '1',
  mode: 'drill',
  touches: 'isolated',
  service: name40,
  resource: name40,
  tier: 0,
  target: { rtoMs: 21_600_000, rpoMs: 3_600_000, inForceFrom: '2025-01-01', origin: 'tier' },
  catalogHash: 'ab'.repeat(32),
  simulated: true,
  endpoints: {},
  initiator: name40,
  via: 'slack',
  request: {},
  stepsPlanned: sentences,
};
const project = (...events: readonly JournalEvent[]): RunProjection =>
  projectRun(
    [opened, ...events].map((event, index) => ({
      runId,
      executionId: 'e',
      number: index + 1,
      atMs: openedAtMs + index * 1000,
      event,
    })),
  );
const busyRun = project(
  ...sentences.flatMap((step): JournalEvent[] => [
    { type: 'step-started', step },
    { type: 'step-ended', step, outcome: 'done', attempts: 9, awsCalls: [], summary: longText },
  ]),
  {
    type: 'preflight-checked',
    results: sentences.map((detail) => ({ name: 'isolation', outcome: 'unknown', detail })),
  },
  { type: 'gate-opened', gate },
  ...sentences.map((title, index): JournalEvent => ({
    type: 'finding-raised',
    finding: { ...exampleFinding, title, fingerprint: String(index) },
  })),
);
const judgedRun = project({ type: 'verdict-reached', judged: { ...exampleFailed, reason: longText } });

const finding = { ...exampleFinding, title: sentence(1), found: longText, matters: longText, lookFirst: longText };
const ticket = {
  key: `${'P'.repeat(10)}-2147483647`,
  url: `https://${'j'.repeat(60)}.example.com/browse/X-1`,
  outcome: 'commented',
} as const;
const status = {
  ...exampleStatus(1, 'running', {
    state: sentence(1),
    lastFinding: longText,
    findings: plenty,
    approvals: sentences,
    waitingFor: 'admission',
    paused: { by: sentence(1), reason: longText, holds: false },
  }),
  steps: sentences.map((name) => ({ name, state: 'failed' as const })),
};
const tickets = sentences.map((_, index) => ({ ...ticket, fingerprint: String(index) }));
const line = { runId, mode: 'drill', simulated: true, state: sentence(1), openedAtMs, endedAtMs: openedAtMs + 1e9 };
const memory = { ref: { run: runId, gate: 'g'.repeat(100), round: 999 }, channel: 'C0JIRACLOUD', clickTs: '1.123456' };
const bareMemory = { channel: memory.channel, clickTs: memory.clickTs };
const command = `/${'c'.repeat(31)}`;
const mention = people;
const said = (text: string): { readonly text: string } => ({ text });
/** One who has left, with the longest name there can be. */
const insteadOf = [longText.slice(0, 200)];
const owed = {
  runbook: 'documentation-review',
  service: name40,
  resource: name40,
  quarter: '2026Q4',
  state: 'held-not-met',
  runId,
  verdict: 'failed',
  insteadOf,
} as const;
/** 200 differences, and as many documents as a service may declare. */
const bigReview = {
  ...askedReview(manyItemsForTests(plenty)),
  documents: sentences.slice(0, 50).map((title, index) => ({
    ...documentForTests,
    id: `recovery:${index}`,
    title: longText.slice(0, 1000),
    where: title,
    version: title,
  })),
};
const reviewMemory = { run: runId, page: plenty, digest: 'd'.repeat(64) };
const bigNotice = reviewNotice(bigReview, false);
const choices = ['reject', 'abort', 'pause', 'resume'] as const;

const voice = { personId: name40, personName: longText.slice(0, 300) };
const saidView: RemediationView = {
  finding: { ...finding, proof: { kind: 'attested', sentence: longText } },
  ticketRequest: exampleTicket,
  simulated: true,
  state: 'open',
  raisedAtMs: openedAtMs,
  metAtMs: openedAtMs,
  openSinceMs: openedAtMs,
  timesMet: plenty,
  ticket: { ...ticket, status: longText, isDone: false },
  ticketsGone: [],
  reopened: plenty,
  retest: { runId, startedAtMs: openedAtMs },
  retestPlanned: {
    opensMs: openedAtMs,
    closesMs: openedAtMs + 1,
    words: longText.slice(0, 200),
    live: true,
    askedBy: voice,
  },
  rechecked: { runId, sentence: longText.slice(0, 2000) },
  attestation: { by: voice, evidence: `https://${'e'.repeat(1900)}`, atMs: openedAtMs },
  acceptanceAsked: { by: voice, roles: [], until: '2027-03-31', reason: longText.slice(0, 2000) },
};
const home: HomeView = {
  quarter: '2026Q4',
  quarterEndMs: openedAtMs,
  owes: sentences.map(() => owed),
  gates: sentences.map(() => ({ run: busyRun, gate, insteadOf })),
  reviews: sentences.map((_, index) => ({
    run: busyRun,
    answered: index,
    toAnswer: 200,
    dueAtMs: openedAtMs,
    insteadOf,
  })),
  exercises: sentences.map((title) => ({ run: busyRun, title, duties: everyDuty })),
  findings: sentences.map((_, index) => ({ view: saidView, word: index % 2 === 0 ? 'attest' : 'accept-risk' })),
  standsIn: sentences.map((left) => ({ service: name40, role: 'service-owner', left })),
  tickets: sentences.map((title) => ({
    ...ticket,
    fingerprint: 'a1'.repeat(12),
    title,
    service: name40,
    insteadOf,
    dueDate: '2026-01-01',
  })),
  runs: sentences.map(() => line),
};
const nothing: HomeView = {
  ...home,
  owes: [],
  gates: [],
  reviews: [],
  exercises: [],
  findings: [],
  standsIn: [],
  tickets: [],
  runs: [],
};
/** As it is published. */
const onHome = (view: HomeView): object => ({ type: 'home', blocks: homeView(view, openedAtMs, command).blocks });
const closedView: RemediationView = {
  ...saidView,
  state: 'closed',
  acceptance: { by: [voice, voice], until: '2027-03-31', reason: longText.slice(0, 2000) },
  closed: { how: 'recheck', sentence: longText.slice(0, 2000), atMs: openedAtMs },
};
const longOffers: readonly FindingOffer[] = [
  { kind: 'attest', confirms: longText, evidence: `https://${'w'.repeat(242)}` },
  { kind: 'accept-risk', until: '2027-03-31', by: longText, reason: longText },
  { kind: 'retest' },
];
const bareFinding = { ref: { finding: 'a1'.repeat(12), service: name40 }, channel: memory.channel, clickTs: '1.1' };
const findingMemory = {
  ...bareFinding,
  ref: {
    ...bareFinding.ref,
    confirms: sentence(1).slice(0, 100),
    until: '2027-03-31',
    about: longText.slice(0, 200),
    closes: longText.slice(0, 300),
    said: longText.slice(0, 300),
  },
};

/**
 * By file and name of what makes them. `every-view.test.ts` refuses what a file of this folder exports and neither this nor
 * `notShown` knows: whoever adds a message or a view adds its longest form here.
 */
export const everyView: Readonly<Record<string, () => readonly unknown[]>> = {
  'answers.ts decisionText': () => [said(decisionText({ outcome: 'refused', text: longText.slice(0, 2900) }))],
  'answers.ts errorText': () => [said(errorText(new Error(longText)))],
  'answers.ts startedText': () => [
    said(startedText({ runId, mode: 'drill', simulated: true, channel: 'C0JIRACLOUD' })),
  ],
  'answers.ts reviewStartedText': () => [said(reviewStartedText({ runId, simulated: true, channel: 'C0JIRACLOUD' }))],
  'answers.ts exerciseStartedText': () => [
    said(
      exerciseStartedText({
        runId,
        simulated: true,
        channel: 'C0JIRACLOUD',
        led: { outcome: 'refused', text: longText.slice(0, 2000) },
      }),
    ),
  ],
  'answers.ts runListMessage': () => [
    runListMessage(
      sentences.map(() => line),
      openedAtMs,
      command,
    ),
    runListMessage([{ ...line, verdict: 'failed' }], openedAtMs, command),
    runListMessage([], openedAtMs, command),
  ],
  'answers.ts runDetails': () => [runDetails(busyRun, tickets), runDetails(judgedRun, tickets)],
  ...exerciseViews,
  'gate-message.ts openGateMessage': () => [
    openGateMessage({ heading, gate, mention, progress: longText }),
    openGateMessage({ heading, gate, mention: [] }),
    openGateMessage({
      heading,
      gate: { ...gate, confirm: name40 },
      mention,
      progress: longText,
      approvedBy: sentences,
    }),
  ],
  'gate-message.ts closedGateMessage': () => [
    closedGateMessage({ heading, gate, outcome: 'rejected', text: longText, closedAtMs: openedAtMs + 1e9 }),
  ],
  'help.ts helpMessage': () => [helpMessage(command)],
  'gap.ts gapForm': () => [gapForm(memory), gapForm(bareMemory, name40), gapForm(bareMemory, longText)],
  'gap.ts gapMessage': () => [gapMessage(finding, { slackId: 'U0ANNA' }, true)],
  'gap.ts gapReportedText': () => [said(gapReportedText({ ...finding, title: sentence(1) }, command))],
  'home.ts homeView': () => [onHome(home), onHome(nothing)],
  'home.ts mineMessage': () => [mineMessage(home, openedAtMs), mineMessage(nothing, openedAtMs)],
  'home.ts ticketsMessage': () => [ticketsMessage(home, openedAtMs), ticketsMessage(nothing, openedAtMs)],
  'modals.ts confirmForm': () => [confirmForm({ ...memory, ref: { ...memory.ref, confirm: 's'.repeat(100) } })],
  'incident.ts incidentMessage': () => [
    incidentMessage(heading, {
      title: longText,
      commander: sentence(1),
      beganMs: openedAtMs - 1e10,
      detectedMs: openedAtMs,
      services: sentences.map(() => name40),
    }),
  ],
  'incident.ts declareForm': () => [
    declareForm(bareMemory, openedAtMs, name40),
    declareForm(bareMemory, openedAtMs, longText),
  ],
  'incident.ts handOverForm': () => [handOverForm(memory), handOverForm(bareMemory)],
  'incident.ts correctTimeForm': () => [correctTimeForm(memory, openedAtMs), correctTimeForm(bareMemory, openedAtMs)],
  'incident.ts incidentOverForm': () => [incidentOverForm(memory), incidentOverForm(bareMemory)],
  'incident.ts declaredText': () => [said(declaredText({ runId, channel: 'C0JIRACLOUD', simulated: true }))],
  'modals.ts decisionForm': () =>
    choices.flatMap((choice) => [decisionForm(choice, memory), decisionForm(choice, bareMemory)]),
  'modals.ts stopAllForm': () => [stopAllForm(bareMemory)],
  'review-forms.ts answerForm': () =>
    Array.from({ length: pagesOf(bigReview) }, (_, page) =>
      answerForm({ ...reviewMemory, page }, bigReview, longText.slice(0, 2900)),
    ),
  'review-forms.ts delegateForm': () => [delegateForm(reviewMemory)],
  'review-forms.ts loadingForm': () => [loadingForm(reviewMemory, 'Sign off')],
  'review-forms.ts saidForm': () => [saidForm(reviewMemory, 'Sign off', longText)],
  'review-forms.ts saying': () => [saying(answerForm(reviewMemory, bigReview, longText), longText)],
  'review-forms.ts signOffForm': () => [
    signOffForm(reviewMemory, bigReview, 'd'.repeat(64)),
    signOffForm(reviewMemory, { ...bigReview, items: [] }, 'd'.repeat(64)),
  ],
  'review-message.ts reviewMessage': () =>
    bigNotice === undefined
      ? []
      : [
          reviewMessage({ heading, review: { ...bigNotice, voided: longText }, mention }),
          reviewMessage({
            heading,
            review: {
              ...bigNotice,
              state: 'signed-off',
              signedOff: { name: longText, atMs: openedAtMs, flags: sentences },
            },
            mention,
          }),
        ],
  'review-message.ts reviewReminderMessage': () => [reviewReminderMessage(heading, longText, mention)],
  'start-form.ts startForm': () => startable.map((runbook) => startForm(bareMemory, runbook)),
  'run-message.ts runMessage': () => [
    runMessage({ heading, status, findings: [], gateUrl: ticket.url }),
    runMessage({
      heading,
      status: { ...status, judged: { ...exampleFailed, reason: longText } },
      findings: sentences.map((title) => ({ title, ticket })),
    }),
    runMessage({
      heading,
      status: { ...status, judged: exampleFailed, preview: gate.preview },
      findings: [],
    }),
  ],
  'finding-news.ts findingNewsMessage': () => [
    findingNewsMessage(heading, {
      kind: 'finding-news',
      number: 1,
      finding,
      text: longText,
      broadcast: true,
      secondChannel: false,
      mention,
      ticket,
      offers: longOffers,
    }),
  ],
  'finding-details.ts findingDetails': () => [
    findingDetails({ finding, raisedAtMs: openedAtMs, view: saidView }, openedAtMs + 1e12),
    findingDetails({ finding, raisedAtMs: openedAtMs, view: closedView }, openedAtMs + 1e12),
    findingDetails({ finding, raisedAtMs: openedAtMs }, openedAtMs),
  ],
  'finding-forms.ts attestForm': () => [attestForm(bareFinding), attestForm(findingMemory)],
  'finding-forms.ts acceptForm': () => [acceptForm(bareFinding), acceptForm(findingMemory)],
  'thread.ts findingMessage': () => [findingMessage(heading, finding), findingMessage(heading, finding, ticket)],
  'thread.ts incidentNewsMessage': () => [incidentNewsMessage(heading, longText)],
  'thread.ts pauseMessage': () => [pauseMessage(heading, { text: longText, paused: true })],
  'thread.ts reminderMessage': () => [reminderMessage(heading, gate, longText, mention)],
  'thread.ts ticketMessage': () => [ticketMessage(heading, longText, ticket)],
  'thread.ts verdictMessage': () => [verdictMessage(heading, { ...exampleFailed, reason: longText })],
  'waiting.ts gatesWaitingMessage': () => [
    gatesWaitingMessage(sentences.map(() => ({ run: busyRun, gate, insteadOf }))),
    gatesWaitingMessage([]),
  ],
};

/** What makes parts of messages and is never shown by itself. */
export const notShown: readonly string[] = [
  'actions.ts readRef',
  'finding-buttons.ts *',
  'answers.ts runListLine',
  'break-text.ts breakText',
  'gate-message.ts approveButton',
  ...exerciseParts,
  'limits.ts *',
  'modals.ts choiceOf',
  'modals.ts form',
  'modals.ts optionOf',
  'modals.ts pickFrom',
  'modals.ts reasonBlock',
  'modals.ts textBlock',
  'parts.ts *',
  'run-buttons.ts *',
  'review-forms.ts firstOpenPage',
  'review-forms.ts pagesOf',
  'run-buttons.ts runButtons',
  'exercise-waiting.ts exerciseBlocks',
  'waiting.ts findingBlocks',
  'waiting.ts gateBlocks',
  'waiting.ts insteadText',
  'waiting.ts reviewBlocks',
];

import type { KnownBlock } from '@slack/types';
import type { OpenGate } from '../../domain/gate.ts';
import type { RemediationView } from '../../domain/remediation.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import { offersOf } from '../../domain/finding-acts.ts';
import { asSentence, counted, dotted, simulatedMark, subjectOf } from '../text.ts';
import { slackActions } from './actions.ts';
import { approveButton } from './gate-message.ts';
import { findingButton, offerButtons } from './finding-buttons.ts';
import { button, clip, context, escapeMrkdwn, message, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { headline, link, slackWhen } from './parts.ts';

/** A question that waits for a person. */
export interface WaitingGate {
  readonly run: Pick<RunProjection, 'runId' | 'service' | 'resource' | 'simulated' | 'mode'>;
  readonly gate: OpenGate;
  /** Names of those who have left and in whose place the person is asked. */
  readonly insteadOf: readonly string[];
}

/** A documentation review that waits for a person. */
export interface WaitingReview {
  readonly run: WaitingGate['run'];
  readonly answered: number;
  readonly toAnswer: number;
  readonly dueAtMs: number;
  readonly insteadOf: readonly string[];
}

/** A finding of which one person has said what a second one has to confirm. */
export interface WaitingFinding {
  readonly view: RemediationView;
  /** What the word would do: `attest` closes the finding, `accept-risk` accepts its risk. */
  readonly word: 'attest' | 'accept-risk';
}

/** Shown at most: each has three blocks, and a message fifty. */
const gatesShown = 12;

/** `/dr approve`: what this person may answer, with the buttons. */
export function gatesWaitingMessage(gates: readonly WaitingGate[]): SlackContent {
  if (gates.length === 0) return message('No question waits for you.', [section('✔ No question waits for you.')]);
  const text = `${counted(gates.length, 'question')} ${gates.length === 1 ? 'waits' : 'wait'} for you`;
  const more = gates.length - gatesShown;
  return message(text, [
    section(`*${text}*`),
    ...gateBlocks(gates.slice(0, gatesShown)),
    ...(more > 0 ? [context(`and ${more} more, in the channels of their services`)] : []),
  ]);
}

/** Each question with what yes would do in one line, and its buttons. */
export const gateBlocks = (gates: readonly WaitingGate[]): KnownBlock[] =>
  gates.flatMap(({ run, gate, insteadOf }): KnownBlock[] => {
    const value = JSON.stringify({ run: gate.runId, gate: gate.gateId, round: gate.round });
    const { preview } = gate;
    const creates = preview.creates.length === 0 ? 'Creates nothing' : `Creates ${preview.creates.join('; ')}`;
    return [
      section(
        `${headline(run)}\n*${escapeMrkdwn(preview.question)}*\n${dotted(escapeMrkdwn(creates), `touches ${escapeMrkdwn(preview.touches)}`, `asked ${slackWhen(gate.openedAtMs, gate.openedAtMs)}`, insteadText(insteadOf))}`,
      ),
      {
        type: 'actions',
        elements: [
          approveButton(gate),
          button({ action: slackActions.reject, label: 'Reject…', value, style: 'danger' }),
          button({ action: slackActions.details, label: 'Details', value }),
        ],
      },
    ];
  });

/** Each review with how far it is, and the button that goes on with it. */
export const reviewBlocks = (reviews: readonly WaitingReview[], nowMs: number): KnownBlock[] =>
  reviews.map(({ run, answered, toAnswer, dueAtMs, insteadOf }) => {
    const done = answered === toAnswer;
    return {
      ...section(
        `${headline(run)}\n${dotted(`*${answered} of ${counted(toAnswer, 'fact')} answered*`, done ? 'waiting for the sign-off' : undefined, `until ${slackWhen(dueAtMs, nowMs)}`, insteadText(insteadOf))}`,
      ),
      accessory: button({
        action: done ? slackActions.reviewSignOff : slackActions.reviewAnswer,
        label: done ? 'Sign off…' : 'Answer…',
        value: JSON.stringify({ run: run.runId }),
        style: 'primary',
      }),
    };
  });

/** Each finding with what the first person said, and the button of the second one. */
export const findingBlocks = (findings: readonly WaitingFinding[]): KnownBlock[] =>
  findings.flatMap(({ view, word }): KnownBlock[] => {
    const { finding, simulated, ticket } = view;
    return [
      section(
        [
          `⚠ ${dotted(`*${escapeMrkdwn(subjectOf(finding))}*`, ticket === undefined ? undefined : link(ticket.url, ticket.key), simulated ? `\`${simulatedMark(true)}\`` : undefined)}`,
          `*${escapeMrkdwn(clip(finding.title, 150))}*`,
          saidText(view, word),
        ].join('\n'),
      ),
      {
        type: 'actions',
        elements: [
          ...offerButtons(
            finding,
            offersOf(view).filter(({ kind }) => kind === word),
          ),
          findingButton(finding),
        ],
      },
    ];
  });

function saidText({ attestation, acceptanceAsked: asked }: RemediationView, word: WaitingFinding['word']): string {
  if (word === 'attest')
    return `${escapeMrkdwn(attestation?.by.personName ?? '')} says that it is remedied: ${link(attestation?.evidence, clip(attestation?.evidence ?? '', 100))}. It is closed when you confirm it.`;
  return `${escapeMrkdwn(asked?.by.personName ?? '')} would accept the risk until ${escapeMrkdwn(asked?.until ?? '')}: ${escapeMrkdwn(asSentence(clip(asked?.reason ?? '', 300)))} It counts when you agree.`;
}

/** `in place of Jonas Weber`. */
export const insteadText = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : `in place of ${names.map((name) => escapeMrkdwn(name)).join(' and ')}`;

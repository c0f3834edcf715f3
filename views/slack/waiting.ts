import type { KnownBlock } from '@slack/types';
import type { OpenGate } from '../../domain/gate.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import { counted, dotted } from '../text.ts';
import { slackActions } from './actions.ts';
import { approveButton } from './gate-message.ts';
import { button, context, escapeMrkdwn, message, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { headline, slackWhen } from './parts.ts';

/** A question that waits for a person. */
export interface WaitingGate {
  readonly run: Pick<RunProjection, 'runId' | 'service' | 'resource' | 'simulated' | 'mode'>;
  readonly gate: OpenGate;
}

/** A documentation review that waits for a person. */
export interface WaitingReview {
  readonly run: WaitingGate['run'];
  readonly answered: number;
  readonly toAnswer: number;
  readonly dueAtMs: number;
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
  gates.flatMap(({ run, gate }): KnownBlock[] => {
    const value = JSON.stringify({ run: gate.runId, gate: gate.gateId, round: gate.round });
    const { preview } = gate;
    const creates = preview.creates.length === 0 ? 'Creates nothing' : `Creates ${preview.creates.join('; ')}`;
    return [
      section(
        `${headline(run)}\n*${escapeMrkdwn(preview.question)}*\n${dotted(escapeMrkdwn(creates), `touches ${escapeMrkdwn(preview.touches)}`, `asked ${slackWhen(gate.openedAtMs, gate.openedAtMs)}`)}`,
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
  reviews.map(({ run, answered, toAnswer, dueAtMs }) => {
    const done = answered === toAnswer;
    return {
      ...section(
        `${headline(run)}\n${dotted(`*${answered} of ${counted(toAnswer, 'fact')} answered*`, done ? 'waiting for the sign-off' : undefined, `until ${slackWhen(dueAtMs, nowMs)}`)}`,
      ),
      accessory: button({
        action: done ? slackActions.reviewSignOff : slackActions.reviewAnswer,
        label: done ? 'Sign off…' : 'Answer…',
        value: JSON.stringify({ run: run.runId }),
        style: 'primary',
      }),
    };
  });

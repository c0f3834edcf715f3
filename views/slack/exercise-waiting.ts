import type { KnownBlock } from '@slack/types';
import type { ExerciseDuty } from '../../domain/exercise-duties.ts';
import { counted } from '../text.ts';
import { dutyButtons } from './exercise-buttons.ts';
import { clip, escapeMrkdwn, section } from './limits.ts';
import { headline } from './parts.ts';
import type { Heading } from './parts.ts';

/** A tabletop exercise that waits for a person. */
export interface WaitingExercise {
  readonly run: Heading;
  readonly title: string;
  /** At least one. */
  readonly duties: readonly ExerciseDuty[];
}

/** Each with what it waits for, and the buttons that do it. */
export const exerciseBlocks = (exercises: readonly WaitingExercise[]): KnownBlock[] =>
  exercises.flatMap(({ run, title, duties }): KnownBlock[] => [
    section(
      [headline(run), `*${escapeMrkdwn(clip(title, 150))}*`, ...duties.map((duty) => `• ${dutyText(duty)}`)].join('\n'),
    ),
    { type: 'actions', elements: [...dutyButtons(duties, run.runId)] },
  ]);

function dutyText(duty: ExerciseDuty): string {
  switch (duty.kind) {
    case 'attend':
      return `*Be there*: nobody who answers for ${listed(duty.services)} is there yet, and without you it gets no credit.`;
    case 'take-role':
      return `*Take a role*: ${listed(duty.free)} ${duty.free.length === 1 ? 'is' : 'are'} free.`;
    case 'take-over':
      return `*Take over as ${escapeMrkdwn(clip(duty.role, 60))}*: ${escapeMrkdwn(clip(duty.from.name, 60))} has left${duty.role === 'facilitator' ? ', and without somebody who leads nothing goes on' : ''}.`;
    case 'begin':
      return '*Begin it*: you lead it.';
    case 'resume':
      return '*Resume it*: it is paused, and you lead it.';
    case 'decide': {
      const [oldest, ...others] = duty.injects;
      const more = others.length === 0 ? '' : `, and ${counted(others.length, 'event')} after it`;
      return `*Log a decision* on “${escapeMrkdwn(clip(oldest.title, 120))}”${more}: with its reason, or that there is none.`;
    }
    case 'hot-wash':
      return '*Begin the hot-wash*: every event of the story was told.';
    case 'answer':
      return `*Answer the hot-wash*: ${duty.left} of ${counted(duty.questions.length, 'question')} ${duty.left === 1 ? 'waits' : 'wait'} for your answer.`;
    case 'settle-gaps':
      return `*Ticket or not*: ${listed(duty.gaps.map(({ id, title }) => `${id} ${clip(title, 60)}`))}.`;
    case 'close':
      return '*Close it*: every gap has its ticket, or a reason why not.';
  }
}

/** Some of them by name, so that a line stays a line. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4).map((name) => escapeMrkdwn(clip(name, 60)));
  return `${shown.join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}`;
}

import type { KnownBlock } from '@slack/types';
import { formatDurationMs } from '../../domain/duration-text.ts';
import type { ExerciseNotice, ExercisePost, GapLine } from '../../domain/exercise-notice.ts';
import { listOf } from '../../domain/role-text.ts';
import { counted, dotted } from '../text.ts';
import { exerciseButtons, improvisedButtons, injectButtons } from './exercise-buttons.ts';
import { clip, context, escapeMrkdwn, message, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { headline, link, mentions, plainHeadline, slackWhen } from './parts.ts';
import type { Heading } from './parts.ts';

export interface ExerciseMessageView {
  readonly heading: Heading;
  readonly exercise: ExerciseNotice;
}

/** The one message of an exercise, edited in place: where the story is, who is there, what is open. */
export function exerciseMessage({ heading, exercise }: ExerciseMessageView): SlackContent {
  const { title, phase } = exercise;
  const blocks: KnownBlock[] = [
    section(`${headline(heading)}\n*${escapeMrkdwn(title)}*`),
    section(whereItIs(exercise)),
    ...(phase === 'gathering' ? [section(escapeMrkdwn(exercise.situation))] : []),
    section(peopleText(exercise)),
    ...(exercise.gaps.length === 0 ? [] : [section(gapsText(exercise))]),
    ...(exercise.hotWash === undefined ? [] : [section(hotWashText(exercise.hotWash))]),
    context(`run \`${escapeMrkdwn(heading.runId)}\``),
    ...exerciseButtons(exercise, heading.runId),
  ];
  return message(`${escapeMrkdwn(plainHeadline(heading))}: ${escapeMrkdwn(title)}, ${phaseWords(exercise)}`, blocks);
}

function phaseWords({ phase, over }: ExerciseNotice): string {
  if (over) return phase === 'closed' ? 'closed' : 'over';
  return {
    gathering: 'gathering',
    story: 'the story is being told',
    paused: 'paused',
    'hot-wash': 'hot-wash',
    closed: 'closed',
  }[phase];
}

function whereItIs(exercise: ExerciseNotice): string {
  const { told, skipped = 0, injects, next, decisions, paused, unanswered = [] } = exercise;
  const story = `${'●'.repeat(Math.min(told, 20))}${'○'.repeat(Math.max(0, Math.min(injects, 20) - told))}`;
  const due = next?.dueMs === undefined ? undefined : `next event ${slackWhen(next.dueMs, next.dueMs)}`;
  return [
    dotted(
      `${story}  *${phaseWords(exercise)}*`,
      `${told} of ${counted(injects, 'event')} told${skipped === 0 ? '' : `, ${skipped} skipped`}`,
      exercise.over ? undefined : due,
    ),
    ...(paused === undefined ? [] : [`⏸ Paused by ${escapeMrkdwn(paused)}`]),
    ...(exercise.phase === 'gathering'
      ? [`Takes about ${formatDurationMs(exercise.minutes * 60_000)}.`]
      : [clockText(exercise)]),
    ...(decisions === 0 ? [] : [`${counted(decisions, 'decision')} logged`]),
    ...(unanswered.length === 0 || exercise.over
      ? []
      : [`⏳ *Asked in vain:* no decision for ${escapeMrkdwn(titlesText(unanswered))}`]),
  ].join('\n');
}

/** `“Smoke”, “Fire” and 2 more`. */
const titlesText = (titles: readonly string[]): string =>
  listOf(
    [
      ...titles.slice(0, 3).map((title) => `“${clip(title, 80)}”`),
      ...(titles.length > 3 ? [`${titles.length - 3} more`] : []),
    ],
    'and',
  );

function clockText({ imaginedMs, rtoMs, recoveredAfterMs }: ExerciseNotice): string {
  const target = `RTO ${formatDurationMs(rtoMs)}`;
  if (recoveredAfterMs === undefined) return `Imagined clock: T0 + ${formatDurationMs(imaginedMs)} · ${target}`;
  const within = recoveredAfterMs < rtoMs ? '✔ within' : '✖ beyond';
  return `Imagined recovery at T0 + ${formatDurationMs(recoveredAfterMs)} · ${target} · ${within}`;
}

function peopleText({ phase, roles, attending, attendingMore, services }: ExerciseNotice): string {
  const more = attendingMore === 0 ? '' : ` and ${attendingMore} more`;
  const free = roles.filter(({ holder }) => holder === undefined);
  return [
    ...roles.flatMap(({ role, holder, leftId }) => {
      if (holder === undefined) return [];
      if (leftId === undefined) return [`● *${escapeMrkdwn(role)}*  ${escapeMrkdwn(holder)}`];
      return [`⚠ *${escapeMrkdwn(role)}*  ${escapeMrkdwn(holder)} has left: somebody takes it over`];
    }),
    // What a role does helps to take one; once the story is under way, one line is enough.
    ...(phase === 'gathering'
      ? free.map(({ role, does }) => `○ *${escapeMrkdwn(role)}*  free: ${escapeMrkdwn(clip(does, 140))}`)
      : free.length === 0
        ? []
        : [`○ free: ${escapeMrkdwn(free.map(({ role }) => role).join(', '))}`]),
    `*There*  ${attending.length === 0 ? 'nobody yet' : `${escapeMrkdwn(attending.join(', '))}${more}`}`,
    ...services.map(({ name, credited, needed }) =>
      credited
        ? `✔ ${escapeMrkdwn(name)}: credit`
        : `– ${escapeMrkdwn(name)}: no credit before ${escapeMrkdwn(needed.join(' or '))} takes part`,
    ),
  ].join('\n');
}

const gapsText = ({ phase, over, gaps, gapsMore }: ExerciseNotice): string =>
  [
    `*${counted(gaps.length + gapsMore, 'gap')}*`,
    ...gaps.map((gap) => `• ${gap.id} ${escapeMrkdwn(clip(gap.title, 120))} · ${gapState(gap)}`),
    ...(gapsMore === 0 ? [] : [`and ${gapsMore} before these`]),
    ...(phase === 'hot-wash' && !over ? whatKeepsItOpen(gaps) : []),
  ].join('\n');

/** What has to happen before it can be closed, and who does it. */
function whatKeepsItOpen(gaps: readonly GapLine[]): readonly string[] {
  const named = (wanted: GapLine['state']): string =>
    listOf(
      gaps.filter(({ state }) => state === wanted).map(({ id }) => id),
      'and',
    );
  const [open, ordered] = [named('open'), named('ticket-ordered')];
  return [
    ...(open === '' ? [] : [`*Before it can be closed:* say for ${open} by *Ticket or not…* what becomes of it.`]),
    ...(ordered === ''
      ? []
      : [
          `*Before it can be closed:* Jira confirms ${ordered}. If Jira stays away, say so by *Ticket or not…* as the reason; the ticket comes all the same when Jira is back.`,
        ]),
  ];
}

function gapState({ state, ticket, orderedAtMs }: GapLine): string {
  switch (state) {
    case 'open':
      return 'needs a ticket, or a reason why not';
    case 'ticket-ordered':
      return orderedAtMs === undefined
        ? 'ticket pending'
        : `ticket pending: asked for ${slackWhen(orderedAtMs, orderedAtMs)}, Jira has not confirmed it yet`;
    case 'ticket':
      return link(ticket?.url, ticket?.key ?? 'ticket');
    case 'without-ticket':
      return orderedAtMs === undefined
        ? 'no ticket, and why is recorded'
        : 'its ticket was asked for and comes later; why the exercise did not wait is recorded';
  }
}

const hotWashText = (questions: NonNullable<ExerciseNotice['hotWash']>): string =>
  [
    '*Hot-wash*',
    ...questions.map(
      ({ question, answers }, index) =>
        `${index + 1}. ${escapeMrkdwn(question)}${answers === 0 ? '' : `  (${counted(answers, 'answer')})`}`,
    ),
  ].join('\n');

/** Somebody has to do something: below the exercise's message, to whom it concerns. */
export function exerciseReminderMessage(heading: Heading, text: string, mention: readonly string[]): SlackContent {
  const people = mentions(mention);
  return message(`${escapeMrkdwn(plainHeadline(heading))}: ${escapeMrkdwn(text)}`, [
    section(`⏰ ${people === '' ? '' : `${people} `}${escapeMrkdwn(text)}`),
    context(
      `By the buttons of the message above, or \`firedrill exercise --help\`${heading.simulated ? ' · `SIMULATED`' : ''}`,
    ),
  ]);
}

/** What is said once: an event of the story for the whole channel, a note below the exercise's message. */
export function exercisePostMessage(heading: Heading, post: ExercisePost): SlackContent {
  const mark = heading.simulated ? ' · `SIMULATED`' : '';
  switch (post.what) {
    case 'note':
      return message(`${escapeMrkdwn(plainHeadline(heading))}: ${escapeMrkdwn(post.text)}`, [
        section(escapeMrkdwn(post.text)),
      ]);
    case 'hot-wash':
      return message(`${escapeMrkdwn(plainHeadline(heading))}: hot-wash`, [
        section(
          [
            '*Hot-wash: the story is told.*',
            ...post.questions.map((question, index) => `${index + 1}. ${escapeMrkdwn(question)}`),
          ].join('\n'),
        ),
        context(`Exercise${mark}`),
      ]);
    case 'improvised':
      return message(`EXERCISE: ${escapeMrkdwn(post.title)}`, [
        section(`🎭 *EXERCISE · ${escapeMrkdwn(post.title)}*`),
        section(`_${escapeMrkdwn(post.from)}_\n${escapeMrkdwn(post.text)}`),
        context(`T0 + ${formatDurationMs(post.incidentMs)} · improvised · nothing of this is happening${mark}`),
        improvisedButtons(post.title, heading.runId),
      ]);
    case 'inject':
      return message(`EXERCISE: ${escapeMrkdwn(post.title)}`, [
        section(`🎭 *EXERCISE · ${post.number} of ${post.of} · ${escapeMrkdwn(post.title)}*`),
        section(`_${escapeMrkdwn(post.from)}_\n${escapeMrkdwn(post.text)}`),
        ...(post.unavailable === undefined
          ? []
          : [section(`🚷 *${escapeMrkdwn(post.unavailable)} cannot be reached from now on*, until the hot-wash.`)]),
        ...(post.questions.length === 0
          ? []
          : [section(post.questions.map((question) => `• ${escapeMrkdwn(question)}`).join('\n'))]),
        ...(post.options.length === 0
          ? []
          : [
              section(
                post.options
                  .map(
                    ({ id, text, tradeOff }) =>
                      `*${escapeMrkdwn(id)}*  ${escapeMrkdwn(text)}\n_${escapeMrkdwn(tradeOff)}_`,
                  )
                  .join('\n'),
              ),
            ]),
        context(`T0 + ${formatDurationMs(post.incidentMs)} · nothing of this is happening${mark}`),
        injectButtons(post, heading.runId),
      ]);
  }
}

import type { KnownBlock } from '@slack/types';
import type { HolderLeftNotice } from '../../domain/exercise-left.ts';
import { listOf } from '../../domain/role-text.ts';
import { takesOver } from './exercise-buttons.ts';
import { clip, context, escapeMrkdwn, message, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { mentions, plainHeadline } from './parts.ts';
import type { Heading } from './parts.ts';

/** A message has room for more, and nobody holds so many. */
const rolesMax = 8;

/**
 * Somebody who holds a role of an exercise has left: who is there is asked to take it over, by one press. The same message says
 * later what became of it, and its buttons go.
 */
export function exerciseHolderLeftMessage(
  heading: Heading,
  { person, back, phase, roles }: HolderLeftNotice,
  mention: readonly string[],
): SlackContent {
  const name = escapeMrkdwn(clip(person.name, 100));
  const plain = `${escapeMrkdwn(plainHeadline(heading))}: ${name} has left`;
  const known = roles.slice(0, rolesMax);
  const open = back || phase === 'closed' ? [] : known.filter(({ by }) => by === undefined);
  if (open.length === 0) return message(plain, [section(`✔ ${whatBecame(name, back, known)}`)]);
  const people = mentions(mention);
  const all = escapeMrkdwn(
    listOf(
      open.map(({ role }) => clip(role, 60)),
      'and',
    ),
  );
  return message(plain, [
    section(
      `🚪 ${people === '' ? '' : `${people} `}*${name} has left the company and is still ${all} of this exercise.*`,
    ),
    section(
      whatItMeans(
        open.some(({ role }) => role === 'facilitator'),
        phase,
      ),
    ),
    ...taken(known).map((line) => section(line)),
    ...open.map(({ role }): KnownBlock => ({
      type: 'actions',
      block_id: clip(`exercise_left_${role}`, 200),
      elements: [takesOver(heading.runId, role, person.personId)],
    })),
    context(
      `By the button, or \`firedrill exercise take ${escapeMrkdwn(heading.runId)} ROLE --take-over\`${heading.simulated ? ' · `SIMULATED`' : ''}`,
    ),
  ]);
}

function whatItMeans(led: boolean, phase: HolderLeftNotice['phase']): string {
  if (!led) return 'Whoever takes it over goes on from what was decided so far.';
  switch (phase) {
    case 'gathering':
      return 'Nobody else can begin it. Whoever takes it over leads it from here.';
    case 'paused':
      return 'Nobody else can resume it. Whoever takes it over goes on where it stands; nothing is lost.';
    case 'hot-wash':
    case 'closed':
      return 'Nobody else can close it, and what is not closed does not count as held. Whoever takes it over goes on where it stands.';
    case 'story':
      return 'The story goes on by its clock, but nobody else can pause it, tell an event before its time or begin the hot-wash. Whoever takes it over goes on where it stands; nothing is lost.';
  }
}

const taken = (roles: HolderLeftNotice['roles']): readonly string[] =>
  roles.flatMap(({ role, by }) =>
    by === undefined ? [] : [`✔ *${escapeMrkdwn(clip(role, 60))}*  ${escapeMrkdwn(clip(by, 100))}`],
  );

function whatBecame(name: string, back: boolean, roles: HolderLeftNotice['roles']): string {
  const since = roles.flatMap(({ role, by }) =>
    by === undefined ? [] : [`${escapeMrkdwn(clip(by, 100))} is ${escapeMrkdwn(clip(role, 60))}`],
  );
  if (back) return `${name} is there after all${since.length === 0 ? '.' : `; ${listOf(since, 'and')}.`}`;
  return since.length === 0
    ? `${name} had left; the exercise is over.`
    : `${name} has left: ${listOf(since, 'and')} since.`;
}

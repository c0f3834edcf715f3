import { formatDurationMs } from '../../domain/duration-text.ts';
import { creditsOf } from '../../domain/exercise-outcome.ts';
import { injectOf } from '../../domain/exercise-view.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { listOf, roleName } from '../../domain/role-text.ts';
import { nameUnavailable } from '../../domain/scenario.ts';
import { standardRoles } from '../../domain/scenario.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { facts, none, section, table, tag } from './parts.ts';
import { clock, stamp, wayText } from './words.ts';

interface Line {
  readonly atMs: number;
  readonly what: Html | string;
  readonly who: string;
}

/** Everything that happened, in its order, on the real clock and on the story's. */
export function conductSection(exercise: ExerciseView): Html {
  const lines = timelineOf(exercise);
  return section(
    'conduct',
    'Conduct',
    facts([
      ['Begun', exercise.begun === undefined ? 'never' : `${stamp(exercise.begun.atMs)} by ${exercise.begun.by.name}`],
      [
        'Imagined recovery',
        exercise.recovered === undefined
          ? 'never proved'
          : `T0 + ${formatDurationMs(exercise.recovered.incidentMs)}, RTO ${formatDurationMs(exercise.scenario?.rtoMs ?? 0)}: ${exercise.recovered.proof}`,
      ],
      [
        'Held up by the engine',
        exercise.heldUpMs === 0 ? undefined : `${formatDurationMs(exercise.heldUpMs)}; the story waited`,
      ],
      [
        'Closed',
        exercise.closed === undefined ? 'never' : `${stamp(exercise.closed.atMs)} by ${exercise.closed.by.name}`,
      ],
    ]),
    lines.length === 0
      ? none('Nothing happened.')
      : table(
          ['UTC', 'What', 'Who'],
          lines.map(({ atMs, what, who }) => [clock(atMs), what, who]),
        ),
  );
}

function timelineOf(view: ExerciseView): readonly Line[] {
  const lines: Line[] = [
    ...(view.begun === undefined ? [] : [{ atMs: view.begun.atMs, what: 'Begun', who: view.begun.by.name }]),
    ...view.told.map(({ injectId, atMs, how, incidentMs, unavailable }): Line => {
      const inject = injectOf(view, injectId);
      const named = inject === undefined ? undefined : nameUnavailable(inject, unavailable?.name ?? 'One of them');
      return {
        atMs,
        what: html`<strong>${named?.title ?? injectId}</strong>
          <small>T0 + ${formatDurationMs(incidentMs)}${how === 'on-time' ? '' : ', brought forward'}</small
          ><br />${named?.text ?? ''}${unavailable === undefined ? '' : ` (Drawn: ${unavailable.name}.)`}`,
        who: named?.from ?? '',
      };
    }),
    ...view.skipped.map(({ injectId, atMs, reason, by }): Line => ({
      atMs,
      what: `Skipped: ${injectOf(view, injectId)?.title ?? injectId}. ${reason}`,
      who: by.name,
    })),
    ...view.improvised.map(({ atMs, title, from, text, by }): Line => ({
      atMs,
      what: html`<strong>${title}</strong> <small>improvised by ${by.name}</small><br />${text}`,
      who: from,
    })),
    ...view.roleChanges.map(({ atMs, role, from, to }): Line => ({
      atMs,
      what:
        to === undefined
          ? `${from?.name ?? 'Nobody'} is no longer ${role}`
          : `${to.name} is ${role}${from === undefined ? '' : `, in place of ${from.name}`}`,
      who: to?.name ?? '',
    })),
    ...(view.left ?? []).flatMap(({ atMs, person, roles, backAtMs }): Line[] => [
      { atMs, what: `${person.name}, ${listOf(roles, 'and')}, has left the company`, who: 'firedrill' },
      ...(backAtMs === undefined ? [] : [{ atMs: backAtMs, what: `${person.name} is there after all`, who: '' }]),
    ]),
    ...view.decisions.map(({ atMs, id, choice, by }): Line => ({
      atMs,
      what: `Decision ${id}: ${choice}`,
      who: by.name,
    })),
    ...view.reminders.map(({ atMs, text, escalatedTo = [] }): Line => ({
      atMs,
      what: `${escalatedTo.length === 0 ? 'Reminded' : `Escalated to ${listOf(escalatedTo.map(roleName), 'and')}`}: ${text}`,
      who: 'firedrill',
    })),
    ...view.gaps.map(({ atMs, id, title, by }): Line => ({ atMs, what: `Gap ${id}: ${title}`, who: by.name })),
    ...(view.recovered === undefined
      ? []
      : [{ atMs: view.recovered.atMs, what: `Recovered: ${view.recovered.proof}`, who: view.recovered.by.name }]),
    ...(view.hotWash === undefined
      ? []
      : [
          {
            atMs: view.hotWash.atMs,
            what: `Hot-wash${view.hotWash.endedEarly === undefined ? '' : `, the story ended early: ${view.hotWash.endedEarly}`}`,
            who: view.hotWash.by.name,
          },
        ]),
    ...view.happenings.flatMap((happening): Line[] => {
      if (happening.kind !== 'paused' && happening.kind !== 'resumed') return [];
      const { kind, atMs, by, reason } = happening;
      const what = kind === 'paused' ? 'The clock stops' : 'The clock goes on';
      return [{ atMs, what: `${what}${reason === undefined ? '' : `: ${reason}`}`, who: by?.name ?? '' }];
    }),
  ];
  return lines.toSorted((one, other) => one.atMs - other.atMs);
}

export function attendanceSection(exercise: ExerciseView): Html {
  const roles = [...standardRoles, ...(exercise.scenario?.roles ?? [])].map(({ role }) => role);
  return section(
    'attendance',
    'Who took part',
    exercise.attendance.length === 0
      ? none('Nobody.')
      : table(
          ['Person', 'From (UTC)', 'Roles in the exercise', 'How proved'],
          exercise.attendance.map(({ by, atMs, late }) => [
            html`${by.name} <small>(${by.personId})</small>`,
            html`${stamp(atMs)}${late && html` <small>only for the hot-wash: no credit</small>`}`,
            roles
              .filter((role) =>
                exercise.roleChanges.some((one) => one.role === role && one.to?.personId === by.personId),
              )
              .join(', '),
            wayText(by.via),
          ]),
        ),
    table(
      ['Service', 'Credit', 'Because'],
      creditsOf(exercise).map(({ name, credited, by, needed }) => [
        name,
        tag(credited ? { text: '✔ credit', tone: 'good' } : { text: '✖ no credit', tone: 'bad' }),
        credited
          ? `${by.map((person) => person.name).join(' and ')} took part`
          : `neither ${needed.map((person) => person.name).join(' nor ')} was there while the story was told`,
      ]),
    ),
  );
}

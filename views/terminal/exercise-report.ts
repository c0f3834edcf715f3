import { formatDurationMs } from '../../domain/duration-text.ts';
import { hasLeft } from '../../domain/exercise-left.ts';
import { comparedActions, comparedDecisions, creditsOf } from '../../domain/exercise-outcome.ts';
import { unansweredInjects } from '../../domain/exercise-unanswered.ts';
import { injectOf, rolesHeldBy } from '../../domain/exercise-view.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import type { RunProjection } from '../../domain/run-projection.ts';
import { listOf, roleName } from '../../domain/role-text.ts';
import { counted } from '../text.ts';
import { utcClock } from './ledger-lines.ts';
import { padTo, widthOf, wrapTo } from './paint.ts';

interface Part {
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * A tabletop exercise for a terminal: story, people, decisions, gaps. While the story is told it keeps to itself what the
 * room is expected to do.
 *
 * @param tickets - of the run, by fingerprint: one may have been filed after the exercise was closed
 */
export function exerciseReport(
  { runId, exercise }: Pick<RunProjection, 'runId' | 'exercise'>,
  columns: number,
  tickets: readonly { readonly fingerprint: string; readonly key: string }[] = [],
): readonly Part[] {
  if (exercise?.scenario === undefined) return [];
  const isTold = exercise.hotWash !== undefined;
  const width = Math.max(60, Math.min(110, columns)) - 4;
  return [
    { title: `Story: ${exercise.scenario.title} (times in UTC)`, lines: storyLines(exercise) },
    { title: 'Who took part', lines: peopleLines(exercise, runId) },
    { title: 'Decisions of the room', lines: decisionLines(exercise, isTold) },
    ...(isTold
      ? [{ title: 'Expected actions (✔ done, ◐ partly, ✖ missed, – not judged)', lines: actionLines(exercise) }]
      : []),
    { title: 'Hot-wash', lines: hotWashLines(exercise) },
    { title: 'Gaps', lines: gapLines(exercise, tickets) },
  ].map(({ title, lines }) => ({ title, lines: lines.flatMap((line) => hung(line, width)) }));
}

/** Wrapped below its own beginning: what stands before the first two spaces is a column of its own. */
function hung(line: string, columns: number): readonly string[] {
  // A command is copied as it stands.
  if (line.startsWith('  firedrill ')) return [line];
  const at = line.search(/(?<=\S) {2}(?=\S)/);
  const head = at === -1 || at > 12 ? ' '.repeat(line.length - line.trimStart().length) : line.slice(0, at + 2);
  const indent = ' '.repeat(widthOf(head));
  return wrapTo(line.slice(head.length), columns - indent.length).map((part, index) =>
    index === 0 ? `${head}${part}` : `${indent}${part}`,
  );
}

function storyLines(exercise: ExerciseView): readonly string[] {
  const told = exercise.told.map(({ injectId, atMs, incidentMs, how, unavailable }) => ({
    atMs,
    line: `T0 + ${formatDurationMs(incidentMs)} · ${injectOf(exercise, injectId)?.title ?? injectId}${how === 'on-time' ? '' : ' (brought forward)'}${unavailable === undefined ? '' : `: ${unavailable.name} was lost`}`,
  }));
  const skipped = exercise.skipped.map(({ injectId, atMs, reason }) => ({
    atMs,
    line: `skipped: ${injectOf(exercise, injectId)?.title ?? injectId} (${reason})`,
  }));
  const paused = exercise.happenings.flatMap((happening) => {
    if (happening.kind !== 'paused' && happening.kind !== 'resumed') return [];
    const { kind, atMs, by, reason } = happening;
    return by === undefined
      ? []
      : [{ atMs, line: `${kind} by ${by.name}${reason === undefined ? '' : `: ${reason}`}` }];
  });
  const improvised = exercise.improvised.map(({ title, atMs }) => ({ atMs, line: `improvised: ${title}` }));
  const reminded = exercise.reminders.map(({ atMs, text, escalatedTo = [] }) => ({
    atMs,
    line: `${escalatedTo.length === 0 ? 'reminded' : `escalated to ${listOf(escalatedTo.map(roleName), 'and')}`}: ${text}`,
  }));
  const { recovered, hotWash } = exercise;
  const turns = [
    ...(recovered === undefined
      ? []
      : [
          {
            atMs: recovered.atMs,
            line: `recovered at T0 + ${formatDurationMs(recovered.incidentMs)}: ${recovered.proof}`,
          },
        ]),
    ...(hotWash === undefined
      ? []
      : [
          {
            atMs: hotWash.atMs,
            line: `hot-wash${hotWash.endedEarly === undefined ? '' : `; the story ended early: ${hotWash.endedEarly}`}`,
          },
        ]),
  ];
  const left = (exercise.left ?? []).map(({ atMs, person, roles }) => ({
    atMs,
    line: `${person.name} has left, ${listOf(roles, 'and')} until somebody takes it over`,
  }));
  return [...told, ...skipped, ...improvised, ...paused, ...reminded, ...left, ...turns]
    .toSorted((one, other) => one.atMs - other.atMs)
    .map(({ atMs, line }) => `${utcClock(atMs)}  ${line}`);
}

const peopleLines = (exercise: ExerciseView, runId: string): readonly string[] => [
  ...Object.entries(exercise.holders).flatMap(([role, { by }]) =>
    hasLeft(exercise, by.personId) && exercise.closed === undefined
      ? [`${role}: ${by.name} has left; to take it over:`, `  firedrill exercise take ${runId} ${role} --take-over`]
      : // Who is there as well is named once, with every role.
        exercise.attendance.some((there) => there.by.personId === by.personId)
        ? []
        : [`${by.name} · ${role}`],
  ),
  ...exercise.attendance.map(({ by, late }) =>
    [by.name, ...rolesHeldBy(exercise, by.personId), ...(late ? ['only for the hot-wash'] : [])].join(' · '),
  ),
  ...creditsOf(exercise).map(({ name, credited, needed }) =>
    credited
      ? `✔ ${name} gets credit`
      : `✖ ${name} gets no credit: ${noneOf(needed.map((person) => person.name))} there while the story was told`,
  ),
];

/** `Anna was not`, `neither Anna nor Ben was`. */
const noneOf = (names: readonly string[]): string =>
  names.length < 2 ? `${names[0] ?? 'who answers for it'} was not` : `neither ${names.join(' nor ')} was`;

const decisionLines = (exercise: ExerciseView, isTold: boolean): readonly string[] => [
  ...comparedDecisions(exercise).flatMap(({ decision, outcome, expected }) => {
    const { id, incidentMs, question, choice, owner, reason } = decision;
    const beside =
      !isTold || outcome === 'open'
        ? []
        : [outcome === 'as-expected' ? '    ✔ as expected' : `    ✖ expected: ${expected.join(' or ')}`];
    return [
      `${padTo(id, 2)}  T0 + ${formatDurationMs(incidentMs)} · ${question}`,
      `    → ${choice}, for which ${owner} answers: ${reason}`,
      ...beside,
    ];
  }),
  ...unansweredInjects(exercise).map(
    ({ title, askedAtMs }) =>
      `–   no decision: ${title}${askedAtMs.length === 0 ? '' : ` (asked about again ${counted(askedAtMs.length, 'time')})`}`,
  ),
];

/** Below the event that they belong to; with their ids, by which `exercise assess` knows them. */
const actionLines = (exercise: ExerciseView): readonly string[] => {
  const actions = comparedActions(exercise);
  return actions.flatMap(({ id, injectId, action, outcome, note }, index) => {
    const sign = { done: '✔', partly: '◐', missed: '✖', 'not-judged': '–' }[outcome];
    return [
      ...(actions[index - 1]?.injectId === injectId ? [] : [injectOf(exercise, injectId)?.title ?? injectId]),
      `  ${sign}  ${action}${note === undefined ? '' : ` (${note})`} [${id}]`,
    ];
  });
};

const hotWashLines = (exercise: ExerciseView): readonly string[] =>
  exercise.hotWash === undefined
    ? []
    : (exercise.scenario?.hotWash ?? []).flatMap((question, index) => {
        const answers = exercise.answers.filter((one) => one.question === index + 1);
        return [
          `${index + 1}.  ${question}`,
          ...(answers.length === 0
            ? ['    nobody answered']
            : answers.map(({ by, text }) => `    ${by.name}: ${text}`)),
        ];
      });

const gapLines = ({ gaps }: ExerciseView, tickets: Parameters<typeof exerciseReport>[2] = []): readonly string[] =>
  gaps.map(({ id, service, title, ticket, without, filed, fingerprint }) => {
    const key = ticket?.key ?? tickets.find((one) => one.fingerprint === fingerprint)?.key;
    const state =
      without === undefined
        ? (key ?? (filed === undefined ? 'needs a ticket, or a reason why not' : 'ticket pending'))
        : key !== undefined
          ? `${key}, which came later: ${without.reason}`
          : `${filed === undefined ? 'no ticket' : 'ticket pending'}: ${without.reason}`;
    return `${id}  ${service}: ${title}  [${state}]`;
  });

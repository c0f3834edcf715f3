import { formatDurationMs } from './duration-text.ts';
import { comparedActions, comparedDecisions, creditsOf, enoughWasTold } from './exercise-outcome.ts';
import type { ServiceCredit } from './exercise-outcome.ts';
import type { ExerciseView } from './exercise-view.ts';
import { stoppedText } from './verdict.ts';
import type { JudgedWork, RunEnding } from './verdict.ts';

/**
 * The verdict of a tabletop exercise: `held` when every service that it covers gets credit, `held-without-credit` when
 * owner and champion of one were not there, or too little was told; `aborted` when it was stopped, never begun or never
 * closed; `inconclusive` when it was our own fault. What the room decided is not judged: exercises are for finding gaps.
 *
 * @param ending - how its way ended
 */
export function judgeExercise(ending: RunEnding, view: ExerciseView): JudgedWork {
  return { ...verdictOf(ending, view), comparable: true, results: resultsOf(view) };
}

function verdictOf(ending: RunEnding, view: ExerciseView): Pick<JudgedWork, 'verdict' | 'reason'> {
  switch (ending.kind) {
    case 'aborted':
      return { verdict: 'aborted', reason: stoppedText(ending) };
    case 'programme':
    case 'failed':
      return { verdict: 'inconclusive', reason: ending.reason };
    case 'completed':
      return completed(view);
  }
}

function completed(view: ExerciseView): Pick<JudgedWork, 'verdict' | 'reason'> {
  const of = view.scenario?.injects.length ?? 0;
  const held = `“${view.scenario?.title ?? ''}” was held with ${counted(view.attendance.length, 'person', 'people')}`;
  if (!enoughWasTold(view))
    return {
      verdict: 'held-without-credit',
      reason: `${held}, but only ${view.told.length} of ${counted(of, 'event')} of the story were told: less than half is no exercise.`,
    };
  const missing = creditsOf(view).filter(({ credited }) => !credited);
  if (missing.length === 0) return { verdict: 'held', reason: `${held}: ${gapsText(view)}.` };
  return {
    verdict: 'held-without-credit',
    reason: `${held}, but ${missing.map(withoutText).join('; ')}. ${missing.length === 1 ? 'It gets' : 'They get'} no credit.`,
  };
}

const withoutText = ({ name, needed }: ServiceCredit): string =>
  `nobody who answers for ${name} took part (${needed.map((person) => person.name).join(' or ')})`;

function gapsText({ gaps }: ExerciseView): string {
  if (gaps.length === 0) return 'no gap was raised';
  return `${counted(gaps.length, 'gap')} ${gaps.length === 1 ? 'was' : 'were'} raised`;
}

function resultsOf(view: ExerciseView): JudgedWork['results'] {
  const { scenario, told, skipped, improvised, attendance, gaps, recovered, decisions } = view;
  const chosen = comparedDecisions(view).filter(({ outcome }) => outcome !== 'open');
  const actions = comparedActions(view).filter(({ outcome }) => outcome !== 'not-judged');
  const rtoMs = scenario?.rtoMs ?? 0;
  return [
    {
      name: 'Story',
      text: [
        `${told.length} of ${counted(scenario?.injects.length ?? 0, 'event')} told`,
        ...(skipped.length === 0 ? [] : [`${skipped.length} skipped`]),
        ...(improvised.length === 0 ? [] : [`${improvised.length} improvised`]),
      ].join(', '),
    },
    {
      name: 'Took part',
      text: `${counted(attendance.length, 'person', 'people')}; ${creditsOf(view).map(creditText).join(', ')}`,
    },
    {
      name: 'Decisions',
      text: `${decisions.length} logged${chosen.length === 0 ? '' : `, ${chosen.filter(({ outcome }) => outcome === 'as-expected').length} of ${chosen.length} as expected`}`,
    },
    ...(actions.length === 0
      ? []
      : [
          {
            name: 'Actions',
            text: `${actions.filter(({ outcome }) => outcome === 'done').length} of ${actions.length} that were judged were done`,
          },
        ]),
    {
      name: 'Imagined RTO',
      text:
        recovered === undefined
          ? `never recovered (target ${formatDurationMs(rtoMs)})`
          : `${formatDurationMs(recovered.incidentMs)} of ${formatDurationMs(rtoMs)} · ${recovered.incidentMs < rtoMs ? '✔ within' : '✖ beyond'}`,
    },
    { name: 'Gaps', text: gapCounts(view) },
  ].filter(({ name }) => name !== 'Gaps' || gaps.length > 0);
}

const creditText = ({ name, credited }: ServiceCredit): string => `${name} ${credited ? '✔' : '✖ no credit'}`;

function gapCounts({ gaps }: ExerciseView): string {
  const tickets = gaps.filter(({ ticket, filed }) => ticket !== undefined || filed !== undefined).length;
  const without = gaps.length - tickets;
  return `${gaps.length}: ${[
    ...(tickets === 0 ? [] : [`${tickets} with a ticket`]),
    ...(without === 0 ? [] : [`${without} without, and why`]),
  ].join(', ')}`;
}

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

import { formatDurationMs } from '../../domain/duration-text.ts';
import { rememberedExercise } from '../../domain/exercise-outcome.ts';
import type { LastExercise } from '../../domain/exercise.ts';
import type { ExerciseView, GapView } from '../../domain/exercise-view.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { none, section, table } from './parts.ts';
import { stamp } from './words.ts';

export const hotWashSection = (exercise: ExerciseView): Html =>
  section(
    'hot-wash',
    'Evaluate: hot-wash',
    (exercise.scenario?.hotWash ?? []).map((question, index) => {
      const answers = exercise.answers.filter((answer) => answer.question === index + 1);
      return html`<h3>${index + 1}. ${question}</h3>
        ${answers.length === 0 ? none('Nobody answered.') : answers.map(({ text, by }) => html`<p><q>${text}</q> <small>${by.name}</small></p>`)}`;
    }),
  );

export function improveSection({ gaps }: ExerciseView): Html {
  return section(
    'improve',
    'Improve: gaps',
    gaps.length === 0
      ? none('No gap was raised.')
      : table(
          ['No.', 'Service', 'Gap', 'Part of the recovery document', 'Raised by', 'What becomes of it'],
          gaps.map((gap) => [
            gap.id,
            gap.service,
            html`<strong>${gap.title}</strong> <small>${gap.severity}</small><br />${gap.found}`,
            gap.section,
            gap.by.name,
            settledText(gap),
          ]),
        ),
  );
}

function settledText({ ticket, without, filed }: GapView): Html | string {
  if (ticket !== undefined) return html`ticket <strong>${ticket.key}</strong>`;
  if (without !== undefined && filed !== undefined)
    return `its ticket was asked for and Jira had not confirmed it (see addenda.jsonl), says ${without.by.name}: ${without.reason}`;
  if (without !== undefined) return `no ticket, says ${without.by.name}: ${without.reason}`;
  return filed === undefined ? 'nothing was decided' : 'its ticket was asked for; see addenda.jsonl';
}

/** The same numbers of the last exercise of this service beside those of today, and which gaps came up again. */
export function comparisonSection(runId: string, exercise: ExerciseView): Html {
  const { last } = exercise;
  if (last === undefined)
    return section(
      'comparison',
      'Compared with the last time',
      none('This is the first exercise of this service here.'),
    );
  const now = rememberedExercise(runId, exercise);
  const again = last.gaps.filter(({ fingerprint }) => exercise.gaps.some((gap) => gap.fingerprint === fingerprint));
  return section(
    'comparison',
    'Compared with the last time',
    html`<p>${last.title} (${last.scenario}), closed ${stamp(last.closedAtMs)}, run ${last.runId}.</p>`,
    now === undefined
      ? none('Today’s was not closed: there is nothing to compare.')
      : table(
          ['', 'Last time', 'This time'],
          comparedNumbers.map(([name, of]) => [name, of(last), of(now)]),
        ),
    again.length === 0
      ? html`<p>None of its ${last.gaps.length} gaps came up again.</p>`
      : html`<p>
          <strong>Came up again:</strong>
          ${again.map(({ title, ticket }) => `${title}${ticket === undefined ? '' : ` (${ticket})`}`).join('; ')}
        </p>`,
  );
}

const comparedNumbers: readonly (readonly [name: string, of: (one: LastExercise) => string])[] = [
  ['People', ({ people }) => String(people)],
  ['Events told', ({ told }) => String(told)],
  ['Decisions logged', ({ decisions }) => String(decisions)],
  [
    'As the runbook expects',
    ({ asExpected, chosen }) => (chosen === 0 ? 'none to compare' : `${asExpected} of ${chosen}`),
  ],
  ['Expected actions', ({ actions }) => `${actions.done} done, ${actions.partly} partly, ${actions.missed} missed`],
  [
    'Imagined RTO',
    ({ recoveredAfterMs }) => (recoveredAfterMs === undefined ? 'never proved' : formatDurationMs(recoveredAfterMs)),
  ],
  ['Gaps', ({ gaps }) => String(gaps.length)],
];

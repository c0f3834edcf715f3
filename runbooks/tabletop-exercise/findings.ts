import { identityOfGap } from '../../domain/exercise-gap.ts';
import { creditsOf, enoughWasTold } from '../../domain/exercise-outcome.ts';
import type { ServiceCredit } from '../../domain/exercise-outcome.ts';
import type { RaisedGap } from '../../domain/exercise.ts';
import { exercisePhaseOf, unsettledGaps } from '../../domain/exercise-view.ts';
import type { ExerciseView, GapView } from '../../domain/exercise-view.ts';
import type { Finding } from '../../domain/finding.ts';
import { makeFinding } from '../../domain/fingerprint.ts';
import { wholeService } from '../../domain/modes.ts';
import type { JudgedWork, RunEnding } from '../../domain/verdict.ts';

type Gap = Omit<Finding, 'fingerprint' | 'resource' | 'runId'>;

/** A gap that somebody raised, as the finding that its ticket is made of. */
export const findingOfGap = (gap: RaisedGap & Pick<GapView, 'by'>, exercise: ExerciseView, runId: string): Finding =>
  makeFinding({
    ...identityOfGap(gap),
    runId,
    severity: gap.severity,
    title: gap.title,
    found: `${gap.found} (Raised by ${gap.by.name} in the exercise “${exercise.scenario?.title ?? ''}”.)`,
    matters: 'In the real thing this costs minutes of the RTO, or data: the exercise showed it before a disaster did.',
    lookFirst: `The part “${gap.section}” of the recovery document, and who knows it.`,
    proof: {
      kind: 'attested',
      sentence: `A second person confirms, with a link, that it is remedied: ${gap.title}`,
    },
  });

export interface ExerciseOutcome {
  readonly service: string;
  readonly runId: string;
  readonly ending: RunEnding;
  readonly judged: JudgedWork;
  readonly exercise: ExerciseView;
}

/** What the exercise itself lacked; and, when it was not closed, every gap that nobody had said anything about yet. */
export function findingsOfExercise(outcome: ExerciseOutcome): Finding[] {
  const { runId, exercise, ending } = outcome;
  const left = ending.kind === 'completed' ? [] : unsettledGaps(exercise).filter(({ filed }) => filed === undefined);
  return [
    ...left.map((gap) => findingOfGap(gap, exercise, runId)),
    ...gapsOfEnding(outcome).map((gap) => makeFinding({ ...gap, resource: wholeService, runId })),
  ];
}

function gapsOfEnding({ service, ending, judged, exercise }: ExerciseOutcome): Gap[] {
  switch (ending.kind) {
    case 'completed':
      if (!enoughWasTold(exercise))
        return [notHeld(service, 'too-little-told', 'low', 'told less than half of its story', judged.reason)];
      return creditsOf(exercise)
        .filter(({ credited }) => !credited)
        .map(withoutCredit);
    case 'aborted':
      return [
        notHeld(
          service,
          ending.code ?? 'aborted-by-person',
          ending.by === undefined ? 'medium' : 'low',
          ending.code === 'not-begun' ? 'was never begun' : `ended without being closed (${exercisePhaseOf(exercise)})`,
          judged.reason,
        ),
      ];
    case 'programme':
    case 'failed':
      return [notHeld(service, ending.code, 'medium', 'could not be held', ending.reason)];
  }
}

const exerciseProof = {
  kind: 'recheck',
  check: 'tabletop-exercise',
  sentence: 'A tabletop exercise in which owner or champion of the service takes part is held and closed.',
} as const;

const withoutCredit = ({ service, name, needed }: ServiceCredit): Gap => ({
  service,
  check: 'tabletop-exercise',
  cause: 'nobody-took-part',
  severity: 'medium',
  title: 'nobody who answers for it took part in the tabletop exercise',
  found: `Neither ${needed.map((person) => person.name).join(' nor ')} was there while the story was told.`,
  matters: `The people who would have to recover ${name} have not practised it; the exercise is still owed.`,
  lookFirst: 'Whether they knew of it, and who stands in for them.',
  proof: exerciseProof,
});

const notHeld = (service: string, cause: string, severity: Finding['severity'], what: string, found: string): Gap => ({
  service,
  check: 'tabletop-exercise',
  cause,
  severity,
  title: `the tabletop exercise ${what}`,
  found,
  matters: 'What the room would have found is not known; the exercise is still owed.',
  lookFirst: 'Who was to lead it, and why it stopped; then hold it again.',
  proof: exerciseProof,
});

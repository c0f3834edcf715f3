import { expect, test } from 'vitest';
import { judgeExercise } from '../../domain/exercise-judge.ts';
import { begunExercise, plannedExercise, played } from '../../domain/exercise-testing.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import type { Finding } from '../../domain/finding.ts';
import type { RunEnding } from '../../domain/verdict.ts';
import { findingOfGap, findingsOfExercise } from './findings.ts';

const runId = 'tabletop-exercise/jira-cloud/-/2026Q4';
const completed: RunEnding = { kind: 'completed' };
const found = (exercise: ExerciseView, ending: RunEnding = completed): Finding[] =>
  findingsOfExercise({ service: 'jira-cloud', runId, ending, judged: judgeExercise(ending, exercise), exercise });
const raised = played(
  [
    ['Jonas Weber', 12, { kind: 'raise-gap', title: 'Nobody has the key', found: 'We asked three.', ticket: 'later' }],
    ['Jonas Weber', 13, { kind: 'raise-gap', title: 'No phone list', found: 'It is in the lost Region.' }],
  ],
  begunExercise,
);

test('a gap is the finding that it was said to be, with the same fingerprint', () => {
  const [gap] = raised.gaps;
  if (gap === undefined) throw new Error('it was raised');
  expect(findingOfGap(gap, raised, runId)).toMatchObject({
    fingerprint: gap.fingerprint,
    service: 'jira-cloud',
    resource: '-',
    check: 'tabletop:section-of-fire',
    cause: 'nobody-has-the-key',
    proof: { kind: 'attested' },
  });
});

test('an exercise that was closed lacks only the people who were not there', () => {
  const closed = played(
    [
      ['Sofia Marques', 31, { kind: 'hot-wash' }],
      ['Sofia Marques', 40, { kind: 'close' }],
    ],
    begunExercise,
  );
  expect(found(closed).map(({ service, cause }) => [service, cause])).toEqual([['identity', 'nobody-took-part']]);
});

test('one that was stopped loses no gap: what nobody has said anything about becomes a finding', () => {
  const stopped: RunEnding = { kind: 'aborted', by: 'Jonas Weber', reason: 'The real thing.' };
  expect(found(raised, stopped).map(({ cause }) => cause)).toEqual(['nobody-has-the-key', 'aborted-by-person']);
});

test.each<[RunEnding, string, string]>([
  [
    { kind: 'aborted', code: 'not-begun', reason: 'Nobody began.' },
    'not-begun',
    'the tabletop exercise was never begun',
  ],
  [{ kind: 'programme', code: 'bug', reason: 'A bug.' }, 'bug', 'the tabletop exercise could not be held'],
])('an exercise that was not held is a finding: %j', (ending, cause, title) => {
  expect(found(plannedExercise, ending)).toMatchObject([{ cause, title, proof: { kind: 'recheck' } }]);
});

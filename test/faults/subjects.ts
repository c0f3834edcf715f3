import { documentationReviewSubjects } from './documentation-review-subjects.ts';
import { restoreTestSubjects } from './restore-test-subjects.ts';
import type { Subject } from './subject.ts';
import { tabletopExerciseSubjects } from './tabletop-exercise-subjects.ts';

/** Every way of every runbook that fault campaigns put to the test: a new runbook adds its own here. */
export const subjects: readonly Subject[] = [
  ...restoreTestSubjects,
  ...documentationReviewSubjects,
  ...tabletopExerciseSubjects,
];

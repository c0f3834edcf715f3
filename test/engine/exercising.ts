import { startTabletopExercise } from '../../client/runs/start-tabletop-exercise.ts';
import { policyForTests, scenarioForTests } from '../../domain/exercise-testing.ts';
import type { ExercisePolicy } from '../../domain/exercise.ts';
import type { World } from './world.ts';

/** Starts an exercise whose events come so far apart that only the facilitator tells them. Answers the run's id. */
export async function startLedExercise({ runs }: World, policy: Partial<ExercisePolicy> = {}): Promise<string> {
  const { runId } = await startTabletopExercise(runs, {
    scenario: {
      ...scenarioForTests,
      injects: scenarioForTests.injects.map((inject, index) => ({ ...inject, minute: index * 600 })),
    },
    services: ['jira-cloud'],
    policy: { ...policyForTests, lateToleranceMs: 600_000, ...policy },
    initiator: { personId: 'daniel-kim', name: 'Daniel Kim' },
    via: 'cli',
  });
  return runId;
}

import { expect, test } from 'vitest';
import { startTabletopExercise } from '../../client/runs/start-tabletop-exercise.ts';
import type { ExerciseAct } from '../../domain/exercise-acts.ts';
import { policyForTests, scenarioForTests } from '../../domain/exercise-testing.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { actUntilAnswered } from '../engine/acting.ts';
import type { PersonName } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { createWorld } from '../engine/world.ts';
import { keepHistory } from './recorded.ts';

/** Recording is an act, not a check: it happens only when somebody asks for it. */
test.runIf(process.env['RECORD_HISTORIES'] === '1')(
  'histories of a tabletop exercise are recorded: gathering, in the middle of its story, and held to its end',
  { timeout: 180_000 },
  async () => {
    const world = await createWorld({ source: false });
    try {
      const { runId } = await startTabletopExercise(world.runs, {
        scenario: {
          ...scenarioForTests,
          injects: scenarioForTests.injects.map((inject, index) => ({
            ...inject,
            minute: index < 2 ? index / 30 : 600 * index,
          })),
        },
        services: ['jira-cloud'],
        policy: policyForTests,
        initiator: { personId: 'daniel-kim', name: 'Daniel Kim' },
        via: 'cli',
      });
      const does = async (person: PersonName, what: ExerciseAct): Promise<void> => {
        const { outcome, text } = await actUntilAnswered(world, runId, person, what);
        expect(outcome, `${what.kind}: ${text}`).toBe('accepted');
      };
      const when = (ready: (exercise: ExerciseView) => boolean): Promise<unknown> =>
        world.runWhen(
          runId,
          ({ projection }) => projection.exercise !== undefined && ready(projection.exercise),
          'as far as that',
        );
      await does('hannah', { kind: 'take-role', role: 'facilitator' });
      await does('priya', { kind: 'take-role', role: 'incident-commander' });
      await when(({ attendance }) => attendance.length === 2);
      await keepHistory(world.temporal, 'tabletop-exercise-gathering', runId);
      await does('hannah', { kind: 'begin' });
      await when(({ told }) => told.length === 2);
      await does('hannah', { kind: 'pause', reason: 'a recording' });
      await does('hannah', { kind: 'resume' });
      await does('hannah', { kind: 'next' });
      await does('jonas', { kind: 'raise-gap', title: 'Nobody has the key', found: 'We asked three.' });
      await when(({ gaps }) => gaps[0]?.ticket !== undefined);
      await keepHistory(world.temporal, 'tabletop-exercise-story', runId);
      await does('hannah', { kind: 'hot-wash', endEarly: 'a recording' });
      await does('jonas', { kind: 'answer', question: 1, text: 'The key.' });
      await does('hannah', { kind: 'close' });
      await expectEnding(world, runId, {
        verdict: 'held',
        findings: ['tabletop:section-of-lost/nobody-has-the-key'],
        copy: 'none',
      });
      await keepHistory(world.temporal, 'tabletop-exercise-held', runId);
      await keepHistory(world.temporal, 'delivery-tabletop', `delivery/${runId}`);
    } finally {
      await world.close();
    }
  },
);

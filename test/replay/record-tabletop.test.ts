import { expect } from 'vitest';
import { checkPeopleNow } from '../../client/runs/people-check.ts';
import { startTabletopExercise } from '../../client/runs/start-tabletop-exercise.ts';
import type { ExerciseAct } from '../../domain/exercise-acts.ts';
import { policyForTests, scenarioForTests } from '../../domain/exercise-testing.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { actUntilAnswered } from '../engine/acting.ts';
import type { PersonName } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { startLedExercise } from '../engine/exercising.ts';
import { jira, nowGoneFromSlack } from '../engine/outside.ts';
import { keepHistory, keepNewestLook, recording } from './recording.ts';

recording(
  'histories of a tabletop exercise are recorded: gathering, in the middle of its story, and held to its end',
  { source: false },
  async (world) => {
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
  },
);

recording(
  'histories of an exercise that reminds and escalates are recorded: an event that nobody answers, a hot-wash that nobody closes',
  { source: false },
  async (world) => {
    const escalations = [{ afterMs: 1500, roles: ['leadership' as const], secondChannel: true }];
    const runId = await startLedExercise(world, {
      escalations,
      remindEveryMs: 1000,
      answerWithinMs: 500,
      closeWithinMs: 4000,
    });
    const reminded = (words: RegExp): Promise<unknown> =>
      world.runWhen(
        runId,
        ({ projection }) => projection.exercise?.reminders.some(({ text }) => words.test(text)) === true,
        `reminded: ${words.source}`,
      );
    const does = async (what: ExerciseAct): Promise<void> => {
      expect(await actUntilAnswered(world, runId, 'hannah', what), what.kind).toMatchObject({ outcome: 'accepted' });
    };
    await reminded(/^Overdue/);
    await does({ kind: 'take-role', role: 'facilitator' });
    await does({ kind: 'begin' });
    await reminded(/No decision is logged yet/);
    await keepHistory(world.temporal, 'tabletop-exercise-reminding', runId);
    await does({ kind: 'hot-wash', endEarly: 'a recording' });
    await expectEnding(world, runId, {
      verdict: 'aborted',
      findings: ['tabletop-exercise/not-closed-in-time'],
      copy: 'none',
    });
    await keepHistory(world.temporal, 'tabletop-exercise-reminded', runId);
    await keepHistory(world.temporal, 'delivery-reminded', `delivery/${runId}`);
  },
);

recording(
  'the history of an exercise whose event escalates is recorded: to whoever commands, then to the owner, and still nobody answers',
  { source: false },
  async (world) => {
    const runId = await startLedExercise(world, {
      answerWithinMs: 500,
      answerEscalations: [
        { afterMs: 1000, roles: ['incident-commander'], secondChannel: false },
        { afterMs: 1500, roles: ['service-owner'], secondChannel: true },
      ],
    });
    const does = async (what: ExerciseAct): Promise<void> => {
      expect(await actUntilAnswered(world, runId, 'hannah', what), what.kind).toMatchObject({ outcome: 'accepted' });
    };
    await does({ kind: 'take-role', role: 'facilitator' });
    await does({ kind: 'begin' });
    await world.runWhen(
      runId,
      ({ projection }) =>
        projection.exercise?.reminders.some(({ escalatedTo }) => escalatedTo?.includes('service-owner')) === true,
      'escalated to the owner',
    );
    await keepHistory(world.temporal, 'tabletop-exercise-escalated', runId);
  },
);

recording(
  'histories of an exercise whose facilitator leaves are recorded: the look that notices it, taken over, and not closed before Jira is back',
  { source: false },
  async (world) => {
    const runId = await startLedExercise(world);
    const does = async (person: PersonName, what: ExerciseAct, outcome = 'accepted'): Promise<void> => {
      expect(await actUntilAnswered(world, runId, person, what), what.kind).toMatchObject({ outcome });
    };
    const when = (ready: (exercise: ExerciseView) => boolean): Promise<unknown> =>
      world.runWhen(
        runId,
        ({ projection }) => projection.exercise !== undefined && ready(projection.exercise),
        'as far as that',
      );
    await does('hannah', { kind: 'take-role', role: 'facilitator' });
    await does('jonas', { kind: 'attend' });
    await does('hannah', { kind: 'begin' });
    await when(({ told }) => told.length === 1);
    await nowGoneFromSlack(world, 'U0HANNAH');
    expect((await checkPeopleNow(world.runs, 60_000)).exercises).toHaveLength(1);
    await keepNewestLook(world, 'people-check-exercise');
    await when(({ left }) => left !== undefined);
    await does('daniel', { kind: 'take-role', role: 'facilitator', takeOver: true, from: 'hannah-lindqvist' });
    await does('daniel', { kind: 'next' });
    await jira(world, 'POST', 'faults', { path: '/', kind: 'down' });
    await does('jonas', { kind: 'raise-gap', title: 'Nobody has the key', found: 'We asked three.' });
    await does('daniel', { kind: 'hot-wash', endEarly: 'a recording' });
    await does('daniel', { kind: 'close' }, 'refused');
    await jira(world, 'DELETE', 'faults');
    await when(({ reminders }) => reminders.some(({ text }) => text.startsWith('Jira has confirmed')));
    await does('daniel', { kind: 'close' });
    await expectEnding(world, runId, {
      verdict: 'held',
      findings: ['tabletop:section-of-fire/nobody-has-the-key'],
      copy: 'none',
    });
    await keepHistory(world.temporal, 'tabletop-exercise-taken-over', runId);
    await keepHistory(world.temporal, 'delivery-taken-over', `delivery/${runId}`);
  },
);

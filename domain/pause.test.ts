import { describe, expect, test } from 'vitest';
import { pauseAnswer } from './pause.ts';
import type { PauseState } from './pause.ts';

const going: PauseState = { canBePaused: true, count: 0 };
const paused: PauseState = { ...going, pausedBy: { personId: 'ann', personName: 'Ann' }, count: 1 };
const by = (choice: 'pause' | 'resume', more: object = {}) => ({
  choice,
  personId: 'bob',
  roles: [],
  reason: 'the network is being changed',
  ...more,
});

describe('pausing a run', () => {
  test('is everybody’s right, with a reason', () => {
    expect(pauseAnswer(going, by('pause'))).toMatchObject({ outcome: 'accepted' });
    expect(pauseAnswer(going, by('pause', { reason: '  ' }))).toMatchObject({ code: 'reason-required' });
  });

  test('twice is told who was first, and no run is paused for ever', () => {
    expect(pauseAnswer(paused, by('pause'))).toMatchObject({ code: 'not-now', text: 'Ann has paused it already.' });
    expect(pauseAnswer({ ...going, count: 20 }, by('pause'))).toMatchObject({ code: 'not-now' });
  });

  test('to let it go on takes whoever paused it, or a role', () => {
    expect(pauseAnswer(paused, by('resume'))).toMatchObject({ code: 'role-missing' });
    expect(pauseAnswer(paused, by('resume', { roles: ['sre'] }))).toMatchObject({ outcome: 'accepted' });
    expect(pauseAnswer(paused, by('resume', { personId: 'ann' }))).toMatchObject({ outcome: 'accepted' });
    expect(pauseAnswer(going, by('resume'))).toMatchObject({ code: 'not-now', text: 'This run is not paused.' });
  });

  test.each(['pause', 'resume'] as const)(
    '%s comes too late once the steps are done or the run was stopped',
    (choice) => {
      const over = { ...paused, canBePaused: false };
      expect(pauseAnswer(over, by(choice, { roles: ['sre'] }))).toMatchObject({ code: 'run-over' });
    },
  );
});

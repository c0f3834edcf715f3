import { expect, test } from 'vitest';
import { exercisePost } from '../../domain/exercise-notice.ts';
import { begunExercise, foldedExercise, openedAtMs, played } from '../../domain/exercise-testing.ts';
import type { ExerciseEvent } from '../../domain/exercise-events.ts';
import { exerciseNotice } from '../../domain/exercise-notice.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { readRef } from './actions.ts';
import { exerciseOpenId, ExerciseFormRefSchema, formValue } from './exercise-actions.ts';
import type { ExerciseForm, ExerciseFormRef } from './exercise-actions.ts';
import { exerciseButtons, injectButtons } from './exercise-buttons.ts';
import { exerciseForm } from './exercise-forms.ts';
import { slackLimits } from './limits.ts';

const run = 'tabletop-exercise/jira-cloud/-/2026Q4';
const words = (form: ExerciseForm, ref: ExerciseFormRef): string =>
  JSON.stringify(exerciseForm(form, { ref, channel: 'C1', clickTs: '1.2' }).blocks);

const told = (view: ExerciseView, injectId: string) => {
  const event: ExerciseEvent = { type: 'exercise-inject-told', injectId, how: 'brought-forward', incidentMs: 1 };
  const post = exercisePost(foldedExercise([event], view), event, openedAtMs);
  if (post?.what !== 'inject') throw new Error(`${injectId} was not told: ${JSON.stringify(post)}`);
  return post;
};

test('the form of a decision offers each option with its words, and keeps its id', () => {
  const value = injectButtons(told(begunExercise, 'fire'), run).elements[0];
  const ref = readRef(ExerciseFormRefSchema, value !== undefined && 'value' in value ? value.value : undefined);
  if (ref === undefined) throw new Error('The button carries nothing.');
  expect(ref.options).toEqual(['run', 'stay']);
  expect(ref.optionTexts).toHaveLength(2);
  const menu = words('log-decision', { ...ref, optionTexts: ['Leave by the stairs', 'stay'] });
  expect(menu).toContain('"text":"run: Leave by the stairs"');
  // Words that say as much as the id are not said twice; nor is there any in a button of before.
  expect(menu).toContain('"text":"stay","emoji"');
  const { optionTexts: _, ...before } = ref;
  expect(words('log-decision', before)).toContain('"text":"run","emoji"');
});

test('a button that would be too long for Slack loses the words of its options before it loses the options', () => {
  const options = ['run', 'stay'];
  const long = formValue({ run, options, optionTexts: ['x'.repeat(1500), 'y'.repeat(1500)] });
  expect(long.length).toBeLessThanOrEqual(slackLimits.buttonValue);
  expect(JSON.parse(long)).toEqual({ run, options });
  expect(JSON.parse(formValue({ run, options: ['z'.repeat(3000)] }))).toEqual({ run });
});

test('the form for skipping says which event by its number, and not what it is: those who play may open it, too', () => {
  const view = played([['Sofia Marques', 1, { kind: 'skip', injectId: 'fire', reason: 'Known.' }]], begunExercise);
  const notice = exerciseNotice(view, openedAtMs, false);
  if (notice === undefined) throw new Error('it is planned');
  const ref = exerciseButtons(notice, run)
    .flatMap((block) => (block.type === 'actions' ? block.elements : []))
    .flatMap((element) =>
      element.type === 'button' && element.action_id === exerciseOpenId('skip')
        ? [readRef(ExerciseFormRefSchema, element.value)]
        : [],
    )[0];
  expect(ref).toMatchObject({ injectId: 'lost', event: [3, 4] });
  expect(words('skip', ref ?? { run })).toContain('Event 3 of 4, which would be told next, is left out.');
  expect(words('skip', ref ?? { run })).not.toContain('About lost');
});

test('an event has the number that it has in the scenario, also when one before it was skipped', () => {
  const view = played([['Sofia Marques', 1, { kind: 'skip', injectId: 'fire', reason: 'Known.' }]], begunExercise);
  expect(told(view, 'ashes')).toMatchObject({ number: 4, of: 4 });
});

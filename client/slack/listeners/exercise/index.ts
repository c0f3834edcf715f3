import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { FiredrillError } from '../../../../domain/errors.ts';
import { comparedActions } from '../../../../domain/exercise-outcome.ts';
import { holdsRole } from '../../../../domain/exercise-view.ts';
import { parseRunId } from '../../../../domain/run-id.ts';
import { decisionText } from '../../../../views/slack/answers.ts';
import { readRef } from '../../../../views/slack/actions.ts';
import {
  exerciseDoes,
  exerciseDoId,
  ExerciseDoRefSchema,
  exerciseFormId,
  ExerciseFormRefSchema,
  exerciseForms,
  ExerciseMemorySchema,
  exerciseOpenId,
} from '../../../../views/slack/exercise-actions.ts';
import type { ExerciseForm, ExerciseMemory } from '../../../../views/slack/exercise-actions.ts';
import { assessForm, assessProblemForm, exerciseForm } from '../../../../views/slack/exercise-forms.ts';
import { actBySlack } from '../../act-by-slack.ts';
import { answering, byMessage, closingForm, toClicker } from '../../answer.ts';
import type { Answer } from '../../answer.ts';
import type { SlackAppDeps } from '../../deps.ts';
import { identify } from '../../identify.ts';
import { clickOf, notOurs } from '../actions/click.ts';
import { homeAfterForm, showHome } from '../events/home.ts';
import { notConfirmedYet, openForm } from '../heard.ts';
import type { Pressed, Submitted } from '../heard.ts';
import { filledInId } from '../views/fields.ts';
import { readExerciseForm } from './read-form.ts';

/** Everything that people press and fill in during a tabletop exercise. */
export function registerExercise(app: App, deps: SlackAppDeps): void {
  for (const doing of exerciseDoes) app.action<BlockAction<ButtonAction>>(exerciseDoId(doing), doAtOnce(deps));
  for (const form of exerciseForms) {
    app.action<BlockAction<ButtonAction>>(exerciseOpenId(form), open(deps, form));
    app.view(exerciseFormId(form), filledIn(deps, form));
  }
}

/** A button that needs no words: acknowledged at once; the run's own answer is what the person is told. */
const doAtOnce =
  (deps: SlackAppDeps) =>
  async ({ ack, action, body, respond, client }: Pressed): Promise<void> => {
    await ack();
    const ref = readRef(ExerciseDoRefSchema, action.value);
    await answering(deps, toClicker({ body, respond, client }), notConfirmedYet, async () => {
      if (ref === undefined) throw notOurs();
      const { userId, clickId, clickedAtMs } = clickOf(body, action);
      const result = await actBySlack(deps, { userId, runId: ref.run, act: ref.act, clickId, clickedAtMs });
      return { text: decisionText(result) };
    });
    // What was done there does not wait any more.
    if (body.view?.type === 'home') await showHome(deps, client, body.user.id);
  };

const storeIsSlow = 'The store is slow to answer. What the room was expected to do appears here when it has.';

/** A button that opens a form. */
const open =
  (deps: SlackAppDeps, form: ExerciseForm) =>
  (pressed: Pressed): Promise<void> => {
    const ref = readRef(ExerciseFormRefSchema, pressed.action.value);
    return openForm(deps, pressed, {
      runId: ref?.run,
      viewOf(opened) {
        if (ref === undefined) throw notOurs();
        return exerciseForm(form, { ref, ...opened });
      },
      // This one shows what the scenario expects, which its button must not carry: it is filled in once it is open.
      afterwards:
        form !== 'assess' || ref === undefined
          ? undefined
          : {
              read: (opened, userId) => actionsToJudge(deps, { ref, ...opened }, userId),
              slow: (opened) => assessProblemForm({ ref, ...opened }, storeIsSlow),
            },
    });
  };

/** What the room was expected to do: for who leads, and for nobody else while it goes on. */
async function actionsToJudge(deps: SlackAppDeps, memory: ExerciseMemory, userId: string) {
  const runId = memory.ref.run;
  try {
    const { person } = await identify(deps, userId, false, () => parseRunId(runId).service);
    const exercise = (await deps.engine.run(runId))?.projection.exercise;
    if (exercise === undefined)
      return assessProblemForm(memory, 'The store does not know this exercise yet. Try again.');
    if (!holdsRole(exercise, 'facilitator', person.id))
      return assessProblemForm(memory, 'This shows what the room is expected to do: it is for the facilitator alone.');
    return assessForm(memory, comparedActions(exercise));
  } catch (error) {
    if (!(error instanceof FiredrillError)) throw error;
    return assessProblemForm(memory, `${error.what} ${error.means} ${error.next}`);
  }
}

/** A form was filled in: it closes when the run has it, or says what is missing; the answer comes to the person where they clicked. */
const filledIn =
  (deps: SlackAppDeps, form: ExerciseForm) =>
  async ({ ack, body, view, client }: Submitted): Promise<void> => {
    const memory = readRef(ExerciseMemorySchema, view.private_metadata);
    const read = memory === undefined ? undefined : readExerciseForm(form, memory.ref, view.state);
    if (read !== undefined && 'errors' in read) {
      await ack({ response_action: 'errors', errors: { ...read.errors } });
      return;
    }
    const userId = body.user.id;
    const work = async (): Promise<Answer> => {
      if (memory === undefined || read === undefined) throw notOurs();
      const result = await actBySlack(deps, {
        userId,
        runId: memory.ref.run,
        act: read.act,
        clickId: filledInId(memory.clickTs, view),
        clickedAtMs: Date.now(),
      });
      return { text: decisionText(result) };
    };
    const tell = byMessage(client, userId, memory?.channel ?? userId);
    await answering(deps, tell, notConfirmedYet, closingForm(deps, { ack, view }, work));
    await homeAfterForm(deps, client, userId, memory?.channel);
  };

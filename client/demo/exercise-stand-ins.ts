import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CompanyPlace } from '../../examples/set-up.ts';
import { injectsToCome } from '../../domain/exercise-view.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import type { Inject } from '../../domain/scenario.ts';
import { exerciseDoId, exerciseOpenId } from '../../views/slack/exercise-actions.ts';
import type { ExerciseDoing, ExerciseForm } from '../../views/slack/exercise-actions.ts';
import { slack } from './stand-in.ts';

/** People of the example company who hold an exercise when nobody is there. */
const people = { leads: 'U0HANNAH', writes: 'U0DANIEL', commands: 'U0PRIYA', owns: 'U0JONAS' } as const;

const MessagesSchema = z.object({
  messages: z.array(
    z.object({ ts: z.string(), deleted_at: z.unknown().optional(), blocks: z.array(z.unknown()).optional() }),
  ),
});
const ViewsSchema = z.object({ views: z.array(z.object({ id: z.string(), user: z.string().optional() })) });
const DoneSchema = z.object({ status: z.string(), shown: z.string().optional() });

export interface Play {
  readonly place: Pick<CompanyPlace, 'slackUrl' | 'slackBotToken'>;
  readonly channel: string;
  readonly runId: string;
  /** Waits until the exercise is so. */
  readonly when: (ready: (exercise: ExerciseView) => boolean) => Promise<ExerciseView>;
  readonly signal: AbortSignal;
}

/** Holds a whole exercise in Slack, by the buttons and forms that people have. @throws Error when Slack shows one for a click */
export async function playExercise(play: Play): Promise<void> {
  const { when } = play;
  await press(play, people.leads, 'lead');
  await fill(play, people.writes, 'take-role', { role: 'scribe' });
  await fill(play, people.owns, 'take-role', { role: (await lostRoles(play))[1] ?? 'scribe' });
  await fill(play, people.commands, 'take-role', { role: 'incident-commander' });
  await when(({ attendance }) => attendance.length === 4);
  await press(play, people.leads, 'begin');
  let exercise = await when(({ told }) => told.length === 1);
  let raised = false;
  for (;;) {
    const inject = exercise.scenario?.injects.find(({ id }) => id === exercise.told.at(-1)?.injectId);
    if (inject !== undefined && inject.options.length > 0) exercise = await decide(play, inject, exercise);
    if (inject?.unavailable !== undefined && !raised) {
      raised = true;
      await fill(play, people.writes, 'raise-gap', {
        title: 'Nobody knew who takes over when somebody is lost',
        found: 'It took the room two minutes to name a successor.',
        severity: 'high',
        ticket: 'now',
      });
      await when(({ gaps }) => gaps.length === 1);
    }
    const [next] = injectsToCome(exercise);
    if (next === undefined) break;
    const { length } = exercise.told;
    // The button names its event: one of a message that was not edited yet would be refused.
    await click(play, people.leads, exerciseDoId('next'), next.id);
    exercise = await when(({ told }) => told.length > length);
  }
  await fill(play, people.leads, 'recovered', { proof: 'A write that a customer made was read back.' });
  await when(({ recovered }) => recovered !== undefined);
  await press(play, people.leads, 'hot-wash');
  await when(({ hotWash }) => hotWash !== undefined);
  await fill(play, people.commands, 'answer', {
    question: '1',
    text: 'The decision to leave: we waited for a green light.',
  });
  await when(({ answers, gaps }) => answers.length === 1 && gaps.every(({ ticket }) => ticket !== undefined));
  await press(play, people.leads, 'close');
}

/** Roles of the scenario; the second one is for the service's owner. */
async function lostRoles({ when }: Play): Promise<readonly string[]> {
  return ((await when(() => true)).scenario?.roles ?? []).map(({ role }) => role);
}

/** The scribe writes down what the room chose: what the scenario expects, and once something else. */
async function decide(play: Play, inject: Inject, { decisions }: ExerciseView): Promise<ExerciseView> {
  const expected = inject.options.find((option) => option.expected === (decisions.length !== 1)) ?? inject.options[0];
  await fill(
    play,
    people.writes,
    'log-decision',
    {
      question: inject.questions[0] ?? inject.title,
      choice: expected?.id ?? '',
      owner: 'Incident commander',
      reason: expected?.tradeOff ?? 'It was the least bad.',
    },
    inject.id,
  );
  return await play.when((exercise) => exercise.decisions.length > decisions.length);
}

const press = (play: Play, user: string, doing: ExerciseDoing): Promise<void> => click(play, user, exerciseDoId(doing));

/** Opens a form by its button, fills it in, sends it. */
async function fill(
  play: Play,
  user: string,
  form: ExerciseForm,
  values: Readonly<Record<string, string>>,
  about?: string,
): Promise<void> {
  await click(play, user, exerciseOpenId(form), about);
  const view_id = await patiently(
    play,
    async () => ViewsSchema.parse(await slack(play.place, 'GET', 'views')).views[0]?.id,
  );
  const fields = Object.fromEntries(Object.entries(values).map(([block, value]) => [block, { value }]));
  arrived(await slack(play.place, 'POST', 'act/submit', { view_id, user, values: fields }), form);
}

/** @param about - the button must be about this, too: the newest message that has both is meant */
async function click(play: Play, user: string, action: string, about = ''): Promise<void> {
  const { place, channel } = play;
  const ts = await patiently(play, async () => {
    const { messages } = MessagesSchema.parse(await slack(place, 'GET', `messages?channel=${channel}&as=${user}`));
    return messages.findLast(
      ({ deleted_at, blocks }) => deleted_at === undefined && hasButton(blocks ?? [], action, play.runId, about),
    )?.ts;
  });
  arrived(await slack(place, 'POST', 'act/click', { user, channel, ts, action_id: action }), action);
}

/** A button's value names its run; anything else in the message may be reworded. */
function hasButton(blocks: readonly unknown[], action: string, runId: string, about: string): boolean {
  const found = z
    .array(z.looseObject({ action_id: z.string().optional(), value: z.string().optional() }))
    .parse(
      blocks.flatMap(
        (block) => z.looseObject({ elements: z.array(z.looseObject({})).optional() }).parse(block).elements ?? [],
      ),
    );
  return found.some(
    ({ action_id, value = '' }) =>
      action_id === action &&
      value.includes(JSON.stringify(runId)) &&
      (about === '' || value.includes(JSON.stringify(about))),
  );
}

function arrived(answer: unknown, what: string): void {
  const { status, shown } = DoneSchema.parse(answer);
  if (status !== 'ok') throw new Error(`What a stand-in did (${what}) did not arrive: ${shown ?? status}`);
}

async function patiently<T>({ signal }: Play, look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    await sleep(150);
  }
}

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../client/processes/project-root.ts';
import { startDocumentationReview } from '../../client/runs/start-documentation-review.ts';
import { startTabletopExercise } from '../../client/runs/start-tabletop-exercise.ts';
import { loadLibrary, scenarioNamed } from '../../runbooks/tabletop-exercise/library.ts';
import { slackActions, slackModals } from '../../views/slack/actions.ts';
import { exerciseDoId, exerciseFormId, exerciseOpenId } from '../../views/slack/exercise-actions.ts';
import { startBench } from '../installation.ts';
import type { BenchInstallation } from '../installation.ts';
import type { Figure, Measure, MeasureContext } from '../measure.ts';
import { slackForms } from '../slack-forms.ts';
import type { FormTimes, SlackForms } from '../slack-forms.ts';
import { spread } from './click.ts';

const forms = 30;
/** Code that was never run is slow, and an installation lives for weeks. */
const warmUp = 5;
const service = 'jira-cloud';
const initiator = { personId: 'system', name: 'firedrill bench' };
const [champion, facilitator, scribe] = ['U0PRIYA', 'U0HANNAH', 'U0DANIEL'];

/** Forms of the runbooks that are about people, on their whole way: Slack, Slack app, engine, worker, and back. */
export const people: Measure = {
  name: 'people',
  what: 'An answer of a documentation review and a decision of an exercise, from Save until it counts and can be read',
  async run(context) {
    const bench = await startBench(context, {
      instant: true,
      databases: false,
      slackUnlimited: true,
      // Documents are found from the catalog's place, and this one lies elsewhere.
      catalog: [
        [['organisation', 'documents', 'folder'], join(projectRoot, 'examples', 'documents')],
        [['services', service, 'documents'], [{ kind: 'continuity', path: 'jira-cloud-continuity.md' }]],
      ],
    });
    try {
      const slack = slackForms(context, bench);
      return [
        ...figures('review answer', await answers(context, bench, slack)),
        ...figures('exercise decision', await decisions(context, bench, slack)),
      ];
    } finally {
      await bench.close();
    }
  },
};

function figures(name: string, times: readonly FormTimes[]): readonly Figure[] {
  const note = `${times.length} forms, ${warmUp} before them to warm up`;
  return [
    ...spread(
      `${name} to counted`,
      times.map(({ recordedMs }) => recordedMs),
      { note },
    ),
    ...spread(
      `${name} to read`,
      times.map(({ answerMs }) => answerMs),
    ),
  ];
}

/** The champion answers the same fact again and again: each time with another reason, since the same one is no answer. */
async function answers(context: MeasureContext, bench: BenchInstallation, slack: SlackForms) {
  const { runId } = await startDocumentationReview(bench.runs, { service, initiator, via: 'system' });
  await slack.press(champion, runId, 'review', slackActions.reviewAnswer);
  let form = await slack.formOf(champion, slackModals.reviewAnswer);
  const answer = form.blocks.find(({ block_id }) => block_id?.startsWith('answer:') === true)?.block_id ?? '';
  const comment = `comment:${answer.split(':')[1] ?? ''}`;
  return await again(context, 'answers', async (turn) => {
    const sentAtMs = await slack.submit(champion, form.id, { [answer]: 'right', [comment]: `I looked, time ${turn}.` });
    const recordedAtMs = await slack.recordedAfter(runId, sentAtMs);
    form = await slack.formOf(champion, slackModals.reviewAnswer, sentAtMs);
    return { recordedMs: recordedAtMs - sentAtMs, answerMs: form.sinceMs - sentAtMs };
  });
}

/** The scribe logs one decision after the other. */
async function decisions(context: MeasureContext, bench: BenchInstallation, slack: SlackForms) {
  const { scenario } = scenarioNamed(await loadLibrary([]), 'region-lost-to-earthquake');
  const { runId } = await startTabletopExercise(bench.runs, {
    scenario,
    services: [service],
    initiator,
    via: 'system',
  });
  await slack.press(facilitator, runId, 'exercise', exerciseDoId('lead'));
  await slack.press(facilitator, runId, 'exercise', exerciseDoId('begin'));
  return await again(context, 'decisions', async (turn) => {
    await slack.press(scribe, runId, 'exercise', exerciseOpenId('log-decision'));
    const form = await slack.formOf(scribe, exerciseFormId('log-decision'));
    const text = (value: string): object => ({ value });
    const sentAtMs = await slack.submit(scribe, form.id, {
      question: text(`Wait or go, time ${turn}?`),
      options: text('wait\ngo'),
      choice: text('go'),
      owner: text('Incident commander'),
      reason: text('It is the least bad.'),
    });
    const recordedAtMs = await slack.recordedAfter(runId, sentAtMs);
    return { recordedMs: recordedAtMs - sentAtMs, answerMs: (await slack.toldAfter(scribe, sentAtMs)) - sentAtMs };
  });
}

async function again(
  context: MeasureContext,
  what: string,
  once: (turn: number) => Promise<FormTimes>,
): Promise<readonly FormTimes[]> {
  const times: FormTimes[] = [];
  for (let turn = 0; turn < warmUp + forms; turn += 1) {
    // What the messages of the one before still do is not part of this one.
    await sleep(700);
    const time = await once(turn);
    if (turn >= warmUp) times.push(time);
  }
  context.tell(`${times.length} ${what}`);
  return times;
}

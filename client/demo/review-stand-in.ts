import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CompanyPlace } from '../../examples/set-up.ts';
import { slack as askSlack } from './stand-in.ts';
import { slackActions, slackModals } from '../../views/slack/actions.ts';

/** Who answers when nobody is there: the DR champion of the example service. */
export const reviewer = { slackId: 'U0PRIYA', name: 'Priya Raman' } as const;

export interface ReviewScene {
  readonly place: Pick<CompanyPlace, 'slackUrl' | 'slackBotToken'>;
  readonly channel: string;
  readonly runId: string;
  /** Ends the looking, when the review is over. */
  readonly signal: AbortSignal;
}

const MessagesSchema = z.object({
  messages: z.array(
    z.object({ ts: z.string(), deleted_at: z.unknown().optional(), blocks: z.array(z.unknown()).optional() }),
  ),
});
const ViewsSchema = z.object({
  views: z.array(
    z.object({
      id: z.string(),
      user: z.string(),
      view: z.object({
        callback_id: z.string().optional(),
        private_metadata: z.string().optional(),
        blocks: z.array(z.looseObject({ block_id: z.string().optional() })),
      }),
    }),
  ),
});
type OpenForm = z.infer<typeof ViewsSchema>['views'][number];
const DoneSchema = z.object({ status: z.string(), shown: z.string().optional() });

/**
 * Holds a review as its champion would: opens the form, answers page by page, signs what follows.
 *
 * @throws Error when Slack shows an error for a click
 */
export async function holdReview(scene: ReviewScene): Promise<void> {
  await press(scene, slackActions.reviewAnswer);
  for (let before = ''; ;) {
    const form = await formThat(
      scene,
      ({ view }) =>
        view.callback_id === slackModals.reviewSignOff ||
        (view.callback_id === slackModals.reviewAnswer && view.private_metadata !== before),
    );
    if (form === undefined) return;
    before = form.view.private_metadata ?? '';
    await submit(scene, form, answersTo(form));
    if (form.view.callback_id === slackModals.reviewSignOff) return;
  }
}

/** What differs, the document has to say otherwise; of the rest the champion has looked it up. */
function answersTo({ view: { blocks } }: OpenForm): Record<string, string> {
  const answers: Record<string, string> = { different: 'document-wrong' };
  const reasons: Record<string, string> = {
    different: 'Changed in the summer; nobody updated the page.',
    'not-stated': 'Nobody needs it in a recovery; it is in the template.',
    unknown: 'I looked in the console.',
  };
  return Object.fromEntries(
    blocks.flatMap(({ block_id = '' }) => {
      const [what, id, outcome = ''] = block_id.split(':');
      if (what !== 'answer' || id === undefined) return [];
      const reason = reasons[outcome];
      return [[block_id, answers[outcome] ?? 'right'], ...(reason === undefined ? [] : [[`comment:${id}`, reason]])];
    }),
  );
}

async function press(scene: ReviewScene, action: string): Promise<void> {
  while (!scene.signal.aborted) {
    const { messages } = MessagesSchema.parse(
      await slack(scene, 'GET', `messages?channel=${scene.channel}&as=${reviewer.slackId}`),
    );
    const asking = messages.find(({ deleted_at, blocks = [] }) => {
      const text = JSON.stringify(blocks);
      return deleted_at === undefined && text.includes(`"${action}"`) && text.includes(scene.runId);
    });
    if (asking !== undefined) {
      const click = { user: reviewer.slackId, channel: scene.channel, ts: asking.ts, action_id: action };
      return arrived(DoneSchema.parse(await slack(scene, 'POST', 'act/click', click)));
    }
    await sleep(200);
  }
}

async function formThat(scene: ReviewScene, is: (view: OpenForm) => boolean): Promise<OpenForm | undefined> {
  while (!scene.signal.aborted) {
    const { views } = ViewsSchema.parse(await slack(scene, 'GET', 'views'));
    const form = views.find((view) => view.user === reviewer.slackId && is(view));
    if (form !== undefined) return form;
    await sleep(200);
  }
  return undefined;
}

async function submit(scene: ReviewScene, { id }: OpenForm, values: Record<string, string>): Promise<void> {
  arrived(DoneSchema.parse(await slack(scene, 'POST', 'act/submit', { user: reviewer.slackId, view_id: id, values })));
}

function arrived({ status, shown }: z.infer<typeof DoneSchema>): void {
  if (status !== 'ok') throw new Error(`The stand-in's click did not arrive: ${shown ?? status}`);
}

const slack = (scene: ReviewScene, method: string, path: string, body?: object): Promise<unknown> =>
  askSlack(scene.place, method, path, body);

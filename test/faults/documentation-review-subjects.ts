import { startDocumentationReview } from '../../client/runs/start-documentation-review.ts';
import { unansweredItems } from '../../domain/review-view.ts';
import type { ReviewView } from '../../domain/review-view.ts';
import { documentationReviewRunbook } from '../../runbooks/documentation-review/definition.ts';
import { slackActions, slackModals } from '../../views/slack/actions.ts';
import { confluence } from '../engine/outside.ts';
import { postCall, slackCall, ticketCall, updateCall } from './calls.ts';
import type { Installation } from './installation.ts';
import { addService, channel } from './services.ts';
import { fill } from './slack-hands.ts';
import type { Form } from './slack-hands.ts';
import { persist, seenRun } from './subject.ts';
import type { State, Subject } from './subject.ts';

const champion = 'U0PRIYA';
const pageId = '700001';
const serviceOf = (slot: string): string => `reviewed-${slot}`;

/** One fact is wrong whatever happens: the RTO. Whatever else differs while things die, the champion lets stand. */
const page = `<h2>Facts</h2>
<ac:structured-macro ac:name="code"><ac:parameter ac:name="title">firedrill</ac:parameter><ac:plain-text-body><![CDATA[
owner: Jonas Weber
champion: Priya Raman
contacts: Jonas Weber, Priya Raman
channel: "#jira-cloud-dr"
rto: 9 h
rpo: 1 h
resources:
  issues-db:
    region: eu-central-1
    engine: PostgreSQL
    engine-version: "18"
    multi-az: yes
    encrypted: yes
]]></ac:plain-text-body></ac:structured-macro>
<h2>Restore</h2>
<ol><li><p>Find the newest recovery point.</p></li><li><p>Restore it beside the source.</p></li></ol>`;

/** Rules of the form: a difference and what is missing want a reason. */
function answersTo({ blocks }: Form, wrongId: string): Record<string, string> {
  return Object.fromEntries(
    blocks.flatMap(({ block_id: block = '' }): [string, string][] => {
      const [what, id = ''] = block.split(':');
      if (what === 'answer') return [[block, id === wrongId ? 'document-wrong' : 'right']];
      return what === 'comment' ? [[block, 'I looked.']] : [];
    }),
  );
}

/** The form may be ahead of what was seen in the store: then it is filled in a moment later. */
function wrongIdOf(review: ReviewView | undefined): string {
  const id = review?.items.find(({ key }) => key.endsWith('.rto'))?.id;
  if (id === undefined) throw new Error('The facts are not in the store yet.');
  return id;
}

/** Page by page, saved again when nothing came of it; then the signature, again when it did not count. */
async function holdReview(installation: Installation, runId: string, signal: AbortSignal): Promise<void> {
  let seen: ReviewView | undefined;
  const isSo = async (so: (review: ReviewView) => boolean): Promise<boolean> => {
    const projection = (await seenRun(installation, runId))?.projection;
    seen = projection?.review;
    return projection?.judged !== undefined || (seen?.asked !== undefined && so(seen));
  };
  const button = { user: champion, channel, runId };
  await persist(
    signal,
    () => isSo((review) => unansweredItems(review).length === 0),
    () =>
      fill(installation.witness, { ...button, action: slackActions.reviewAnswer }, slackModals.reviewAnswer, (form) =>
        answersTo(form, wrongIdOf(seen)),
      ),
    500,
  );
  await persist(
    signal,
    () => isSo(({ signedOff }) => signedOff !== undefined),
    async () => {
      if (seen?.signing === undefined)
        await fill(
          installation.witness,
          { ...button, action: slackActions.reviewSignOff },
          slackModals.reviewSignOff,
          () => ({}),
        );
    },
    1000,
  );
}

const answered = ({ answers }: ReviewView): number => Object.keys(answers).length;
const state = (name: string, is: (review: ReviewView) => boolean): State => ({
  name,
  is: ({ review }) => review?.asked !== undefined && review.signedOff === undefined && is(review),
});

/** How documentation reviews go: held in Slack forms, signed off with one fact wrong. */
export const documentationReviewSubjects: readonly Subject[] = [
  {
    name: 'documentation-review signed off',
    steps: documentationReviewRunbook.steps.filter((step) => step !== 'probe links'),
    catalog: (catalog, slots) => {
      for (const slot of slots)
        addService(catalog, serviceOf(slot), { documents: [{ kind: 'recovery', confluence: pageId }] });
    },
    prepare: async ({ witness }) => {
      await confluence(witness, 'PUT', `pages/${pageId}`, { title: 'Recovery', storage: page, by: 'Priya Raman' });
    },
    start: async (installation, slot) => {
      const { runId } = await startDocumentationReview(installation.runs(), {
        service: serviceOf(slot),
        initiator: { personId: 'daniel-kim', name: 'Daniel Kim' },
        via: 'cli',
      });
      return runId;
    },
    act: holdReview,
    expected: {
      verdict: 'corrections-needed',
      findings: [`document-fact:recovery:confluence/${pageId}#service.rto/document-wrong`],
      copy: 'none',
    },
    states: [
      state('facts asked, none answered', (review) => answered(review) === 0),
      state('a page of facts answered', (review) => answered(review) > 0 && unansweredItems(review).length > 0),
      state('all answered, not signed', (review) => unansweredItems(review).length === 0),
    ],
    calls: () => [postCall, updateCall, slackCall('views.update'), ticketCall],
  },
];

import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ActResult } from '../../client/runs/act.ts';
import { startDocumentationReview } from '../../client/runs/start-documentation-review.ts';
import type { FactAnswer } from '../../domain/review.ts';
import { answersTo } from '../../domain/review.ts';
import { askedItems, unansweredItems } from '../../domain/review-view.ts';
import type { ReviewView } from '../../domain/review-view.ts';
import type { StoredRun } from '../../store/read.ts';
import { act } from './acting.ts';
import type { PersonName } from './acting.ts';
import type { World } from './world.ts';

/** The example catalog in which Jira Cloud has one database, and one recovery document: a file beside the catalog. */
export const withReviewedDocument =
  (change: (policies: Record<string, unknown>) => void = () => undefined) =>
  (text: string): string => {
    const catalog = parse(text) as {
      organisation: { documents: object; policies: Record<string, unknown> };
      services: { 'jira-cloud': { documents: object[]; resources: { name: string }[] } };
    };
    catalog.organisation.documents = { folder: '.' };
    const service = catalog.services['jira-cloud'];
    service.documents = [{ kind: 'recovery', path: 'recovery.md' }];
    service.resources = service.resources.filter(({ name }) => name === 'issues-db');
    change(catalog.organisation.policies);
    return stringify(catalog, { aliasDuplicateObjects: false });
  };

/** Lines of the recovery document that are other than they should be; `''` leaves a line out. */
type DocumentChange = Readonly<Record<string, string>>;

/**
 * The recovery document in Markdown: all right but for what the test changes.
 *
 * @param last - a sentence at its end, one that points somewhere, say
 */
export function documentText({ database: { host, port } }: World, change: DocumentChange = {}, last = ''): string {
  const facts: Record<string, string> = {
    owner: 'Jonas Weber',
    champion: 'Priya Raman',
    contacts: 'Jonas Weber, Priya Raman',
    channel: '#jira-cloud-dr',
    RTO: '6 h',
    RPO: '1 h',
    ...change,
  };
  const database: Record<string, string> = {
    region: 'eu-central-1',
    engine: 'PostgreSQL',
    version: '18',
    'instance class': 'db.r6g.xlarge',
    'Multi-AZ': 'yes',
    retention: '30 days',
    'point-in-time recovery': 'yes',
    encryption: 'yes',
    'backup copy Region': 'none',
    endpoint: `${host}:${port}`,
    'security groups': 'sg-0b1111a0000000001',
    ...change,
  };
  const service = Object.keys(facts).filter((name) => !(name in database) || name in change);
  const table = (names: readonly string[], of: Record<string, string>): string =>
    [
      '| Fact | Value |',
      '|---|---|',
      ...names.filter((name) => of[name] !== '').map((name) => `| ${name} | ${of[name]} |`),
    ].join('\n');
  const serviceNames = ['owner', 'champion', 'contacts', 'channel', 'RTO', 'RPO'];
  return [
    '# Recovery of Jira Cloud',
    table(
      service.filter((name) => serviceNames.includes(name)),
      facts,
    ),
    '## issues-db',
    table(
      Object.keys(database).filter((name) => !serviceNames.includes(name)),
      database,
    ),
    '## Restore',
    '1. Find the newest recovery point.\n2. Restore it beside the source.\n3. Point the application at it.',
    ...(last === '' ? [] : [last]),
  ].join('\n\n');
}

/** Writes the recovery document beside the catalog, as its owner would. */
export async function writeDocument(world: World, change: DocumentChange = {}, last = ''): Promise<void> {
  await writeFile(join(dirname(world.catalogFile), 'recovery.md'), `${documentText(world, change, last)}\n`);
}

export async function startReview(world: World): Promise<string> {
  const { runId } = await startDocumentationReview(world.runs, {
    service: 'jira-cloud',
    initiator: { personId: 'daniel-kim', name: 'Daniel Kim' },
    via: 'cli',
  });
  return runId;
}

/** The review as the store has it. */
export const reviewOf = ({ projection }: StoredRun): ReviewView => {
  if (projection.review === undefined) throw new Error(`${projection.runId} is no review, or has not begun.`);
  return projection.review;
};

export const untilReview = (
  world: World,
  runId: string,
  ready: (view: ReviewView) => boolean,
  what: string,
): Promise<ReviewView> =>
  world
    .runWhen(
      runId,
      ({ projection: { review, judged } }) => judged !== undefined || (review !== undefined && ready(review)),
      what,
    )
    .then(reviewOf);

export const untilReviewAsked = (world: World, runId: string): Promise<ReviewView> =>
  untilReview(world, runId, (view) => view.asked !== undefined, 'asked');

/** Answers whatever is open: right, but for the facts that `wrong` names by the end of their key. */
export async function answerAll(
  world: World,
  runId: string,
  person: PersonName,
  wrong: Readonly<Record<string, FactAnswer>> = {},
): Promise<void> {
  const view = reviewOf(await world.runWhen(runId, () => true, 'there'));
  const items = unansweredItems(view).map((item) => {
    const given = Object.entries(wrong).find(([end]) => item.key.endsWith(end))?.[1] ?? 'right';
    if (!answersTo(item).includes(given)) throw new Error(`${given} is no answer to ${item.label}`);
    return { id: item.id, answer: given, comment: `I looked at ${item.label}.` };
  });
  for (let at = 0; at < items.length; at += 10) {
    const answer = await act(world, runId, person, { kind: 'answer', items: items.slice(at, at + 10) });
    // Without a worker it is left as a Signal, and counts when one is back.
    if (answer.outcome === 'refused') throw new Error(`${answer.code}: ${answer.text}`);
  }
  await untilReview(world, runId, (now) => unansweredItems(now).length === 0, 'answered');
}

export async function signOff(world: World, runId: string, person: PersonName): Promise<ActResult> {
  const { documents } = reviewOf(await world.runWhen(runId, () => true, 'there'));
  return await act(world, runId, person, {
    kind: 'sign-off',
    documents: documents.map(({ id, hash }) => ({ id, hash })),
  });
}

/** `label: outcome` of what is asked, for comparing. */
export const asked = (view: ReviewView): readonly string[] =>
  askedItems(view)
    .filter(({ outcome }) => outcome !== 'same')
    .map(({ label, outcome }) => `${label}: ${outcome}`);

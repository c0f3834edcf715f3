import { isCancellation } from '@temporalio/workflow';
import { together } from '../domain/activity-answer.ts';
import type { Answer } from '../domain/activity-answer.ts';
import type { ComparedFact } from '../domain/compare-facts.ts';
import type { DocumentSpec, KnownFact, ReadDocument } from '../domain/document.ts';
import { factDefinitions, factNames } from '../domain/recovery-facts.ts';
import type { ReviewPast } from '../domain/review-last.ts';
import type { ReviewPlan } from '../domain/review-plan.ts';
import { reviewItem } from '../domain/review.ts';
import type { MissingDocument, ProbedLink, ReviewedDocument, ReviewItem } from '../domain/review.ts';
import type { ReviewView } from '../domain/review-view.ts';
import { errorFacts, failedAttempt } from './failures.ts';
import { askingActivities, documentActivities } from './proxies.ts';
import type { Run } from './run.ts';

/** What became of the reading of one document. One without facts is there, and missing what it is read for. */
export interface Reading {
  readonly spec: DocumentSpec;
  readonly read?: ReadDocument;
  readonly document?: ReviewedDocument;
  readonly missing?: MissingDocument;
}

/** How long what is only nice to know may take, milliseconds; what nobody told by then is unknown. */
const patienceMs = 2 * 60_000;

/**
 * Reads every document of the service. One that is not there, or not reachable for all that time, is a gap; that we may not
 * read it is our own fault.
 *
 * @throws the activity's failure when it is our own
 */
export async function readDocuments(
  run: Run,
  { documents, resources }: ReviewPlan,
  { step, withinMs }: { readonly step: string; readonly withinMs: number },
): Promise<readonly Reading[]> {
  if (documents.length === 0) return [];
  const { readDocument } = documentActivities(withinMs);
  const names = resources.map(({ resource }) => resource);
  const readOne = (spec: DocumentSpec): Promise<Answer<Reading>> =>
    unless(
      async () => {
        const answer = await readDocument({ document: spec, resources: names });
        return { ...answer, value: readingOf(spec, answer.value) };
      },
      (error) => {
        const { kind, code, what, next } = errorFacts(error);
        if (kind !== 'finding' && kind !== 'busy') throw error;
        return { spec, missing: { id: spec.id, title: titleOf(spec), where: placeOf(spec), code, what, next } };
      },
    );
  return await run.step(
    step,
    async () => together(await Promise.all(documents.map(readOne))),
    (readings) => {
      const read = documentsOf(readings);
      const facts = read.reduce((sum, one) => sum + one.read.stated.length, 0);
      return `${read.length} of ${readings.length}, ${facts} facts`;
    },
  );
}

/** Those that state something. */
export const documentsOf = (
  readings: readonly Reading[],
): readonly { readonly spec: DocumentSpec; readonly read: ReadDocument }[] =>
  readings.flatMap(({ spec, read }) => (read === undefined || read.stated.length === 0 ? [] : [{ spec, read }]));

/** What a reading found, in one word: the content's hash, or why there is none. */
export const identityOf = ({ document, missing }: Reading): string => document?.hash ?? missing?.code ?? '';

/** The same of what the review was made of. */
export const seenOf = (
  { documents, missing }: Pick<ReviewView, 'documents' | 'missing'>,
  { id }: DocumentSpec,
): string => documents.find((one) => one.id === id)?.hash ?? missing.find((one) => one.id === id)?.code ?? '';

/** What AWS and Slack say of the facts now. */
export async function liveFacts(run: Run, plan: ReviewPlan, step: string): Promise<readonly KnownFact[]> {
  const databases = plan.resources.map((database) =>
    unless(
      async () => {
        const answer = await run.reading.aws.readLiveFacts(database);
        return { ...answer, value: answer.value.facts };
      },
      (error) => nobodyKnows(database.resource, errorFacts(error).what),
    ),
  );
  const channel = unless(
    async () => {
      const answer = await documentActivities(patienceMs).channelFacts({ channel: plan.slackChannel });
      return { ...answer, value: answer.value.facts };
    },
    (error): readonly KnownFact[] => [{ name: 'channel', from: 'catalog', unknown: errorFacts(error).what }],
  );
  const facts = await run.step(
    step,
    async () => together(await Promise.all([...databases, channel])),
    (all) => `${all.flat().filter((fact) => 'value' in fact).length} of ${all.flat().length} facts known`,
  );
  return facts.flat();
}

/** Earlier reviews and the last drill; a store that is down leaves them unknown and holds nothing up. */
export async function pastOf(run: Run, { service }: ReviewPlan, step: string): Promise<ReviewPast> {
  return await run.step(step, () =>
    unless(
      () => askingActivities().reviewPast({ service }),
      (error): ReviewPast => ({
        digests: [],
        lastDrill: { name: 'last-drill', from: 'last-run', unknown: errorFacts(error).what },
      }),
    ),
  );
}

/** Whether what the documents point to is there. */
export async function linksAlive(run: Run, readings: readonly Reading[], step: string): Promise<readonly ProbedLink[]> {
  const documents = readings.flatMap(({ spec, read }) =>
    read === undefined || read.links.length === 0 ? [] : [{ document: spec.id, links: read.links }],
  );
  if (documents.length === 0) return [];
  const probe = documents.map(({ document, links }) =>
    unless(
      async () => {
        const answer = await documentActivities(5 * patienceMs).probeLinks({ links });
        return { ...answer, value: answer.value.links.map((link): ProbedLink => ({ ...link, document })) };
      },
      (error) =>
        links.map((link): ProbedLink => ({ ...link, document, outcome: 'unknown', detail: errorFacts(error).what })),
    ),
  );
  const probed = await run.step(
    step,
    async () => together(await Promise.all(probe)),
    (all) => `${all.flat().filter(({ outcome }) => outcome === 'dead').length} of ${all.flat().length} dead`,
  );
  return probed.flat();
}

const sources: Readonly<Record<KnownFact['from'], string>> = {
  aws: 'AWS',
  catalog: 'the catalog',
  'last-run': 'the last restore test',
  document: 'the document',
};

/** A compared fact as people are asked about it. */
export const itemOf = (fact: ComparedFact): ReviewItem =>
  reviewItem({
    key: fact.key,
    document: fact.documentId,
    label: fact.label,
    ...(fact.stated === undefined ? {} : { stated: fact.stated }),
    ...(fact.known === undefined ? {} : { known: fact.known }),
    ...(fact.knownFrom === undefined ? {} : { knownFrom: sources[fact.knownFrom] }),
    outcome: fact.outcome,
    required: fact.required,
    ...(fact.why === undefined ? {} : { why: fact.why }),
  });

function readingOf(spec: DocumentSpec, read: ReadDocument): Reading {
  const { title, where, version, hash, words, stated, problems, readAtMs } = read;
  const document: ReviewedDocument = {
    id: spec.id,
    title,
    where,
    ...(version === undefined ? {} : { version }),
    hash,
    words,
    facts: stated.length,
    ...(problems.length === 0
      ? {}
      : { problems: problems.map(({ what, line }) => (line === undefined ? what : `line ${line}: ${what}`)) }),
    readAtMs,
  };
  if (stated.length > 0) return { spec, read, document };
  const missing: MissingDocument = {
    id: spec.id,
    title,
    where,
    code: 'no-facts',
    what: `“${title}” (${where}) states no facts that a machine can read.`,
    next: 'Add a facts block, front matter or a table of key and value to it (docs/recovery-documents.md).',
  };
  return { spec, read, document, missing };
}

const titleOf = ({ kind }: DocumentSpec): string =>
  kind === 'recovery' ? 'Backup and recovery documentation' : 'Business continuity plan';

function placeOf({ place }: DocumentSpec): string {
  switch (place.at) {
    case 'file':
      return place.path;
    case 'page':
      return place.url;
    case 'confluence':
      return `Confluence page ${place.pageId}`;
  }
}

const nobodyKnows = (resource: string, unknown: string): readonly KnownFact[] =>
  factNames
    .filter((name) => factDefinitions[name].of === 'resource')
    .map((name): KnownFact => ({ name, resource, from: 'aws', unknown }));

/** What an activity answers, or what stands for it when it fails; a cancelled run is cancelled all the same. */
async function unless<T>(ask: () => Promise<Answer<T>>, otherwise: (error: unknown) => T): Promise<Answer<T>> {
  const askedAtMs = Date.now();
  try {
    return await ask();
  } catch (error) {
    if (isCancellation(error)) throw error;
    const value = otherwise(error);
    const { attempt, startedAtMs, finishedAtMs, worker, awsCalls } = failedAttempt(error) ?? {
      attempt: 1,
      startedAtMs: askedAtMs,
      finishedAtMs: Date.now(),
      worker: '-',
      awsCalls: [],
    };
    return { value, attempt, startedAtMs, finishedAtMs, worker, awsCalls };
  }
}

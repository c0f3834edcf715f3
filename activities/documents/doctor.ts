import type { DocumentSpec } from '../../domain/document.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { Examination } from '../../domain/examination.ts';
import { spacesSeen } from './confluence.ts';
import { notConfigured } from './document-errors.ts';
import { readSource } from './read-source.ts';
import type { DocumentSources } from './read-source.ts';

/** A document, and who declares it. */
export interface DeclaredDocument {
  readonly service: string;
  readonly document: DocumentSpec;
}

/** Documents are read a few at a time, so that nobody's server takes us for an attack. */
const atOnce = 6;

/** Whether reviews can read what the catalog declares: Confluence as such where it is used, then each document. */
export async function checkDocuments(
  documents: readonly DeclaredDocument[],
  sources: DocumentSources,
): Promise<readonly Examination[]> {
  const usesConfluence = documents.some(({ document }) => document.place.at === 'confluence');
  const confluence = usesConfluence ? [await checkConfluence(sources)] : [];
  const waiting = [...documents];
  const broken: Examination[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { service, document } = next;
      const found = await failureOf(() => readSource(document, sources));
      if (found !== undefined)
        broken.push({ name: `Document of ${service}`, ok: false, detail: found.what, fix: found.next });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const all = documents.length;
  const counted =
    all === 0
      ? 'the catalog declares none, so there is nothing to review'
      : `${all - broken.length} of ${all} of the catalog can be read`;
  const summary: Examination = { name: 'Documents', ok: broken.length === 0, detail: counted, fix: '' };
  return [...confluence, summary, ...broken.toSorted((one, other) => one.name.localeCompare(other.name))];
}

async function checkConfluence({ confluence, timeoutMs }: DocumentSources): Promise<Examination> {
  const name = 'Confluence';
  if (confluence === undefined) {
    const { what, next } = notConfigured('some service');
    return { name, ok: false, detail: what, fix: next };
  }
  const { email, baseUrl } = confluence;
  let spaces: readonly string[] = [];
  const failure = await failureOf(async () => {
    spaces = await spacesSeen(confluence, timeoutMs);
  });
  if (failure !== undefined) return { name, ok: false, detail: failure.what, fix: failure.next };
  return spaces.length > 0
    ? { name, ok: true, detail: `${email} at ${baseUrl}`, fix: '' }
    : {
        name,
        ok: false,
        detail: `${email} sees no space at ${baseUrl}`,
        fix: 'Give the account the right to view the spaces with recovery documents; check JIRA_EMAIL and JIRA_API_TOKEN.',
      };
}

async function failureOf(work: () => Promise<unknown>): Promise<FiredrillError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof FiredrillError) return error;
    throw error;
  }
}

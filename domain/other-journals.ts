import { z } from 'zod';
import { linesOf, parsedLine, textOf } from './bundle.ts';
import { verifyChain } from './hash-chain.ts';
import { breakText } from './journal-break.ts';
import type { OtherJournal } from './journal-break.ts';
import type { JournalBody, JournalEntry } from './journal-entry.ts';

/** One line of `other-journals.jsonl`: an entry of a journal beside the one that is sealed. */
export const OtherJournalLineSchema = z.strictObject({
  executionId: z.string(),
  number: z.int().positive(),
  prev: z.string(),
  hash: z.string(),
  body: z.string(),
});

/** What verification found in the other journals of a run. */
export interface OtherJournalsVerification {
  readonly problems: readonly string[];
  /** One sentence each that a reader must not miss: why there is more than one journal, and in what they differ. */
  readonly notes: readonly string[];
}

/**
 * Verifies every other journal of the run by its own chain, and says how it differs from the sealed one. A journal that
 * no entry of the sealed one accounts for is told as such.
 *
 * @param named - the journals that the signed manifest names
 */
export function verifyOtherJournals(
  bytes: Uint8Array | undefined,
  named: readonly OtherJournal[],
  sealed: readonly JournalEntry[],
): OtherJournalsVerification {
  const runId = sealed[0]?.runId ?? '';
  const entries: JournalEntry[] = [];
  for (const line of bytes ? linesOf(textOf(bytes)) : []) {
    const entry = parsedLine(OtherJournalLineSchema, line);
    if (!entry) return { problems: ['other-journals.jsonl holds a line that is not an entry.'], notes: [] };
    entries.push({ runId, ...entry });
  }
  const problems: string[] = [];
  const notes = explainedBreaks(sealed).map(({ text }) => text);
  for (const { executionId, count, head } of named) {
    const own = entries.filter((entry) => entry.executionId === executionId);
    const chain = verifyChain(own);
    if (!chain.ok) problems.push(`The journal ${executionId} breaks at entry ${chain.number}: ${chain.problem}.`);
    else if (chain.head !== head || chain.count !== count)
      problems.push(`The journal ${executionId} is not the one that the manifest names.`);
    else notes.push(differenceText(executionId, own, sealed));
  }
  if (entries.some(({ executionId }) => !named.some((journal) => journal.executionId === executionId)))
    problems.push('other-journals.jsonl holds a journal that the manifest does not name.');
  return { problems, notes };
}

const bodyOf = (entry: JournalEntry): JournalBody => JSON.parse(entry.body) as JournalBody;

/** What the sealed journal itself says about breaks. */
const explainedBreaks = (sealed: readonly JournalEntry[]): { text: string; others: readonly string[] }[] =>
  sealed.flatMap((entry) => {
    const { event } = bodyOf(entry);
    if (event.type !== 'journal-resent') return [];
    return [
      {
        text: `Entry ${entry.number}: ${breakText(event)}`,
        others: event.others.map(({ executionId }) => executionId),
      },
    ];
  });

function differenceText(executionId: string, own: readonly JournalEntry[], sealed: readonly JournalEntry[]): string {
  const content = (entry: JournalEntry | undefined): string => {
    if (entry === undefined) return '';
    const { atMs, event } = bodyOf(entry);
    return JSON.stringify([atMs, event]);
  };
  const differs = own.findIndex((entry, index) => content(entry) !== content(sealed[index]));
  const same = differs === -1 ? own.length : differs;
  const alone = own.slice(same).map((entry) => bodyOf(entry).event.type);
  const rest =
    alone.length === 0
      ? 'nothing in it is missing in the sealed one'
      : `the other ${alone.length} stand only there (${[...new Set(alone)].slice(0, 5).join(', ')}${new Set(alone).size > 5 ? ', …' : ''})`;
  const last = own.at(-1);
  const end = last && bodyOf(last).event.type === 'sealed' ? 'It was sealed, too' : 'It was never sealed';
  const known = explainedBreaks(sealed).some(({ others }) => others.includes(executionId));
  const why = known ? '' : ' No entry of the sealed journal accounts for it.';
  return `The run has another journal, ${executionId}, whole with ${own.length} entries: the first ${same} say the same as the sealed one, ${rest}. ${end}.${why}`;
}

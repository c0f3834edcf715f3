import type { RunProjection } from '../../domain/run-projection.ts';
import { previewFacts } from '../preview-facts.ts';
import { padTo, wrapTo } from './paint.ts';

const nameColumns = 13;

/** What a rehearsed run would have done, a fact per line or more; empty for every run that was no rehearsal. */
export function previewLines({ preview }: Pick<RunProjection, 'preview'>, columns = 100): string[] {
  if (preview === undefined) return [];
  return previewFacts(preview).flatMap(({ name, text }) => {
    const [first = '', ...more] = wrapTo(text, columns - nameColumns - 4);
    return [`  ${padTo(name, nameColumns)}  ${first}`, ...more.map((line) => `${' '.repeat(nameColumns + 4)}${line}`)];
  });
}

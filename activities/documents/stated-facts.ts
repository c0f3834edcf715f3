import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { StatedFact, StatedProblem } from '../../domain/document.ts';
import { factDefinitions, factNamed, factNames } from '../../domain/recovery-facts.ts';
import type { ContentPart, DocumentContent } from './content.ts';

export interface Stated {
  readonly stated: readonly StatedFact[];
  readonly problems: readonly StatedProblem[];
}

/** A restore under this is a note, not a procedure. */
const stepsAtLeast = 2;

/**
 * The facts that a document states where a machine can read them: a facts block or front matter (YAML), tables of key and
 * value, and numbered steps under a heading about restoring. What stands in such a place and is no fact is told with its
 * line; a table or front matter that states not one fact is somebody else's and is let be.
 *
 * @param resources - names of the service's resources: facts of a resource stand under its name, or need none when there is one
 */
export function statedFacts(content: DocumentContent, resources: readonly string[]): Stated {
  const all = content.parts.map((part) => statedIn(part, resources));
  const stated = all.flatMap((one) => one.stated);
  const steps = stated.some(({ name }) => name === 'restore-steps') ? [] : stepsIn(content.parts);
  return { stated: [...stated, ...steps], problems: all.flatMap((one) => one.problems) };
}

function statedIn(part: ContentPart, resources: readonly string[]): Stated {
  switch (part.kind) {
    case 'facts':
      return fromYaml(part, resources);
    case 'table':
      return fromTable(part, resources);
    case 'steps':
      return { stated: [], problems: [] };
  }
}

/** Numbered steps under a heading that says restore or recover: the document has the procedure. */
function stepsIn(parts: readonly ContentPart[]): readonly StatedFact[] {
  const found = parts.flatMap((part) =>
    part.kind === 'steps' && part.headings.some((heading) => /\b(?:restor|recover)/i.test(heading)) ? [part] : [],
  );
  const longest = found.toSorted((one, other) => other.count - one.count)[0];
  if (longest === undefined || longest.count < stepsAtLeast) return [];
  const { count, line } = longest;
  return [{ name: 'restore-steps', text: `${count} steps`, ...(line === undefined ? {} : { line }) }];
}

class Collected {
  readonly stated: StatedFact[] = [];
  readonly problems: StatedProblem[] = [];
  readonly #resources: readonly string[];

  constructor(resources: readonly string[]) {
    this.#resources = resources;
  }

  /** @param resource - that it stands under; facts of the service stand anywhere */
  add(written: string, text: string, resource: string | undefined, line: number | undefined): void {
    const at = line === undefined ? {} : { line };
    const name = factNamed(written);
    if (name === undefined) {
      this.problem(`“${written}” is no fact that is known; known are ${factNames.join(', ')}`, line);
      return;
    }
    if (factDefinitions[name].of === 'service') {
      this.stated.push({ name, text, ...at });
      return;
    }
    const only = this.#resources.length === 1 ? this.#resources[0] : undefined;
    const of = resource ?? only;
    if (of === undefined) {
      this.problem(
        `“${written}” does not say of which resource: ${this.#resources.join(', ') || 'the service has none'}`,
        line,
      );
      return;
    }
    this.stated.push({ name, resource: of, text, ...at });
  }

  problem(what: string, line: number | undefined): void {
    this.problems.push({ what, ...(line === undefined ? {} : { line }) });
  }
}

function fromYaml(
  { text, line: first }: Extract<ContentPart, { kind: 'facts' }>,
  resources: readonly string[],
): Stated {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: false });
  const collected = new Collected(resources);
  const lineAt = (offset: number | undefined): number | undefined =>
    first === undefined || offset === undefined ? undefined : first + lines.linePos(offset).line - 1;
  for (const error of document.errors)
    collected.problem(`this is no YAML: ${error.message.split('\n')[0] ?? ''}`, lineAt(error.pos[0]));
  if (document.errors.length > 0) return collected;
  const root = document.contents;
  if (root === null) return collected;
  if (!isMap(root)) {
    collected.problem('facts are written as “name: value”, a line each', lineAt(0));
    return collected;
  }
  const isFrontMatter = root.items.every(
    ({ key }) => factNamed(textIn(key) ?? '') === undefined && textIn(key) !== 'resources',
  );
  // Front matter of a wiki that says nothing to us; a block marked `firedrill` is never that.
  if (isFrontMatter && first === 1) return { stated: [], problems: [] };
  readMap(root, undefined);
  return collected;

  function readMap(map: { readonly items: readonly unknown[] }, resource: string | undefined): void {
    for (const pair of map.items) {
      if (!isPair(pair)) continue;
      const key = textIn(pair.key) ?? '';
      const line = lineAt(isScalar(pair.key) ? pair.key.range?.[0] : undefined);
      if (key === 'resources' && resource === undefined && isMap(pair.value)) {
        for (const one of pair.value.items) readResource(one);
        continue;
      }
      if (
        ['service', 'title', 'version', 'schema'].includes(key) &&
        resource === undefined &&
        factNamed(key) === undefined
      )
        continue;
      const value = textIn(pair.value);
      if (value === undefined)
        collected.problem(`“${key}” has no value that is one line of text or a list of such`, line);
      else collected.add(key, value, resource, line);
    }
  }

  function readResource(pair: unknown): void {
    if (!isPair(pair)) return;
    const name = textIn(pair.key) ?? '';
    const line = lineAt(isScalar(pair.key) ? pair.key.range?.[0] : undefined);
    if (!resources.includes(name)) {
      collected.problem(`the service has no resource “${name}”; it has ${resources.join(', ') || 'none'}`, line);
      return;
    }
    if (isMap(pair.value)) readMap(pair.value, name);
    else collected.problem(`what is stated of ${name} is written as “name: value” below it`, line);
  }
}

/** One line of text, or several as a list; numbers and yes or no as they were written. */
function textIn(node: unknown): string | undefined {
  if (isScalar(node)) {
    if (typeof node.value === 'string') return node.value;
    // As it was written: the number 16.10 would have lost its last digit.
    return node.value === null ? undefined : node.source;
  }
  if (!isSeq(node)) return undefined;
  const parts = node.items.map(textIn);
  return parts.every((part) => part !== undefined) ? parts.join(', ') : undefined;
}

/**
 * A table of key and value, with the resource in a heading above it; or with one column for each resource, named in its
 * first row.
 */
function fromTable(table: Extract<ContentPart, { kind: 'table' }>, resources: readonly string[]): Stated {
  const [header] = table.hasHeader ? table.rows : [];
  const columns = (header?.cells ?? []).slice(1).map((cell) => resourceNamed(cell, resources));
  const byColumn = columns.some((one) => one !== undefined);
  const under = table.headings.flatMap((heading) => resourceNamed(heading, resources) ?? []).at(-1);
  // The first row is a heading unless it states a fact itself: Markdown has no tables without one.
  const rows = table.rows.filter((row, index) => index > 0 || factNamed(row.cells[0] ?? '') !== undefined);
  const facts = rows.filter(({ cells }) => factNamed(cells[0] ?? '') !== undefined);
  const collected = new Collected(resources);
  // Hardly a row that states a fact: a table about something else.
  if (facts.length * 2 < rows.length || facts.length === 0) return collected;
  for (const { cells, line } of rows) {
    const [name = '', ...values] = cells;
    if (byColumn)
      values.forEach((value, index) => {
        const resource = columns[index];
        if (resource !== undefined && value !== '') collected.add(name, value, resource, line);
      });
    else if ((values[0] ?? '') !== '') collected.add(name, values[0] ?? '', under, line);
  }
  return collected;
}

/** The resource that a heading is about: its name (letters, digits, hyphens) stands in it as a word. */
const resourceNamed = (heading: string, resources: readonly string[]): string | undefined =>
  resources
    .toSorted((one, other) => other.length - one.length)
    .find((name) => new RegExp(`(?:^|[^\\w-])${name}(?![\\w-])`, 'i').test(heading));

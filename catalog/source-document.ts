import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import { yamlFaults } from './yaml-words.ts';
import type { YamlFault } from './yaml-words.ts';

export type Path = readonly PropertyKey[];

/** A YAML file, read into plain data, that can still say where everything stood. */
export interface SourceDocument {
  readonly file: string;
  readonly data: unknown;
  /** What is wrong with the file as YAML; when there is anything, `data` is not to be used. */
  readonly faults: readonly YamlFault[];
  /** Line and column, from 1, of the value at a path, or of its key, or of the nearest thing around it that exists. */
  place(path: Path, part?: 'key' | 'value'): { readonly line: number; readonly column: number };
}

export function readSource(text: string, file: string): SourceDocument {
  const lines = new LineCounter();
  const start = { line: 1, column: 1 };
  try {
    const document = parseDocument(text, { lineCounter: lines, logLevel: 'error', prettyErrors: false });
    const seen = [...document.errors, ...document.warnings].map((error) => ({
      ...positionAt(lines, error.pos[0]),
      code: error.code,
      text: error.message,
    }));
    const faults = yamlFaults(seen, text.split('\n'));
    return {
      file,
      data: faults.length === 0 ? document.toJS({ maxAliasCount: 100 }) : undefined,
      faults,
      place: (path, part = 'value') => positionAt(lines, offsetOf(document, path, part)),
    };
  } catch (error) {
    // The parser gives up with one of these on aliases that explode or point nowhere, and on nesting without end.
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    return {
      file,
      data: undefined,
      faults: yamlFaults([{ ...start, code: 'NO_CODE', text: `Cannot be read: ${error.message}` }], []),
      place: () => start,
    };
  }
}

function positionAt(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function offsetOf(document: Document.Parsed, path: Path, part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [depth, segment] of path.entries()) {
    const container: unknown = isAlias(node) ? node.resolve(document) : node;
    const last = depth === path.length - 1;
    if (isMap(container)) {
      const pair = container.items.find((item) => keyText(item) === String(segment));
      if (pair === undefined) return offset;
      const keyOffset = isNode(pair.key) ? pair.key.range?.[0] : undefined;
      const valueOffset = isNode(pair.value) ? pair.value.range?.[0] : undefined;
      // A block mapping begins at its first key: pointing at the key above it says more.
      const atKey = (last && part === 'key') || isMap(pair.value) || isSeq(pair.value);
      offset = (atKey ? keyOffset : valueOffset) ?? keyOffset ?? offset;
      node = pair.value;
    } else if (isSeq(container)) {
      const item: unknown = container.items[Number(segment)];
      if (!isNode(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String((pair.key as Node | null) ?? '');
}

/** `services.jira-cloud.resources[0].name` */
export const pathText = (path: Path): string =>
  path.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`;
    return text === '' ? String(segment) : `${text}.${String(segment)}`;
  }, '');

/** The value at a path of plain data; own properties only. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[segment];
  }
  return value;
}

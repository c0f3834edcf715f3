import { canonicalJson } from '../domain/canonical-json.ts';
import { sha256Hex } from '../domain/hex.ts';
import { CatalogError } from './catalog-error.ts';
import type { CatalogProblem } from './catalog-error.ts';
import { contradictions } from './contradictions.ts';
import { catalogFindings } from './findings.ts';
import type { CatalogFinding } from './findings.ts';
import { mergeSources } from './merge-sources.ts';
import type { MergedSource } from './merge-sources.ts';
import { problemsOfSchema } from './problems-of-schema.ts';
import { unknownReferences } from './references.ts';
import type { PlacedProblem } from './references.ts';
import { CatalogSchema } from './schema.ts';
import type { Catalog } from './schema.ts';
import { pathText, readSource, valueAt } from './source-document.ts';
import type { Path } from './source-document.ts';

/** A catalog that can be used, and what is known about it. */
export interface LoadedCatalog {
  readonly catalog: Catalog;
  /** SHA-256, hex, of the canonical JSON of `catalog`: comments and order do not change it, defaults written out neither. */
  readonly hash: string;
  /** Gaps that it shows about itself, worst first. */
  readonly findings: readonly CatalogFinding[];
  /** The files as they were read, for the record; several are joined by a line naming each. */
  readonly text: string;
}

export interface ParseOptions {
  /** YYYY-MM-DD, UTC: the day whose targets and exceptions the findings are about. Default: after everything declared. */
  readonly onDate?: string;
}

/** Far enough for every dated target to be in force and every exception to be over; ages of documents are not judged. */
const endOfTime = '9999-12-31';

/**
 * Reads one catalog file.
 *
 * @param file - its name as people know it, for the errors
 * @throws CatalogError with every problem
 */
export const parseCatalog = (text: string, file: string, options: ParseOptions = {}): LoadedCatalog =>
  parseCatalogFiles([{ file, text }], options);

/**
 * Reads a catalog that is spread over several files: sections are joined, a name may be declared only once.
 *
 * @throws CatalogError with every problem of every file
 */
export function parseCatalogFiles(
  files: readonly { readonly file: string; readonly text: string }[],
  options: ParseOptions = {},
): LoadedCatalog {
  const sources = files.map(({ file, text }) => readSource(text, file));
  const faults = sources.flatMap((source) => source.faults.map((fault) => yamlProblem(source.file, fault)));
  // A file that is not YAML would make everything in it look missing.
  if (faults.length > 0) throw new CatalogError(faults);

  const merged = mergeSources(sources);
  const parsed = CatalogSchema.safeParse(merged.data);
  const problems = [
    ...merged.problems,
    ...(parsed.success ? [] : problemsOfSchema(CatalogSchema, merged.data, parsed.error.issues)),
    ...unusableText(merged.data),
    ...unknownReferences(merged.data),
  ];
  if (parsed.success && problems.length === 0) problems.push(...contradictions(parsed.data));
  if (!parsed.success || problems.length > 0) {
    throw new CatalogError(problems.map((problem) => placed(merged, problem)).toSorted(byPlace));
  }
  const catalog = parsed.data;
  return {
    catalog,
    hash: sha256Hex(canonicalJson(catalog)),
    findings: catalogFindings(catalog, options.onDate ?? endOfTime),
    text: textOf(files),
  };
}

function yamlProblem(file: string, fault: { line: number; column: number; text: string }): CatalogProblem {
  const { line, column, text } = fault;
  return { file, line, column, path: '', value: 'this line', expected: 'YAML', message: text.replace(/\.?$/, '.') };
}

function placed(merged: MergedSource, problem: PlacedProblem): CatalogProblem {
  const source = merged.sourceOf(problem.path);
  return {
    file: source.file,
    ...source.place(problem.path, problem.part),
    path: pathText(problem.path),
    value: shown(problem.path, valueAt(merged.data, problem.path)),
    expected: problem.expected,
    message: problem.message,
  };
}

const byPlace = (a: CatalogProblem, b: CatalogProblem): number =>
  a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column;

/** What was given, short. Where people put secrets by mistake, it is not repeated into terminals and logs. */
function shown(path: Path, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (path.some((segment) => /env$|password|secret|token|webhook/i.test(String(segment))))
    return '(not shown: it may be a secret)';
  if (value === null) return 'nothing (empty)';
  if (Array.isArray(value)) return value.length === 1 ? 'a list of 1' : `a list of ${value.length}`;
  if (typeof value === 'object')
    return `a mapping with ${Object.keys(value).slice(0, 6).join(', ') || 'nothing in it'}`;
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/**
 * What no schema sees: half of a surrogate pair has no UTF-8, so that neither hash nor signature could be taken over it,
 * and a key `__proto__` is passed over in silence.
 */
function unusableText(data: unknown, path: Path = []): readonly PlacedProblem[] {
  if (typeof data === 'string' && !data.isWellFormed()) {
    return [
      { path, message: `${pathText(path)} holds half of a surrogate pair.`, expected: 'well-formed Unicode text' },
    ];
  }
  if (typeof data !== 'object' || data === null) return [];
  const entries: [PropertyKey, unknown][] = Array.isArray(data) ? [...data.entries()] : Object.entries(data);
  return entries.flatMap(([key, value]) => {
    const below = [...path, key];
    return key === '__proto__'
      ? [
          {
            path: below,
            part: 'key' as const,
            message: '"__proto__" cannot be used as a name.',
            expected: 'another name',
          },
        ]
      : unusableText(value, below);
  });
}

const textOf = (files: readonly { readonly file: string; readonly text: string }[]): string =>
  files.length === 1 ? (files[0]?.text ?? '') : files.map(({ file, text }) => `# --- ${file}\n${text}`).join('\n');

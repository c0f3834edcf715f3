import { canonicalJson } from '../domain/canonical-json.ts';
import { sha256Hex } from '../domain/hex.ts';
import { CatalogError } from './catalog-error.ts';
import { contradictions } from './contradictions.ts';
import { catalogFindings } from './findings.ts';
import type { CatalogFinding } from './findings.ts';
import { mergeSources } from './merge-sources.ts';
import { byPlace, placedIn, unusableText, yamlProblems } from './placed-problems.ts';
import { problemsOfSchema } from './problems-of-schema.ts';
import { unknownReferences } from './references.ts';
import { CatalogSchema } from './schema.ts';
import type { Catalog } from './schema.ts';
import { readSource } from './source-document.ts';

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
  const faults = sources.flatMap(yamlProblems);
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
    throw new CatalogError(
      problems.map((problem) => placedIn(merged.sourceOf(problem.path), merged.data, problem)).toSorted(byPlace),
    );
  }
  const catalog = parsed.data;
  return {
    catalog,
    hash: sha256Hex(canonicalJson(catalog)),
    findings: catalogFindings(catalog, options.onDate ?? endOfTime),
    text: textOf(files),
  };
}

const textOf = (files: readonly { readonly file: string; readonly text: string }[]): string =>
  files.length === 1 ? (files[0]?.text ?? '') : files.map(({ file, text }) => `# --- ${file}\n${text}`).join('\n');

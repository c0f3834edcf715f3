import type { PlacedProblem } from './references.ts';
import type { SourceProblem } from './source-error.ts';
import { pathText, valueAt } from './source-document.ts';
import type { Path, SourceDocument } from './source-document.ts';

/** What is wrong with a file as YAML, as problems. */
export const yamlProblems = (source: SourceDocument): readonly SourceProblem[] =>
  source.faults.map(({ line, column, given, expected, message }) => ({
    file: source.file,
    line,
    column,
    path: '',
    value: given,
    expected,
    message,
  }));

/** A problem with its file, line and column, and with what was given. */
export const placedIn = (source: SourceDocument, data: unknown, problem: PlacedProblem): SourceProblem => ({
  file: source.file,
  ...source.place(problem.path, problem.part),
  path: pathText(problem.path),
  value: shown(problem.path, valueAt(data, problem.path)),
  expected: problem.expected,
  message: problem.message,
});

/** From the top of the first file to the bottom of the last. */
export const byPlace = (a: SourceProblem, b: SourceProblem): number =>
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
export function unusableText(data: unknown, path: Path = []): readonly PlacedProblem[] {
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

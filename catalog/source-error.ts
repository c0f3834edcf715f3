import { FiredrillError } from '../domain/errors.ts';
import type { ErrorFacts } from '../domain/errors.ts';

/** One thing wrong in a YAML file that people write, with its place. */
export interface SourceProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `services.jira-cloud.resources[0].checks[2].sql`; empty for the file as a whole. */
  readonly path: string;
  /** What was given, short; `nothing` when it is missing. Never what may be a secret. */
  readonly value: string;
  readonly expected: string;
  /** The whole in one sentence. */
  readonly message: string;
}

/** Files that cannot be used. Carries every problem of every file at once, so that one round of mending is enough. */
export abstract class SourceError extends FiredrillError {
  readonly problems: readonly SourceProblem[];

  constructor(facts: ErrorFacts, problems: readonly SourceProblem[], options?: ErrorOptions) {
    super(facts, options);
    this.problems = problems;
  }

  /**
   * For a terminal or an editor: one problem in three lines, `file:line:column` first, as compilers write it.
   *
   * @param columns - what is longer goes on below itself
   */
  render(columns = 100): string {
    return `${this.problems.map((problem) => renderProblem(problem, columns)).join('\n\n')}\n\n${this.what} ${this.next}`;
  }
}

/** `1 problem (a.yaml)`, `3 problems (a.yaml, b.yaml)`, `31 problems (29 files)`. */
export function countOf(problems: readonly SourceProblem[]): string {
  const files = [...new Set(problems.map((problem) => problem.file))];
  const named = files.length > 3 ? `${files.length} files` : files.join(', ');
  return `${problems.length === 1 ? '1 problem' : `${problems.length} problems`} (${named})`;
}

function renderProblem(problem: SourceProblem, columns: number): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  const fact = (name: string, text: string): string =>
    `    ${name}${folded(text, columns - 14).join(`\n${' '.repeat(14)}`)}`;
  const lines = [fact('given     ', problem.value), fact('expected  ', problem.expected)];
  const told = problem.path === '' || problem.message.includes(problem.path);
  return [`${place}  ${problem.message}`, ...(told ? [] : [fact('field     ', problem.path)]), ...lines].join('\n');
}

/** In lines of at most so many characters, where it has spaces; one that fits stays as it is written. */
function folded(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

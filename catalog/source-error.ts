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

  /** For a terminal or an editor: one problem in three lines, `file:line:column` first, as compilers write it. */
  render(): string {
    return `${this.problems.map(renderProblem).join('\n\n')}\n\n${this.what} ${this.next}`;
  }
}

/** `1 problem (a.yaml)`, `3 problems (a.yaml, b.yaml)`. */
export function countOf(problems: readonly SourceProblem[]): string {
  const files = [...new Set(problems.map((problem) => problem.file))].join(', ');
  return `${problems.length === 1 ? '1 problem' : `${problems.length} problems`} (${files})`;
}

function renderProblem(problem: SourceProblem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  return `${place}  ${problem.message}\n    given     ${problem.value}\n    expected  ${problem.expected}`;
}

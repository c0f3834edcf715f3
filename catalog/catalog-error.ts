import { FiredrillError } from '../domain/errors.ts';

/** One thing wrong in a catalog file, with its place. */
export interface CatalogProblem {
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

/** A catalog that cannot be used. Carries every problem of every file at once, so that one round of mending is enough. */
export class CatalogError extends FiredrillError {
  override readonly name = 'CatalogError';
  readonly problems: readonly CatalogProblem[];

  constructor(problems: readonly CatalogProblem[], options?: ErrorOptions) {
    const files = [...new Set(problems.map((problem) => problem.file))].join(', ');
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(
      {
        code: 'catalog-invalid',
        kind: 'input',
        what: `The catalog has ${count} (${files}).`,
        means: 'Nothing was started: what is protected, and who may decide, must be known first.',
        next: 'Mend what is listed, then: firedrill catalog check',
      },
      options,
    );
    this.problems = problems;
  }

  /** For a terminal or an editor: one problem in three lines, `file:line:column` first, as compilers write it. */
  render(): string {
    return `${this.problems.map(renderProblem).join('\n\n')}\n\n${this.what} ${this.next}`;
  }
}

function renderProblem(problem: CatalogProblem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  return `${place}  ${problem.message}\n    given     ${problem.value}\n    expected  ${problem.expected}`;
}

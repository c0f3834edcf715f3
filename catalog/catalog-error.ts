import { SourceError, countOf } from './source-error.ts';
import type { SourceProblem } from './source-error.ts';

/** One thing wrong in a catalog file, with its place. */
export type CatalogProblem = SourceProblem;

/** A catalog that cannot be used. */
export class CatalogError extends SourceError {
  override readonly name = 'CatalogError';

  constructor(problems: readonly CatalogProblem[], options?: ErrorOptions) {
    super(
      {
        code: 'catalog-invalid',
        kind: 'input',
        what: `The catalog has ${countOf(problems)}.`,
        means: 'Nothing was started: what is protected, and who may decide, must be known first.',
        next: 'Mend what is listed, then: firedrill catalog check',
      },
      problems,
      options,
    );
  }
}

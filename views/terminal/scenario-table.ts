import type { Scenario } from '../../domain/scenario.ts';
import { cutTo, padTo, wrapTo } from './paint.ts';
import type { Paint } from './paint.ts';

/** One line of the list of scenarios. */
export interface ScenarioRow {
  readonly scenario: Scenario;
  readonly own: boolean;
  /** Why it cannot be held with the service that was asked for. */
  readonly misfit?: string;
}

/** The scenarios as a table: what each is called, what it tests, how long it takes. Widths follow the terminal. */
export function scenarioTable(
  rows: readonly ScenarioRow[],
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string {
  const nameColumns = Math.max(4, ...rows.map(({ scenario }) => scenario.name.length));
  const fixed = 2 + nameColumns + 2 + 3 + 2 + 7 + 2 + 6 + 2;
  const room = Math.min(90, columns - 1 - fixed);
  // On a narrow terminal what it tests goes below, indented.
  const beside = room >= 30;
  const head = `  ${padTo('name', nameColumns)}  min  injects  level ${beside ? '  tests' : ''}`;
  return [
    paint.dim(cutTo(head.trimEnd(), columns - 1)),
    ...rows.flatMap(({ scenario, own, misfit }) => {
      const marks = [own ? ownMark(scenario) : '', scenario.draft ? 'draft' : ''].filter((mark) => mark !== '');
      const tests = `${scenario.tests}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`;
      const sign = misfit === undefined ? ' ' : '–';
      const line = `${sign} ${padTo(scenario.name, nameColumns)}  ${String(scenario.minutes).padStart(3)}  ${String(scenario.injects.length).padStart(7)}  ${padTo(scenario.difficulty, 6)}`;
      const width = beside ? room : columns - 5;
      const lead = beside ? fixed : 4;
      const [first = '', ...more] = wrapTo(tests.replaceAll(/\$\{([A-Za-z]+)\}/g, '‹$1›'), width);
      const under = [
        ...(beside ? more : [first, ...more]),
        ...(misfit === undefined ? [] : [`not with this service: ${misfit}`]),
      ];
      const lines = [
        beside ? `${line}  ${first}` : cutTo(line, columns - 1),
        ...under.flatMap((text) => wrapTo(text, width)).map((text) => `${' '.repeat(lead)}${text}`),
      ].map((text) => text.trimEnd());
      return misfit === undefined ? lines : lines.map((text) => paint.dim(text));
    }),
  ].join('\n');
}

const ownMark = ({ replaces }: Scenario): string =>
  replaces === undefined ? "the company's own" : `the company's own, for ${replaces}`;

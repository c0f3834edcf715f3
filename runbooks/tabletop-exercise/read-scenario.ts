import { hintFor } from '../../catalog/did-you-mean.ts';
import { byPlace, placedIn, unusableText, yamlProblems } from '../../catalog/placed-problems.ts';
import { problemsOfSchema } from '../../catalog/problems-of-schema.ts';
import type { PlacedProblem } from '../../catalog/references.ts';
import { SourceError, countOf } from '../../catalog/source-error.ts';
import type { SourceProblem } from '../../catalog/source-error.ts';
import { pathText, readSource, valueAt } from '../../catalog/source-document.ts';
import type { SourceDocument } from '../../catalog/source-document.ts';
import type { Scenario } from '../../domain/scenario.ts';
import { drawnPerson, isPlaceholder, placeholders } from './placeholders.ts';
import { ScenarioSchema } from './scenario-schema.ts';
import { storyProblems } from './story-problems.ts';
import { placeholdersIn, stringsOf } from './template.ts';

/** Scenario files that cannot be used. */
export class ScenarioError extends SourceError {
  override readonly name = 'ScenarioError';

  /** @param asked - what the person had checked, so that the same command can be given again */
  constructor(problems: readonly SourceProblem[], options?: ErrorOptions, asked?: string) {
    super(
      {
        code: 'scenario-invalid',
        kind: 'input',
        what: `${new Set(problems.map(({ file }) => file)).size === 1 ? 'The scenario has' : 'The scenarios have'} ${countOf(problems)}.`,
        means: 'No exercise can be held with it.',
        next: `Mend what is listed, then: firedrill scenario check${asked === undefined ? '' : ` ${/\s/.test(asked) ? JSON.stringify(asked) : asked}`}`,
      },
      problems,
      options,
    );
  }
}

/** Something that does not stop a scenario and should still be looked at. */
export interface ScenarioWarning {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

export interface ReadScenario {
  readonly scenario: Scenario;
  readonly warnings: readonly ScenarioWarning[];
  /** Line, from 1, of a key, by its path from the top of the file; of the nearest thing around it when it is not there. */
  readonly lineOf: (...path: readonly PropertyKey[]) => number;
}

/**
 * Reads one scenario file.
 *
 * @param file - its name as people know it, for errors and warnings
 * @throws ScenarioError with every problem
 */
export function parseScenario(text: string, file: string): ReadScenario {
  const source = readSource(text, file);
  if (source.faults.length > 0) throw new ScenarioError(yamlProblems(source));
  const { data } = source;
  const parsed = ScenarioSchema.safeParse(data);
  const problems: PlacedProblem[] = [
    ...(parsed.success ? [] : problemsOfSchema(ScenarioSchema, data, parsed.error.issues, 'the scenario')),
    ...unusableText(data),
  ];
  if (parsed.success) problems.push(...storyProblems(parsed.data));
  const lines = text.split('\n');
  const placed = [
    ...problems.map((problem) => placedIn(source, data, problem)),
    ...placeholderProblems(source, lines),
  ].toSorted(byPlace);
  if (!parsed.success || placed.length > 0) throw new ScenarioError(placed);
  const lineOfKey = (...path: readonly PropertyKey[]): number => source.place(path, 'key').line;
  return { scenario: parsed.data, warnings: warningsOf(parsed.data, source, lines), lineOf: lineOfKey };
}

function placeholderProblems(source: SourceDocument, lines: readonly string[]): readonly SourceProblem[] {
  const known = Object.keys(placeholders);
  return stringsOf(source.data).flatMap(({ path, text }) =>
    placeholdersIn(text).flatMap((name): SourceProblem[] => {
      if (name !== undefined && (isPlaceholder(name) || (name === drawnPerson && takesSomebodyOut(source, path))))
        return [];
      const written = name === undefined ? '${' : `\${${name}}`;
      const at = source.place(path);
      const line = lineOf(lines, at.line, written);
      return [
        {
          file: source.file,
          line,
          column: line === at.line ? at.column : (lines[line - 1]?.indexOf(written) ?? 0) + 1,
          path: pathText(path),
          value: written,
          message: messageFor(name, known),
          expected:
            name === drawnPerson
              ? 'an inject with unavailable: { among: [role] }'
              : `one of ${known.map((one) => `\${${one}}`).join(', ')}`,
        },
      ];
    }),
  );
}

function messageFor(name: string | undefined, known: readonly string[]): string {
  if (name === undefined) return '"${" does not begin a placeholder here: letters and } must follow.';
  if (name === drawnPerson) return `\${${drawnPerson}} stands outside of an inject that takes somebody out.`;
  return `There is no placeholder "${name}".${hintFor(name, known)}`;
}

const takesSomebodyOut = ({ data }: SourceDocument, [section, index]: readonly PropertyKey[]): boolean =>
  section === 'injects' && index !== undefined && valueAt(data, [section, index, 'unavailable']) !== undefined;

/** The line, from 1, on which a text stands that is inside a value beginning at `from`: values go over many lines. */
function lineOf(lines: readonly string[], from: number, written: string): number {
  const index = lines.findIndex((line, at) => at >= from - 1 && line.includes(written));
  return index === -1 ? from : index + 1;
}

/** Fewer leave no story, more no time to talk. */
const usualInjects = { atLeast: 6, atMost: 12 };

function warningsOf(scenario: Scenario, source: SourceDocument, lines: readonly string[]): readonly ScenarioWarning[] {
  const warn = (line: number, text: string): ScenarioWarning => ({ file: source.file, line, text });
  const count = scenario.injects.length;
  const todos = lines.flatMap((line, index) =>
    !/^\s*#/.test(line) && /\bTODO\b/.test(line) ? [warn(index + 1, `To do: ${todoOf(line)}`)] : [],
  );
  const top = (key: string): number => source.place([key], 'key').line;
  return [
    ...(scenario.draft
      ? [warn(top('draft'), 'It is a draft: no exercise is held with it until draft: true is gone.')]
      : []),
    ...(!scenario.draft && todos.length > 0
      ? [warn(todos[0]?.line ?? 1, 'It has open questions and says that it is no draft.')]
      : []),
    ...(count < usualInjects.atLeast || count > usualInjects.atMost
      ? [
          warn(
            top('injects'),
            `It has ${count === 1 ? '1 inject' : `${count} injects`}; ${usualInjects.atLeast} to ${usualInjects.atMost} make an exercise.`,
          ),
        ]
      : []),
    ...todos,
  ];
}

const todoOf = (line: string): string =>
  line
    .slice(line.search(/\bTODO\b/))
    .replace(/^TODO:?\s*/, '')
    .replace(/["']$/, '') || 'say what';

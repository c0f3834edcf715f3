import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { hintFor, nearest } from '../../catalog/did-you-mean.ts';
import { byPlace } from '../../catalog/placed-problems.ts';
import type { SourceProblem } from '../../catalog/source-error.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { NameSchema } from '../../domain/names.ts';
import { parseScenario, ScenarioError } from './read-scenario.ts';
import type { ReadScenario } from './read-scenario.ts';

/** A scenario of the library, and where it comes from. */
export interface LibraryScenario extends ReadScenario {
  readonly file: string;
  readonly origin: 'shipped' | 'own';
}

/** Where the scenarios are that come with firedrill. */
export const shippedFolder = resolve(import.meta.dirname, '..', 'scenarios');

/**
 * Every scenario that there is, by name: those that come with firedrill, and the company's own.
 *
 * An own one may stand for a shipped one only when it says so (`replaces`); two of the same name are a problem and not a
 * matter of order.
 *
 * @param ownFolders - folders of the company; each must be there
 * @throws ScenarioError with every problem of every file
 */
export async function loadLibrary(ownFolders: readonly string[]): Promise<readonly LibraryScenario[]> {
  const folders = [...new Set(ownFolders.map((folder) => resolve(folder)))].filter(
    (folder) => folder !== shippedFolder,
  );
  const shipped = await readFolder(shippedFolder, 'shipped');
  const own = (await Promise.all(folders.map((folder) => readFolder(folder, 'own')))).flat();
  return withSectionWarnings(joined(shipped, own));
}

/**
 * Reads the scenario at a path, or all those of a folder, as `scenario check PATH` does: as if they were the company's.
 *
 * @throws ScenarioError with every problem of every file, a name that firedrill has already among them
 */
export async function readScenarios(place: string): Promise<readonly LibraryScenario[]> {
  const isFolder = (await statOf(place)).isDirectory();
  const ofOurs = (isFolder ? resolve(place) : dirname(resolve(place))) === shippedFolder;
  const origin = ofOurs ? 'shipped' : 'own';
  const found = isFolder
    ? await readFolder(place, origin)
    : (await readFiles([place])).map((one) => ({ ...one, origin }) as const);
  if (ofOurs) return found;
  const files = new Set(found.map(({ file }) => file));
  const all = joined(await readFolder(shippedFolder, 'shipped'), found);
  return withSectionWarnings(all).filter(({ file }) => files.has(file));
}

/** @throws FiredrillError `no-such-scenario` */
export function scenarioNamed(library: readonly LibraryScenario[], name: string): LibraryScenario {
  const found = library.find(({ scenario }) => scenario.name === name);
  if (found !== undefined) return found;
  const names = library.map(({ scenario }) => scenario.name);
  throw new FiredrillError({
    code: 'no-such-scenario',
    kind: 'input',
    what: `There is no scenario "${name}".${hintFor(name, names)}`,
    means: 'Nothing was done.',
    next: 'See what there is: firedrill scenario list',
  });
}

async function readFolder(folder: string, origin: LibraryScenario['origin']): Promise<readonly LibraryScenario[]> {
  await statOf(folder);
  // A folder may be called so, too: what is in it is not this library's.
  const names = (await readable(folder, readdir(folder, { withFileTypes: true })))
    .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
    .map(({ name }) => name)
    .toSorted();
  if (names.length === 0)
    throw new ScenarioError([
      problem(folder, 'There is no .yaml file in this folder.', 'a folder with scenario files'),
    ]);
  return (await readFiles(names.map((name) => join(folder, name)))).map((one) => ({ ...one, origin }));
}

async function readFiles(files: readonly string[]): Promise<readonly (ReadScenario & { readonly file: string })[]> {
  const problems: SourceProblem[] = [];
  const read: (ReadScenario & { readonly file: string })[] = [];
  for (const file of files) {
    try {
      const one = { ...parseScenario(await readable(file, readFile(file, 'utf8')), file), file };
      const called = basename(file).replace(/\.ya?ml$/, '');
      if (one.scenario.name === called) read.push(one);
      else
        problems.push(
          nameProblem(
            one,
            'name',
            'A scenario is called as its file is: people find it by both.',
            `${NameSchema.safeParse(called).success ? `${called}, or ` : ''}a file called ${one.scenario.name}.yaml`,
          ),
        );
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ScenarioError(problems.toSorted(byPlace));
  return read;
}

/** The library, if the company's own names go with those that are there. */
function joined(shipped: readonly LibraryScenario[], own: readonly LibraryScenario[]): readonly LibraryScenario[] {
  const known = shipped.map(({ scenario }) => scenario.name);
  const problems = own.flatMap((one, index): SourceProblem[] => {
    const { name, replaces } = one.scenario;
    const twice = own.slice(0, index).find(({ scenario }) => scenario.name === name);
    if (twice !== undefined)
      return [nameProblem(one, 'name', `There is a scenario "${name}" in ${twice.file}, too.`, 'a name of its own')];
    if (known.includes(name) && replaces !== name)
      return [
        nameProblem(
          one,
          'name',
          `firedrill brings a scenario "${name}" already: one would hide the other.`,
          `another name, or, to put yours in its place, also replaces: ${name}`,
        ),
      ];
    if (replaces === undefined || known.includes(replaces)) return [];
    const message = `There is no scenario "${replaces}" to replace.${hintFor(replaces, known)}`;
    return [nameProblem(one, 'replaces', message, 'the name of a scenario that comes with firedrill')];
  });
  if (problems.length > 0) throw new ScenarioError(problems.toSorted(byPlace));
  const replaced = new Set(own.map(({ scenario }) => scenario.replaces));
  return [...shipped.filter(({ scenario }) => !replaced.has(scenario.name)), ...own].toSorted((a, b) =>
    a.scenario.name.localeCompare(b.scenario.name),
  );
}

/**
 * Sections are words of the company's recovery documents, so none is wrong; but one that stands once in the whole library is
 * more often a slip than a heading, and the reports of two exercises would not be compared by it.
 */
function withSectionWarnings(library: readonly LibraryScenario[]): readonly LibraryScenario[] {
  const all = library.flatMap(({ scenario }) => scenario.injects.map(({ section }) => section));
  return library.map((one) => {
    if (one.origin === 'shipped') return one;
    const rare = one.scenario.injects.flatMap(({ section }, index) => {
      if (section.startsWith('TODO') || all.filter((other) => other === section).length > 1) return [];
      const guess = nearest(section, [...new Set(all.filter((other) => other !== section))]);
      const text = `Only this inject tests the section ${JSON.stringify(section)}. ${guess === undefined ? 'If your recovery document has no such heading, take one that other scenarios have' : `Did you mean ${JSON.stringify(guess)}?`}`;
      return [{ file: one.file, line: one.lineOf('injects', index, 'section'), text: text.replace(/[^?]$/, '$&.') }];
    });
    return { ...one, warnings: [...one.warnings, ...rare] };
  });
}

const statOf = (place: string): Promise<Awaited<ReturnType<typeof stat>>> => readable(place, stat(place));

/** What the operating system says when a person named something that is not there, or not for them. */
const inTheWay: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file or folder.',
  ENOTDIR: 'There is no such file or folder: something in its path is a file.',
  EISDIR: 'It is a folder.',
  EACCES: 'It may not be read.',
  EPERM: 'It may not be read.',
  ELOOP: 'It is a link that leads to itself.',
};

/** @throws ScenarioError when it cannot be read, and that is a matter of the file */
async function readable<T>(place: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const message = error instanceof Error && 'code' in error ? inTheWay[String(error.code)] : undefined;
    if (message === undefined) throw error;
    throw new ScenarioError([problem(place, message, 'a scenario file, or a folder of them')], { cause: error });
  }
}

const problem = (file: string, message: string, expected: string): SourceProblem => ({
  file,
  line: 1,
  column: 1,
  path: '',
  value: file,
  expected,
  message,
});

const nameProblem = (
  { file, lineOf, scenario }: ReadScenario & { readonly file: string },
  key: 'name' | 'replaces',
  message: string,
  expected: string,
): SourceProblem => ({
  ...problem(file, message, expected),
  line: lineOf(key),
  path: key,
  value: scenario[key] ?? 'nothing',
});

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { hintFor } from '../../catalog/did-you-mean.ts';
import { byPlace } from '../../catalog/placed-problems.ts';
import type { SourceProblem } from '../../catalog/source-error.ts';
import { FiredrillError } from '../../domain/errors.ts';
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
  return joined(shipped, own);
}

/**
 * Reads the scenario at a path, or all those of a folder, as `scenario check PATH` does.
 *
 * @throws ScenarioError with every problem of every file
 */
export async function readScenarios(place: string): Promise<readonly LibraryScenario[]> {
  if ((await statOf(place)).isDirectory()) return joined([], await readFolder(place, 'own'));
  return (await readFiles([place])).map((one) => ({ ...one, origin: 'own' }));
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
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).toSorted();
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
      const one = parseScenario(await readFile(file, 'utf8'), file);
      const expected = basename(file).replace(/\.ya?ml$/, '');
      if (one.scenario.name === expected) read.push({ ...one, file });
      else problems.push(nameProblem(file, one.scenario.name, `the file's name, ${expected}: people find it by both`));
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ScenarioError(problems.toSorted(byPlace));
  return read;
}

function joined(shipped: readonly LibraryScenario[], own: readonly LibraryScenario[]): readonly LibraryScenario[] {
  const problems = own.flatMap(({ file, scenario: { name, replaces } }, index): SourceProblem[] => {
    const twice = own.slice(0, index).find(({ scenario }) => scenario.name === name);
    if (twice !== undefined) return [nameProblem(file, name, `a name that ${twice.file} does not have`)];
    const hidden = shipped.find(({ scenario }) => scenario.name === name);
    if (hidden !== undefined && replaces !== name)
      return [
        nameProblem(file, name, `another name, or also replaces: ${name}, since firedrill brings a scenario ${name}`),
      ];
    const known = shipped.map(({ scenario }) => scenario.name);
    // A folder that is checked by itself does not know what it will stand beside.
    if (replaces === undefined || shipped.length === 0 || known.includes(replaces)) return [];
    return [
      {
        ...nameProblem(file, replaces, 'the name of a scenario that comes with firedrill'),
        path: 'replaces',
        message: `There is no scenario "${replaces}" to replace.${hintFor(replaces, known)}`,
      },
    ];
  });
  if (problems.length > 0) throw new ScenarioError(problems.toSorted(byPlace));
  const replaced = new Set(own.map(({ scenario }) => scenario.replaces));
  return [...shipped.filter(({ scenario }) => !replaced.has(scenario.name)), ...own].toSorted((a, b) =>
    a.scenario.name.localeCompare(b.scenario.name),
  );
}

async function statOf(place: string): Promise<Awaited<ReturnType<typeof stat>>> {
  try {
    return await stat(place);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT' && code !== 'EACCES') throw error;
    const message = code === 'ENOENT' ? 'There is no such file or folder.' : 'It may not be read.';
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

const nameProblem = (file: string, name: string, expected: string): SourceProblem => ({
  ...problem(file, `The name ${name} cannot be used here.`, expected),
  path: 'name',
  value: name,
});

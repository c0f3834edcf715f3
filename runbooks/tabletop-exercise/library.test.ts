import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadCatalog } from '../../catalog/load.ts';
import { threats } from '../../domain/scenario.ts';
import { fillScenario, fits } from './fill.ts';
import { drawnPerson, placeholders } from './placeholders.ts';
import { loadLibrary, readScenarios, scenarioNamed, shippedFolder } from './library.ts';
import { placeholdersIn, stringsOf } from './template.ts';
import { scenarioText } from './testing.ts';
import type { ScenarioDraft } from './testing.ts';

const { catalog } = await loadCatalog(resolve(import.meta.dirname, '..', '..', 'examples', 'catalog.yaml'));
const shipped = await loadLibrary([]);
const readme = readFileSync(join(shippedFolder, 'README.md'), 'utf8');

describe.each(shipped.map((entry) => [entry.scenario.name, entry] as const))('%s', (_, { scenario, warnings }) => {
  test('is finished, with as much as an exercise needs', () => {
    expect(warnings).toEqual([]);
    expect(scenario.injects.length).toBeGreaterThanOrEqual(6);
    expect(scenario.injects.length).toBeLessThanOrEqual(12);
    expect(scenario.sources.length).toBeGreaterThanOrEqual(3);
    expect(scenario.hotWash.length).toBeGreaterThanOrEqual(4);
  });

  test('has decisions with more than one way, and takes somebody out', () => {
    expect(scenario.injects.filter(({ options }) => options.length > 1).length).toBeGreaterThanOrEqual(1);
    const out = scenario.injects.filter(({ unavailable }) => unavailable !== undefined);
    expect(out).toHaveLength(1);
    expect(stringsOf(out).flatMap(({ text }) => placeholdersIn(text))).toContain('unavailable');
  });

  test('leaves time for the hot-wash, and for talk between injects', () => {
    const minutes = scenario.injects.map(({ minute }) => minute);
    for (const [index, minute] of minutes.entries())
      expect((minutes[index + 1] ?? scenario.minutes) - minute).toBeGreaterThanOrEqual(7);
  });

  test('can be held with the example company, with no hole left', () => {
    const filled = fillScenario(scenario, catalog, ['jira-cloud'], '2026-11-22');
    const left = new Set(stringsOf(filled).flatMap(({ text }) => placeholdersIn(text)));
    left.delete('unavailable');
    expect([...left]).toEqual([]);
  });

  test('tests sections that the guide names', () => {
    for (const { section } of scenario.injects) expect(readme).toContain(`- ${section}\n`);
  });
});

test('the guide explains every placeholder and names every threat', () => {
  for (const [name, { means }] of Object.entries(placeholders))
    expect(readme).toContain(`| \`\${${name}}\` | ${means} |`);
  expect(readme).toContain(`\`\${${drawnPerson}}\``);
  for (const threat of threats) expect(readme).toContain(`\`${threat}\``);
});

describe('the library', () => {
  test('has at least twelve scenarios, and every threat in one of them', () => {
    expect(shipped.length).toBeGreaterThanOrEqual(12);
    expect(new Set(shipped.flatMap(({ scenario }) => scenario.threats))).toEqual(new Set(threats));
  });

  test('has something for every tier of database', () => {
    for (const service of ['identity', 'jira-cloud', 'image-effects'])
      expect(shipped.some(({ scenario }) => fits(scenario, catalog, service, '2026-11-22').reasons.length === 0)).toBe(
        true,
      );
  });

  test('says the nearest name when there is none', () => {
    expect(() => scenarioNamed(shipped, 'slack-lots')).toThrow('Did you mean slack-lost?');
  });
});

describe('the company’s own', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'firedrill-scenarios-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, change?: (draft: ScenarioDraft) => void): string => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(
      file,
      scenarioText((draft) => {
        draft['name'] = name;
        change?.(draft);
      }),
    );
    return file;
  };

  test('stand beside those that come with firedrill', async () => {
    const file = write('small-fire');
    const library = await loadLibrary([folder]);
    expect(library).toHaveLength(shipped.length + 1);
    expect(scenarioNamed(library, 'small-fire')).toMatchObject({ origin: 'own', file });
  });

  test('never hide one by having its name, unless they say so', async () => {
    write('slack-lost');
    await expect(loadLibrary([folder])).rejects.toMatchObject({
      problems: [
        { line: 1, path: 'name', value: 'slack-lost', expected: expect.stringContaining('replaces: slack-lost') },
      ],
    });
    await expect(readScenarios(folder)).rejects.toThrow('1 problem');
    write('slack-lost', (draft) => (draft['replaces'] = 'slack-lost'));
    const library = await loadLibrary([folder]);
    expect(library).toHaveLength(shipped.length);
    expect(scenarioNamed(library, 'slack-lost').origin).toBe('own');
  });

  test('may stand for one of another name, which must be there', async () => {
    write('our-fire', (draft) => (draft['replaces'] = 'data-centre-fire'));
    expect((await loadLibrary([folder])).map(({ scenario }) => scenario.name)).not.toContain('data-centre-fire');
    write('our-fire', (draft) => (draft['replaces'] = 'data-center-fire'));
    await expect(loadLibrary([folder])).rejects.toMatchObject({
      problems: [{ path: 'replaces', message: expect.stringContaining('Did you mean data-centre-fire?') }],
    });
  });

  test('are called as their file is', async () => {
    const file = write('small-fire', (draft) => (draft['name'] = 'big-fire'));
    await expect(readScenarios(file)).rejects.toMatchObject({
      problems: [{ value: 'big-fire', expected: 'small-fire, or a file called big-fire.yaml' }],
    });
  });

  test('are told with all problems of all files at once', async () => {
    write('one', (draft) => (draft['minutes'] = 0));
    write('two', (draft) => (draft['title'] = '${nobody}'));
    await expect(loadLibrary([folder])).rejects.toMatchObject({ problems: [{ path: 'minutes' }, { path: 'title' }] });
  });

  test('are never called as no scenario may be: then it is the file that is renamed', async () => {
    const file = join(folder, 'Small_Fire.yaml');
    writeFileSync(file, scenarioText());
    await expect(readScenarios(file)).rejects.toMatchObject({
      problems: [{ expected: 'a file called small-fire.yaml' }],
    });
  });

  test('are files: a folder that is called like one is passed over', async () => {
    write('small-fire');
    mkdirSync(join(folder, 'old.yaml'));
    expect((await readScenarios(folder)).map(({ scenario }) => scenario.name)).toEqual(['small-fire']);
  });

  test('may have a section of their own, and are warned of one that stands nowhere else, with what was probably meant', async () => {
    const file = write('small-fire', (draft) => {
      draft['injects'][0].section = 'Comunication';
      draft['injects'][1].section = 'Chapter seventeen';
    });
    const line = (part: string): number =>
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((one) => one.includes(part)) + 1;
    const expected = [
      {
        file,
        line: line('Comunication'),
        text: expect.stringMatching(/"Comunication"\. Did you mean "Communication"\?$/),
      },
      { file, line: line('Chapter seventeen'), text: expect.stringMatching(/no such heading, take one that other/) },
    ];
    expect((await readScenarios(file))[0]?.warnings).toEqual(expected);
    expect(scenarioNamed(await loadLibrary([folder]), 'small-fire').warnings).toEqual(expected);
  });

  test('must be where they are said to be', async () => {
    await expect(readScenarios(join(write('small-fire'), 'x'))).rejects.toMatchObject({
      problems: [{ message: expect.stringContaining('something in its path is a file') }],
    });
    rmSync(join(folder, 'small-fire.yaml'));
    await expect(loadLibrary([join(folder, 'nowhere')])).rejects.toMatchObject({ code: 'scenario-invalid' });
    await expect(readScenarios(folder)).rejects.toMatchObject({
      problems: [{ message: 'There is no .yaml file in this folder.' }],
    });
  });
});

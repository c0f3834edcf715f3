import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadCatalog } from './load.ts';
import { loadWith, textWith } from './testing.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'firedrill-catalog-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const june = Date.parse('2026-06-01T12:00:00Z');

describe('loading', () => {
  test('a file gives its catalog, hash, findings and text', async () => {
    const file = path.join(folder, 'catalog.yaml');
    await writeFile(file, textWith());
    expect(await loadCatalog(file, june)).toEqual(loadWith());
  });

  test('a folder gives its YAML files as one catalog', async () => {
    const many = path.join(folder, 'many');
    await mkdir(many);
    const [company = '', services = ''] = textWith().split(/^(?=services:)/m);
    await writeFile(path.join(many, 'company.yml'), company);
    await writeFile(path.join(many, 'services.yaml'), services);
    await writeFile(path.join(many, 'README.md'), 'not: [a catalog');
    const loaded = await loadCatalog(many, june);
    expect(loaded.hash).toBe(loadWith().hash);
    expect(loaded.text).toContain(`# --- ${path.join(many, 'company.yml')}`);
  });

  test.each([
    ['a file that is not there', 'missing.yaml', 'There is no such file.'],
    ['a folder without YAML', 'empty', 'There is no .yaml file in this folder.'],
  ])('%s says so', async (_what, name, message) => {
    await mkdir(path.join(folder, 'empty'), { recursive: true });
    const place = path.join(folder, name);
    await expect(loadCatalog(place)).rejects.toMatchObject({
      code: 'catalog-invalid',
      kind: 'input',
      problems: [{ file: place, message }],
    });
  });

  test('findings are about the day of loading', async () => {
    const file = path.join(folder, 'aged.yaml');
    await writeFile(file, textWith());
    const { findings } = await loadCatalog(file, Date.parse('2027-06-01T00:00:00Z'));
    expect(findings.map(({ code }) => code)).toEqual(['assessment-outdated', 'assessment-outdated']);
  });
});

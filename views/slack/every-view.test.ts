import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { messageProblems, viewProblems } from './block-kit-testing.ts';
import { everyView, notShown } from './every-view-testing.ts';

const isView = (shown: unknown): boolean =>
  typeof shown === 'object' && shown !== null && 'type' in shown && ['modal', 'home'].includes(String(shown.type));

/** Functions that files of this folder export, as `file name`. */
async function exported(): Promise<readonly string[]> {
  const files = readdirSync(import.meta.dirname).filter(
    (file) => file.endsWith('.ts') && !/(?:\.test|-testing)\.ts$/.test(file),
  );
  const modules = await Promise.all(
    files.map(async (file) => ({
      file,
      module: (await import(/* @vite-ignore */ `./${file}`)) as Readonly<Record<string, unknown>>,
    })),
  );
  return modules.flatMap(({ file, module }) =>
    Object.entries(module)
      .filter(([, value]) => typeof value === 'function')
      .map(([name]) => `${file} ${name}`),
  );
}
const isKnown = (name: string): boolean =>
  name in everyView || notShown.includes(name) || notShown.includes(`${name.split(' ')[0] ?? ''} *`);

test('no message and no view is forgotten here', async () => {
  const names = await exported();
  // What it makes is shown in Slack: add its longest form to `everyView`. It makes parts only: add it to `notShown`.
  expect(names.filter((name) => !isKnown(name))).toEqual([]);
  expect(Object.keys(everyView).filter((name) => !names.includes(name))).toEqual([]);
});

describe('at its longest, within every limit of Slack', () => {
  test.each(Object.keys(everyView))('%s', (name) => {
    const shown = everyView[name]?.() ?? [];
    expect(shown.length).toBeGreaterThan(0);
    for (const one of shown) {
      // As it goes over the wire.
      const body = JSON.parse(JSON.stringify(one)) as { more?: readonly unknown[] };
      for (const page of [body, ...(body.more ?? [])])
        expect(isView(page) ? viewProblems(page) : messageProblems(page)).toEqual([]);
    }
  });
});

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { scenarioText } from '../../runbooks/tabletop-exercise/testing.ts';
import { openStore } from '../../store/connect.ts';
import { appendEntries } from '../../store/journal.ts';
import { freshStore, startStoreServer } from '../../test/engine/store.ts';
import type { FreshStore, StoreServer } from '../../test/engine/store.ts';
import { failedJournal } from '../../test/fixtures/journals.ts';
import { projectRoot } from '../processes/project-root.ts';
import { runIn } from './testing.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'firedrill-scenario-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const firedrill = (...args: readonly string[]) => runIn(cwd, args);
const firedrillWith = (env: Readonly<Record<string, string>>, ...args: readonly string[]) => runIn(cwd, args, env);

const example = join(projectRoot, 'examples', 'catalog.yaml');
/** The example's catalog in the working folder, with a folder of own scenarios. */
function withOwn(): void {
  const text = readFileSync(example, 'utf8').replace(/^organisation:$/m, 'organisation:\n  scenarios: ours');
  writeFileSync(join(cwd, 'catalog.yaml'), text);
  mkdirSync(join(cwd, 'ours'));
  writeFileSync(join(cwd, 'ours', 'small-fire.yaml'), scenarioText());
}

describe('scenario list', () => {
  test('needs no catalog, and names what there is', async () => {
    const { code, out } = await firedrill('scenario', 'list');
    expect(code).toBe(0);
    expect(out).toContain('region-lost-to-earthquake');
    expect(out).toContain('scenario show NAME');
  });

  test('has the company’s own, from the folder that the catalog names, wherever one stands', async () => {
    withOwn();
    const { out } = await firedrill('scenario', 'list', '--json');
    const { scenarios } = JSON.parse(out) as { scenarios: { name: string; own: boolean; injects: number }[] };
    expect(scenarios.find(({ name }) => name === 'small-fire')).toMatchObject({ own: true, injects: 6 });
    expect(scenarios.filter(({ own }) => !own).length).toBeGreaterThanOrEqual(12);
  });

  test('says which cannot be held with a service, and why', async () => {
    const { out } = await firedrill('scenario', 'list', '--service', 'usage-analytics', '--catalog', example);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'not with this service: only for tier 0, 1; only for services with rds-instance',
    );
    const unknown = await firedrill('scenario', 'list', '--service', 'jira', '--catalog', example);
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.err).toContain('Did you mean jira-cloud?');
    expect(await firedrill('scenario', 'list', '--service', 'jira-cloud')).toMatchObject({ code: 2 });
  });
});

describe('scenario show', () => {
  test('fills in the names of the services', async () => {
    const { code, out } = await firedrill(
      'scenario', 'show', 'data-centre-fire', '--service', 'jira-cloud', '--catalog', example, '--json',
    ); // prettier-ignore
    expect(code).toBe(0);
    const { scenario, expectedActions } = JSON.parse(out) as {
      scenario: { situation: string; services: { id: string }[] };
      expectedActions: unknown[];
    };
    expect(scenario.situation).toContain('eu-central-1a');
    expect(scenario.services).toMatchObject([{ id: 'jira-cloud' }]);
    expect(expectedActions.length).toBeGreaterThan(12);
  });

  test('without a service leaves gaps, and says how to fill them', async () => {
    const { out } = await firedrill('scenario', 'show', 'slack-lost');
    expect(out).toContain('‹service›');
    expect(out).toContain('scenario show slack-lost --service SERVICE');
  });

  test('refuses a service that the scenario is not for', async () => {
    const { code, err } = await firedrill(
      'scenario', 'show', 'region-lost-to-earthquake', '--service', 'image-effects', '--catalog', example,
    ); // prettier-ignore
    expect(code).toBe(2);
    expect(err).toContain('only for tier 0, 1');
    expect(err).toContain('scenario list --service image-effects');
  });

  test('knows the nearest name', async () => {
    const { code, err } = await firedrill('scenario', 'show', 'slack-lots');
    expect(code).toBe(2);
    expect(err).toContain('Did you mean slack-lost?');
  });
});

describe('scenario check', () => {
  test('accepts what comes with firedrill', async () => {
    const { code, out } = await firedrill('scenario', 'check');
    expect(code).toBe(0);
    expect(out).toMatch(/^✔ \d+ scenarios with \d+ injects$/);
  });

  test('points at file and line, with what was given and expected', async () => {
    writeFileSync(
      join(cwd, 'small-fire.yaml'),
      scenarioText((draft) => (draft['difficulty'] = 'evil')),
    );
    const { code, err } = await firedrill('scenario', 'check', 'small-fire.yaml');
    expect(code).toBe(2);
    expect(err).toMatch(
      /small-fire\.yaml:5:13 {2}difficulty is not right\.\n {4}given {5}"evil"\n {4}expected {2}one of easy, medium, hard/,
    );
    // The same command again, when it is mended.
    expect(err).toMatch(/firedrill scenario check small-fire\.yaml$/);
    const { out } = await firedrill('scenario', 'check', 'small-fire.yaml', '--json');
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'scenario-invalid' }, problems: [{ line: 5 }] });
  });

  test('warns of a draft and lists its open questions, and is done all the same', async () => {
    writeFileSync(
      join(cwd, 'small-fire.yaml'),
      scenarioText((draft) => {
        draft['draft'] = true;
        draft['tests'] = 'TODO: what does it test?';
      }),
    );
    const { code, out } = await firedrill('scenario', 'check', 'small-fire.yaml');
    expect(code).toBe(0);
    expect(out).toContain('1 draft');
    expect(out).toMatch(/small-fire\.yaml:3\n +To do: what does it test\?/);
  });

  test('asks what a draft leaves open once, with every line on which it stands', async () => {
    writeFileSync(
      join(cwd, 'small-fire.yaml'),
      scenarioText((draft) => {
        draft['draft'] = true;
        for (const inject of draft['injects']) inject.from = 'TODO: who says it?';
      }),
    );
    const { out } = await firedrill('scenario', 'check', 'small-fire.yaml');
    expect(out).toMatch(/small-fire\.yaml:\d+(, \d+){5}\n +To do: who says it\?/);
    expect(out.match(/who says it/g)).toHaveLength(1);
    const { warnings } = JSON.parse((await firedrill('scenario', 'check', 'small-fire.yaml', '--json')).out) as {
      warnings: unknown[];
    };
    expect(warnings).toHaveLength(7);
  });

  test('names the field of what is no story, and goes on below itself where it is long', async () => {
    writeFileSync(
      join(cwd, 'small-fire.yaml'),
      scenarioText((draft) => {
        draft['injects'][2].minute = 1;
        draft['situation'] = '${servcie}';
      }),
    );
    const { err } = await firedrill('scenario', 'check', 'small-fire.yaml');
    expect(err).toMatch(/It is told at minute 1, not after .*\n {4}field {5}injects\[2\]\.minute\n {4}given {5}1\n/);
    expect(err).toMatch(/expected {2}one of \$\{company\}.*,\n {14}\$\{/);
    for (const line of err.split('\n').filter((one) => /^ {4}/.test(one))) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('says that a name is taken', async () => {
    copyFileSync(join(projectRoot, 'runbooks', 'scenarios', 'slack-lost.yaml'), join(cwd, 'slack-lost.yaml'));
    const { code, err } = await firedrill('scenario', 'check', 'slack-lost.yaml');
    expect(code).toBe(2);
    expect(err).toContain('replaces: slack-lost');
  });

  test('of a path where nothing is says so', async () => {
    const { code, err } = await firedrill('scenario', 'check', 'nowhere.yaml');
    expect(code).toBe(2);
    expect(err).toContain('There is no such file or folder.');
  });
});

describe('scenario draft', () => {
  const timeline = '# The day the queue stood\n- 10:00 disk full\n- 10:30 pager rings\n';

  test('writes a file that check accepts as a draft, and never over another', async () => {
    writeFileSync(join(cwd, 'incident.md'), timeline);
    const args = ['scenario', 'draft', '--from-incident', 'incident.md', '--out', 'queue-stood.yaml'];
    const { code, out } = await firedrill(...args);
    expect(code).toBe(0);
    expect(out).toMatch(/^✔ queue-stood\.yaml: 3 injects, \d+ questions/);
    const check = await firedrill('scenario', 'check', 'queue-stood.yaml');
    expect(check.code).toBe(0);
    expect(check.out).toContain('1 draft');
    const again = await firedrill(...args);
    expect(again).toMatchObject({ code: 2 });
    expect(again.err).toContain('is there already');
  });

  test('into a folder that is not there says how to make it', async () => {
    writeFileSync(join(cwd, 'incident.md'), timeline);
    const { code, err } = await firedrill(
      'scenario', 'draft', '--from-incident', 'incident.md', '--out', 'ours/queue-stood.yaml',
    ); // prettier-ignore
    expect(code).toBe(2);
    expect(err).toContain('mkdir -p ours');
  });

  test('without --out prints it', async () => {
    writeFileSync(join(cwd, 'incident.md'), timeline);
    const { out } = await firedrill('scenario', 'draft', '--from-incident', 'incident.md');
    expect(out).toContain('draft: true');
  });

  test.each([
    [[], /either --from-run RUN or --from-incident FILE/],
    [['--from-run', 'a', '--from-incident', 'b'], /made from one thing/],
    [['--from-incident', 'nowhere.md'], /There is no file nowhere\.md/],
    [['--from-incident', '.'], /\. is a folder/],
    [['--from-incident', 'x.md', '--out', 'Our Queue.yaml'], /cannot be called Our Queue\.yaml/],
  ])('%j is wrong use', async (args, words) => {
    const { code, err } = await firedrill('scenario', 'draft', ...args);
    expect(code).toBe(2);
    expect(err).toMatch(words);
  });
});

describe('scenario draft from a run in the store', () => {
  let server: StoreServer;
  let place: FreshStore;
  beforeAll(async () => {
    server = await startStoreServer();
    place = await freshStore(server);
  });
  afterAll(async () => {
    await place?.drop();
    await server?.stop();
  });

  test('tells what went wrong in it; a run that nobody knows is wrong use', async () => {
    const entries = failedJournal().entries;
    const store = openStore(place.url);
    try {
      await appendEntries(store, entries);
    } finally {
      await store.destroy();
    }
    const env = { DATABASE_URL: place.url };
    const runId = entries[0]?.runId ?? '';
    const args = ['scenario', 'draft', '--out', 'old-backup.yaml', '--from-run'];
    const { code, out, err } = await firedrillWith(env, ...args, runId);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('old-backup.yaml');
    expect(readFileSync(join(cwd, 'old-backup.yaml'), 'utf8')).toContain(runId);
    expect((await firedrill('scenario', 'check', 'old-backup.yaml')).code).toBe(0);
    const unknown = await firedrillWith(env, 'scenario', 'draft', '--from-run', 'restore-test/a/b/2026Q1');
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.err).toContain('There is no run');
  });
});

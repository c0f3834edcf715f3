import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { publicKeyOf } from '../../domain/signing.ts';
import { endWhatRuns, firedrill, newHome, root, untilNothingRuns } from './command.ts';

/** A new version meets a run that an old one began: the whole command, as somebody who upgrades types it. */

const jonasKey = randomBytes(32).toString('hex');
let place: Awaited<ReturnType<typeof newHome>>;
beforeEach(async () => {
  place = await newHome();
});
afterEach(async () => {
  endWhatRuns();
  await place.remove();
});

/** The example catalog, with a key for the one who approves. */
async function catalogWithKey(): Promise<string> {
  const text = await readFile(join(root, 'examples', 'catalog.yaml'), 'utf8');
  const file = join(dirname(place.home), 'catalog.yaml');
  await writeFile(file, text.replace('slackId: U0JONAS', `slackId: U0JONAS, publicKey: '${publicKeyOf(jonasKey)}'`));
  return file;
}

/** This project as a newer version would be: one step more before the first look. */
async function changedVersion(): Promise<string> {
  const copy = join(dirname(place.home), 'newer');
  await mkdir(copy);
  const left = ['node_modules', '.git', '.firedrill'];
  await cp(root, copy, { recursive: true, filter: (from) => dirname(from) !== root || !left.includes(basename(from)) });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  const file = join(copy, 'workflows', 'restore-test.ts');
  const before = await readFile(file, 'utf8');
  const after = before.replace(
    'const facts = await preflight(',
    'await sleep(1000);\n    const facts = await preflight(',
  );
  expect(after).not.toBe(before);
  await writeFile(file, after);
  return copy;
}

describe('a version that would break a run under way', () => {
  test('does not start, and names the run; the version that began it goes on with it', async () => {
    const catalog = await catalogWithKey();
    const up = ['up', '--catalog', catalog, '--instant'];
    const ask = async (args: readonly string[], env: Record<string, string> = {}): Promise<Record<string, unknown>> => {
      const { stdout, stderr, code } = await firedrill(place.home, [...args, '--catalog', catalog, '--json'], { env })
        .ended;
      expect(code, stderr + stdout).toBeLessThan(2);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const stop = async (running: ReturnType<typeof firedrill>): Promise<void> => {
      running.child.kill('SIGINT');
      await running.ended;
      expect(await untilNothingRuns(place.home)).toEqual([]);
    };

    const first = firedrill(place.home, [...up, '--json']);
    await first.until(/^\{"ready":true.*\}$/m);
    const daniel = { FIREDRILL_PERSON: 'daniel-kim' };
    const { runId } = (await ask(['start', 'restore-test', 'jira-cloud'], daniel)) as { runId: string };
    await expect
      .poll(async () => JSON.stringify(await ask(['status', runId])), { timeout: 90_000, interval: 500 })
      .toContain('waiting for approval');
    await stop(first);

    const newer = await firedrill(place.home, up, { root: await changedVersion() }).ended;
    expect(newer.code, newer.stderr).toBe(3);
    expect(newer.stderr).toContain('This version of firedrill cannot go on with a run that is under way');
    expect(newer.stderr).toContain(`  ${runId}: `);
    expect(newer.stderr).toMatch(/The worker was not started, and the runs are untouched/);
    expect(newer.stderr).toMatch(/abort them there .*abort RUN.*then start this one/);
    expect(newer.stderr).not.toMatch(/delivery\/|control:|mistake in firedrill/);
    expect(await untilNothingRuns(place.home)).toEqual([]);

    const again = firedrill(place.home, [...up, '--json']);
    await again.until(/^\{"ready":true.*\}$/m);
    const jonas = { FIREDRILL_PERSON: 'jonas-weber', FIREDRILL_PERSON_KEY: jonasKey };
    expect(await ask(['approve', runId], jonas)).toMatchObject({ outcome: 'accepted', gate: 'approved' });
    await expect
      .poll(async () => JSON.stringify(await ask(['status', runId])), { timeout: 180_000, interval: 1000 })
      .toContain('"verdict":"passed"');
    await stop(again);
  });
});

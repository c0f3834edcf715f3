import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { recordedHistories } from './recorded.ts';
import type { Recorded } from './recorded.ts';

const histories = await recordedHistories();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firedrill-replay-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const replay = async ({ history, workflowId }: Recorded, codePath: string): Promise<void> => {
  await Worker.runReplayHistory({ workflowBundle: { codePath } }, history, workflowId);
};

/** Today's bundle with one change, as a careless commit would make it. */
async function changedBundle(name: string, change: (code: string) => string): Promise<string> {
  const code = await readFile(inject('engine').codePath, 'utf8');
  const changed = change(code);
  expect(changed, 'the change has met something').not.toBe(code);
  const codePath = join(folder, `${name}.js`);
  await writeFile(codePath, changed);
  return codePath;
}

describe('runs that are under way when a new version comes', () => {
  test('are recorded: passed, failed and aborted, with their deliveries and the control workflow', () => {
    expect(histories.map(({ name }) => name)).toEqual([
      'control',
      'delivery-aborted',
      'delivery-failed',
      'delivery-passed',
      'restore-test-aborted',
      'restore-test-failed',
      'restore-test-passed',
    ]);
  });

  test.each(histories)("$name is understood by today's workflows", async (recorded) => {
    await replay(recorded, inject('engine').codePath);
  });
});

describe('a change that would break them is noticed', () => {
  const runs = histories.filter(({ name }) => name.startsWith('restore-test-'));

  test('when a step is done by another activity', async () => {
    const codePath = await changedBundle('other-activity', (code) =>
      code.replaceAll('.checkPreconditions(', '.readSettings('),
    );
    for (const run of runs) await expect(replay(run, codePath), run.name).rejects.toThrow(/determin/i);
  });

  test('when a run does not tell its delivery any more that it is over', async () => {
    const codePath = await changedBundle('untold', (code) =>
      code.replaceAll('await delivery.signal(', 'await ((..._) => undefined)('),
    );
    for (const run of runs) await expect(replay(run, codePath), run.name).rejects.toThrow(/determin/i);
  });
});

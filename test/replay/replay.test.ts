import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { recordedHistories } from './recorded.ts';
import type { Recorded } from './recorded.ts';

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

const histories = await recordedHistories();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firedrill-replay-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Replays histories with a bundle, and tells what became of each: nothing, or the engine's objection. */
async function replay(recorded: readonly Recorded[], codePath: string): Promise<Record<string, string>> {
  const objections: Record<string, string> = {};
  // One at a time: the same run may be recorded at more than one moment.
  for (const { name, ...one } of recorded)
    for await (const { error } of Worker.runReplayHistories({ workflowBundle: { codePath } }, [one]))
      objections[name] = error === undefined ? '' : `${error.name}: ${error.message}`;
  return objections;
}

/** Today's bundle with one change, as a careless commit would make it. */
async function changedBundle(name: string, change: (code: string) => string): Promise<string> {
  const code = await readFile(inject('engine').codePath, 'utf8');
  const changed = change(code);
  expect(changed, 'the change has met something').not.toBe(code);
  const codePath = join(folder, `${name}.js`);
  await writeFile(codePath, changed);
  return codePath;
}

/** What takes the journal of a run, and that of a finding. */
const journals = ['appendJournal', 'appendRemediation'];

/** What a run or a finding has written so far, each entry with its hash over all before: by its id in the engine, batch after batch. */
function journaled(recorded: readonly Recorded[]): Record<string, readonly string[]> {
  const batches: Record<string, readonly string[]> = {};
  for (const { history } of recorded) {
    const events = history.events ?? [];
    const runId = events[0]?.workflowExecutionStartedEventAttributes?.originalExecutionRunId ?? '';
    const written = events.flatMap(({ activityTaskScheduledEventAttributes: it }) =>
      it && journals.includes(it.activityType?.name ?? '')
        ? [Buffer.from(it.input?.payloads?.[0]?.data ?? []).toString()]
        : [],
    );
    // The same run may be recorded at more than one moment.
    if (written.length > (batches[runId]?.length ?? 0)) batches[runId] = written;
  }
  return batches;
}

/** The engine compares what a workflow asks for, and not with which words: this bundle compares those of the journal, too. */
const comparingBundle = (name: string, change = (code: string) => code) =>
  changedBundle(name, (code) =>
    change(code).replace(
      /function scheduleActivity\(activityType, args, .*\{\n/,
      (head) => `const before = ${JSON.stringify(journaled(histories))};
let batch = 0;
${head}if (${JSON.stringify(journals)}.includes(activityType)) {
  const { runId } = (0, global_attributes_1.getActivator)().info;
  const was = before[runId][batch++];
  const is = JSON.stringify(args[0]);
  if (is !== was) throw new Error('not deterministic: the journal has ' + was + ', and it would be ' + is);
}
`,
    ),
  );

describe('runs that are under way when a new version comes', () => {
  test('are recorded: passed, failed, aborted, asking people and waiting for AWS, documentation reviews, exercises, incidents, with deliveries, a gap, the watch of tickets, looks at people and the control workflow', () => {
    expect(histories.map(({ name }) => name)).toEqual([
      'control-stopping-in-turn',
      'control-stopping',
      'control',
      'delivery-aborted',
      'delivery-dropped',
      'delivery-failed',
      'delivery-incident',
      'delivery-passed',
      'delivery-reminded',
      'delivery-review',
      'delivery-stand-in',
      'delivery-tabletop',
      'delivery-taken-over',
      'documentation-review-asking',
      'documentation-review-dead-links',
      'documentation-review-overdue',
      'documentation-review-reassigned',
      'documentation-review-signed',
      'incident-open',
      'incident-over',
      'people-check-exercise',
      'people-check-stand-in',
      'people-check-watched',
      'people-check',
      'remediation-asked-again',
      'remediation-followed',
      'remediation-lasting',
      'remediation-planned',
      'remediation-reopened',
      'remediation',
      'restore-test-aborted',
      'restore-test-asking',
      'restore-test-dropped',
      'restore-test-failed',
      'restore-test-passed',
      'restore-test-restoring',
      'restore-test-stand-in',
      'tabletop-exercise-escalated',
      'tabletop-exercise-gathering',
      'tabletop-exercise-held',
      'tabletop-exercise-reminded',
      'tabletop-exercise-reminding',
      'tabletop-exercise-story',
      'tabletop-exercise-taken-over',
      'ticket-watch',
    ]);
  });

  test("are understood by today's workflows, which write the same journal: each entry carries a hash over all before, and the store takes no other", async () => {
    const writing = histories.filter((one) => Object.values(journaled([one])).some((batches) => batches.length > 0));
    expect(writing.length).toBeGreaterThan(15);
    expect(await replay(histories, await comparingBundle('comparing'))).toEqual(
      Object.fromEntries(histories.map(({ name }) => [name, ''])),
    );
  });
});

describe('a change that would break them is noticed', () => {
  const runs = histories.filter(({ name }) => name.startsWith('restore-test-'));
  const objectedTo = (recorded: readonly Recorded[]) =>
    Object.fromEntries(recorded.map(({ name }) => [name, expect.stringMatching(/determin/i)]));

  test('when a step is done by another activity', async () => {
    const codePath = await changedBundle('other-activity', (code) =>
      code.replaceAll('.checkPreconditions(', '.readSettings('),
    );
    expect(await replay(runs, codePath)).toEqual(objectedTo(runs));
  });

  test('when a run does not tell its delivery any more that it is over', async () => {
    const codePath = await changedBundle('untold', (code) =>
      code.replaceAll('it.signal(', '((..._) => Promise.resolve())('),
    );
    const ended = runs.filter(({ name }) => !/asking|restoring/.test(name));
    expect(await replay(ended, codePath)).toEqual(objectedTo(ended));
  });

  test('when a look at people does not tell whoever waits for the one who left', async () => {
    const codePath = await changedBundle('untold-people', (code) =>
      code.replaceAll('.tellDutyMoved(', '.openReviews('),
    );
    const looks = histories.filter(({ name }) => /^people-check-(stand-in|watched)$/.test(name));
    expect(looks).toHaveLength(2);
    expect(await replay(looks, codePath)).toEqual(objectedTo(looks));
  });

  test('when a run writes other words into its journal', async () => {
    const codePath = await comparingBundle('other-words', (code) =>
      code.replaceAll('Aborting: nothing further is created', 'Aborting: nothing more is created'),
    );
    const aborted = runs.filter(({ name }) => name === 'restore-test-aborted');
    expect(await replay(aborted, codePath)).toEqual(objectedTo(aborted));
  });

  test('when a finding does', async () => {
    const codePath = await comparingBundle('other-words-of-a-finding', (code) =>
      code.replaceAll('This ticket was closed without its proof', 'This ticket was closed with no proof'),
    );
    const reopened = histories.filter(({ name }) => name === 'remediation-planned');
    expect(await replay(reopened, codePath)).toEqual(objectedTo(reopened));
  });
});

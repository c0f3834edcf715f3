import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRemediationEvents } from '../../store/remediations.ts';
import { findingHintSignal } from '../../workflows/finding-messages.ts';
import { approve } from '../engine/acting.ts';
import { expectEnding, witnessOf } from '../engine/ending.ts';
import { ownMessages, until } from '../engine/outside.ts';
import { killed, startWorldProcess } from '../engine/processes.ts';
import type { WorldProcess } from '../engine/processes.ts';
import { remedying, withTestWindow } from '../engine/remedying.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';
import { examineInstallation } from '../faults/invariants/examine.ts';

/**
 * The worker dies (kill -9) while a re-test that starts by itself waits for its service's window, while that opens, and when it
 * has just been started and nobody has been told.
 */

const minuteMs = 60_000;
const inThreeDays = (): number => Date.now() + 3 * 86_400_000;

let world: World;
let worker: WorldProcess;
let source: WorldProcess;
beforeAll(async () => {
  world = await createWorld({
    source: false,
    // A re-test's id says when its window opened: one on a database of another file, at the same minute, would be the same run.
    aliases: ['killed-db'],
    watch: ['killed-db'],
    catalog: (text) =>
      withTestWindow(inThreeDays())(text.replace(/remediation: .*/, 'remediation: { pollEvery: 300ms }')),
  });
  await world.stopWorkers();
  source = await startWorldProcess(world, 'source');
  worker = await startWorker();
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  await world.close();
});

/** One that reaches Temporal through the door, which can be shut. */
const startWorker = (): Promise<WorldProcess> =>
  startWorldProcess(world, 'worker', { TEMPORAL_ADDRESS: `127.0.0.1:${world.temporalDoor.port}` });

const { raise, ticketsOf, lineOf, untilIs, untilFiled, closeByHand, typesOf, handleOf, untilOver } = remedying(
  () => world,
);

test(
  'a re-test waits for its window, runs once and closes its finding once, whenever the worker is killed',
  { timeout: 600_000 },
  async () => {
    const finding = await raise({ resource: 'killed-db', runId: 'restore-test/jira-cloud/killed-db/2026Q4' });
    const key = await untilFiled(finding);
    await closeByHand(key);
    await untilIs(
      finding,
      ({ view }) => view?.retestPlanned !== undefined && view.ticket?.isDone === false,
      'planned into its window, its ticket noted as open again',
    );

    // While it waits. The window is another one meanwhile: of that it hears from the next worker.
    await killed(worker);
    const opensMs = Math.ceil((Date.now() + 60_000) / minuteMs) * minuteMs;
    await world.changeCatalog(withTestWindow(opensMs));
    worker = await startWorker();
    await handleOf(finding).signal(findingHintSignal);
    await untilIs(finding, ({ view }) => view?.retestPlanned?.opensMs === opensMs, 'planned into the new window');
    expect(await typesOf(finding)).not.toContain('retest-started');

    // While it opens.
    await killed(worker);
    await until(() => Date.now() > opensMs + 1000, 'the window has opened, and nobody works', 3 * minuteMs);
    // And when Temporal has the run, and the worker does not know: it is gone before it can ask again.
    const { repliesLost } = world.temporalDoor;
    world.temporalDoor.loseReplyTo('restoreTest', 1, 'shut');
    worker = await startWorker();
    await until(() => world.temporalDoor.repliesLost > repliesLost, 'the re-test is started, and the answer lost');
    await killed(worker);
    expect(await typesOf(finding)).not.toContain('retest-started');
    world.temporalDoor.open();
    worker = await startWorker();

    await untilIs(finding, ({ view }) => view?.retest !== undefined, 'tested again');
    const runId = (await lineOf(finding))?.view?.retest?.runId ?? '';
    await approve(world, runId);
    await expectEnding(world, runId, { verdict: 'passed', findings: [], copy: 'gone' }, 120_000);
    await untilOver(finding);

    // Once, whoever is asked: the store, Temporal, Jira, Slack, AWS.
    const events = await readRemediationEvents(world.store, finding.fingerprint);
    const once = /^(ticket-filed|reopened|retest-.*|closed)$/;
    const types = events.map(({ event }) => event.type).filter((type) => once.test(type));
    expect(types).toEqual(['ticket-filed', 'reopened', 'retest-planned', 'retest-planned', 'retest-started', 'closed']);
    expect(events.find(({ event }) => event.type === 'retest-started')?.atMs).toBeGreaterThanOrEqual(opensMs);
    expect(events.find(({ event }) => event.type === 'closed')?.event).toMatchObject({ how: 'recheck', runId });
    const runs = await world.store.selectFrom('run').select('run_id').execute();
    expect(runs.map(({ run_id }) => run_id)).toEqual([runId]);
    const [ticket, ...others] = await ticketsOf(finding);
    expect(others).toEqual([]);
    expect(ticket).toMatchObject({ key, status: 'Done' });
    const news = (await ownMessages(world)).filter(({ runId: about }) => about === `finding/${finding.fingerprint}`);
    const saying = (words: string) => news.filter(({ message }) => JSON.stringify(message).includes(words));
    for (const words of ['without its proof', 'A re-test was started', 'Remedied, and proved'])
      expect([words, saying(words).length]).toEqual([words, 1]);
    expect(await examineInstallation(witnessOf(world))).toEqual([]);
  },
);

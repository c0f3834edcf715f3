import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRemediationEntry } from '../domain/remediation-chain.ts';
import { freshStore, startStoreServer } from '../test/engine/store.ts';
import type { StoreServer } from '../test/engine/store.ts';
import { failedJournal, passedJournal } from '../test/fixtures/journals.ts';
import { appendAddendum } from './addenda.ts';
import { openStore } from './connect.ts';
import { appendEntries } from './journal.ts';
import { appendRemediation } from './remediations.ts';
import { readRunsBetween, readTicketsOf } from './read-services.ts';
import { readOpenRuns, readRun } from './read.ts';

let server: StoreServer;
beforeAll(async () => {
  server = await startStoreServer();
});
afterAll(() => server.stop());

test('what services did in a span of time, what is open, and the tickets of their gaps', async () => {
  const place = await freshStore(server);
  const store = openStore(place.url);
  try {
    const failed = failedJournal();
    await appendEntries(store, failed.entries);
    const { entries } = passedJournal();
    await appendEntries(store, entries.slice(0, 10));
    const [first] = failed.entries;
    const run = await readRun(store, first?.runId ?? '');
    const [finding] = run?.projection.findings ?? [];
    if (run === undefined || finding === undefined) throw new Error('a failed run with a finding');
    const { openedAtMs } = run.projection;

    expect((await readOpenRuns(store)).map(({ runId }) => runId)).toEqual([entries[0]?.runId]);
    const all = await readRunsBetween(store, ['jira-cloud'], openedAtMs, openedAtMs + 86_400_000);
    expect(all).toContainEqual({
      runId: run.runId,
      runbook: 'restore-test',
      service: 'jira-cloud',
      resource: run.projection.resource,
      mode: 'drill',
      simulated: run.projection.simulated,
      openedAtMs,
      verdict: 'failed',
      comparable: run.projection.judged?.comparable,
    });
    expect(all.find(({ runId }) => runId === entries[0]?.runId)).not.toHaveProperty('verdict');
    expect(await readRunsBetween(store, ['jira-cloud'], 0, openedAtMs)).toEqual([]);
    expect(await readRunsBetween(store, [], 0, Number.MAX_SAFE_INTEGER)).toEqual([]);

    const event = {
      type: 'ticket-filed',
      fingerprint: finding.fingerprint,
      key: 'DR-7',
      url: 'u',
      outcome: 'created',
    } as const;
    await appendAddendum(store, run, { event, atMs: openedAtMs }, '11'.repeat(32));
    expect(await readTicketsOf(store, ['jira-cloud'])).toEqual([
      { fingerprint: finding.fingerprint, key: 'DR-7', url: 'u', title: finding.title, service: 'jira-cloud' },
    ]);
    expect(await readTicketsOf(store, ['identity'])).toEqual([]);
    // What is proved remedied is nobody's work any more.
    const [raised, closed] = [
      {
        type: 'raised',
        finding,
        simulated: true,
        ticket: {
          project: 'DR',
          issueType: 'Task',
          labels: [],
          ownerEmail: '',
          championEmail: '',
          dueDate: '2026-12-06',
          tier: 1,
        },
      },
      { type: 'closed', how: 'recheck', sentence: 'green' },
    ] as const;
    const { fingerprint } = finding;
    const one = makeRemediationEntry(undefined, { fingerprint, chainId: 'c', atMs: 1, event: raised });
    await appendRemediation(store, [one]);
    expect(await readTicketsOf(store, ['jira-cloud'])).toMatchObject([{ key: 'DR-7', dueDate: '2026-12-06' }]);
    await appendRemediation(store, [makeRemediationEntry(one, { fingerprint, chainId: 'c', atMs: 2, event: closed })]);
    expect(await readTicketsOf(store, ['jira-cloud'])).toEqual([]);
    // A gap that a person reported has no run.
    const told = { ...raised, finding: { ...finding, fingerprint: 'ab'.repeat(12), title: 'no runbook' } };
    const of = { fingerprint: told.finding.fingerprint, chainId: 'c' };
    const reported = makeRemediationEntry(undefined, { ...of, atMs: 1, event: told });
    const filed = { type: 'ticket-filed', key: 'DR-9', url: 'u9', outcome: 'created' } as const;
    await appendRemediation(store, [reported, makeRemediationEntry(reported, { ...of, atMs: 2, event: filed })]);
    const line = { ...of, key: 'DR-9', url: 'u9', title: 'no runbook', service: 'jira-cloud' };
    const { chainId: _, ...listed } = line;
    expect(await readTicketsOf(store, ['jira-cloud'])).toEqual([{ ...listed, dueDate: '2026-12-06' }]);
    // An accepted risk is nobody's work until its day.
    const by = [{ personId: 'jonas-weber', personName: 'Jonas Weber' }];
    const accepted = { type: 'risk-accepted', by, until: '2027-01-31', reason: 'r' } as const;
    const second = makeRemediationEntry(reported, { ...of, atMs: 2, event: filed });
    await appendRemediation(store, [makeRemediationEntry(second, { ...of, atMs: 3, event: accepted })]);
    expect(await readTicketsOf(store, ['jira-cloud'])).toEqual([{ ...listed, acceptedUntil: '2027-01-31' }]);
  } finally {
    await store.destroy();
    await place.drop();
  }
});

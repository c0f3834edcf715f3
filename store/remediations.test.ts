import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeFinding } from '../domain/fingerprint.ts';
import { makeRemediationEntry } from '../domain/remediation-chain.ts';
import type { RemediationEntry, RemediationEvent } from '../domain/remediation.ts';
import { openFreshStore, startStoreServer } from '../test/engine/store.ts';
import type { StoreServer } from '../test/engine/store.ts';
import { runOpened } from '../test/fixtures/journal-chapters/opening.ts';
import { journalOf } from '../test/fixtures/journal-writer.ts';
import type { Store } from './connect.ts';
import { appendEntries } from './journal.ts';
import {
  appendRemediation,
  findingsMeant,
  findingsToConfirm,
  listFindings,
  readRemediationEvents,
} from './remediations.ts';

let server: StoreServer;
/** As the application: the role firedrill_app. */
let store: Store;
let owner: Store;
beforeAll(async () => {
  server = await startStoreServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  const opened = await openFreshStore(server);
  ({ store, owner } = opened);
  return opened.close;
});

const runId = 'restore-test/jira-cloud/issues-db/2026Q4';
const finding = makeFinding({
  service: 'jira-cloud',
  resource: 'issues-db',
  check: 'rpo',
  cause: 'missed',
  severity: 'high',
  title: 'too old',
  found: 'f',
  matters: 'm',
  lookFirst: 'l',
  proof: { kind: 'recheck', check: 'rpo', sentence: 's' },
  runId,
});
const { fingerprint } = finding;
const ticket = {
  project: 'DR',
  issueType: 'Task',
  labels: [],
  ownerEmail: '',
  championEmail: '',
  dueDate: '2026-12-12',
  tier: 1,
};
const raised: RemediationEvent = { type: 'raised', finding, ticket, simulated: false };
const filed: RemediationEvent = { type: 'ticket-filed', key: 'DR-1', url: 'https://j/browse/DR-1', outcome: 'created' };
const closed: RemediationEvent = { type: 'closed', how: 'recheck', sentence: 'green' };

function chain(chainId: string, ...events: readonly RemediationEvent[]): readonly RemediationEntry[] {
  return events.reduce<RemediationEntry[]>((so, event, index) => {
    const last = so.at(-1);
    return [...so, makeRemediationEntry(last, { fingerprint, chainId, atMs: 1000 * (index + 1), event })];
  }, []);
}

test('the finding is a fold of its events, however they were cut into batches and repeated', async () => {
  const all = chain('one', raised, filed, closed);
  await appendRemediation(store, all.slice(0, 1));
  await appendRemediation(store, all.slice(0, 2));
  await appendRemediation(store, all.slice(1));
  await appendRemediation(store, all);
  const [line] = await listFindings(store);
  expect(line).toMatchObject({ fingerprint, raisedAtMs: 1000, view: { state: 'closed', ticket: { key: 'DR-1' } } });
  expect((await readRemediationEvents(store, fingerprint)).map(({ event }) => event.type)).toEqual([
    'raised',
    'ticket-filed',
    'closed',
  ]);
});

test('other content under a number, and a gap, are refused; nothing of the batch is there', async () => {
  await appendRemediation(store, chain('one', raised));
  await expect(appendRemediation(store, chain('one', closed, filed))).rejects.toMatchObject({
    code: 'remediation-conflict',
  });
  await expect(appendRemediation(store, chain('one', raised, filed, closed).slice(2))).rejects.toMatchObject({
    code: 'remediation-conflict',
  });
  expect(await readRemediationEvents(store, fingerprint)).toHaveLength(1);
});

test('a finding is meant by its fingerprint, its beginning, and every key that its ticket has had', async () => {
  const moved: RemediationEvent = { type: 'ticket-moved', key: 'OPS-7', status: 'To Do', isDone: false };
  const said: RemediationEvent = { type: 'closed', how: 'attested', sentence: 'see "key":"OPS-9"' };
  await appendRemediation(store, chain('one', raised, filed, moved, said));
  for (const id of [fingerprint, fingerprint.slice(0, 6).toUpperCase(), 'OPS-7', 'ops-7', 'DR-1', 'dr-1'])
    expect([id, (await findingsMeant(store, id)).map((line) => line.fingerprint)]).toEqual([id, [fingerprint]]);
  for (const id of ['DR-11', 'R-1', 'OPS-9', '%', '']) expect([id, await findingsMeant(store, id)]).toEqual([id, []]);
});

test('the database itself refuses a wrong hash and a change, to its owner too', async () => {
  const [entry] = chain('one', raised);
  const forged = { ...entry, body: entry?.body.replace('too old', 'all right') } as RemediationEntry;
  await expect(appendRemediation(store, [forged])).rejects.toThrow(/remediation_hash_is_right/);
  await appendRemediation(store, chain('one', raised));
  for (const statement of ['update remediation_event set body = body', 'delete from remediation_event'])
    await expect(sql.raw(statement).execute(owner)).rejects.toThrow(/append-only/);
  await expect(sql.raw('delete from remediation_event').execute(store)).rejects.toThrow(/permission denied/);
});

test('a chain beside the first is the one in force, and the first stays', async () => {
  await appendRemediation(store, chain('one', raised));
  await appendRemediation(store, chain('two', raised, filed));
  expect((await listFindings(store))[0]?.view?.ticket?.key).toBe('DR-1');
  const { rows } = await sql<{ count: string }>`select count(*) from remediation_event`.execute(store);
  expect(rows[0]?.count).toBe('3');
});

test('a finding that a run raised is listed before anybody follows it, and once', async () => {
  await appendEntries(store, journalOf(runId, [runOpened(), { type: 'finding-raised', finding }]));
  expect(await listFindings(store, { open: true, service: 'jira-cloud' })).toEqual([
    { fingerprint, finding, raisedAtMs: expect.any(Number) as number },
  ]);
  await appendRemediation(store, chain('one', raised, closed));
  expect(await listFindings(store)).toHaveLength(1);
  expect(await listFindings(store, { open: true })).toEqual([]);
  expect(await listFindings(store, { service: 'identity' })).toEqual([]);
});

test('what one person has said waits for a second one until it is closed, or met again', async () => {
  const by = { personId: 'priya-raman', personName: 'Priya Raman' };
  const said: RemediationEvent = { type: 'attested', by, evidence: 'https://wiki.example.com/minutes' };
  const asked: RemediationEvent = { type: 'acceptance-asked', by, roles: [], until: '2027-03-31', reason: 'dear' };
  const all = [raised, said, { type: 'recurred', finding } as const, asked, closed];
  const waiting: boolean[] = [];
  for (const [index] of all.entries()) {
    await appendRemediation(store, chain('one', ...all.slice(0, index + 1)));
    waiting.push((await findingsToConfirm(store)).some((view) => view.finding.fingerprint === fingerprint));
  }
  expect(waiting).toEqual([false, true, false, true, false]);
});

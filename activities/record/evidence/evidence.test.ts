import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AddendumBody } from '../../../domain/addenda.ts';
import { linesOf } from '../../../domain/bundle.ts';
import { verifyBundle } from '../../../domain/evidence.ts';
import type { AddendumEvent } from '../../../domain/journal-entry.ts';
import { publicKeyOf } from '../../../domain/signing.ts';
import { openStore } from '../../../store/connect.ts';
import type { Store } from '../../../store/connect.ts';
import { recordCatalogVersion } from '../../../store/catalog-versions.ts';
import { appendEntries } from '../../../store/journal.ts';
import { readRun } from '../../../store/read.ts';
import { recordRefusedAttempt } from '../../../store/refused-attempts.ts';
import { freshStore, startStoreServer } from '../../../test/engine/store.ts';
import type { StoreServer } from '../../../test/engine/store.ts';
import { failedJournal } from '../../../test/fixtures/journals.ts';
import type { JournalWriter } from '../../../test/fixtures/journal-writer.ts';
// Tests meet the stand-in here and nowhere else; the product reaches it only through the network.
/* oxlint-disable no-restricted-imports */
import { createS3Service } from '../../../sandbox/aws/s3/service.ts';
import { newAccount, startTestEndpoint } from '../../../sandbox/aws/testing.ts';
import type { TestEndpoint } from '../../../sandbox/aws/testing.ts';
/* oxlint-enable no-restricted-imports */
import { createEvidenceActivities } from './activities.ts';
import type { EvidenceDeps } from './activities.ts';
import { readBundle } from './folder.ts';

const key = '11'.repeat(32);
const bucket = 'evidence';
let server: StoreServer;
let aws: TestEndpoint;
let scratch: string;
let account: string;
let s3: S3Client;
let store: Store;
let evidenceDir: string;
let journal: JournalWriter;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'firedrill-evidence-'));
  server = await startStoreServer();
  aws = await startTestEndpoint({ s3: createS3Service({ dataDir: join(scratch, 's3') }) });
});
afterAll(async () => {
  await aws.close();
  await server.stop();
  await rm(scratch, { recursive: true });
});
beforeEach(async () => {
  account = newAccount();
  s3 = new S3Client({ ...aws.config(account), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
  evidenceDir = await mkdtemp(join(scratch, 'bundles-'));
  const place = await freshStore(server);
  store = openStore(place.url);
  journal = failedJournal();
  return async () => {
    s3.destroy();
    await store.destroy();
    await place.drop();
  };
});

const evidence = (change: Partial<EvidenceDeps> = {}) =>
  createEvidenceActivities({
    store,
    signer: { privateKeyHex: key, kind: 'self-signed' },
    evidenceDir,
    toolVersion: '0.1.0',
    bucket: () => Promise.resolve({ s3, bucket, objectLock: 'COMPLIANCE', retentionDays: 400 }),
    ...change,
  });
const request = () => {
  const last = journal.entries.at(-1);
  return {
    runId: journal.runId,
    executionId: journal.executionId,
    head: last?.hash ?? '',
    count: journal.entries.length,
  };
};
const run = () => ({ runId: journal.runId, executionId: journal.executionId });
const seal = (change?: Partial<EvidenceDeps>) => evidence(change).sealEvidence(request());
const recorded = () => appendEntries(store, journal.entries);
const here = () => readBundle(evidenceDir, journal.runId);
const verified = async () => verifyBundle(await here(), publicKeyOf(key));
const ticket = (fingerprint: string): AddendumEvent => ({
  type: 'ticket-filed',
  fingerprint,
  key: `DR-${fingerprint}`,
  url: 'https://jira.example.com/browse/DR-1',
  outcome: 'created',
});
const add = (event: AddendumEvent) => evidence().appendAddendum({ ...run(), event });
const eventsIn = (files: ReadonlyMap<string, Uint8Array>): AddendumEvent[] =>
  linesOf(new TextDecoder().decode(files.get('addenda.jsonl')))
    .slice(0, -1)
    .map((line) => (JSON.parse((JSON.parse(line) as { body: string }).body) as AddendumBody).event);

/** The bundle as it lies in the bucket: the newest version of each object. */
async function inBucket(): Promise<Map<string, Uint8Array>> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${journal.runId}/` }));
  const found = new Map<string, Uint8Array>();
  for (const { Key = '' } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    found.set(Key.slice(journal.runId.length + 1), (await Body?.transformToByteArray()) ?? new Uint8Array());
  }
  return found;
}

describe('sealing a run', () => {
  test('leaves a bundle here and in the bucket, the same, and both verify', async () => {
    await recorded();
    const place = await seal();
    expect(place).toEqual({
      path: join(evidenceDir, journal.runId),
      s3: `s3://${bucket}/${journal.runId}`,
      manifestHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await verified()).toMatchObject({ ok: true, problems: [], entries: journal.entries.length, addenda: 0 });
    expect(await inBucket()).toEqual(await here());
    expect((await readRun(store, journal.runId))?.evidence).toEqual({
      path: place.path,
      s3: place.s3,
      manifestHash: place.manifestHash,
    });
  });

  test('twice is harmless', async () => {
    await recorded();
    const first = await seal();
    const before = await here();
    expect(await seal()).toEqual(first);
    expect(await here()).toEqual(before);
    expect(await verified()).toMatchObject({ ok: true });
  });

  test('keeps the catalog that the run was pinned to, and decisions that no run could take', async () => {
    const opened = journal.bodies[0]?.event;
    if (opened?.type !== 'run-opened') throw new Error('no opening');
    await recordCatalogVersion(store, { hash: opened.catalogHash, text: 'organisation: {}\n' });
    await recordRefusedAttempt(store, {
      runId: journal.runId,
      who: 'eve',
      via: 'slack-app',
      choice: 'approve',
      code: 'unknown-person',
      atMs: journal.nowMs - 1,
      decisionId: 'c1',
    });
    await recorded();
    await seal();
    const files = await here();
    expect(new TextDecoder().decode(files.get('catalog.yaml'))).toBe('organisation: {}\n');
    expect(JSON.parse(new TextDecoder().decode(files.get('about.json')))).toMatchObject({
      refusedAttempts: [{ who: 'eve', code: 'unknown-person' }],
    });
    expect((await verified()).ok).toBe(true);
  });

  test('is refused while the store does not have what the run has', async () => {
    await appendEntries(store, journal.entries.slice(0, -1));
    await expect(seal()).rejects.toMatchObject({ code: 'head-mismatch', kind: 'refused' });
    await recorded();
    await expect(evidence().sealEvidence({ ...request(), head: 'ab'.repeat(32) })).rejects.toMatchObject({
      code: 'head-mismatch',
    });
    expect(await here()).toEqual(new Map());
    expect(await inBucket()).toEqual(new Map());
  });

  test('does not mind a late click that was recorded since', async () => {
    const asked = request();
    journal.note({ type: 'abort-requested', by: 'ann', reason: 'late', via: 'cli' });
    await recorded();
    await evidence().sealEvidence(asked);
    expect(await verified()).toMatchObject({ ok: true, entries: asked.count });
  });

  test('goes on with what an earlier version of firedrill began', async () => {
    await recorded();
    await aws.control(account, 'POST faults', {
      service: 's3',
      operation: 'PutObject',
      kind: 'error',
      code: 'InternalError',
      times: 1,
      match: { Key: `${journal.runId}/report.html` },
    });
    await expect(seal()).rejects.toMatchObject({ code: 'evidence-unreachable', kind: 'busy' });
    await seal({ toolVersion: '0.2.0' });
    expect(await verified()).toMatchObject({ ok: true, manifest: { tool: { version: '0.1.0' } } });
    expect(await inBucket()).toEqual(await here());
  });

  test('makes a local bundle anew when somebody changed it', async () => {
    await recorded();
    await seal();
    const before = await here();
    await writeFile(join(evidenceDir, journal.runId, 'report.html'), 'passed');
    expect((await verified()).ok).toBe(false);
    await seal();
    expect(await here()).toEqual(before);
  });

  test('leaves nothing half written beside the bundles', async () => {
    await recorded();
    await seal();
    await add(ticket('a'));
    expect(await readdir(join(evidenceDir, '.incoming'))).toEqual([]);
    expect([...(await here()).keys()].toSorted()).toEqual([
      'about.json',
      'addenda.jsonl',
      'journal.jsonl',
      'manifest.json',
      'manifest.sig',
      'report.html',
      'run.json',
    ]);
  });

  test('works without a bucket, and then says so', async () => {
    await recorded();
    const place = await seal({ bucket: () => Promise.resolve(undefined) });
    expect(place.s3).toBeUndefined();
    expect((await verified()).ok).toBe(true);
  });
});

describe('the bucket', () => {
  test('locks every object for as long as the catalog says', async () => {
    await recorded();
    await seal();
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(Versions).toHaveLength(7);
    for (const { Key, VersionId } of Versions) {
      const { ObjectLockMode, ObjectLockRetainUntilDate } = await s3.send(
        new HeadObjectCommand({ Bucket: bucket, Key, VersionId }),
      );
      expect(ObjectLockMode).toBe('COMPLIANCE');
      expect(((ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000).toBeCloseTo(400, 1);
      await expect(s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }))).rejects.toThrow(
        /object lock/i,
      );
    }
  });

  test('that holds something else in a sealed file’s place is refused, and not written over', async () => {
    await recorded();
    const Key = `${journal.runId}/run.json`;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'somebody else’s', ChecksumAlgorithm: 'SHA256' }));
    await expect(seal()).rejects.toMatchObject({ code: 'evidence-conflict', kind: 'refused' });
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: Key }));
    expect(Versions).toHaveLength(1);
    expect((await readRun(store, journal.runId))?.evidence).toBeUndefined();
  });

  test.each(['lose-reply', 'late-reply'])('that takes a file and loses its answer (%s) has it once', async (kind) => {
    await recorded();
    await aws.control(account, 'POST faults', {
      service: 's3',
      operation: 'PutObject',
      kind,
      delayMs: 50,
      times: 2,
      match: { Key: `${journal.runId}/journal.jsonl` },
    });
    let failures = 0;
    while (
      !(await seal().catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'evidence-unreachable' });
        failures += 1;
        return undefined;
      }))
    );
    if (kind === 'lose-reply') expect(failures).toBeGreaterThan(0);
    const { Versions = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: `${journal.runId}/journal.jsonl` }),
    );
    expect(Versions).toHaveLength(1);
    expect(verifyBundle(await inBucket(), publicKeyOf(key)).ok).toBe(true);
  });

  test('that is not there, or refuses, leaves the run "not evidenced yet" with its bundle kept here', async () => {
    await recorded();
    const missing = { s3, bucket: 'no-such-bucket', objectLock: 'COMPLIANCE', retentionDays: 400 } as const;
    await expect(seal({ bucket: () => Promise.resolve(missing) })).rejects.toMatchObject({
      code: 'evidence-unreachable',
      kind: 'busy',
      what: expect.stringContaining('NoSuchBucket'),
    });
    expect((await verified()).ok).toBe(true);
    expect((await readRun(store, journal.runId))?.evidence).toBeUndefined();
    await seal();
    expect((await readRun(store, journal.runId))?.evidence?.s3).toBe(`s3://${bucket}/${journal.runId}`);
  });

  test('whose network is down is tried again', async () => {
    await recorded();
    const nobody = new S3Client({ ...aws.config(account), endpoint: 'http://127.0.0.1:1', forcePathStyle: true });
    const down = { s3: nobody, bucket, objectLock: 'COMPLIANCE', retentionDays: 400 } as const;
    await expect(seal({ bucket: () => Promise.resolve(down) })).rejects.toMatchObject({ code: 'evidence-unreachable' });
    nobody.destroy();
  });
});

describe('what comes after the seal', () => {
  test('waits for the seal', async () => {
    await appendEntries(store, journal.entries.slice(0, -1));
    await expect(add(ticket('a'))).rejects.toMatchObject({ code: 'not-sealed-yet', kind: 'not-yet' });
  });

  test('is added in its order, here and in the bucket, and the bundle still verifies', async () => {
    await recorded();
    await seal();
    for (const one of ['a', 'b', 'c']) await add(ticket(one));
    expect(eventsIn(await here())).toEqual([ticket('a'), ticket('b'), ticket('c')]);
    expect(await verified()).toMatchObject({ ok: true, addenda: 3 });
    expect(await inBucket()).toEqual(await here());
    expect((await readRun(store, journal.runId))?.tickets.map((one) => one.key).toSorted()).toEqual([
      'DR-a',
      'DR-b',
      'DR-c',
    ]);
  });

  test('is kept once, however often it is told', async () => {
    await recorded();
    await seal();
    await add(ticket('a'));
    await add(ticket('b'));
    await add(ticket('a'));
    expect(eventsIn(await here())).toEqual([ticket('a'), ticket('b')]);
  });

  test('may be told before the bundle is made, which then has it', async () => {
    await recorded();
    await add(ticket('a'));
    expect(await here()).toEqual(new Map());
    expect((await readRun(store, journal.runId))?.tickets).toHaveLength(1);
    await seal();
    expect(await verified()).toMatchObject({ ok: true, addenda: 1 });
  });

  test('is not lost when told at once, nor while the bundle is made', async () => {
    await recorded();
    await Promise.all([seal(), ...['a', 'b', 'c', 'd', 'e', 'f'].map((one) => add(ticket(one)))]);
    expect(
      eventsIn(await here())
        .map((event) => (event.type === 'ticket-filed' ? event.fingerprint : ''))
        .toSorted(),
    ).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(await verified()).toMatchObject({ ok: true, addenda: 6 });
    expect(await inBucket()).toEqual(await here());
  });

  test('is sent again when the bucket was down', async () => {
    await recorded();
    await seal();
    await aws.control(account, 'POST faults', {
      service: 's3',
      operation: 'PutObject',
      kind: 'error',
      code: 'InternalError',
      times: 1,
    });
    await expect(add(ticket('a'))).rejects.toMatchObject({ code: 'evidence-unreachable' });
    await add(ticket('a'));
    expect(eventsIn(await inBucket())).toEqual([ticket('a')]);
    expect(await verified()).toMatchObject({ ok: true, addenda: 1 });
  });

  test('is one version for each state, also when the reply to it was lost', async () => {
    await recorded();
    const lost = (file: string) =>
      aws.control(account, 'POST faults', {
        service: 's3',
        operation: 'PutObject',
        kind: 'lose-reply',
        match: { Key: `${journal.runId}/${file}` },
      });
    await lost('addenda.jsonl');
    await expect(seal()).rejects.toMatchObject({ code: 'evidence-unreachable' });
    await lost('manifest.json');
    await expect(seal()).rejects.toMatchObject({ code: 'evidence-unreachable' });
    await seal();
    await lost('addenda.jsonl');
    await expect(add(ticket('a'))).rejects.toMatchObject({ code: 'evidence-unreachable' });
    await add(ticket('a'));
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(Versions.map(({ Key = '' }) => Key.split('/').at(-1) ?? '').toSorted()).toEqual(
      [...(await inBucket()).keys(), 'addenda.jsonl'].toSorted(),
    );
    expect(eventsIn(await inBucket())).toEqual([ticket('a')]);
  });

  test('keeps its older states in the bucket, each locked', async () => {
    await recorded();
    await seal();
    await add(ticket('a'));
    const { Versions = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: `${journal.runId}/addenda.jsonl` }),
    );
    expect(Versions).toHaveLength(2);
  });
});

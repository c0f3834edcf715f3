import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { FiredrillError } from '../domain/errors.ts';
import type { Finding } from '../domain/finding.ts';
import { projectRemediation } from '../domain/remediation-chain.ts';
import type { RemediationBody, RemediationEntry, RemediationView } from '../domain/remediation.ts';
import type { RunProjection } from '../domain/run-projection.ts';
import { withStore } from './connect.ts';
import type { Store } from './connect.ts';
import type { StoreTables } from './tables.ts';

/**
 * Appends what happened to a finding, with its projection, in one transaction. The same entries again are success.
 *
 * @throws FiredrillError `remediation-conflict` when other content stands under a number, or the entry before is missing:
 *   the finding's workflow then goes on in a chain of its own
 * @throws StoreUnreachableError
 */
export async function appendRemediation(store: Store, entries: readonly RemediationEntry[]): Promise<void> {
  const [first] = entries;
  if (!first) return;
  await withStore(() =>
    store.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${first.fingerprint}, 2))`.execute(tx);
      const known = await chainOf(tx, first.fingerprint, first.chainId);
      const hashes = known.map(({ hash }) => hash.toString('hex'));
      const differs = entries.some(
        ({ number, hash }) => hashes[number - 1] !== undefined && hashes[number - 1] !== hash,
      );
      const fresh = entries.filter(({ number }) => number > known.length);
      const [next] = fresh;
      if (differs || (next !== undefined && next.number !== known.length + 1)) throw conflict(first);
      if (next === undefined) return;
      await tx.insertInto('remediation_event').values(fresh.map(rowOf)).execute();
      await project(tx, first, [...known.map(({ body }) => body), ...fresh.map(({ body }) => body)]);
    }),
  );
}

const chainOf = (db: Store | Transaction<StoreTables>, fingerprint: string, chainId: string) =>
  db
    .selectFrom('remediation_event')
    .select(['number', 'hash', 'body'])
    .where('fingerprint', '=', fingerprint)
    .where('chain_id', '=', chainId)
    .orderBy('number')
    .execute();

const rowOf = (entry: RemediationEntry) => ({
  fingerprint: entry.fingerprint,
  chain_id: entry.chainId,
  number: entry.number,
  prev: Buffer.from(entry.prev, 'hex'),
  hash: Buffer.from(entry.hash, 'hex'),
  body: entry.body,
});

async function project(
  tx: Transaction<StoreTables>,
  { fingerprint, chainId }: RemediationEntry,
  texts: readonly string[],
): Promise<void> {
  const view = projectRemediation(texts.map(bodyOf));
  if (view === undefined) return;
  const { finding, ticketRequest, state, raisedAtMs, ticket } = view;
  const values = {
    chain_id: chainId,
    service: finding.service,
    resource: finding.resource,
    tier: ticketRequest.tier,
    state,
    raised_at: new Date(raisedAtMs),
    ticket_key: ticket?.key ?? null,
    view: JSON.stringify(view),
  };
  await tx
    .insertInto('remediation')
    .values({ fingerprint, ...values })
    .onConflict((conflicting) => conflicting.column('fingerprint').doUpdateSet(values))
    .execute();
}

/** PostgreSQL's own types cannot hold NUL, so what is derived shows it as U+FFFD. */
const bodyOf = (text: string): RemediationBody =>
  JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value,
  ) as RemediationBody;

const conflict = ({ fingerprint, number }: RemediationEntry): FiredrillError =>
  new FiredrillError({
    code: 'remediation-conflict',
    kind: 'finding',
    what: `The store has something else than entry ${number} of the finding ${fingerprint}, or lacks what was before it.`,
    means:
      'The store was restored, or the workflow was reset. What is there stays; the finding goes on in a chain beside it.',
    next: 'Compare the chains: firedrill finding show ID --json',
  });

/** One finding in a list: what is known of it, and what became of it. */
export interface FindingLine {
  readonly fingerprint: string;
  readonly finding: Finding;
  readonly raisedAtMs: number;
  /** Absent while the finding's workflow has not been heard of: Temporal or the store were away. */
  readonly view?: RemediationView;
}

/**
 * Every distinct finding, the newest first: those that are followed, and those that runs raised and nobody follows yet.
 *
 * @param filter.open - only those that are not closed; an accepted risk is not closed
 * @throws StoreUnreachableError
 */
export async function listFindings(
  store: Store,
  filter: { readonly service?: string; readonly open?: boolean } = {},
): Promise<readonly FindingLine[]> {
  const [followed, raised] = await withStore(() =>
    Promise.all([
      store.selectFrom('remediation').select(['fingerprint', 'view']).execute(),
      store
        .selectFrom('finding')
        .distinctOn('fingerprint')
        .select(['fingerprint', 'body', 'raised_at'])
        .orderBy('fingerprint')
        .orderBy('raised_at', 'desc')
        .execute(),
    ]),
  );
  const known = new Set(followed.map(({ fingerprint }) => fingerprint));
  return [
    ...followed.map(({ fingerprint, view }): FindingLine => ({
      fingerprint,
      finding: view.finding,
      raisedAtMs: view.raisedAtMs,
      view,
    })),
    ...raised
      .filter(({ fingerprint }) => !known.has(fingerprint))
      .map(({ fingerprint, body, raised_at: raisedAt }): FindingLine => ({
        fingerprint,
        finding: body as Finding,
        raisedAtMs: raisedAt.getTime(),
      })),
  ]
    .filter(({ finding }) => filter.service === undefined || finding.service === filter.service)
    .filter(({ view }) => filter.open !== true || view?.state !== 'closed')
    .toSorted((one, other) => other.raisedAtMs - one.raisedAtMs);
}

/**
 * The findings that a person may mean: by fingerprint, its beginning, or the key of its ticket; also a key that it had before
 * somebody moved the ticket to another project, or deleted it.
 *
 * @throws StoreUnreachableError
 */
export async function findingsMeant(store: Store, id: string): Promise<readonly FindingLine[]> {
  const all = await listFindings(store);
  const meant = all.filter(
    ({ fingerprint, view }) =>
      (id.length >= 4 && fingerprint.startsWith(id.toLowerCase())) || view?.ticket?.key === id.toUpperCase(),
  );
  if (meant.length > 0 || !/^[a-z]\w+-\d+$/i.test(id)) return meant;
  const hadKey = await withStore(() =>
    store
      .selectFrom('remediation_event')
      .select('fingerprint')
      .distinct()
      // Quotes that somebody typed are escaped in a body, so this is a key and nothing that was said.
      .where(sql<boolean>`strpos(body, ${`"key":"${id.toUpperCase()}"`}) > 0`)
      .execute(),
  );
  return all.filter(({ fingerprint }) => hadKey.some((one) => one.fingerprint === fingerprint));
}

/**
 * Findings that wait for a second person's word, that they are remedied or that their risk is accepted; the newest first.
 *
 * @throws StoreUnreachableError
 */
export async function findingsToConfirm(store: Store): Promise<readonly RemediationView[]> {
  const rows = await withStore(() =>
    store
      .selectFrom('remediation')
      .select('view')
      .where('state', '<>', 'closed')
      .where(sql<boolean>`(view -> 'attestation' is not null or view -> 'acceptanceAsked' is not null)`)
      .orderBy('raised_at', 'desc')
      .execute(),
  );
  return rows.map(({ view }) => view);
}

/** Those of some findings that are followed, each as it is now. @throws StoreUnreachableError */
export const followedFindings = (
  store: Store,
  fingerprints: readonly string[],
): Promise<{ fingerprint: string; view: RemediationView }[]> =>
  fingerprints.length === 0
    ? Promise.resolve([])
    : withStore(() =>
        store
          .selectFrom('remediation')
          .select(['fingerprint', 'view'])
          .where('fingerprint', 'in', [...fingerprints])
          .execute(),
      );

/** What happened to a finding, oldest first, in the chain that is in force. @throws StoreUnreachableError */
export async function readRemediationEvents(store: Store, fingerprint: string): Promise<readonly RemediationBody[]> {
  const row = await withStore(() =>
    store.selectFrom('remediation').select('chain_id').where('fingerprint', '=', fingerprint).executeTakeFirst(),
  );
  if (row === undefined) return [];
  const rows = await withStore(() => chainOf(store, fingerprint, row.chain_id));
  return rows.map(({ body }) => bodyOf(body));
}

/**
 * The newest runs of a subject that are over and were begun after a moment, newest first: what may prove a finding.
 *
 * @throws StoreUnreachableError
 */
export async function finishedRunsSince(
  store: Store,
  subject: { readonly runbook: string; readonly service: string; readonly resource: string },
  sinceMs: number,
): Promise<readonly RunProjection[]> {
  const rows = await withStore(() =>
    store
      .selectFrom('run')
      .select('projection')
      .where('runbook', '=', subject.runbook)
      .where('service', '=', subject.service)
      .where('resource', '=', subject.resource)
      .where('verdict', 'is not', null)
      .where('opened_at', '>', new Date(sinceMs))
      .orderBy('opened_at', 'desc')
      .limit(5)
      .execute(),
  );
  return rows.map(({ projection }) => projection);
}

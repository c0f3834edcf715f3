import { sql } from 'kysely';
import type { Mode, RunbookName } from '../domain/modes.ts';
import type { PastRun } from '../domain/obligation.ts';
import type { Verdict } from '../domain/verdict.ts';
import { withStore } from './connect.ts';
import type { Store } from './connect.ts';

/** Runs of some services that were opened in `[fromMs, toMs)`, milliseconds UTC. @throws StoreUnreachableError */
export async function readRunsBetween(
  store: Store,
  services: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<readonly PastRun[]> {
  if (services.length === 0) return [];
  const comparable = sql<boolean | null>`(projection -> 'judged' ->> 'comparable')::boolean`;
  const rows = await withStore(() =>
    store
      .selectFrom('run')
      .select(['run_id', 'runbook', 'service', 'resource', 'mode', 'simulated', 'opened_at', 'verdict'])
      .select(comparable.as('comparable'))
      .where('service', 'in', [...services])
      .where('opened_at', '>=', new Date(fromMs))
      .where('opened_at', '<', new Date(toMs))
      .execute(),
  );
  return rows.map((row) => ({
    runId: row.run_id,
    runbook: row.runbook as RunbookName,
    service: row.service,
    resource: row.resource,
    mode: row.mode as Mode,
    simulated: row.simulated,
    openedAtMs: row.opened_at.getTime(),
    ...(row.verdict === null ? {} : { verdict: row.verdict as Verdict }),
    ...(row.comparable === null ? {} : { comparable: row.comparable }),
  }));
}

/** The ticket of a gap. */
export interface TicketLine {
  /** Of the gap. */
  readonly fingerprint: string;
  readonly key: string;
  readonly url: string;
  readonly title: string;
  readonly service: string;
  /** The day until which an open gap is to be remedied; unknown while nobody follows it. */
  readonly dueDate?: string;
  /** The day until which its risk is accepted. */
  readonly acceptedUntil?: string;
}

/**
 * The tickets of the gaps of some services that are not proved remedied, each once, the newest first: those that runs filed, and
 * those of gaps that people reported, which have no run.
 *
 * @throws StoreUnreachableError
 */
export async function readTicketsOf(store: Store, services: readonly string[]): Promise<readonly TicketLine[]> {
  if (services.length === 0) return [];
  const [ofRuns, followed] = await withStore(() =>
    Promise.all([
      store
        .selectFrom('ticket')
        .innerJoin('finding', (join) =>
          join.onRef('finding.fingerprint', '=', 'ticket.fingerprint').onRef('finding.run_id', '=', 'ticket.run_id'),
        )
        .leftJoin('remediation', 'remediation.fingerprint', 'ticket.fingerprint')
        .distinctOn('ticket.key')
        .select([
          'ticket.fingerprint',
          'ticket.key',
          'ticket.url',
          'ticket.filed_at',
          'finding.title',
          'finding.service',
          'remediation.view',
        ])
        .where('finding.service', 'in', [...services])
        .where(sql<boolean>`remediation.state is distinct from 'closed'`)
        .orderBy('ticket.key')
        .orderBy('ticket.filed_at', 'desc')
        .execute(),
      store
        .selectFrom('remediation')
        .select('view')
        .where('service', 'in', [...services])
        .where('state', '<>', 'closed')
        .where('ticket_key', 'is not', null)
        .execute(),
    ]),
  );
  const known = new Set(ofRuns.map(({ key }) => key));
  const reported = followed.flatMap(({ view }) => {
    const { finding, ticket, raisedAtMs } = view;
    return ticket === undefined || known.has(ticket.key)
      ? []
      : [
          {
            view,
            atMs: raisedAtMs,
            fingerprint: finding.fingerprint,
            key: ticket.key,
            url: ticket.url,
            title: finding.title,
            service: finding.service,
          },
        ];
  });
  return [...ofRuns.map(({ filed_at: filedAt, ...line }) => ({ ...line, atMs: filedAt.getTime() })), ...reported]
    .toSorted((one, other) => other.atMs - one.atMs)
    .map(({ fingerprint, key, url, title, service, view }) => ({
      fingerprint,
      key,
      url,
      title,
      service,
      ...(view?.state === 'open' ? { dueDate: view.ticketRequest.dueDate } : {}),
      ...(view?.acceptance === undefined ? {} : { acceptedUntil: view.acceptance.until }),
    }));
}

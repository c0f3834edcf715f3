import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { parse, stringify } from 'yaml';
import type { RemediationActivities } from '../../activities/record/remediation.ts';
import { makeFinding } from '../../domain/fingerprint.ts';
import type { Finding } from '../../domain/finding.ts';
import type { JournalBody } from '../../domain/journal-entry.ts';
import type { TicketRequest } from '../../domain/notice.ts';
import { projectRun } from '../../domain/run-projection.ts';
import { weekdays } from '../../domain/test-window.ts';
import { listFindings, readRemediationEvents } from '../../store/remediations.ts';
import type { FindingLine } from '../../store/remediations.ts';
import { exampleTicket } from '../../views/example-notices.ts';
import { createTicketCalls } from '../../worker/ticket-calls.ts';
import { remediationWorkflowId } from '../../workflows/messages.ts';
import { passedJournal } from '../fixtures/journals.ts';
import { jira, until } from './outside.ts';
import type { World, WorldOptions } from './world.ts';

export const attested = { kind: 'attested', sentence: 'The minutes of the next exercise show it.' } as const;
const recheck = { kind: 'recheck', check: 'rpo', sentence: 'A new restore test whose RPO is met.' } as const;

const minuteMs = 60_000;

/** The catalog with one window for jira-cloud, of half an hour. @param opensMs - to the minute, which the window's clock shows in UTC */
export function withTestWindow(opensMs: number): (text: string) => string {
  const [from, to] = [opensMs, opensMs + 30 * minuteMs].map((atMs) => new Date(atMs).toISOString().slice(11, 16));
  return withTestWindows([{ days: [weekdays[new Date(opensMs).getUTCDay()]], from, to, timeZone: 'UTC' }]);
}

/** The catalog with these windows for jira-cloud. */
export const withTestWindows =
  (testWindows: readonly object[]) =>
  (text: string): string => {
    const catalog = parse(text) as { services: Record<string, object> };
    const jira = { ...catalog.services['jira-cloud'], testWindows };
    return stringify({ ...catalog, services: { ...catalog.services, 'jira-cloud': jira } });
  };

/** When a window has opened that is open, and opens again in a week; to the minute. */
export const openSinceMs = (): number => Math.floor(Date.now() / minuteMs - 1) * minuteMs;

/**
 * Re-tests that are started without anybody hearing of it, as when everything is away for two minutes.
 *
 * @param unheard - databases of which the next one is; each is taken out when that has happened
 */
export const startsUnheard =
  (unheard: Set<string>): NonNullable<WorldOptions['activities']> =>
  (queue, real) => {
    if (queue !== 'record') return real;
    const record = real as RemediationActivities;
    return {
      ...record,
      startRetest: async (wanted: Parameters<RemediationActivities['startRetest']>[0]) => {
        await record.startRetest(wanted);
        if (!unheard.delete(wanted.resource)) return;
        const facts = {
          code: 'no-answer',
          kind: 'programme',
          what: 'Nobody finished it in time.',
          means: '',
          next: '',
        };
        throw ApplicationFailure.nonRetryable(facts.what, facts.code, facts);
      },
    };
  };

export interface Ticket {
  readonly key: string;
  readonly status: string;
  readonly assignee: string | null;
  readonly comments: readonly { readonly body: unknown }[];
  readonly properties: { readonly firedrill?: { readonly fingerprint?: string } };
}
/** Raises gaps as runs do, and looks at what becomes of them in Jira and in the store. @param world - once it is there */
export function remedying(world: () => World) {
  /** A run has met a gap, and its delivery asks for a ticket. */
  async function raise(change: Partial<Finding> = {}, ticket: Partial<TicketRequest> = {}): Promise<Finding> {
    const { fingerprint: _own, ...facts } = {
      ...makeFinding({
        service: 'jira-cloud',
        resource: 'issues-db',
        check: 'rpo',
        cause: randomUUID(),
        severity: 'high',
        title: 'newest data was 3 h old',
        found: 'It was 3 h old.',
        matters: 'The target is 1 h.',
        lookFirst: 'At the snapshots.',
        proof: recheck,
        runId: 'restore-test/jira-cloud/issues-db/2026Q4',
      }),
      ...change,
    };
    const finding = makeFinding(facts);
    await order(finding, ticket);
    return finding;
  }

  const order = (finding: Finding, ticket: Partial<TicketRequest> = {}): Promise<void> =>
    createTicketCalls(world().temporal, world().config.taskQueuePrefix).orderTicket({
      finding,
      ticket: { ...exampleTicket, ...ticket },
      simulated: true,
      replyTo: `nobody-${finding.runId}`,
      filedBefore: false,
    });

  const ticketsOf = async ({ fingerprint }: Finding): Promise<readonly Ticket[]> =>
    ((await jira(world(), 'GET', 'issues')) as { issues: Ticket[] }).issues.filter(
      ({ properties }) => properties.firedrill?.fingerprint === fingerprint,
    );
  const lineOf = async ({ fingerprint }: Finding): Promise<FindingLine | undefined> =>
    (await listFindings(world().store)).find((line) => line.fingerprint === fingerprint);
  const untilIs = async (finding: Finding, so: (line: FindingLine) => boolean, what: string): Promise<void> =>
    await until(async () => {
      const line = await lineOf(finding);
      return line !== undefined && so(line);
    }, `the finding is ${what}`);
  const untilFiled = async (finding: Finding): Promise<string> => {
    await untilIs(finding, ({ view }) => view?.ticket?.status !== undefined, 'filed and looked at');
    return (await lineOf(finding))?.view?.ticket?.key ?? '';
  };
  const someone = async (): Promise<string> => {
    const { users } = (await jira(world(), 'GET', 'site')) as { users: { accountId: string }[] };
    return users.at(-1)?.accountId ?? '';
  };
  const closeByHand = async (key: string): Promise<unknown> =>
    await jira(world(), 'POST', 'act', { issue: key, as: await someone(), transitionTo: 'Done' });
  const commentsOf = (ticket: Ticket | undefined): string => JSON.stringify(ticket?.comments ?? []);
  const typesOf = async ({ fingerprint }: Finding): Promise<readonly string[]> =>
    (await readRemediationEvents(world().store, fingerprint)).map(({ event }) => event.type);
  const handleOf = ({ fingerprint }: Finding) =>
    world().temporal.workflow.getHandle(remediationWorkflowId(world().config.taskQueuePrefix, fingerprint));
  const untilOver = (finding: Finding): Promise<void> =>
    until(async () => (await handleOf(finding).describe()).status.name === 'COMPLETED', 'its workflow is over');

  /** A restore test of the example database that passed, as the store shows it. */
  async function runPassed(runId: string): Promise<void> {
    const run = projectRun(passedJournal().entries.map(({ body }) => JSON.parse(body) as JournalBody));
    const openedAtMs = Date.now();
    const projection = { ...run, runId, openedAtMs, findings: [] };
    await world()
      .store.insertInto('run')
      .values({
        run_id: runId,
        execution_id: run.executionId,
        runbook: run.runbook,
        mode: run.mode,
        service: run.service,
        resource: run.resource,
        tier: run.tier,
        simulated: true,
        initiator: run.initiator,
        catalog_hash: run.catalogHash,
        opened_at: new Date(openedAtMs),
        state: run.state,
        verdict: run.judged?.verdict ?? null,
        head_number: run.number,
        head_hash: '',
        projection: JSON.stringify(projection),
      })
      .execute();
  }

  return {
    raise,
    order,
    ticketsOf,
    lineOf,
    untilIs,
    untilFiled,
    someone,
    closeByHand,
    commentsOf,
    typesOf,
    handleOf,
    untilOver,
    runPassed,
  };
}

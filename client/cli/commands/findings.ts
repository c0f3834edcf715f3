import type { Command } from 'commander';
import { FiredrillError } from '../../../domain/errors.ts';
import { findingsMeant, listFindings, readRemediationEvents } from '../../../store/remediations.ts';
import type { FindingLine } from '../../../store/remediations.ts';
import type { Store } from '../../../store/connect.ts';
import { findingLines, findingPage } from '../../../views/terminal/finding-lines.ts';
import { openStoreOf } from '../access.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';

interface FindingsOptions extends CommonOptions {
  readonly service?: string;
  readonly open?: boolean;
}

/** `firedrill findings`: every gap that was found, and what became of it. */
export function findingsCommand(act: Act): Command {
  return newCommand('findings', 'Every gap that was found, its ticket, and what became of it.', [
    'firedrill findings --open',
    'firedrill findings --service jira-cloud --json',
  ])
    .option('--service <service>', 'of one service')
    .option('--open', 'only those that are not closed; an accepted risk is not closed')
    .action((options: FindingsOptions) =>
      act(options, async ({ terminal, answer }) => {
        const store = openStoreOf(settingsOf(terminal, options).config);
        try {
          const { service, open = false } = options;
          const rows = await listFindings(store, { open, ...(service === undefined ? {} : { service }) });
          const size = { columns: terminal.columns(), paint: terminal.paint, nowMs: Date.now() };
          answer({ findings: rows.map(asJson) }, findingLines(rows, size));
          return exitCodes.done;
        } finally {
          await store.destroy();
        }
      }),
    );
}

/** `firedrill finding show ID`: one gap, and everything that happened to it. */
export function showFindingCommand(act: Act): Command {
  return newCommand('show', 'One finding, and everything that happened to it.', ['firedrill finding show DR-12'])
    .argument('<id>', 'fingerprint, its beginning, or the key of its ticket')
    .action((id: string, options: CommonOptions) =>
      act(options, async ({ terminal, answer }) => {
        const store = openStoreOf(settingsOf(terminal, options).config);
        try {
          const row = await findingOf(store, id);
          const events = await readRemediationEvents(store, row.fingerprint);
          answer(
            { ...asJson(row), events: events.map(({ number, atMs, event }) => ({ number, atMs, ...event })) },
            findingPage(row, events, { columns: terminal.columns(), paint: terminal.paint, nowMs: Date.now() }),
          );
          return exitCodes.done;
        } finally {
          await store.destroy();
        }
      }),
    );
}

/** The finding that a person means. @throws FiredrillError `unknown-finding`, `ambiguous-finding` */
export async function findingOf(store: Store, id: string): Promise<FindingLine> {
  const meant = await findingsMeant(store, id);
  const [one, other] = meant;
  if (one !== undefined && other === undefined) return one;
  throw new FiredrillError({
    code: one === undefined ? 'unknown-finding' : 'ambiguous-finding',
    kind: 'input',
    what: one === undefined ? `There is no finding ${id}.` : `${id} could be any of ${meant.length} findings.`,
    means: 'Nothing was done.',
    next: 'See what there is: firedrill findings',
  });
}

const asJson = ({ fingerprint, finding, raisedAtMs, view }: FindingLine) => ({
  id: fingerprint,
  service: finding.service,
  resource: finding.resource,
  check: finding.check,
  cause: finding.cause,
  severity: finding.severity,
  title: finding.title,
  proof: finding.proof,
  runId: finding.runId,
  raisedAtMs,
  state: view?.state ?? 'open',
  followed: view !== undefined,
  ...(view === undefined
    ? {}
    : {
        simulated: view.simulated,
        tier: view.ticketRequest.tier,
        dueDate: view.ticketRequest.dueDate,
        timesMet: view.timesMet,
        reopened: view.reopened,
        ticket: view.ticket ?? null,
        ...(view.called === undefined ? {} : { called: view.called }),
        ...(view.acceptanceAsked === undefined ? {} : { acceptanceAsked: view.acceptanceAsked }),
        ...(view.acceptance === undefined ? {} : { acceptance: view.acceptance }),
        ...(view.attestation === undefined ? {} : { attestation: view.attestation }),
        ...(view.retestPlanned === undefined ? {} : { retestPlanned: view.retestPlanned }),
        ...(view.retest === undefined ? {} : { retest: view.retest }),
        ...(view.rechecked === undefined ? {} : { rechecked: view.rechecked }),
        ...(view.closed === undefined ? {} : { closed: view.closed }),
      }),
});

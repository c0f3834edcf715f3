import { offersOf } from '../domain/finding-acts.ts';
import type { FindingOffer } from '../domain/finding-acts.ts';
import { acceptanceReasons, planText, shortOf } from '../domain/finding-words.ts';
import type { Finding } from '../domain/finding.ts';
import type { RemediationView } from '../domain/remediation.ts';

/** How a closed finding was proved. */
const proved: Readonly<Record<Finding['proof']['kind'], string>> = {
  recheck: 'closed, proved by a run',
  attested: 'closed, two people said so',
};

/** `open`, `accepted until 2027-01-31`, `closed, proved by a run`, `open, ticket pending`. */
export function stateOf(view: RemediationView | undefined): string {
  if (view === undefined) return 'not followed yet';
  switch (view.state) {
    case 'open':
      return view.ticket === undefined ? 'open, ticket pending' : 'open';
    case 'accepted':
      return `accepted until ${view.acceptance?.until ?? ''}`;
    case 'closed':
      if (view.closed === undefined) return 'closed';
      return view.closed.how === 'recheck' && view.closed.runId === undefined
        ? 'closed, proved'
        : proved[view.closed.how];
  }
}

/** The command that shows a finding. @param key - of its ticket, once there is one */
export const showCommand = (fingerprint: string, key?: string): string =>
  `firedrill finding show ${key ?? shortOf(fingerprint)}`;

/** After the end of a day, in UTC. */
export const isPast = (day: string, nowMs: number): boolean => Date.parse(day) + 86_400_000 <= nowMs;

/** Open after the last day of its due date. */
export const isOverdue = (view: RemediationView | undefined, nowMs: number): boolean =>
  view?.state === 'open' && isPast(view.ticketRequest.dueDate, nowMs);

/** One line about what people or runs have said of a finding. */
export interface Said {
  readonly name: string;
  readonly text: string;
  /** An address to look at, or the run behind it. */
  readonly address?: string;
  readonly runId?: string;
}

/** What people have said about it, and what runs have; whose word it waits for. */
export function saidOf({
  attestation,
  acceptanceAsked: asked,
  acceptance,
  retest,
  retestPlanned,
  rechecked,
  closed,
}: RemediationView): readonly Said[] {
  const open = closed === undefined;
  return [
    ...(open ? [] : [{ name: 'Closed', text: closed.sentence }]),
    ...(acceptance === undefined
      ? []
      : [
          {
            name: 'Accepted',
            text: `by ${acceptance.by.map(({ personName }) => personName).join(' and ')}: ${acceptanceReasons(acceptance)}`,
          },
        ]),
    ...(asked === undefined
      ? []
      : [
          {
            name: 'Waits for a second person',
            text: `${asked.by.personName} would accept the risk until ${asked.until}: ${asked.reason}`,
          },
        ]),
    ...(attestation !== undefined && open
      ? [
          {
            name: 'Waits for a second person',
            text: `${attestation.by.personName} says that it is remedied:`,
            address: attestation.evidence,
          },
        ]
      : []),
    ...(retestPlanned === undefined
      ? []
      : [{ name: retestPlanned.live ? 'Live re-test' : 'Tested again', text: planText(retestPlanned) }]),
    ...(retest === undefined ? [] : [{ name: 'Tested again', text: 'by', runId: retest.runId }]),
    ...(rechecked !== undefined && open
      ? [{ name: 'Not proved', text: rechecked.sentence, runId: rechecked.runId }]
      : []),
  ];
}

/** What can be done about it now, as commands; nothing of a finding that is closed or not followed. */
export function commandsOf(view: RemediationView | undefined): readonly string[] {
  if (view === undefined) return [];
  const id = view.ticket?.key ?? shortOf(view.finding.fingerprint);
  const commandOf = (offer: FindingOffer): string => {
    switch (offer.kind) {
      case 'retest':
        return `firedrill finding retest ${id}`;
      case 'attest':
        return `firedrill finding attest ${id} --evidence URL`;
      case 'accept-risk':
        return `firedrill finding accept ${id} --until ${offer.until ?? 'DAY'} --reason TEXT`;
    }
  };
  return offersOf(view).map(commandOf);
}

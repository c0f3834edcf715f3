import { formatDurationMs } from '../../domain/duration-text.ts';
import { openingText } from '../../domain/finding-words.ts';
import type { Finding } from '../../domain/finding.ts';
import type { RemediationEvent, RemediationView } from '../../domain/remediation.ts';
import { isOverdue, stateOf } from '../finding-state.ts';
import { counted, subjectOf } from '../text.ts';
import { cutTo, padTo } from './paint.ts';
import type { Paint } from './paint.ts';

/** A finding in a list; without a view nobody follows it yet. */
export interface FindingRow {
  readonly finding: Finding;
  readonly raisedAtMs: number;
  readonly view?: RemediationView;
}

const shownOf = (fingerprint: string): string => fingerprint.slice(0, 10);

/** Findings as a table, one line each and its title below. */
export function findingLines(
  rows: readonly FindingRow[],
  { columns, paint, nowMs }: { readonly columns: number; readonly paint: Paint; readonly nowMs: number },
): string {
  if (rows.length === 0) return 'No findings.';
  return rows
    .flatMap(({ finding, raisedAtMs, view }) => {
      const overdue = isOverdue(view, nowMs);
      const mark = view?.state === 'closed' ? paint.good('✔') : view?.state === 'accepted' ? '–' : paint.bad('✖');
      const facts = [
        shownOf(finding.fingerprint),
        padTo(view?.ticket?.key ?? '–', 8),
        padTo(stateOf(view), 22),
        padTo(subjectOf(finding), 28),
        padTo(formatDurationMs((view?.closed?.atMs ?? nowMs) - raisedAtMs), 10),
        view === undefined || view.state !== 'open'
          ? ''
          : `${overdue ? paint.bad('OVERDUE, ') : ''}due ${view.ticketRequest.dueDate}`,
        view?.simulated === true ? 'SIMULATED' : '',
      ];
      return [
        `${mark} ${facts.filter((fact) => fact !== '').join('  ')}`.trimEnd(),
        `    ${cutTo(finding.title, columns - 5)}`,
      ];
    })
    .join('\n');
}

/** Everything about one finding. */
export function findingPage(
  row: FindingRow,
  events: readonly { readonly atMs: number; readonly event: RemediationEvent }[],
  { paint, nowMs }: { readonly paint: Paint; readonly nowMs: number },
): string {
  const { finding, view } = row;
  const line = (name: string, text: string | undefined): readonly string[] =>
    text === undefined || text === '' ? [] : [`  ${padTo(name, 10)}${text}`];
  return [
    `${view?.simulated === true ? 'SIMULATED  ' : ''}${paint.bold(`${subjectOf(finding)}: ${finding.title}`)}`,
    ...line('State', `${stateOf(view)}${isOverdue(view, nowMs) ? ', OVERDUE' : ''}`),
    ...line(
      'Ticket',
      view?.ticket === undefined ? 'none yet' : `${view.ticket.key}  ${view.ticket.url}  ${view.ticket.status ?? ''}`,
    ),
    ...line(
      'Age',
      `${formatDurationMs((view?.closed?.atMs ?? nowMs) - row.raisedAtMs)}, met ${counted(view?.timesMet ?? 1, 'time')}`,
    ),
    ...line('Due', view === undefined ? undefined : `${view.ticketRequest.dueDate} (tier ${view.ticketRequest.tier})`),
    ...line('Re-test', view?.retestPlanned && `by itself ${openingText(view.retestPlanned)}`),
    ...line('Found', finding.found),
    ...line('Matters', finding.matters),
    ...line('Look', finding.lookFirst),
    ...line('Proof', `${finding.proof.kind}: ${finding.proof.sentence}`),
    ...line('Run', finding.runId),
    ...line('Id', finding.fingerprint),
    ...(events.length === 0 ? [] : ['', paint.bold('What happened')]),
    ...events.map(({ atMs, event }) => `  ${new Date(atMs).toISOString().slice(0, 19)}Z  ${eventText(event)}`),
  ].join('\n');
}

/** One event in words; a new kind of event stops the build here. */
export function eventText(event: RemediationEvent): string {
  switch (event.type) {
    case 'raised':
      return `raised by ${event.finding.runId}`;
    case 'recurred':
      return `met again by ${event.finding.runId}`;
    case 'ticket-filed':
      return event.outcome === 'created' ? `ticket ${event.key} filed` : `told on ${event.key}, which was there`;
    case 'ticket-moved':
      return `${event.key} is "${event.status}"`;
    case 'ticket-gone':
      return `${event.key} was deleted, or moved out of sight; a new one is filed`;
    case 'owner-unknown':
      return `Jira knows nobody by ${event.email}: assigned to nobody, and a finding of its own`;
    case 'reopened':
      return `${event.key} was closed by hand, and opened again: ${event.reason}`;
    case 'not-moved':
      return `${event.key} could not be moved: ${event.why}`;
    case 'called':
      return event.level === 'champion' ? 'champion reminded' : `${event.level} called for help`;
    case 'rechecked':
      return `not proved: ${event.sentence}`;
    case 'retest-started':
      return `re-test ${event.runId} started ${event.askedBy === undefined ? 'by itself' : `for ${event.askedBy.personName}`}`;
    case 'retest-planned':
      return `a re-test starts by itself ${openingText(event)}`;
    case 'retest-not-started':
      return `no re-test was started: ${event.text}`;
    case 'attested':
      return `${event.by.personName} attests: ${event.evidence}${event.comment === undefined ? '' : ` (${event.comment})`}`;
    case 'acceptance-asked':
      return `${event.by.personName} would accept the risk until ${event.until}: ${event.reason}`;
    case 'risk-accepted':
      return `risk accepted until ${event.until} by ${event.by.map(({ personName }) => personName).join(' and ')}: ${event.reason}`;
    case 'acceptance-ended':
      return `the acceptance ended on ${event.until}; open again`;
    case 'act-refused':
      return `${event.kind} by ${event.personId} did not count (${event.code})`;
    case 'closed':
      return `closed (${event.how}): ${event.sentence}`;
    case 'resumed':
      return 'goes on here: the store has another history of it, which stays';
  }
}

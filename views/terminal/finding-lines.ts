import { formatDurationMs } from '../../domain/duration-text.ts';
import { acceptanceReasons, metBy, planText, shortOf } from '../../domain/finding-words.ts';
import type { Finding } from '../../domain/finding.ts';
import type { RemediationEvent, RemediationView } from '../../domain/remediation.ts';
import { commandsOf, isOverdue, saidOf, stateOf } from '../finding-state.ts';
import type { Said } from '../finding-state.ts';
import { subjectOf, times } from '../text.ts';
import { cutTo, padTo, widthOf, wrapTo } from './paint.ts';
import type { Paint } from './paint.ts';

/** A finding in a list; without a view nobody follows it yet. */
export interface FindingRow {
  readonly finding: Finding;
  readonly raisedAtMs: number;
  readonly view?: RemediationView;
}

/** Findings as a table: what is needed to choose one in a line, its title below, and the rest there, too, where the terminal is narrow. */
export function findingLines(
  rows: readonly FindingRow[],
  { columns, paint, nowMs }: { readonly columns: number; readonly paint: Paint; readonly nowMs: number },
): string {
  if (rows.length === 0) return 'No findings.';
  return rows
    .flatMap(({ finding, raisedAtMs, view }) => {
      const mark = view?.state === 'closed' ? paint.good('✔') : view?.state === 'accepted' ? '–' : paint.bad('✖');
      const head = `${mark} ${[
        shortOf(finding.fingerprint),
        padTo(view?.ticket?.key ?? '–', 8),
        padTo(stateOf(view), 26),
        subjectOf(finding),
      ].join('  ')}`;
      const more = [
        formatDurationMs((view?.closed?.atMs ?? nowMs) - raisedAtMs),
        view === undefined || view.state !== 'open'
          ? ''
          : `${isOverdue(view, nowMs) ? paint.bad('OVERDUE, ') : ''}due ${view.ticketRequest.dueDate}`,
        view?.simulated === true ? 'SIMULATED' : '',
      ].filter((fact) => fact !== '');
      const line = [padTo(head, 80), padTo(more[0] ?? '', 10), ...more.slice(1)].join('  ').trimEnd();
      const title = `    ${cutTo(finding.title, columns - 5)}`;
      return widthOf(line) <= columns ? [line, title] : [head, title, `    ${more.join(' · ')}`];
    })
    .join('\n');
}

const lead = 13;

/** Everything about one finding, in lines of at most `columns` where words allow it. */
export function findingPage(
  row: FindingRow,
  events: readonly { readonly atMs: number; readonly event: RemediationEvent }[],
  { columns, paint, nowMs }: { readonly columns: number; readonly paint: Paint; readonly nowMs: number },
): string {
  const { finding, view } = row;
  const width = Math.max(40, columns);
  /** A name before the first of its lines. */
  const hung = (name: string, indent: number, text: string): readonly string[] =>
    wrapTo(text, width - indent).map((part, index) =>
      index === 0 ? `  ${padTo(name, indent - 2)}${part}` : ' '.repeat(indent) + part,
    );
  const line = (name: string, text: string | undefined): readonly string[] =>
    text === undefined ? [] : hung(name, lead, text);
  const title = `${view?.simulated === true ? 'SIMULATED  ' : ''}${subjectOf(finding)}: ${finding.title}`;
  return [
    ...wrapTo(title, width).map((part) => paint.bold(part)),
    ...line('State', `${stateOf(view)}${isOverdue(view, nowMs) ? ', OVERDUE' : ''}`),
    ...line('Ticket', view?.ticket === undefined ? 'none yet' : ticketText(view.ticket)),
    ...line(
      'Age',
      `${formatDurationMs((view?.closed?.atMs ?? nowMs) - row.raisedAtMs)}, met ${times(view?.timesMet ?? 1)}`,
    ),
    ...line('Due', view === undefined ? undefined : `${view.ticketRequest.dueDate} (tier ${view.ticketRequest.tier})`),
    ...line('Found', finding.found),
    ...line('Matters', finding.matters),
    ...line('Look', finding.lookFirst),
    ...line('Closes it', `${finding.proof.sentence} ${whoCloses[finding.proof.kind]}`),
    ...(view === undefined ? [] : saidOf(view).flatMap((said) => line('Now', saidText(said)))),
    ...commandsOf(view).flatMap((command, index) => line(index === 0 ? 'Next' : '', command)),
    ...line('Met by', metBy(finding.runId)),
    ...line('Id', finding.fingerprint),
    ...(events.length === 0 ? [] : ['', paint.bold('What happened')]),
    ...events.flatMap(({ atMs, event }) => hung(`${new Date(atMs).toISOString().slice(0, 19)}Z`, 24, eventText(event))),
  ].join('\n');
}

const ticketText = ({ key, url, status = '' }: NonNullable<RemediationView['ticket']>): string =>
  `${key}  ${url}  ${status}`;

const whoCloses: Readonly<Record<Finding['proof']['kind'], string>> = {
  recheck: '(firedrill finds it; nobody’s word does.)',
  attested: '(Two people say so, each with a link.)',
};

const saidText = ({ name, text, address, runId }: Said): string =>
  [`${name}:`, text, address, runId].filter((part) => part !== undefined).join(' ');

/** One event in words; a new kind of event stops the build here. */
export function eventText(event: RemediationEvent): string {
  switch (event.type) {
    case 'raised':
      return `raised by ${metBy(event.finding.runId)}`;
    case 'recurred':
      return `met again by ${metBy(event.finding.runId)}`;
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
      return `${event.key} was not moved: ${event.why}`;
    case 'duplicate-closed':
      return `${event.key} was a second ticket of the same gap, and was closed`;
    case 'called':
      return event.level === 'champion' ? 'champion reminded' : `${event.level} called for help`;
    case 'rechecked':
      return `not proved: ${event.sentence}`;
    case 'retest-started':
      return `re-test ${event.runId} started ${event.askedBy === undefined ? 'by itself' : `for ${event.askedBy.personName}`}`;
    case 'retest-planned':
      return event.live ? `a live re-test is ${planText(event)}` : `a re-test starts ${planText(event)}`;
    case 'retest-not-started':
      return `no re-test was started: ${event.text}`;
    case 'attested':
      return `${event.by.personName} attests: ${event.evidence}${event.comment === undefined ? '' : ` (${event.comment})`}`;
    case 'acceptance-asked':
      return `${event.by.personName} would accept the risk until ${event.until}: ${event.reason}`;
    case 'risk-accepted':
      return `risk accepted until ${event.until} by ${event.by.map(({ personName }) => personName).join(' and ')}: ${acceptanceReasons(event)}`;
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

import { formatDurationMs } from '../../domain/duration-text.ts';
import type { PreflightResult } from '../../domain/journal-entry.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import type { SettingDifference } from '../../domain/recovery.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { previewFacts } from '../preview-facts.ts';
import { code, facts, none, section, table, tag, took } from './parts.ts';
import { tookText } from '../took.ts';
import { checkTag, clock, stamp } from './words.ts';
import type { Tag } from './words.ts';

const preflightTags: Readonly<Record<PreflightResult['outcome'], Tag>> = {
  ok: { text: '✔ ok', tone: 'good' },
  refused: { text: '✖ refused', tone: 'bad' },
  unknown: { text: '– could not be looked at', tone: 'bad' },
};

export const preflightSection = (run: RunProjection): Html =>
  section(
    'preflight',
    'Preflight',
    run.preflight.length === 0
      ? none('Preflight was not reached.')
      : table(
          ['Condition', 'Result', 'What was seen'],
          run.preflight.map((one) => [one.name, tag(preflightTags[one.outcome]), one.detail]),
        ),
  );

/** What a rehearsal found the rest would do; nothing for a run that really did it. */
export const previewSection = ({ preview }: RunProjection): Html =>
  preview === undefined
    ? html``
    : section(
        'preview',
        'What the run would have done',
        html`<p>A rehearsal: everything up to here was really looked at, and nothing of this was done.</p>`,
        facts(previewFacts(preview).map(({ name, text }) => [name, text] as const)),
      );

export function recoveryPointSection({ recoveryPoint }: RunProjection): Html {
  if (recoveryPoint === undefined) return section('point', 'Recovery point', none('No recovery point was chosen.'));
  const { choice, point, requestedMs } = recoveryPoint;
  return section(
    'point',
    'Recovery point',
    html`<p>Only what was recoverable at T0 could be chosen.</p>`,
    facts([
      ['Asked for', requestedMs === undefined ? choice : `${choice}: ${stamp(requestedMs)}`],
      ...(point.method === 'snapshot'
        ? ([
            ['Method', point.automated ? 'automated snapshot' : 'manual snapshot'],
            ['Snapshot', code(point.snapshotId)],
            ['Data from', stamp(point.dataAtMs)],
          ] as const)
        : ([
            ['Method', 'point in time, by an explicit RestoreTime'],
            ['RestoreTime', stamp(point.restoreTimeMs)],
            ['LatestRestorableTime at T0', stamp(point.latestRestorableTimeMs)],
          ] as const)),
    ]),
  );
}

export const checksSection = (run: RunProjection): Html =>
  section(
    'checks',
    'Checks on the restored data',
    run.checks.length === 0
      ? none('No check ran: nothing was validated.')
      : table(
          ['Check', 'Outcome', 'Found', 'Expected', 'Took'],
          run.checks.map((check) => [
            html`${check.name} <small>${check.kind}${check.required ? '' : ', not required'}</small>`,
            tag(checkTag(check.outcome)),
            check.found,
            check.expected,
            took(check.finishedAtMs - check.startedAtMs),
          ]),
        ),
  );

/** What the data itself said about how recent it was. */
export function sentinelSection({ sentinel }: RunProjection): Html {
  const title = 'How recent the data was';
  if (sentinel === undefined) return section('sentinel', title, none('The restored data was not asked for its age.'));
  const { reading, writer, notMeasuredReason } = sentinel;
  const found =
    reading && (reading.counter === undefined ? reading.source : `${reading.source} no. ${reading.counter}`);
  return section(
    'sentinel',
    title,
    notMeasuredReason !== undefined && html`<p><strong>Not measured:</strong> ${notMeasuredReason}.</p>`,
    facts([
      ['Newest found', found],
      ['Its time in the database', reading && stamp(reading.databaseTimeMs)],
      [
        'Next one acknowledged',
        writer && (writer.nextAcknowledgedMs === undefined ? 'none known' : stamp(writer.nextAcknowledgedMs)),
      ],
      [
        'Last acknowledged before T0',
        writer?.lastAcknowledgedBeforeT0Ms === undefined ? undefined : stamp(writer.lastAcknowledgedBeforeT0Ms),
      ],
      [
        'Writer',
        writer && `every ${formatDurationMs(writer.everyMs)}, ${writer.silentAtT0 ? 'silent at T0' : 'writing at T0'}`,
      ],
      [
        'Clock of the database',
        writer &&
          `${tookText(Math.abs(writer.databaseSkewMs))} ${writer.databaseSkewMs < 0 ? 'behind' : 'ahead of'} the writer’s`,
      ],
    ]),
  );
}

/** Settings of the copy beside those of the source, as a diff. */
export function settingsSection({ differences }: RunProjection): Html {
  const title = 'Go-live diff';
  if (differences === undefined) return section('settings', title, none('Settings were not compared.'));
  if (differences.length === 0) return section('settings', title, none('Source and copy have the same settings.'));
  const block = (heading: string, kind: SettingDifference['kind']): Html | false => {
    const some = differences.filter((one) => one.kind === kind);
    return (
      some.length > 0 &&
      html`<h3>${heading} <small>(${some.length})</small></h3>
        ${table(
          ['Setting', 'Source', 'Copy', 'In a real recovery'],
          some.map((one) => [one.setting, html`<del>${one.source}</del>`, html`<ins>${one.copy}</ins>`, one.remedy]),
        )}`
    );
  };
  return section(
    'settings',
    title,
    block('Would be wrong if one had to serve from this copy', 'would-be-wrong'),
    block('Different because the drill asked for it', 'intended'),
  );
}

export function hotQueriesSection({ hotQueries }: RunProjection): Html {
  if (hotQueries === undefined) return html``;
  return section(
    'hot-queries',
    'Time to usable',
    html`<p>
      ${hotQueries.usable ? 'All hot queries came below their limits.' : 'The hot queries did not come below their limits in time.'}
    </p>`,
    table(
      ['UTC', 'Query', 'p95', 'Limit'],
      hotQueries.curve.map((point) => [
        clock(point.atMs),
        point.query,
        html`${ms(point.p95Ms)}
        ${tag(point.p95Ms < point.usableP95Ms ? { text: '✔', tone: 'good' } : { text: '✖', tone: 'bad' })}`,
        ms(point.usableP95Ms),
      ]),
    ),
  );
}

const ms = (value: number): string => (value < 10_000 ? `${Math.round(value * 10) / 10} ms` : formatDurationMs(value));

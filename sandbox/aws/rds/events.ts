import type { DescribeEventsMessage, Event, EventsMessage } from '@aws-sdk/client-rds';

import { fault } from './faults.ts';
import { arnOf } from './names.ts';
import { pageOf } from './paging.ts';
import type { EventRecord } from './records.ts';
import type { Region } from './store.ts';

/** RDS keeps events for 14 days. */
const KEPT_MS = 14 * 86_400_000;

type What = readonly [id: string, category: string, message: (detail: string) => string];

/** Ids, categories and texts from the RDS user guide, "Amazon RDS event categories and event messages". */
const EVENTS = {
  created: ['RDS-EVENT-0005', 'creation', () => 'DB instance created'],
  deleted: ['RDS-EVENT-0003', 'deletion', () => 'DB instance deleted'],
  shutDown: ['RDS-EVENT-0004', 'availability', () => 'DB instance shutdown'],
  restarted: ['RDS-EVENT-0006', 'availability', () => 'DB instance restarted'],
  backingUp: ['RDS-EVENT-0001', 'backup', () => 'Backing up DB instance'],
  backedUp: ['RDS-EVENT-0002', 'backup', () => 'Finished DB instance backup'],
  restoredFromSnapshot: ['RDS-EVENT-0043', 'restoration', (from) => `Restored from snapshot ${from}`],
  restoredToTime: ['RDS-EVENT-0019', 'restoration', (names) => `Restored from DB instance ${names}`],
  credentialsReset: ['RDS-EVENT-0016', 'configuration change', () => 'Reset master credentials'],
  renamed: ['RDS-EVENT-0018', 'configuration change', (names) => `Renamed instance from ${names}`],
  classChanged: ['RDS-EVENT-0014', 'configuration change', () => 'Finished applying modification to DB instance class'],
  storageChanged: [
    'RDS-EVENT-0017',
    'configuration change',
    () => 'Finished applying modification to allocated storage',
  ],
  parameterGroupChanged: [
    'RDS-EVENT-0011',
    'configuration change',
    (group) => `Updated to use DBParameterGroup ${group}`,
  ],
  multiAz: [
    'RDS-EVENT-0025',
    'configuration change',
    () => 'Finished applying modification to convert to a Multi-AZ DB instance',
  ],
  singleAz: [
    'RDS-EVENT-0029',
    'configuration change',
    () => 'Finished applying modification to convert to a standard (Single-AZ) DB instance',
  ],
  backupsOn: ['RDS-EVENT-0032', 'configuration change', () => 'Automated backups enabled'],
  backupsOff: ['RDS-EVENT-0028', 'configuration change', () => 'Automated backups disabled'],
  stopped: ['RDS-EVENT-0087', 'notification', () => 'DB instance stopped'],
  started: ['RDS-EVENT-0088', 'notification', () => 'DB instance started'],
  failoverStarted: ['RDS-EVENT-0013', 'failover', () => 'Multi-AZ instance failover started'],
  failoverDone: ['RDS-EVENT-0049', 'failover', () => 'Multi-AZ instance failover completed'],
  failed: [
    'RDS-EVENT-0031',
    'failure',
    (status) => `DB instance put into ${status}. RDS recommends that you initiate a point-in-time-restore.`,
  ],
  incompatibleNetwork: ['RDS-EVENT-0036', 'failure', () => 'DB instance is in an incompatible network'],
  storageFull: ['RDS-EVENT-0007', 'low storage', () => 'The allocated storage for the DB instance has been consumed'],
  replicaPromoted: ['RDS-EVENT-0045', 'read replica', () => 'Replication has stopped'],
  replicaStarted: ['RDS-EVENT-0046', 'read replica', () => 'Replication for the Read Replica resumed'],
} satisfies Record<string, What>;

const SNAPSHOT_EVENTS = {
  creatingManual: ['RDS-EVENT-0040', 'creation', () => 'Creating manual snapshot'],
  createdManual: ['RDS-EVENT-0042', 'creation', () => 'Manual snapshot created'],
  creatingAutomated: ['RDS-EVENT-0090', 'creation', () => 'Creating automated snapshot'],
  createdAutomated: ['RDS-EVENT-0091', 'creation', () => 'Automated snapshot created'],
  deleted: ['RDS-EVENT-0041', 'deletion', () => 'Deleted user snapshot'],
  copyStarted: ['RDS-EVENT-0196', 'notification', () => 'Started copy of snapshot'],
  copyDone: ['RDS-EVENT-0197', 'notification', () => 'Finished copy of snapshot'],
  copyFromRegionStarted: ['RDS-EVENT-0059', 'notification', (from) => `Started copy of snapshot ${from}`],
  copyFromRegionDone: ['RDS-EVENT-0060', 'notification', (from) => `Finished copy of snapshot ${from}`],
} satisfies Record<string, What>;

export type InstanceEvent = keyof typeof EVENTS;
export type SnapshotEvent = keyof typeof SNAPSHOT_EVENTS;

/** Records an event of an instance at `atMs` (default: now). */
export function tellInstance(region: Region, name: string, event: InstanceEvent, detail = '', atMs = Date.now()): void {
  add(region, 'db-instance', name, arnOf(region, 'db', name), EVENTS[event], detail, atMs);
}

export function tellSnapshot(region: Region, name: string, event: SnapshotEvent, detail = '', atMs = Date.now()): void {
  add(region, 'db-snapshot', name, arnOf(region, 'snapshot', name), SNAPSHOT_EVENTS[event], detail, atMs);
}

function add(
  region: Region,
  sourceType: EventRecord['sourceType'],
  source: string,
  arn: string,
  what: What,
  detail: string,
  atMs: number,
): void {
  const [id, category, message] = what;
  const events = region.state.events.filter((event) => event.atMs > atMs - KEPT_MS);
  events.push({ id, sourceType, source, arn, message: message(detail), categories: [category], atMs });
  region.state.events = events;
}

/** Without a time: the last hour. `Duration` is in minutes. */
export function describeEvents(region: Region, input: DescribeEventsMessage): EventsMessage {
  if (input.SourceIdentifier !== undefined && input.SourceType === undefined) {
    throw fault.invalidCombination('SourceType must be supplied when SourceIdentifier is supplied.');
  }
  const end = input.EndTime?.getTime() ?? Date.now();
  const start = input.StartTime?.getTime() ?? end - (input.Duration ?? 60) * 60_000;
  if (start > end) throw fault.invalidCombination('The start time must not be later than the end time.');
  if (start < Date.now() - KEPT_MS) {
    throw fault.invalidValue('The start time must be within the last 14 days.');
  }
  const found = region.state.events
    .filter(
      (event) =>
        event.atMs >= start &&
        event.atMs <= end &&
        (input.SourceType === undefined || event.sourceType === input.SourceType) &&
        (input.SourceIdentifier === undefined || event.source === input.SourceIdentifier.toLowerCase()) &&
        (input.EventCategories === undefined ||
          input.EventCategories.length === 0 ||
          event.categories.some((category) => input.EventCategories?.includes(category))),
    )
    .map((event, index) => ({ event, index }))
    .sort((a, b) => a.event.atMs - b.event.atMs || a.index - b.index);
  const { page, ...marker } = pageOf(
    found,
    ({ event, index }) => `${String(event.atMs).padStart(15, '0')}.${index}`,
    input,
  );
  return { Events: page.map(({ event }) => eventOf(event)), ...marker };
}

const eventOf = (event: EventRecord): Event => ({
  SourceIdentifier: event.source,
  SourceType: event.sourceType,
  Message: event.message,
  EventCategories: event.categories,
  Date: new Date(event.atMs),
  SourceArn: event.arn,
});

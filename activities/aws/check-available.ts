import type { DBInstance, Event } from '@aws-sdk/client-rds';
import { DescribeEventsCommand } from '@aws-sdk/client-rds';
import type { AwsPlace } from '../../domain/restore-plan.ts';
import type { Moment } from '../../domain/time.ts';
import type { AwsClients } from './aws-clients.ts';
import { copyNotIsolated, copyVanished, notYet, restoreEndedBadly } from './aws-errors.ts';
import type { InstanceLookup } from './describe-batch.ts';
import { meaningOfStatus } from './instance-status.ts';
import type { AvailableCopy, AwsReadActivities } from './interface.ts';

/** Clocks of AWS and worker may differ this much before an event's time counts as contradicting what was seen. */
const skewMs = 2_000;

const eventsSinceMs = 10 * 60_000;

type Request = AwsPlace & { readonly name: string; readonly since: number };

/** Looks that wait for the copy: each is one look, and "not yet" is an error that the engine repeats. */
export function createWaitingActivities(deps: {
  clients: AwsClients;
  instances: InstanceLookup;
}): Pick<AwsReadActivities, 'checkAvailable' | 'checkPasswordSet'> {
  const lastLooks = createLastLooks();

  return {
    async checkAvailable(request) {
      const { instance, lookedAtMs, looked } = await deps.instances.find(request, request.name);
      if (instance === undefined) {
        // Right after the call AWS may not list it yet; once it was seen, absence means that it is gone.
        if (!lastLooks.wasSeen(request)) throw notYet(`${request.name} is not listed by RDS yet.`);
        lastLooks.forget(request);
        throw copyVanished(request.name);
      }
      const status = instance.DBInstanceStatus ?? 'unknown';
      const meaning = meaningOfStatus(status);
      if (status === 'deleting') throw copyVanished(request.name, 'AWS is deleting it');
      if (meaning.state === 'bad') throw restoreEndedBadly(request.name, status, meaning.meaning);
      const endpoint = instance.Endpoint;
      if (meaning.state === 'working' || endpoint?.Address === undefined || endpoint.Port === undefined) {
        lastLooks.remember(request, lookedAtMs);
        throw notYet(`${request.name} is "${status}".`);
      }
      // Asked for at the restore; looked at again on the result, before anyone connects.
      if (instance.PubliclyAccessible === true) throw copyNotIsolated(request.name, ['it is publicly accessible']);
      const bounds = { lowMs: Math.min(lastLooks.lastMs(request) ?? request.since, lookedAtMs), highMs: looked.highMs };
      const available = (await restoredMoment(deps, request, bounds)) ?? {
        ...bounds,
        source: 'aws-api',
        note: `first seen as ${status}`,
      };
      return { ...factsOf(request.name, instance), host: endpoint.Address, port: endpoint.Port, status, available };
    },

    async checkPasswordSet(request) {
      const { instance, lookedAtMs, looked } = await deps.instances.find(request, request.name);
      if (instance === undefined) throw copyVanished(request.name);
      const status = instance.DBInstanceStatus ?? 'unknown';
      const meaning = meaningOfStatus(status);
      if (status === 'deleting') throw copyVanished(request.name, 'AWS is deleting it');
      if (meaning.state === 'bad') throw restoreEndedBadly(request.name, status, meaning.meaning);
      const pending =
        instance.PendingModifiedValues?.MasterUserPassword !== undefined || status === 'resetting-master-credentials';
      if (pending || meaning.state === 'working') {
        lastLooks.remember(request, lookedAtMs);
        throw notYet(`The password of ${request.name} is still being set (status "${status}").`);
      }
      return {
        at: {
          lowMs: Math.min(lastLooks.lastMs(request) ?? request.since, lookedAtMs),
          highMs: looked.highMs,
          source: 'aws-api',
          note: `no credential change pending, "${status}"`,
        },
      };
    },
  };
}

const factsOf = (name: string, instance: DBInstance): Pick<AvailableCopy, 'name' | 'arn' | 'masterUsername'> => ({
  name,
  arn: instance.DBInstanceArn ?? 'unknown',
  masterUsername: instance.MasterUsername ?? 'unknown',
});

/**
 * When RDS itself says that the restore was done (RDS-EVENT-0043 from a snapshot, RDS-EVENT-0019 to a point in time).
 *
 * The API shows no event ids, only their text: "Restored from snapshot …" and "Restored from DB instance … to …"
 * (RDS user guide, "Amazon RDS event categories and event messages"). An event outside what was seen by looking is not
 * believed to the millisecond: the interval is widened to hold both.
 */
async function restoredMoment(
  deps: { clients: AwsClients; instances: InstanceLookup },
  request: Request,
  seen: { lowMs: number; highMs: number },
): Promise<Moment | undefined> {
  // A little earlier than the call: AWS's clock and ours need not agree, and 14 days is all that is kept. In steps of ten
  // minutes, so that runs that were started together ask the same.
  const start = new Date(
    Math.max(Math.floor((request.since - 60_000) / eventsSinceMs) * eventsSinceMs, Date.now() - 13 * 86_400_000),
  );
  const events: Event[] = [];
  let marker: string | undefined;
  do {
    const page = await deps.instances.together(
      request,
      { doing: 'reading the events of restores', of: [start, marker] },
      () =>
        deps.clients.rds(request).send(
          new DescribeEventsCommand({
            SourceType: 'db-instance',
            EventCategories: ['restoration'],
            StartTime: start,
            MaxRecords: 100,
            ...(marker === undefined ? {} : { Marker: marker }),
          }),
        ),
    );
    events.push(...(page.Events ?? []).filter((event) => event.SourceIdentifier === request.name));
    marker = page.Marker;
  } while (marker !== undefined && marker !== '');
  const done = events.findLast((event) => /^(DB instance )?restored (from|to)/i.test(event.Message ?? ''));
  if (done?.Date === undefined) return undefined;
  const atMs = done.Date.getTime();
  const note = /snapshot/i.test(done.Message ?? '') ? 'RDS-EVENT-0043' : 'RDS-EVENT-0019';
  const agrees = atMs >= seen.lowMs - skewMs && atMs <= seen.highMs + skewMs;
  const bounds = agrees
    ? { lowMs: atMs, highMs: atMs }
    : { lowMs: Math.min(atMs, seen.highMs), highMs: Math.max(atMs, seen.highMs) };
  return { ...bounds, source: 'aws-event', note };
}

/** When a copy was last seen not ready by this worker: the low bound of "became ready". Lost with the worker, then `since` bounds. */
function createLastLooks(): {
  remember(request: Request, atMs: number): void;
  lastMs(request: Request): number | undefined;
  wasSeen(request: Request): boolean;
  forget(request: Request): void;
} {
  const looks = new Map<string, number>();
  const keyOf = (request: Request): string => `${request.accountId} ${request.region} ${request.name} ${request.since}`;
  const most = 1_000;
  return {
    remember: (request, atMs) => {
      looks.delete(keyOf(request));
      looks.set(keyOf(request), atMs);
      const oldest = looks.keys().next();
      if (looks.size > most && oldest.done !== true) looks.delete(oldest.value);
    },
    lastMs: (request) => looks.get(keyOf(request)),
    wasSeen: (request) => looks.has(keyOf(request)),
    forget: (request) => looks.delete(keyOf(request)),
  };
}

import type { Rds } from './context.ts';
import { basesOf, SERVING } from './lookup.ts';
import type { InstanceRecord } from './records.ts';
import { inBackground } from './snapshots/files.ts';
import type { Region } from './store.ts';

const shippable = (region: Region, instance: InstanceRecord): boolean =>
  instance.settings.backupRetentionDays > 0 &&
  (SERVING.includes(instance.status) || instance.status === 'deleting') &&
  instance.replicaOf === undefined &&
  basesOf(region, instance.dbiResourceId).length > 0;

/**
 * Ships one instance's log now, if it has automated backups. `LatestRestorableTime` becomes the moment up to which
 * commits have really arrived in the archive, and never goes back.
 *
 * @returns the new latest restorable time, `undefined` when there is nothing to ship
 */
export async function shipLogs(rds: Rds, region: Region, instance: InstanceRecord): Promise<number | undefined> {
  if (!shippable(region, instance)) return undefined;
  let horizon = Date.now();
  if (instance.hasServer) {
    if (!rds.databases.isRunning(instance.dbiResourceId)) return undefined;
    try {
      horizon = await rds.databases.shipLog(region, instance.dbiResourceId);
    } catch (error) {
      // A server that is being stopped cannot ship. One that runs and does not ship is worth a word.
      if (rds.databases.isRunning(instance.dbiResourceId)) {
        process.stderr.write(
          `sandbox rds: shipping the log of ${instance.name} failed: ${error instanceof Error ? error.message : String(error)}\n`,
        );
      }
      return undefined;
    }
  }
  instance.latestRestorableMs = Math.max(instance.latestRestorableMs ?? 0, horizon);
  remember(region, { instance: instance.name, arrivedMs: Date.now(), horizonMs: instance.latestRestorableMs });
  region.save();
  return instance.latestRestorableMs;
}

/** One arrival of log in the archive: when it was complete, and up to which commit it reaches. Milliseconds UTC. */
export interface Shipment {
  readonly instance: string;
  readonly arrivedMs: number;
  readonly horizonMs: number;
}

/** What a restore could have used at any past moment; kept for tests, for as long as the process lives. */
const arrivals = new WeakMap<Region, Shipment[]>();
const arrivalsKept = 5000;

export const shipmentsOf = (region: Region): readonly Shipment[] => arrivals.get(region) ?? [];

function remember(region: Region, shipment: Shipment): void {
  const known = arrivals.get(region) ?? [];
  known.push(shipment);
  if (known.length > arrivalsKept) known.shift();
  arrivals.set(region, known);
}

/** Ships the logs of every account at its own pace until `stop`. */
export function startShipping(rds: Rds): { stop(): void; reschedule(): void } {
  const lastMs = new Map<Region, number>();
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    const now = Date.now();
    let nextMs = 60_000;
    for (const region of rds.store.all()) {
      const every = region.state.logShippingMs;
      const last = lastMs.get(region) ?? now;
      if (!lastMs.has(region)) lastMs.set(region, now);
      if (now - last >= every) {
        lastMs.set(region, now);
        for (const instance of region.state.instances) inBackground('shipping logs', shipLogs(rds, region, instance));
      }
      nextMs = Math.min(nextMs, Math.max(20, (lastMs.get(region) ?? now) + every - now));
    }
    timer = setTimeout(tick, nextMs);
    timer.unref();
  };
  tick();
  return {
    stop: () => clearTimeout(timer),
    reschedule() {
      clearTimeout(timer);
      tick();
    },
  };
}

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Durations, InstanceRecord, RegionRecord } from './records.ts';

/** Realistic in order and proportion, short enough to watch. RDS itself takes minutes to hours. */
const DEFAULT_DURATIONS: Durations = {
  creating: 8000,
  restoring: 15_000,
  'backing-up': 3000,
  modifying: 3000,
  'resetting-master-credentials': 2000,
  rebooting: 2000,
  starting: 3000,
  stopping: 3000,
  deleting: 5000,
  'copying-snapshot': 3000,
  'deleting-snapshot': 0,
  'picking-up': 300,
};

const INSTANT_DURATIONS: Durations = {
  creating: 0,
  restoring: 0,
  'backing-up': 0,
  modifying: 0,
  'resetting-master-credentials': 0,
  rebooting: 0,
  starting: 0,
  stopping: 0,
  deleting: 0,
  'copying-snapshot': 0,
  'deleting-snapshot': 0,
  'picking-up': 0,
};

/** RDS uploads logs to S3 every five minutes. */
const DEFAULT_LOG_SHIPPING_MS = 300_000;

/** One account in one Region: everything RDS knows there, on disk after every `save`. */
export interface Region {
  readonly accountId: string;
  readonly region: string;
  readonly state: RegionRecord;
  /** How long each status is shown at least, in this moment. */
  durations(): Durations;
  /** Writes it down, whole and at once: a kill leaves the old or the new state, never half of one. */
  save(): void;
}

/** The memory of the RDS sandbox: one small JSON file per account and Region. */
export interface Store {
  at(accountId: string, region: string): Region;
  all(): Region[];
  forget(accountId: string): void;
}

export function openStore(folder: string, options: { instant: boolean }): Store {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const regions = new Map<string, Region>();
  for (const file of readdirSync(folder)) {
    const found = /^(\d{12})\.([a-z0-9-]+)\.json$/u.exec(file);
    if (found?.[1] === undefined || found[2] === undefined) continue;
    const state: Partial<RegionRecord> = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    open(found[1], found[2], { ...emptyRegion(), ...state, faults: { ...emptyRegion().faults, ...state.faults } });
  }
  return {
    at: (accountId, region) => regions.get(`${accountId}.${region}`) ?? open(accountId, region, emptyRegion()),
    all: () => [...regions.values()],
    forget(accountId) {
      for (const [key, region] of regions) {
        if (region.accountId !== accountId) continue;
        regions.delete(key);
        rmSync(path.join(folder, `${key}.json`), { force: true });
      }
    },
  };

  function open(accountId: string, region: string, state: RegionRecord): Region {
    const key = `${accountId}.${region}`;
    const file = path.join(folder, `${key}.json`);
    const opened: Region = {
      accountId,
      region,
      state,
      durations: () => ({ ...(options.instant ? INSTANT_DURATIONS : DEFAULT_DURATIONS), ...state.durations }),
      save() {
        // A background task of an account that was just reset must not bring its file back.
        if (regions.get(key) !== opened) return;
        writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
        renameSync(`${file}.new`, file);
      },
    };
    regions.set(key, opened);
    return opened;
  }
}

const madeKept = 5000;

/** A new instance, and the note that outlives it; the caller saves. */
export function addInstance({ state }: Region, instance: InstanceRecord): void {
  state.instances.push(instance);
  const { name, dbiResourceId } = instance;
  state.made = [...state.made.slice(1 - madeKept), { name, dbiResourceId, atMs: Date.now() }];
}

const emptyRegion = (): RegionRecord => ({
  instances: [],
  made: [],
  snapshots: [],
  retained: [],
  subnetGroups: [],
  parameterGroups: [],
  optionGroups: [],
  events: [],
  durations: {},
  logShippingMs: DEFAULT_LOG_SHIPPING_MS,
  quotas: { instances: 40, snapshots: 100, storageGb: 100_000 },
  faults: { stuck: [], endIn: [], refuseDelete: [], lateVisibility: [] },
});

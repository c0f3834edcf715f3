import { setTimeout as sleep } from 'node:timers/promises';

import { tellInstance } from './events.ts';
import { matches } from './lookup.ts';
import type { Durations, InstanceRecord, InstanceStatus, Stage, StageKind } from './records.ts';
import type { Region } from './store.ts';

/** The work of each stage: what really happens, and what is true when it is done. */
export type Work = (region: Region, instance: InstanceRecord, stage: Stage) => Promise<Completion>;

/** Applied when the stage's time is over. Gives the status in which the instance stays if that was its last stage. */
export type Completion = () => InstanceStatus | 'gone';

/** Moves instances through their stages, one after the other, in the background. */
export interface Runner {
  /** Adds stages and begins, unless others are under way. */
  begin(region: Region, instance: InstanceRecord, ...stages: Stage[]): void;
  /** Gives up what is under way, waits until it has let go, and begins `stage` instead. */
  replace(region: Region, instance: InstanceRecord, stage: Stage): void;
  /** Something that held stages back has changed (a fault was released). */
  wake(): void;
  /** Stops waiting and working; stages stay on disk and go on at the next start. */
  halt(which: (region: Region) => boolean): Promise<void>;
}

const STATUS: Record<StageKind, InstanceStatus> = {
  create: 'creating',
  'restore-snapshot': 'creating',
  'restore-to-time': 'creating',
  replicate: 'creating',
  backup: 'backing-up',
  modify: 'modifying',
  'reset-password': 'resetting-master-credentials',
  reboot: 'rebooting',
  promote: 'modifying',
  stop: 'stopping',
  start: 'starting',
  delete: 'deleting',
};

const DURATION: Record<StageKind, keyof Durations> = {
  create: 'creating',
  'restore-snapshot': 'restoring',
  'restore-to-time': 'restoring',
  replicate: 'creating',
  backup: 'backing-up',
  modify: 'modifying',
  'reset-password': 'resetting-master-credentials',
  reboot: 'rebooting',
  promote: 'modifying',
  stop: 'stopping',
  start: 'starting',
  delete: 'deleting',
};

interface Active {
  readonly region: Region;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

export function createRunner(work: Work): Runner {
  const active = new Map<string, Active>();
  let waker = new AbortController();

  function start(region: Region, instance: InstanceRecord, after: Promise<void> = Promise.resolve()): void {
    const abort = new AbortController();
    const done = after
      .then(() => drive(region, instance, abort.signal))
      .finally(() => {
        if (active.get(instance.dbiResourceId)?.abort === abort) active.delete(instance.dbiResourceId);
      });
    active.set(instance.dbiResourceId, { region, abort, done });
  }

  async function drive(region: Region, instance: InstanceRecord, signal: AbortSignal): Promise<void> {
    for (let stage = instance.stages[0]; stage !== undefined && !signal.aborted; stage = instance.stages[0]) {
      await until(stage.notBeforeMs ?? 0, signal);
      if (signal.aborted) return;
      stage.startedAtMs ??= Date.now();
      instance.status = STATUS[stage.kind];
      region.save();
      let completion: Completion;
      try {
        completion = await work(region, instance, stage);
      } catch (error) {
        if (signal.aborted) return;
        completion = failed(region, instance, stage, error);
      }
      await until(stage.startedAtMs + region.durations()[DURATION[stage.kind]], signal);
      while (!signal.aborted && isStuck(region, instance)) await Promise.race([aborted(waker.signal), aborted(signal)]);
      if (signal.aborted) return;
      const rest = completion();
      if (rest === 'gone') {
        region.save();
        return;
      }
      instance.stages = instance.stages.filter((each) => each !== stage);
      if (instance.stages.length === 0) instance.status = rest;
      region.save();
    }
  }

  return {
    begin(region, instance, ...stages) {
      instance.stages.push(...stages);
      region.save();
      if (!active.has(instance.dbiResourceId)) start(region, instance);
    },
    replace(region, instance, stage) {
      instance.stages = [stage];
      const before = active.get(instance.dbiResourceId);
      before?.abort.abort();
      region.save();
      start(region, instance, before?.done);
    },
    wake() {
      waker.abort();
      waker = new AbortController();
    },
    async halt(which) {
      const ending = [...active.values()].filter((each) => which(each.region));
      for (const each of ending) each.abort.abort();
      await Promise.all(ending.map((each) => each.done));
    },
  };
}

const isStuck = (region: Region, instance: InstanceRecord): boolean =>
  region.state.faults.stuck.some((each) => each.status === instance.status && matches(each.match, instance.name)) ||
  (instance.status === 'deleting' &&
    region.state.faults.refuseDelete.some((each) => each.how === 'stays' && matches(each.match, instance.name)));

/** Real work went wrong. It is shown as RDS would show it, and said on stderr, where a person looks for the cause. */
function failed(region: Region, instance: InstanceRecord, stage: Stage, error: unknown): Completion {
  process.stderr.write(
    `sandbox rds: ${stage.kind} of ${instance.name} (${region.accountId}) failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return () => {
    if (stage.kind === 'backup') {
      const snapshot = region.state.snapshots.find((each) => each.key === stage.snapshotKey);
      if (snapshot !== undefined) snapshot.status = 'failed';
      return 'available';
    }
    const status =
      stage.kind === 'restore-snapshot' || stage.kind === 'restore-to-time' ? 'incompatible-restore' : 'failed';
    instance.stages = [stage];
    tellInstance(region, instance.name, 'failed', status);
    return status;
  };
}

async function until(timeMs: number, signal: AbortSignal): Promise<void> {
  const waitMs = timeMs - Date.now();
  if (waitMs > 0 && !signal.aborted)
    await Promise.race([sleep(waitMs, undefined, { signal }).catch(() => undefined), aborted(signal)]);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

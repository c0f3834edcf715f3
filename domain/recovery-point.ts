import { FiredrillError } from './errors.ts';
import type { RecoverablePoints, RecoveryPoint } from './recovery.ts';
import type { Moment } from './time.ts';
import type { PointChoice } from './verdict.ts';

/** What was asked for, and what there was to choose from at T0. */
export interface PointRequest {
  readonly recoverable: RecoverablePoints;
  /** Absent: point in time where there is one, otherwise snapshot. */
  readonly method?: 'snapshot' | 'pitr';
  readonly choice: PointChoice;
  /** The past moment, milliseconds UTC; required when `choice` is `at`. */
  readonly atMs?: number;
  readonly t0: Moment;
  /** From the caller's recorded randomness, `[0, 1)`: the sample is drawn, never chosen by who is tested. */
  readonly random: number;
  /** `service/resource`, for the error's text. */
  readonly resource?: string;
}

/** `requestedMs`: the moment asked for, absent for `latest`; the restored data is compared with it. */
export interface ChosenPoint {
  readonly point: RecoveryPoint;
  readonly requestedMs?: number;
}

/**
 * Nothing that was recoverable at T0 fits what was asked for. Not retryable: a second look finds the same backups. The
 * run ends `failed` and raises a finding.
 */
export class NoUsableRecoveryPointError extends FiredrillError {
  override readonly name = 'NoUsableRecoveryPointError';

  constructor(request: PointRequest, seen: string, options?: ErrorOptions) {
    super(
      {
        code: 'no-usable-recovery-point',
        kind: 'finding',
        what: `${request.resource ?? 'The resource'} had no usable recovery point at T0 (${utc(request.t0.lowMs)}): ${seen}.`,
        means:
          'Nothing was restored, so RTO and RPO are not measured. In a disaster at that moment this data could not have been brought back as asked.',
        next: 'Look at the backup plan of the resource and at its latest backups, mend it, then start a re-test.',
      },
      options,
    );
  }
}

/**
 * The point to restore to, chosen only from what was recoverable at T0.
 *
 * Point in time: an explicit `RestoreTime`, `latest` being the `LatestRestorableTime` read at T0 and never later than
 * T0; `random` is uniform over the window, on a whole second. Snapshots: the newest, the oldest, or one by lot; for a
 * past moment the newest whose data is not younger.
 *
 * @throws NoUsableRecoveryPointError
 * @throws FiredrillError `points-read-after-t0` when the list is younger than T0: it could name what was not yet there
 * @throws FiredrillError `point-time-missing` when `choice` is `at` without a time
 */
export function chooseRecoveryPoint(request: PointRequest): ChosenPoint {
  const { recoverable, t0, choice } = request;
  if (recoverable.readAtMs > t0.highMs) {
    throw new FiredrillError({
      code: 'points-read-after-t0',
      kind: 'bug',
      what: `The recovery points were read at ${utc(recoverable.readAtMs)}, after T0 (${utc(t0.highMs)}).`,
      means: 'They may include what was not recoverable at T0, so no point was chosen.',
      next: 'Read the recovery points first and draw T0 at that moment.',
    });
  }
  if (choice === 'at' && request.atMs === undefined) {
    throw new FiredrillError({
      code: 'point-time-missing',
      kind: 'input',
      what: 'A past moment was asked for without saying which.',
      means: 'Nothing was restored.',
      next: 'Give the moment: --point at --at 2026-11-22T14:03:00Z',
    });
  }
  const method = request.method ?? (recoverable.pitr === undefined ? 'snapshot' : 'pitr');
  return method === 'pitr' ? inTime(request) : bySnapshot(request);
}

function inTime(request: PointRequest): ChosenPoint {
  const { recoverable, choice, t0 } = request;
  if (recoverable.pitr === undefined)
    throw new NoUsableRecoveryPointError(request, 'continuous backup is off, so there is no point in time');
  const { earliestMs } = recoverable.pitr;
  const latestMs = Math.min(recoverable.pitr.latestMs, t0.highMs);
  if (latestMs < earliestMs)
    throw new NoUsableRecoveryPointError(
      request,
      `its window of continuous backup begins later, at ${utc(earliestMs)}`,
    );
  const to = (restoreTimeMs: number): RecoveryPoint => ({
    method: 'pitr',
    restoreTimeMs,
    latestRestorableTimeMs: recoverable.pitr?.latestMs ?? latestMs,
  });
  switch (choice) {
    case 'latest':
      return { point: to(latestMs) };
    case 'oldest':
      return { point: to(earliestMs), requestedMs: earliestMs };
    case 'random': {
      const drawnMs = drawnSecondMs(earliestMs, latestMs, request.random);
      return { point: to(drawnMs), requestedMs: drawnMs };
    }
    case 'at': {
      const atMs = request.atMs ?? latestMs;
      if (atMs < earliestMs || atMs > latestMs) {
        throw new NoUsableRecoveryPointError(
          request,
          `${utc(atMs)} is outside of its window, ${utc(earliestMs)} to ${utc(latestMs)}`,
        );
      }
      return { point: to(atMs), requestedMs: atMs };
    }
  }
}

function bySnapshot(request: PointRequest): ChosenPoint {
  const { choice, t0, random } = request;
  const newestFirst = request.recoverable.snapshots
    .filter((snapshot) => snapshot.dataAtMs < t0.lowMs)
    .toSorted((one, other) => other.dataAtMs - one.dataAtMs);
  const fitting =
    choice === 'at' ? newestFirst.filter((snapshot) => snapshot.dataAtMs <= (request.atMs ?? 0)) : newestFirst;
  const index =
    choice === 'oldest' ? fitting.length - 1 : choice === 'random' ? Math.floor(random * fitting.length) : 0;
  const chosen = fitting[index];
  if (chosen === undefined) {
    const before = choice === 'at' ? utc(request.atMs ?? 0) : 'T0';
    throw new NoUsableRecoveryPointError(
      request,
      `of ${request.recoverable.snapshots.length} completed snapshots none is from before ${before}`,
    );
  }
  const { id, dataAtMs, automated } = chosen;
  const point: RecoveryPoint = { method: 'snapshot', snapshotId: id, dataAtMs, automated };
  switch (choice) {
    case 'latest':
      return { point };
    case 'oldest':
    case 'random':
      return { point, requestedMs: dataAtMs };
    case 'at':
      return { point, requestedMs: request.atMs ?? dataAtMs };
  }
}

/** A whole second of the window, each with the same chance; the window's start when it holds none. */
function drawnSecondMs(earliestMs: number, latestMs: number, random: number): number {
  const firstSecond = Math.ceil(earliestMs / 1_000);
  const count = Math.floor(latestMs / 1_000) - firstSecond + 1;
  return count <= 0 ? earliestMs : (firstSecond + Math.min(count - 1, Math.floor(random * count))) * 1_000;
}

/** `2026-11-22T18:04:10Z`. */
const utc = (atMs: number): string => new Date(atMs).toISOString().replace('.000Z', 'Z');

import type { DBInstance } from '@aws-sdk/client-rds';
import { FiredrillError } from '../../domain/errors.ts';
import type { AwsPlace } from '../../domain/restore-plan.ts';
import { drillNamePrefix, isDrillName } from '../../domain/run-id.ts';
import type { AwsClients } from './aws-clients.ts';
import { listAutomatedBackups, listInstances, listSnapshots } from './check-gone.ts';
import { deleteInstance } from './delete-copy.ts';
import { createInstanceLookup } from './describe-batch.ts';
import { tagNames, tagOf } from './drill-tags.ts';
import { findInstance } from './find-instance.ts';

/** One thing that looks like ours, and what was done about it. */
interface SweepItem extends AwsPlace {
  readonly kind: 'instance' | 'snapshot' | 'automated-backup';
  readonly name: string;
  readonly arn: string;
  readonly runId?: string;
  /**
   * `removed`: AWS took the delete. `would-remove`: the same, but this is a dry run. `in-use`: its lease runs.
   * `reported`: looks like ours, but not all conditions hold; never deleted. `failed`: AWS did not take the delete.
   */
  readonly outcome: 'removed' | 'would-remove' | 'in-use' | 'reported' | 'failed';
  /** One sentence for people. */
  readonly reason: string;
}

/** Where to sweep, and until when a copy may live: `nowMs` is what `dr:expires-at` is compared with, milliseconds UTC. */
export interface SweepOptions {
  /** Of the purpose `sweeper`; needs no Temporal, no store and no drill secret. */
  readonly clients: AwsClients;
  readonly places: readonly AwsPlace[];
  /** The subnet groups that the catalog declares for drills; nothing outside them is ever deleted. */
  readonly drillSubnetGroups: readonly (AwsPlace & { readonly subnetGroup: string })[];
  readonly nowMs: number;
  /** Only says what it would do. */
  readonly dryRun: boolean;
}

/** What was found, and what came of it. */
export interface SweepReport {
  readonly items: readonly SweepItem[];
  /** Places that could not be looked at; a sweep with these proves nothing there. */
  readonly notLookedAt: readonly (AwsPlace & { readonly reason: string })[];
}

/**
 * Removes leftover copies, without Temporal, so that it works from cron when all else is down.
 *
 * Removed is only what carries our run tag, `dr:mode=drill`, a `dr:expires-at` in the past, a drill name, and lies in a
 * declared drill subnet group; all five, looked at again right before the call. Everything else with our tags or our
 * prefix is reported.
 */
export async function sweep(options: SweepOptions): Promise<SweepReport> {
  const items: SweepItem[] = [];
  const notLookedAt: (AwsPlace & { readonly reason: string })[] = [];
  for (const place of options.places) {
    try {
      items.push(...(await sweepPlace(options, place)));
    } catch (error) {
      if (!(error instanceof FiredrillError)) throw error;
      notLookedAt.push({ ...place, reason: error.what }); // one locked account must not keep the others unswept
    }
  }
  return { items, notLookedAt };
}

async function sweepPlace(options: SweepOptions, place: AwsPlace): Promise<SweepItem[]> {
  const deps = { clients: options.clients, instances: createInstanceLookup({ clients: options.clients }) };
  const { accountId, region } = place;
  const items: SweepItem[] = [];
  const instances = await listInstances(deps, place);
  // Backups of an instance that is there go with it; its own line says what becomes of it.
  const isThere = (name: string | undefined): boolean =>
    instances.some((instance) => instance.DBInstanceIdentifier === name);
  for (const instance of instances) {
    const name = instance.DBInstanceIdentifier ?? 'without a name';
    const runId = tagOf(instance.TagList, tagNames.runId);
    if (runId === undefined && !name.startsWith(drillNamePrefix)) continue;
    const about = {
      accountId,
      region,
      kind: 'instance' as const,
      name,
      arn: instance.DBInstanceArn ?? 'unknown',
      ...(runId === undefined ? {} : { runId }),
    };
    items.push({ ...about, ...(await sweepInstance(options, place, instance)) });
  }
  for (const snapshot of await listSnapshots(deps, place)) {
    const runId = tagOf(snapshot.TagList, tagNames.runId);
    const ofCopy = snapshot.DBInstanceIdentifier?.startsWith(drillNamePrefix) === true;
    if (
      (runId === undefined && !ofCopy) ||
      (snapshot.SnapshotType === 'automated' && isThere(snapshot.DBInstanceIdentifier))
    )
      continue;
    items.push({
      accountId,
      region,
      kind: 'snapshot',
      name: snapshot.DBSnapshotIdentifier ?? 'without a name',
      arn: snapshot.DBSnapshotArn ?? 'unknown',
      ...(runId === undefined ? {} : { runId }),
      outcome: 'reported',
      reason: 'Drills make no snapshots, so somebody or some backup plan made it of a copy; delete it by hand.',
    });
  }
  for (const backup of await listAutomatedBackups(deps, place)) {
    const runId = tagOf(backup.TagList, tagNames.runId);
    if (
      (runId === undefined && backup.DBInstanceIdentifier?.startsWith(drillNamePrefix) !== true) ||
      isThere(backup.DBInstanceIdentifier)
    )
      continue;
    items.push({
      accountId,
      region,
      kind: 'automated-backup',
      name: backup.DBInstanceIdentifier ?? 'without a name',
      arn: backup.DBInstanceAutomatedBackupsArn ?? 'unknown',
      ...(runId === undefined ? {} : { runId }),
      outcome: 'reported',
      reason: 'Copies are made with backup retention 0, so somebody turned backups on for it; delete it by hand.',
    });
  }
  return items;
}

async function sweepInstance(
  options: SweepOptions,
  place: AwsPlace,
  listed: DBInstance,
): Promise<Pick<SweepItem, 'outcome' | 'reason'>> {
  const first = judge(options, place, listed);
  if (first.outcome !== 'would-remove' || options.dryRun) return first;
  const rds = options.clients.rds(place);
  const name = listed.DBInstanceIdentifier ?? '';
  try {
    // Its run may have renewed the lease since the list was read.
    const now = await findInstance(rds, name);
    if (now === undefined) return { outcome: 'removed', reason: 'It was gone when it was to be deleted.' };
    const again = judge(options, place, now);
    if (again.outcome !== 'would-remove') return again;
    const answer = await deleteInstance(rds, name, now);
    return {
      outcome: 'removed',
      reason: answer === 'requested' ? `${first.reason} AWS took the delete.` : 'AWS is deleting it already.',
    };
  } catch (error) {
    if (!(error instanceof FiredrillError)) throw error;
    return { outcome: 'failed', reason: `${error.what} ${error.next}` };
  }
}

/** All five conditions, in the order in which a person would want to hear of them. */
function judge(options: SweepOptions, place: AwsPlace, instance: DBInstance): Pick<SweepItem, 'outcome' | 'reason'> {
  const report = (reason: string) => ({ outcome: 'reported' as const, reason: `${reason} It is not deleted.` });
  const tags = instance.TagList;
  const name = instance.DBInstanceIdentifier ?? '';
  if (tagOf(tags, tagNames.runId) === undefined)
    return report('Its name begins like a drill’s, but it carries no run tag.');
  const mode = tagOf(tags, tagNames.mode);
  if (mode !== 'drill') return report(`Its ${tagNames.mode} is "${mode ?? 'missing'}", so it may serve someone.`);
  if (!isDrillName(name)) return report('It carries our tags, but its name is not one that drills give.');
  const group = instance.DBSubnetGroup?.DBSubnetGroupName;
  const declared = options.drillSubnetGroups.some(
    (one) => one.accountId === place.accountId && one.region === place.region && one.subnetGroup === group,
  );
  if (!declared)
    return report(`Its subnet group "${group ?? 'none'}" is not one that the catalog declares for drills here.`);
  const expires = tagOf(tags, tagNames.expiresAt);
  const expiresMs = expires === undefined ? Number.NaN : Date.parse(expires);
  if (Number.isNaN(expiresMs))
    return report(`Its ${tagNames.expiresAt} is "${expires ?? 'missing'}", which is no moment.`);
  if (expiresMs > options.nowMs) return { outcome: 'in-use', reason: `Its lease runs until ${expires}.` };
  return { outcome: 'would-remove', reason: `Its lease ended at ${expires}.` };
}

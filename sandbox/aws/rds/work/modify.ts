import type { Rds } from '../context.ts';
import { tellInstance } from '../events.ts';
import type { InstanceRecord, InstanceSettings, Stage } from '../records.ts';
import type { Completion } from '../runner.ts';
import type { Region } from '../store.ts';
import { dropAutomatedBackups } from './backup.ts';

/** Settings are words here: they change when their time is over. */
export function modify(
  rds: Rds,
  region: Region,
  instance: InstanceRecord,
  stage: Stage & { kind: 'modify' },
): Completion {
  const { changes } = stage;
  return () => {
    const retentionBefore = instance.settings.backupRetentionDays;
    Object.assign(instance.settings, changes);
    for (const name of Object.keys(changes)) delete instance.pending[name as keyof typeof changes];
    if (changes.multiAz === true) {
      const zones = rds.network
        .network(region.accountId, region.region)
        .availabilityZones.filter((zone) => zone !== instance.settings.availabilityZone);
      const second = zones[0];
      if (second !== undefined) instance.settings.secondaryAvailabilityZone = second;
    } else if (changes.multiAz === false) delete instance.settings.secondaryAvailabilityZone;
    if (retentionBefore > 0 && changes.backupRetentionDays === 0) {
      delete instance.latestRestorableMs;
      dropAutomatedBackups(rds, region, instance.dbiResourceId);
    }
    tellModified(region, instance, changes, retentionBefore);
    if (stage.rename !== undefined) {
      const before = instance.name;
      instance.name = stage.rename;
      tellInstance(region, instance.name, 'renamed', `${before} to ${instance.name}`);
    }
    return 'available';
  };
}

function tellModified(
  region: Region,
  { name }: InstanceRecord,
  changes: Partial<InstanceSettings>,
  retentionBefore: number,
): void {
  if (changes.instanceClass !== undefined) tellInstance(region, name, 'classChanged');
  if (changes.allocatedStorageGb !== undefined) tellInstance(region, name, 'storageChanged');
  if (changes.parameterGroup !== undefined) tellInstance(region, name, 'parameterGroupChanged', changes.parameterGroup);
  if (changes.multiAz !== undefined) tellInstance(region, name, changes.multiAz ? 'multiAz' : 'singleAz');
  if (changes.backupRetentionDays === 0 && retentionBefore > 0) tellInstance(region, name, 'backupsOff');
  if ((changes.backupRetentionDays ?? 0) > 0 && retentionBefore === 0) tellInstance(region, name, 'backupsOn');
}

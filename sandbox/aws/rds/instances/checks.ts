import type { Rds } from '../context.ts';
import { fault } from '../faults.ts';
import type { InstanceSettings } from '../records.ts';
import type { Region } from '../store.ts';

export function checkClass(instanceClass: string | undefined): string {
  if (instanceClass === undefined || !/^db\.[a-z0-9]+(?:\.[a-z0-9]+)+$/u.test(instanceClass)) {
    throw fault.invalidValue(`Invalid DB Instance class: ${String(instanceClass)}`);
  }
  return instanceClass;
}

/** Names that PostgreSQL or RDS keeps for itself. */
const RESERVED_USERS = /^(?:rds\w*|pg_\w*|public|none|user|admin_?rds)$/iu;

export function checkMasterUser(name: string | undefined): string {
  if (name === undefined || name === '') {
    throw fault.invalidValue('The parameter MasterUsername must be provided and must not be blank.');
  }
  if (!/^[a-z]\w{0,62}$/iu.test(name)) {
    throw fault.invalidValue(
      'The parameter MasterUsername is not a valid username: it must begin with a letter and contain only alphanumeric characters and underscores.',
    );
  }
  if (RESERVED_USERS.test(name)) {
    throw fault.invalidValue(`MasterUsername ${name} cannot be used as it is a reserved word used by the engine`);
  }
  return name;
}

export function checkPassword(password: string | undefined): string {
  if (password === undefined || password === '') {
    throw fault.invalidValue('The parameter MasterUserPassword must be provided and must not be blank.');
  }
  if (password.length < 8) {
    throw fault.invalidValue(
      'The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.',
    );
  }
  if (password.length > 128) {
    throw fault.invalidValue(
      'The parameter MasterUserPassword is not a valid password because it is longer than 128 characters.',
    );
  }
  if (!/^[!-~]+$/u.test(password) || /[/@"]/u.test(password)) {
    throw fault.invalidValue(
      `The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`,
    );
  }
  return password;
}

export function checkDbName(name: string | undefined): string | undefined {
  if (name === undefined || name === '') return undefined;
  if (!/^[a-z_]\w{0,62}$/iu.test(name)) {
    throw fault.invalidValue(
      `DBName must begin with a letter or underscore and contain only alphanumeric characters: ${name}`,
    );
  }
  if (/^(?:template[01]|rdsadmin)$/u.test(name))
    throw fault.invalidValue(`DBName ${name} cannot be used. It is a reserved word for this engine`);
  return name;
}

interface StorageRequest {
  readonly AllocatedStorage?: number | undefined;
  readonly StorageType?: string | undefined;
  readonly Iops?: number | undefined;
  readonly StorageThroughput?: number | undefined;
}
type Storage = Pick<InstanceSettings, 'allocatedStorageGb' | 'storageType' | 'iops' | 'storageThroughput'>;

/** `io1` when IOPS are given without a type, otherwise gp3: never "as the source has it". */
export function checkStorage(engine: string, input: StorageRequest, sourceGb?: number): Storage {
  const storageType = input.StorageType ?? (input.Iops === undefined ? 'gp3' : 'io1');
  const isProvisioned = storageType === 'io1' || storageType === 'io2';
  if (!isProvisioned && !['gp2', 'gp3', 'standard'].includes(storageType)) {
    throw fault.invalidValue(`Invalid storage type: ${storageType}`);
  }
  const allocatedStorageGb = input.AllocatedStorage ?? sourceGb;
  const smallest = isProvisioned ? 100 : storageType === 'standard' ? 5 : 20;
  if (allocatedStorageGb === undefined) {
    throw fault.invalidValue('The parameter AllocatedStorage must be provided and must not be blank.');
  }
  if (allocatedStorageGb < smallest || allocatedStorageGb > 65_536) {
    throw fault.invalidValue(
      `Invalid storage size for engine name ${engine} and storage type ${storageType}: ${allocatedStorageGb}`,
    );
  }
  if (sourceGb !== undefined && allocatedStorageGb < sourceGb) {
    throw fault.invalidValue(
      `The allocated storage size of the restored DB instance can't be less than the source's allocated storage size (${sourceGb} GiB).`,
    );
  }
  if (sourceGb !== undefined && allocatedStorageGb > sourceGb && allocatedStorageGb < sourceGb * 1.1) {
    throw fault.invalidCombination(
      `The allocated storage must be increased by at least 10 percent of ${sourceGb} GiB.`,
    );
  }
  if (isProvisioned && input.Iops === undefined) {
    throw fault.invalidCombination(`You must specify the IOPS parameter for storage type ${storageType}.`);
  }
  if (!isProvisioned && storageType !== 'gp3' && input.Iops !== undefined) {
    throw fault.invalidCombination(`Iops can't be specified for storage type ${storageType}.`);
  }
  const gp3 = storageType === 'gp3';
  const iops = input.Iops ?? (gp3 ? 3000 : undefined);
  const storageThroughput = input.StorageThroughput ?? (gp3 ? 125 : undefined);
  return {
    allocatedStorageGb,
    storageType,
    ...(iops === undefined ? {} : { iops }),
    ...(storageThroughput === undefined ? {} : { storageThroughput }),
  };
}

export function checkRetention(days: number): number {
  if (!Number.isInteger(days) || days < 0 || days > 35) {
    throw fault.invalidValue(`Invalid backup retention period: ${days}. Retention period must be between 0 and 35`);
  }
  return days;
}

export function checkWindow(parameter: string, window: string | undefined, byDefault: string): string {
  const value = window ?? byDefault;
  const pattern =
    parameter === 'PreferredBackupWindow' ? /^\d\d:\d\d-\d\d:\d\d$/u : /^[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d$/iu;
  if (!pattern.test(value)) throw fault.invalidValue(`The parameter ${parameter} is not valid: ${value}`);
  return value.toLowerCase();
}

export function checkQuotas(region: Region, moreGb: number): void {
  const { instances, quotas } = region.state;
  if (instances.length >= quotas.instances) throw fault.instanceQuota(quotas.instances);
  const usedGb = instances.reduce((sum, each) => sum + each.settings.allocatedStorageGb, 0);
  if (usedGb + moreGb > quotas.storageGb) throw fault.storageQuota(quotas.storageGb);
}

/** The ARN of a key that can be used now; the account's RDS key when none is named. */
export function usableKey(rds: Rds, region: Region, key: string | undefined): string {
  const wanted = key ?? 'alias/aws/rds';
  const found = rds.keys.keyState(wanted, region.accountId, region.region);
  if (found?.state !== 'Enabled') throw fault.keyNotAccessible(found?.arn ?? wanted);
  return found.arn;
}

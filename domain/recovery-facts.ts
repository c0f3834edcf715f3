import type { Tier } from './target.ts';

/** What a recovery document can state in a form that a machine can compare. A closed list: an unknown name is told, never ignored. */
export const factNames = [
  'region',
  'availability-zones',
  'engine',
  'engine-version',
  'instance-class',
  'multi-az',
  'retention-days',
  'point-in-time-recovery',
  'encrypted',
  'kms-key',
  'backup-copy-region',
  'endpoint',
  'security-groups',
  'restore-steps',
  'rto',
  'rpo',
  'owner',
  'champion',
  'contacts',
  'channel',
  'last-drill',
] as const;
export type FactName = (typeof factNames)[number];

/** How the text of a fact is read and compared. */
export type FactForm =
  | 'word'
  | 'region'
  | 'zones'
  | 'engine'
  | 'version'
  | 'yes-no'
  | 'days'
  | 'duration'
  | 'key'
  | 'endpoint'
  | 'groups'
  | 'person'
  | 'people'
  | 'channel'
  | 'date'
  | 'steps';

/** What a recovery document can state, and who has to. */
export interface FactDefinition {
  /** For people: `backup copy Region`. */
  readonly label: string;
  /** Of one database or bucket, or of the service as a whole. */
  readonly of: 'resource' | 'service';
  readonly form: FactForm;
  /** A document of a service of these tiers has to state it: what one needs at three in the morning, and no more. */
  readonly requiredIn: readonly Tier[];
  /** Other names under which documents state it, in lower case, words apart by single spaces. */
  readonly aliases: readonly string[];
}

const critical = [0, 1] as const;
const all = [0, 1, 2, 3] as const;

/**
 * The vocabulary. Required by tier: tiers 0 and 1 state what a restore needs and promises; below that, who is to be called,
 * and what is promised (reference: programme document, "accuracy and completeness/currency"; NIST SP 800-34, 3.6).
 */
export const factDefinitions: Readonly<Record<FactName, FactDefinition>> = {
  region: { label: 'Region', of: 'resource', form: 'region', requiredIn: all, aliases: ['aws region'] },
  'availability-zones': {
    label: 'availability zones',
    of: 'resource',
    form: 'zones',
    requiredIn: [0],
    aliases: ['availability zone', 'azs', 'az', 'zones'],
  },
  engine: { label: 'engine', of: 'resource', form: 'engine', requiredIn: critical, aliases: ['database engine'] },
  'engine-version': {
    label: 'engine version',
    of: 'resource',
    form: 'version',
    requiredIn: critical,
    aliases: ['version', 'database version'],
  },
  'instance-class': {
    label: 'instance class',
    of: 'resource',
    form: 'word',
    requiredIn: critical,
    aliases: ['class', 'instance type', 'size'],
  },
  'multi-az': { label: 'Multi-AZ', of: 'resource', form: 'yes-no', requiredIn: critical, aliases: ['multiaz'] },
  'retention-days': {
    label: 'backup retention',
    of: 'resource',
    form: 'days',
    requiredIn: critical,
    aliases: ['retention', 'backup retention', 'backup retention period', 'retention period'],
  },
  'point-in-time-recovery': {
    label: 'point-in-time recovery',
    of: 'resource',
    form: 'yes-no',
    requiredIn: critical,
    aliases: ['pitr', 'point in time restore', 'continuous backup'],
  },
  encrypted: {
    label: 'encryption',
    of: 'resource',
    form: 'yes-no',
    requiredIn: critical,
    aliases: ['encryption', 'encryption at rest', 'storage encrypted'],
  },
  'kms-key': {
    label: 'encryption key',
    of: 'resource',
    form: 'key',
    requiredIn: critical,
    aliases: ['key', 'encryption key', 'kms key id'],
  },
  'backup-copy-region': {
    label: 'backup copy Region',
    of: 'resource',
    form: 'region',
    requiredIn: critical,
    aliases: ['copy region', 'backup region', 'cross region copy', 'dr region'],
  },
  endpoint: { label: 'endpoint', of: 'resource', form: 'endpoint', requiredIn: critical, aliases: ['host', 'address'] },
  'security-groups': {
    label: 'security groups',
    of: 'resource',
    form: 'groups',
    requiredIn: critical,
    aliases: ['security group', 'sgs'],
  },
  'restore-steps': {
    label: 'restore steps',
    of: 'service',
    form: 'steps',
    requiredIn: all,
    aliases: ['restore procedure', 'recovery steps'],
  },
  rto: { label: 'RTO', of: 'service', form: 'duration', requiredIn: all, aliases: ['recovery time objective'] },
  rpo: { label: 'RPO', of: 'service', form: 'duration', requiredIn: all, aliases: ['recovery point objective'] },
  owner: { label: 'owner', of: 'service', form: 'person', requiredIn: all, aliases: ['service owner'] },
  champion: {
    label: 'DR champion',
    of: 'service',
    form: 'person',
    requiredIn: critical,
    aliases: ['dr champion', 'disaster recovery champion'],
  },
  contacts: {
    label: 'contacts',
    of: 'service',
    form: 'people',
    requiredIn: critical,
    aliases: ['contact', 'escalation contacts', 'who to call'],
  },
  channel: {
    label: 'Slack channel',
    of: 'service',
    form: 'channel',
    requiredIn: critical,
    aliases: ['slack', 'slack channel', 'chat'],
  },
  'last-drill': {
    label: 'last drill',
    of: 'service',
    form: 'date',
    requiredIn: critical,
    aliases: ['last restore test', 'last test', 'last tested', 'last dr test'],
  },
};

/** The fact of a name as people write it: `Backup retention (days)`, `pitr`, `multi_az`. */
export function factNamed(written: string): FactName | undefined {
  const name = wordsOf(written);
  return factNames.find((fact) => wordsOf(fact) === name || factDefinitions[fact].aliases.includes(name));
}

/** Lower case, words apart by single spaces, without what stands in brackets and a colon at the end. */
const wordsOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/\([^)]*\)/g, ' ')
    .replaceAll(/[\s_\-–/]+/g, ' ')
    .replace(/\s*:\s*$/, '')
    .trim();

/** Where a fact is: `issues-db.region`, `service.rto`. Stable across quarters. */
export const factKey = (name: FactName, resource: string | undefined): string => `${resource ?? 'service'}.${name}`;

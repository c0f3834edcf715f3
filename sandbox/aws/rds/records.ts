/** What the sandbox remembers of RDS, as it lies on disk: plain JSON, times in milliseconds UTC. */

export type Tags = Record<string, string>;

/** Statuses that a DB instance can show; the words are RDS's own. */
export type InstanceStatus =
  | 'available'
  | 'backing-up'
  | 'creating'
  | 'deleting'
  | 'failed'
  | 'inaccessible-encryption-credentials'
  | 'incompatible-network'
  | 'incompatible-restore'
  | 'modifying'
  | 'rebooting'
  | 'renaming'
  | 'resetting-master-credentials'
  | 'starting'
  | 'stopped'
  | 'stopping'
  | 'storage-full';

/** Settings that RDS shows and the sandbox only remembers, because nothing here depends on them. */
export interface InstanceSettings {
  instanceClass: string;
  allocatedStorageGb: number;
  storageType: string;
  iops?: number;
  storageThroughput?: number;
  maxAllocatedStorageGb?: number;
  multiAz: boolean;
  availabilityZone: string;
  secondaryAvailabilityZone?: string;
  subnetGroup: string;
  vpcSecurityGroupIds: string[];
  publiclyAccessible: boolean;
  parameterGroup: string;
  optionGroup: string;
  backupRetentionDays: number;
  backupWindow: string;
  maintenanceWindow: string;
  autoMinorVersionUpgrade: boolean;
  copyTagsToSnapshot: boolean;
  deletionProtection: boolean;
  iamAuthentication: boolean;
  monitoringIntervalS: number;
  monitoringRoleArn?: string;
  performanceInsights: boolean;
  logExports: string[];
  caCertificate: string;
  networkType: string;
  dedicatedLogVolume: boolean;
  engineLifecycleSupport: string;
}

/** One piece of work on an instance. It is kept on disk until it is done, so that a killed sandbox finishes it later. */
export type Stage = {
  /** When its status became visible; a restart does not begin the wait anew. */
  startedAtMs?: number;
  /** How long after the request the status becomes visible; RDS answers `modify` before it begins. */
  notBeforeMs?: number;
} & (
  | { kind: 'create'; masterPassword: string }
  | { kind: 'restore-snapshot'; snapshotKey: string; snapshotName: string; endIn?: InstanceStatus }
  | {
      kind: 'restore-to-time';
      sourceDbiResourceId: string;
      sourceName: string;
      baseKey: string | null;
      timeMs: number;
      endIn?: InstanceStatus;
    }
  | { kind: 'replicate'; sourceDbiResourceId: string }
  | { kind: 'backup'; snapshotKey: string }
  | { kind: 'modify'; changes: Partial<InstanceSettings>; rename?: string; port?: number }
  | { kind: 'reset-password'; password: string }
  | { kind: 'reboot'; failover: boolean }
  | { kind: 'promote'; backupRetentionDays: number }
  | { kind: 'stop' }
  | { kind: 'start' }
  | { kind: 'delete'; finalSnapshotKey?: string; keepAutomatedBackups: boolean }
);
export type StageKind = Stage['kind'];

export interface InstanceRecord {
  name: string;
  dbiResourceId: string;
  status: InstanceStatus;
  stages: Stage[];
  engine: string;
  engineVersion: string;
  licenseModel: string;
  masterUsername: string;
  dbName?: string;
  settings: InstanceSettings;
  pending: Partial<InstanceSettings> & { masterPassword?: true };
  storageEncrypted: boolean;
  kmsKeyArn?: string;
  tags: Tags;
  /** Absent while it is being created: RDS gives no creation time and no endpoint before. */
  createdAtMs?: number;
  endpoint?: { address: string; port: number };
  /** The port that was asked for; kept for what RDS would show if there were no real server behind it. */
  requestedPort: number;
  /** Whether a real PostgreSQL server stands behind it. */
  hasServer: boolean;
  latestRestorableMs?: number;
  replicaOf?: string;
  lastFailoverMs?: number;
  /** Until then the control plane does not find it: RDS is eventually consistent. */
  visibleFromMs?: number;
}

export interface SnapshotRecord {
  /** Key of the folder with its files; never reused. */
  key: string;
  name: string;
  type: 'manual' | 'automated';
  status: 'creating' | 'available' | 'copying' | 'failed' | 'deleting';
  instanceName: string;
  dbiResourceId: string;
  /** All that a restore needs when the instance is long gone. */
  source: Omit<InstanceRecord, 'stages' | 'pending' | 'status'>;
  kmsKeyArn?: string;
  encrypted: boolean;
  tags: Tags;
  percentProgress: number;
  /** The moment whose data it holds; absent until they are captured. */
  completedAtMs?: number;
  createTimeMs?: number;
  originalCreateTimeMs?: number;
  requestedAtMs: number;
  sizeBytes?: number;
  /** Whether there are real files behind it. */
  hasFiles: boolean;
  sourceSnapshotArn?: string;
  sourceRegion?: string;
  /** For a copy in progress: the snapshot it is made from. */
  copyOfKey?: string;
  vpcId: string;
}

/** Automated backups of an instance that was deleted with `DeleteAutomatedBackups=false`. */
export interface RetainedBackup {
  source: Omit<InstanceRecord, 'stages' | 'pending' | 'status'>;
  vpcId: string;
  latestRestorableMs?: number;
}

export interface SubnetGroupRecord {
  name: string;
  description: string;
  subnetIds: string[];
  vpcId: string;
  tags: Tags;
}

export interface ParameterGroupRecord {
  name: string;
  family: string;
  description: string;
  parameters: Record<string, { value: string; applyMethod: 'immediate' | 'pending-reboot' }>;
  tags: Tags;
}

export interface OptionGroupRecord {
  name: string;
  engine: string;
  majorVersion: string;
  description: string;
  tags: Tags;
}

export interface EventRecord {
  /** `RDS-EVENT-0005`; DescribeEvents does not show it (EventBridge does), control does. */
  id: string;
  sourceType: 'db-instance' | 'db-snapshot' | 'db-parameter-group';
  source: string;
  arn: string;
  message: string;
  categories: string[];
  atMs: number;
}

/** Shortest time that each status is shown, in milliseconds; real work behind it may take longer. */
export interface Durations {
  creating: number;
  restoring: number;
  'backing-up': number;
  modifying: number;
  'resetting-master-credentials': number;
  rebooting: number;
  starting: number;
  stopping: number;
  deleting: number;
  'copying-snapshot': number;
  'deleting-snapshot': number;
  /** Between the answer to a modify or a snapshot request and the first sign of it in the status. */
  'picking-up': number;
}

/** Faults that stay until `release`. `match` is an identifier, or a prefix that ends in `*`. */
export interface ResourceFaults {
  stuck: { match: string; status: InstanceStatus }[];
  endIn: { match: string; status: InstanceStatus; times: number }[];
  refuseDelete: { match: string; how: 'stays' | 'refused' }[];
  /** Instances made from now on are found by name or list only after `ms`; creating one again says at once that it exists. */
  lateVisibility: { match: string; ms: number }[];
}

export interface RegionRecord {
  instances: InstanceRecord[];
  /** Every instance that was ever made, deleted ones too: what CloudTrail would know. The newest 5,000. */
  made: { name: string; dbiResourceId: string; atMs: number }[];
  snapshots: SnapshotRecord[];
  retained: RetainedBackup[];
  subnetGroups: SubnetGroupRecord[];
  parameterGroups: ParameterGroupRecord[];
  optionGroups: OptionGroupRecord[];
  events: EventRecord[];
  /** Only what control has set; the rest are defaults of this start. */
  durations: Partial<Durations>;
  logShippingMs: number;
  quotas: { instances: number; snapshots: number; storageGb: number };
  faults: ResourceFaults;
}

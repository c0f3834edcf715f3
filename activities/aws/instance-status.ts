/**
 * What an RDS instance status means for someone who waits for it.
 *
 * - `working`: AWS is at it, ask again.
 * - `connectable`: a connection may be tried; the connection decides, not the word.
 * - `bad`: it does not get better by waiting.
 */
export type StatusMeaning =
  | { readonly state: 'working' }
  | { readonly state: 'connectable' }
  | { readonly state: 'bad'; readonly meaning: string };

const working: StatusMeaning = { state: 'working' };
const connectable: StatusMeaning = { state: 'connectable' };
const bad = (meaning: string): StatusMeaning => ({ state: 'bad', meaning });

/**
 * Statuses of the RDS user guide ("Viewing Amazon RDS DB instance status"). SDK waiters are not used: they spin on half
 * of the bad ones (reference/disaster-recovery.md, section 6.3).
 */
const meanings: Readonly<Record<string, StatusMeaning>> = {
  available: connectable,
  'backing-up': connectable,
  'storage-optimization': connectable,
  'storage-config-upgrade': connectable,
  'storage-initialization': connectable,
  'configuring-enhanced-monitoring': connectable,
  'configuring-iam-database-auth': connectable,
  'configuring-log-exports': connectable,
  'configuring-activity-stream': connectable,
  'resetting-master-credentials': connectable,
  creating: working,
  modifying: working,
  rebooting: working,
  renaming: working,
  starting: working,
  maintenance: working,
  upgrading: working,
  'converting-to-vpc': working,
  'moving-to-vpc': working,
  'delete-precheck': working,
  deleting: bad('someone is deleting it'),
  failed: bad('RDS could not build or keep the instance'),
  'restore-error': bad('RDS could not restore it'),
  'incompatible-restore': bad('the backup cannot be restored with these settings'),
  'incompatible-network': bad('its network does not let RDS place it (addresses, subnets or DNS)'),
  'incompatible-option-group': bad('its option group does not fit'),
  'incompatible-parameters': bad('its parameter group holds values that do not fit this class or version'),
  'incompatible-create': bad('it cannot be created with these settings'),
  'inaccessible-encryption-credentials': bad('its KMS key cannot be used'),
  'inaccessible-encryption-credentials-recoverable': bad('its KMS key cannot be used at the moment'),
  'insufficient-capacity': bad('AWS has no capacity for this class there'),
  'storage-full': bad('its storage is full'),
  stopped: bad('it is stopped'),
  stopping: bad('someone is stopping it'),
};

/** What to think of a status. One that we do not know is worked on: RDS adds new ones, and the deadline bounds the wait. */
export function meaningOfStatus(status: string): StatusMeaning {
  const known = Object.hasOwn(meanings, status) ? meanings[status] : undefined;
  if (known !== undefined) return known;
  if (status.startsWith('incompatible-')) return bad('RDS says that something does not fit');
  if (status.startsWith('configuring-')) return connectable;
  return working;
}

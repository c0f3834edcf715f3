import type { ErrorKind } from '../../domain/errors.ts';
import { FiredrillError } from '../../domain/errors.ts';

interface FaultClass {
  /** Our stable code; a finding's cause. */
  readonly code: string;
  readonly kind: ErrorKind;
  readonly means: string;
  readonly next: string;
  /** AWS codes without the trailing `Fault` or `Exception`, since SDK class names have it and wire codes often do not. */
  readonly awsCodes: readonly string[];
}

/** The fault classes of reference/disaster-recovery.md, section 6.3. The first match counts. */
const faultClasses: readonly FaultClass[] = [
  {
    code: 'aws-busy',
    kind: 'busy',
    means: 'AWS asks to slow down or is briefly not able to answer; nothing is known to be wrong with the backup.',
    next: 'Nothing to do now: it is tried again with growing pauses. If it lasts, look at the AWS health dashboard and the account’s API limits.',
    awsCodes: [
      'Throttling',
      'Throttled',
      'ThrottledException',
      'TooManyRequests',
      'RequestLimitExceeded',
      'SlowDown',
      'BandwidthLimitExceeded',
      'ServiceUnavailable',
      'InternalFailure',
      'InternalError',
      'InternalService',
      'KMSInternal',
      'DependencyTimeout',
      'RequestTimeout',
      'InvalidDBInstanceState',
      'InvalidDBInstanceAutomatedBackupState',
    ],
  },
  {
    code: 'key-not-accessible',
    kind: 'finding',
    means:
      'The backup is encrypted with a key that cannot be used now, so nobody can restore it. The run ends as failed.',
    next: 'Enable the KMS key, or grant its use to the recovery role, then start a retest.',
    awsCodes: ['KMSKeyNotAccessible', 'KMSInvalidState', 'Disabled', 'KeyUnavailable'],
  },
  {
    code: 'pitr-not-enabled',
    kind: 'finding',
    means: 'There is no continuous backup to restore from. The run ends as failed.',
    next: 'Set a backup retention above zero on the source, wait for the first backup, then start a retest.',
    awsCodes: ['PointInTimeRestoreNotEnabled'],
  },
  {
    code: 'recovery-point-gone',
    kind: 'finding',
    means: 'The backup that was chosen cannot be restored any more. The run ends as failed.',
    next: 'Find out what deleted or changed it (retention, lifecycle, a person), then start a retest.',
    awsCodes: ['DBSnapshotNotFound', 'InvalidDBSnapshotState', 'DBInstanceAutomatedBackupNotFound'],
  },
  {
    code: 'restore-refused',
    kind: 'finding',
    means:
      'AWS will not restore this backup like this, so a real recovery would have been refused too. The run ends as failed.',
    next: 'Read the reason that AWS gives, correct the backup or its settings, then start a retest.',
    awsCodes: [
      'InvalidRestore',
      'InsufficientDBInstanceCapacity',
      'ProvisionedIopsNotAvailableInAZ',
      'StorageTypeNotSupported',
      'VpcEncryptionControlViolation',
      'BackupPolicyNotFound',
      'CertificateNotFound',
      'NetworkTypeNotSupported',
      'TenantDatabaseQuotaExceeded',
    ],
  },
  {
    code: 'recovery-network-unfit',
    kind: 'finding',
    means: 'The drill network cannot take this database. The run ends as failed.',
    next: 'Repair the subnet group and security group that the catalog names for drills, then start a retest.',
    awsCodes: [
      'DBSubnetGroupDoesNotCoverEnoughAZs',
      'DBSubnetGroupNotFound',
      'InvalidSubnet',
      'InvalidVPCNetworkState',
      'DBSecurityGroupNotFound',
      'InvalidGroup.NotFound',
    ],
  },
  {
    code: 'recovery-group-missing',
    kind: 'finding',
    means:
      'A parameter or option group that the database needs does not exist here; it would be missing in a real recovery too.',
    next: 'Create the group in this Region and account, then start a retest.',
    awsCodes: ['OptionGroupNotFound', 'DBParameterGroupNotFound'],
  },
  {
    code: 'quota-reached',
    kind: 'programme',
    means: 'The account’s own limit stops the drill; it says nothing about the backup.',
    next: 'Remove leftovers with: firedrill sweep, or ask AWS for a higher quota, then start again.',
    awsCodes: [
      'InstanceQuotaExceeded',
      'StorageQuotaExceeded',
      'DBClusterQuotaExceeded',
      'SnapshotQuotaExceeded',
      'LimitExceeded',
      'Quota.Exceeded',
    ],
  },
  {
    code: 'aws-permission-missing',
    kind: 'programme',
    means: 'firedrill’s role may not make this call; it says nothing about the backup.',
    next: 'Give the role the permission, then check with: firedrill doctor',
    awsCodes: ['AccessDenied', 'UnauthorizedOperation', 'Authorization', 'NotAuthorized', 'OptInRequired'],
  },
  {
    code: 'aws-credentials-refused',
    kind: 'programme',
    means: 'AWS does not accept firedrill’s credentials; it says nothing about the backup.',
    next: 'Renew the credentials of the worker, then check with: firedrill doctor',
    awsCodes: [
      'ExpiredToken',
      'RequestExpired',
      'InvalidClientTokenId',
      'UnrecognizedClient',
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'AuthFailure',
      'MissingAuthenticationToken',
      'CredentialsProviderError',
      'TokenProviderError',
      'InvalidAccessKeyId',
      'InvalidIdentityToken',
    ],
  },
];

const networkErrors =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_.*)$/;

/** `FooFault`, `FooException` and `Foo` are one code. */
const bareAwsCode = (code: string): string => code.replace(/(Fault|Exception)$/, '');

/** True when AWS answered that the named thing does not exist. */
export const isAwsCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && codes.some((code) => bareAwsCode(code) === bareAwsCode(awsCodeOf(error)));

/** AWS's code from an SDK error, or the system's code of a network error. */
function awsCodeOf(error: Error): string {
  if ('Code' in error && typeof error.Code === 'string') return error.Code;
  return error.name === 'Error' && 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/**
 * Turns whatever an SDK call threw into an error of ours, by the class that decides about retry and verdict.
 * Errors of ours pass through; an unknown one is a `bug`, which is never retried blindly.
 *
 * @param doing - what was being done, to finish the sentence "AWS … while …": `restoring issues-db from snapshot x`
 */
export function classifyAwsError(error: unknown, doing: string): FiredrillError {
  if (error instanceof FiredrillError) return error;
  if (!(error instanceof Error))
    return unknownError(new Error('a value that is no Error was thrown', { cause: error }), 'unknown', doing);
  const awsCode = awsCodeOf(error);
  const bare = bareAwsCode(awsCode);
  const known =
    faultClasses.find((one) => one.awsCodes.some((code) => bareAwsCode(code) === bare)) ?? byNature(error, awsCode);
  if (known === undefined) return unknownError(error, awsCode, doing);
  return new FiredrillError(
    {
      code: known.code,
      kind: known.kind,
      what: `AWS answered ${awsCode} while ${doing}: ${oneLine(error.message)}.`,
      means: known.means,
      next: known.next,
    },
    { cause: error },
  );
}

/** Wraps a call, so that everything it throws is classified. */
export async function classified<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw classifyAwsError(error, doing);
  }
}

/** Codes that say nothing, but whose status, network error or text does. */
function byNature(error: Error, awsCode: string): FaultClass | undefined {
  const status = httpStatusOf(error);
  const systemCode = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const lost =
    error.name === 'TimeoutError' ||
    error.name === 'AbortError' ||
    networkErrors.test(systemCode) ||
    networkErrors.test(awsCode);
  if (lost || (status !== undefined && status >= 500) || status === 429 || /rate exceeded/i.test(error.message))
    return classNamed('aws-busy');
  if (error instanceof Error && error.cause instanceof Error && networkErrors.test(awsCodeOf(error.cause)))
    return classNamed('aws-busy');
  // RDS refuses a moment outside the window with a generic code; only its text says so.
  if (awsCode.startsWith('InvalidParameter') && /restor(e|able)/i.test(error.message) && /time/i.test(error.message))
    return classNamed('restore-refused');
  return undefined;
}

const classNamed = (code: string): FaultClass | undefined => faultClasses.find((one) => one.code === code);

const oneLine = (text: string): string => (text || 'no text given').replace(/\s+/g, ' ').trim().replace(/\.$/, '');

function httpStatusOf(error: Error): number | undefined {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null) return undefined;
  const metadata = error.$metadata;
  return 'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number'
    ? metadata.httpStatusCode
    : undefined;
}

function unknownError(error: Error, awsCode: string, doing: string): FiredrillError {
  return new FiredrillError(
    {
      code: 'aws-unexpected',
      kind: 'bug',
      what: `AWS answered ${awsCode} while ${doing}: ${oneLine(error.message)}.`,
      means: 'firedrill does not know this answer, so it does not try again blindly.',
      next: 'Report it with the run’s id; the request id is in the evidence.',
    },
    { cause: error },
  );
}

import type {
  CreateBucketOutput,
  CreateBucketRequest,
  DeleteBucketRequest,
  GetBucketVersioningOutput,
  GetObjectLockConfigurationOutput,
  GetObjectRetentionOutput,
  GetObjectRetentionRequest,
  HeadBucketOutput,
  HeadBucketRequest,
  ListBucketsOutput,
  PutBucketVersioningRequest,
  PutObjectLockConfigurationRequest,
  PutObjectRetentionRequest,
} from '@aws-sdk/client-s3';
import type { CallContext } from '../service.ts';
import { AwsFault } from '../service.ts';
import { checkedRetention, noLock, refuseWeakening } from './lock.ts';
import { findVersion } from './objects.ts';
import type { Buckets, BucketSettings } from './store.ts';
import { nowInSeconds } from './store.ts';

const homeRegion = 'us-east-1';

export function createBucket(input: CreateBucketRequest, context: CallContext, buckets: Buckets): CreateBucketOutput {
  const name = input.Bucket ?? '';
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..')) {
    throw new AwsFault('InvalidBucketName', 'The specified bucket is not valid.', 400);
  }
  const asked = input.CreateBucketConfiguration?.LocationConstraint ?? homeRegion;
  if (asked !== context.region) {
    const which = asked === homeRegion ? 'unspecified' : asked;
    throw new AwsFault(
      'IllegalLocationConstraintException',
      `The ${which} location constraint is incompatible for the region specific endpoint this request was sent to.`,
      400,
    );
  }
  if (buckets.find(context.accountId, name)) {
    // The one place where S3 repeats a create: its oldest Region.
    if (context.region === homeRegion) return { Location: `/${name}` };
    throw new AwsFault(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      409,
    );
  }
  const objectLock = input.ObjectLockEnabledForBucket ?? false;
  buckets.create(context.accountId, {
    name,
    region: context.region,
    createdAt: nowInSeconds(),
    objectLock,
    ...(objectLock && { versioning: 'Enabled' }),
  });
  return { Location: `/${name}`, BucketArn: `arn:aws:s3:::${name}` };
}

export function headBucket(input: HeadBucketRequest, context: CallContext, buckets: Buckets): HeadBucketOutput {
  const { settings } = buckets.need(input.Bucket ?? '', context);
  return { BucketRegion: settings.region, BucketArn: `arn:aws:s3:::${settings.name}`, AccessPointAlias: false };
}

export function listBuckets(_input: object, context: CallContext, buckets: Buckets): ListBucketsOutput {
  return {
    Buckets: buckets.list(context.accountId).map(({ settings }) => ({
      Name: settings.name,
      CreationDate: new Date(settings.createdAt),
      BucketRegion: settings.region,
      BucketArn: `arn:aws:s3:::${settings.name}`,
    })),
    Owner: { ID: context.accountId },
  };
}

export function deleteBucket(input: DeleteBucketRequest, context: CallContext, buckets: Buckets): object {
  const bucket = buckets.need(input.Bucket ?? '', context);
  if (!bucket.isEmpty()) {
    throw new AwsFault(
      'BucketNotEmpty',
      'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
      409,
    );
  }
  buckets.remove(context.accountId, bucket);
  return {};
}

export function putBucketVersioning(input: PutBucketVersioningRequest, context: CallContext, buckets: Buckets): object {
  const bucket = buckets.need(input.Bucket ?? '', context);
  const status = input.VersioningConfiguration?.Status;
  if (status !== 'Enabled' && status !== 'Suspended') {
    throw new AwsFault(
      'IllegalVersioningConfigurationException',
      'The versioning configuration specified in the request is invalid.',
      400,
    );
  }
  if (bucket.settings.objectLock && status === 'Suspended') {
    throw new AwsFault(
      'InvalidBucketState',
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      409,
    );
  }
  bucket.configure({ ...bucket.settings, versioning: status });
  return {};
}

export function getBucketVersioning(
  input: { Bucket?: string },
  context: CallContext,
  buckets: Buckets,
): GetBucketVersioningOutput {
  const { versioning } = buckets.need(input.Bucket ?? '', context).settings;
  return versioning === undefined ? {} : { Status: versioning };
}

export function putObjectLockConfiguration(
  input: PutObjectLockConfigurationRequest,
  context: CallContext,
  buckets: Buckets,
): object {
  const bucket = buckets.need(input.Bucket ?? '', context);
  if (input.ObjectLockConfiguration?.ObjectLockEnabled !== 'Enabled') {
    throw new AwsFault('MalformedXML', 'ObjectLockEnabled must be Enabled: Object Lock cannot be switched off', 400);
  }
  if (bucket.settings.versioning !== 'Enabled') {
    throw new AwsFault(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      409,
    );
  }
  const { defaultRetention: _previous, ...rest } = bucket.settings;
  bucket.configure({ ...rest, objectLock: true, ...retentionRule(input) });
  return {};
}

function retentionRule(input: PutObjectLockConfigurationRequest): Pick<BucketSettings, 'defaultRetention'> {
  const retention = input.ObjectLockConfiguration?.Rule?.DefaultRetention;
  if (!retention) return {};
  const { Mode, Days, Years } = retention;
  if (Mode === undefined || (Days === undefined) === (Years === undefined) || (Days ?? Years ?? 0) <= 0) {
    throw new AwsFault(
      'MalformedXML',
      'A default retention has a mode and a positive number of either days or years',
      400,
    );
  }
  return {
    defaultRetention: {
      mode: Mode,
      ...(Days !== undefined && { days: Days }),
      ...(Years !== undefined && { years: Years }),
    },
  };
}

export function getObjectLockConfiguration(
  input: { Bucket?: string },
  context: CallContext,
  buckets: Buckets,
): GetObjectLockConfigurationOutput {
  const { objectLock, defaultRetention: rule } = buckets.need(input.Bucket ?? '', context).settings;
  if (!objectLock)
    throw new AwsFault(
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
      404,
    );
  if (!rule) return { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } };
  const DefaultRetention = { Mode: rule.mode, Days: rule.days, Years: rule.years };
  return { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } } };
}

export function getObjectRetention(
  input: GetObjectRetentionRequest,
  context: CallContext,
  buckets: Buckets,
): GetObjectRetentionOutput {
  const bucket = buckets.need(input.Bucket ?? '', context);
  if (!bucket.settings.objectLock) throw noLock();
  const { retention } = findVersion(bucket, input.Key ?? '', input.VersionId);
  if (!retention) {
    throw new AwsFault(
      'NoSuchObjectLockConfiguration',
      'The specified object does not have a ObjectLock configuration',
      404,
    );
  }
  return { Retention: { Mode: retention.mode, RetainUntilDate: new Date(retention.until) } };
}

export function putObjectRetention(input: PutObjectRetentionRequest, context: CallContext, buckets: Buckets): object {
  const bucket = buckets.need(input.Bucket ?? '', context);
  if (!bucket.settings.objectLock) throw noLock();
  const version = findVersion(bucket, input.Key ?? '', input.VersionId);
  const { Mode, RetainUntilDate } = input.Retention ?? {};
  if (Mode === undefined || RetainUntilDate === undefined) {
    throw new AwsFault('MalformedXML', 'A retention has a mode and a date until when it holds', 400);
  }
  const next = checkedRetention(Mode, RetainUntilDate);
  refuseWeakening(version, next, input.BypassGovernanceRetention ?? false);
  bucket.update({ ...version, retention: next });
  return {};
}

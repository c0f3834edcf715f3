import type { PutObjectRequest } from '@aws-sdk/client-s3';
import { AwsFault } from '../service.ts';
import type { Bucket, ObjectVersion, Retention } from './store.ts';

/** The retention that a new object gets: its own, else the bucket's default. */
export function retentionFor(
  bucket: Bucket,
  input: Pick<PutObjectRequest, 'ObjectLockMode' | 'ObjectLockRetainUntilDate'>,
): Retention | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = input;
  if (mode === undefined && until === undefined) return defaultRetention(bucket);
  if (!bucket.settings.objectLock) throw noLock();
  if (mode === undefined || until === undefined) {
    throw new AwsFault(
      'InvalidArgument',
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      400,
    );
  }
  return checkedRetention(mode, until);
}

/** @throws AwsFault InvalidArgument for a time that has passed */
export function checkedRetention(mode: Retention['mode'], until: Date): Retention {
  if (mode !== 'COMPLIANCE' && mode !== 'GOVERNANCE')
    throw new AwsFault('InvalidArgument', 'Unknown wormMode directive.', 400);
  if (until.getTime() <= Date.now())
    throw new AwsFault('InvalidArgument', 'The retain until date must be in the future!', 400);
  return { mode, until: until.toISOString() };
}

function defaultRetention(bucket: Bucket): Retention | undefined {
  const rule = bucket.settings.defaultRetention;
  if (!rule) return undefined;
  const until = new Date();
  if (rule.days !== undefined) until.setUTCDate(until.getUTCDate() + rule.days);
  if (rule.years !== undefined) until.setUTCFullYear(until.getUTCFullYear() + rule.years);
  return { mode: rule.mode, until: until.toISOString() };
}

/** @throws AwsFault AccessDenied while a version may not be deleted, in S3's words */
export function refuseIfLocked(version: ObjectVersion, bypassGovernance: boolean): void {
  if (!isHeld(version)) return;
  if (version.retention?.mode === 'GOVERNANCE' && bypassGovernance) return;
  throw new AwsFault('AccessDenied', 'Access Denied because object protected by object lock.', 403);
}

/** @throws AwsFault AccessDenied for a change that would weaken a retention in force */
export function refuseWeakening(version: ObjectVersion, next: Retention, bypassGovernance: boolean): void {
  const { retention } = version;
  if (!retention || !isHeld(version)) return;
  const weaker =
    Date.parse(next.until) < Date.parse(retention.until) ||
    (retention.mode === 'COMPLIANCE' && next.mode === 'GOVERNANCE');
  if (!weaker || (retention.mode === 'GOVERNANCE' && bypassGovernance)) return;
  throw new AwsFault('AccessDenied', 'Access Denied because object protected by object lock.', 403);
}

export function noLock(): AwsFault {
  return new AwsFault('InvalidRequest', 'Bucket is missing Object Lock Configuration', 400);
}

function isHeld(version: ObjectVersion): boolean {
  return version.retention !== undefined && Date.parse(version.retention.until) > Date.now();
}

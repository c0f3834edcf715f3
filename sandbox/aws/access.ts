import type { Access } from './roles.ts';
import type { ServiceName } from './wire/model.ts';

/**
 * What a call needs to be allowed, as IAM names it.
 *
 * The resource is the one that the call creates, changes or reads. (IAM also looks at the parameter, option and subnet
 * groups of a restore; a role that may restore has those in practice.)
 */
export function accessesOf(
  service: ServiceName,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  where: { readonly accountId: string; readonly region: string },
): readonly Access[] {
  if (service === 's3') return s3Accesses(operation, input);
  return [{ action: `${service}:${operation}`, resource: resourceOf(service, operation, input, where) }];
}

// The first member that is there names the resource: what a call makes comes before what it is made from.
const rdsResources: readonly (readonly [member: string, kind: string])[] = [
  ['ResourceName', ''],
  ['TargetDBInstanceIdentifier', 'db'],
  ['TargetDBSnapshotIdentifier', 'snapshot'],
  ['DBSnapshotIdentifier', 'snapshot'],
  ['DBInstanceIdentifier', 'db'],
  ['DBSubnetGroupName', 'subgrp'],
  ['DBParameterGroupName', 'pg'],
  ['OptionGroupName', 'og'],
];
const restoreResources: typeof rdsResources = [['DBInstanceIdentifier', 'db']];

function resourceOf(
  service: ServiceName,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  where: { readonly accountId: string; readonly region: string },
): string {
  const scope = `${where.region}:${where.accountId}`;
  if (service === 'rds') {
    const members = operation === 'RestoreDBInstanceFromDBSnapshot' ? restoreResources : rdsResources;
    for (const [member, kind] of members) {
      const value = text(input, member);
      if (value !== undefined) return value.startsWith('arn:') ? value : `arn:aws:rds:${scope}:${kind}:${value}`;
    }
    return '*';
  }
  if (service === 'kms') {
    const key = text(input, 'KeyId');
    if (key === undefined) return '*';
    if (key.startsWith('arn:')) return key;
    return `arn:aws:kms:${scope}:${key.startsWith('alias/') ? key : `key/${key}`}`;
  }
  if (service === 'sts') return text(input, 'RoleArn') ?? '*';
  return '*';
}

function text(input: Readonly<Record<string, unknown>>, member: string): string | undefined {
  const value = input[member];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const s3BucketActions: Readonly<Record<string, string>> = {
  HeadBucket: 'ListBucket',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListBuckets: 'ListAllMyBuckets',
  PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
};

function s3Accesses(operation: string, input: Readonly<Record<string, unknown>>): readonly Access[] {
  const bucket = text(input, 'Bucket');
  const key = text(input, 'Key');
  const versioned = text(input, 'VersionId') !== undefined;
  const bucketArn = bucket === undefined ? '*' : `arn:aws:s3:::${bucket}`;
  if (operation === 'DeleteObjects') return deletions(bucketArn, input);
  if (key === undefined) return [{ action: `s3:${s3BucketActions[operation] ?? operation}`, resource: bucketArn }];
  const resource = `${bucketArn}/${key}`;
  const accesses: Access[] = [];
  if (operation === 'HeadObject' || operation === 'GetObject') {
    accesses.push({ action: versioned ? 's3:GetObjectVersion' : 's3:GetObject', resource });
  } else if (operation === 'DeleteObject') {
    accesses.push({ action: versioned ? 's3:DeleteObjectVersion' : 's3:DeleteObject', resource });
  } else {
    accesses.push({ action: `s3:${operation}`, resource });
  }
  if (operation === 'PutObject' && input['ObjectLockMode'] !== undefined)
    accesses.push({ action: 's3:PutObjectRetention', resource });
  if (input['BypassGovernanceRetention'] === true) accesses.push({ action: 's3:BypassGovernanceRetention', resource });
  return accesses;
}

function deletions(bucketArn: string, input: Readonly<Record<string, unknown>>): readonly Access[] {
  const batch = input['Delete'] as
    | { readonly Objects?: readonly { readonly Key?: string; readonly VersionId?: string }[] }
    | undefined;
  return (batch?.Objects ?? []).map((each) => ({
    action: each.VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
    resource: `${bucketArn}/${each.Key ?? ''}`,
  }));
}

import { join } from 'node:path';
import type { AwsService, CallContext, Operation } from '../service.ts';
import {
  createBucket,
  deleteBucket,
  getBucketVersioning,
  getObjectLockConfiguration,
  getObjectRetention,
  headBucket,
  listBuckets,
  putBucketVersioning,
  putObjectLockConfiguration,
  putObjectRetention,
} from './buckets.ts';
import { listObjectsV2, listObjectVersions } from './listing.ts';
import { deleteObject, deleteObjects, getObject, headObject, putObject } from './objects.ts';
import { Buckets } from './store.ts';

export interface S3ServiceOptions {
  /** Objects and their metadata lie under `<dataDir>/s3` and outlive the process. */
  readonly dataDir: string;
}

/** Buckets and objects as evidence needs them. Path style only; no multipart uploads, no ACLs, no policies. */
export function createS3Service(options: S3ServiceOptions): AwsService {
  const buckets = new Buckets(join(options.dataDir, 's3'));
  // Handlers are synchronous on purpose: a check and the write that depends on it cannot be torn apart.
  const operation =
    (handler: (input: never, context: CallContext, buckets: Buckets) => object): Operation =>
    async (input, context) =>
      handler(input, context, buckets);
  return {
    operations: {
      CreateBucket: operation(createBucket),
      HeadBucket: operation(headBucket),
      ListBuckets: operation(listBuckets),
      DeleteBucket: operation(deleteBucket),
      PutBucketVersioning: operation(putBucketVersioning),
      GetBucketVersioning: operation(getBucketVersioning),
      PutObjectLockConfiguration: operation(putObjectLockConfiguration),
      GetObjectLockConfiguration: operation(getObjectLockConfiguration),
      PutObjectRetention: operation(putObjectRetention),
      GetObjectRetention: operation(getObjectRetention),
      PutObject: operation(putObject),
      GetObject: operation(getObject),
      HeadObject: operation(headObject),
      DeleteObject: operation(deleteObject),
      DeleteObjects: operation(deleteObjects),
      ListObjectsV2: operation(listObjectsV2),
      ListObjectVersions: operation(listObjectVersions),
    },
    reset: (accountId) => {
      buckets.reset(accountId);
      return Promise.resolve();
    },
  };
}

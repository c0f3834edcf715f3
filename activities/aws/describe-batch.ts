import type { DBInstance } from '@aws-sdk/client-rds';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import DataLoader from 'dataloader';
import type { AwsCall } from '../../domain/activity-answer.ts';
import type { AwsPlace } from '../../domain/restore-plan.ts';
import type { AwsClients } from './aws-clients.ts';
import { classifyAwsError } from './aws-faults.ts';
import { addAwsCalls, collectAwsCalls } from './call-recorder.ts';
import { createTokenBucket } from './token-bucket.ts';
import type { TokenBucket } from './token-bucket.ts';

/** Looks at RDS instances for many runs at once, gently. */
export interface InstanceLookup {
  /** The instance as AWS shows it now, or undefined when AWS lists none of that name. Looks of the same moment share one call. */
  find(place: AwsPlace, identifier: string): Promise<{ instance: DBInstance | undefined; lookedAtMs: number }>;
  /** Makes one other read call at the shared pace of this account and Region. */
  paced<T>(place: AwsPlace, doing: string, call: () => Promise<T>): Promise<T>;
}

interface Looked {
  readonly instance: DBInstance | undefined;
  readonly lookedAtMs: number;
  readonly calls: readonly AwsCall[];
}

/** Names per call: a filter takes more, but one page holds at most 100 instances. */
const namesPerCall = 50;

/**
 * @param options.gatherMs - how long a look waits for others to share its call; 20 ms by default
 */
export function createInstanceLookup(deps: {
  clients: AwsClients;
  gatherMs?: number;
  perSecond?: number;
}): InstanceLookup {
  const buckets = new Map<string, TokenBucket>();
  const loaders = new Map<string, DataLoader<string, Looked>>();
  const keyOf = (place: AwsPlace): string => `${place.accountId} ${place.region}`;

  const bucketOf = (place: AwsPlace): TokenBucket => {
    const known = buckets.get(keyOf(place));
    if (known !== undefined) return known;
    const bucket = createTokenBucket(deps.perSecond === undefined ? {} : { perSecond: deps.perSecond });
    buckets.set(keyOf(place), bucket);
    return bucket;
  };

  const paced = async <T>(place: AwsPlace, doing: string, call: () => Promise<T>): Promise<T> => {
    const bucket = bucketOf(place);
    await bucket.take();
    try {
      const value = await call();
      bucket.speedUp();
      return value;
    } catch (error) {
      const ours = classifyAwsError(error, doing);
      if (ours.kind === 'busy') bucket.slowDown();
      throw ours;
    }
  };

  const describeAll = async (place: AwsPlace, names: readonly string[]): Promise<Looked[]> => {
    const calls: AwsCall[] = [];
    const { value } = await collectAwsCalls(async () => {
      const found = new Map<string, DBInstance>();
      let marker: string | undefined;
      let lookedAtMs = 0;
      do {
        const page = await paced(place, `describing ${names.length} instances`, () => {
          lookedAtMs = Date.now(); // before the call: what AWS shows is at least this new
          return deps.clients.rds(place).send(
            new DescribeDBInstancesCommand({
              Filters: [{ Name: 'db-instance-id', Values: [...names] }],
              MaxRecords: 100,
              ...(marker === undefined ? {} : { Marker: marker }),
            }),
          );
        });
        for (const instance of page.DBInstances ?? []) {
          if (instance.DBInstanceIdentifier !== undefined)
            found.set(instance.DBInstanceIdentifier.toLowerCase(), instance);
        }
        marker = page.Marker;
      } while (marker !== undefined && marker !== '');
      return { found, lookedAtMs };
    }, calls);
    return names.map((name) => ({
      instance: value.found.get(name.toLowerCase()),
      lookedAtMs: value.lookedAtMs,
      calls,
    }));
  };

  const loaderOf = (place: AwsPlace): DataLoader<string, Looked> => {
    const known = loaders.get(keyOf(place));
    if (known !== undefined) return known;
    const loader = new DataLoader<string, Looked>((names) => describeAll(place, names), {
      cache: false, // every look must be a fresh one
      maxBatchSize: namesPerCall,
      batchScheduleFn: (dispatch) => setTimeout(dispatch, deps.gatherMs ?? 20),
    });
    loaders.set(keyOf(place), loader);
    return loader;
  };

  return {
    find: async (place, identifier) => {
      const { instance, lookedAtMs, calls } = await loaderOf(place).load(identifier);
      addAwsCalls(calls); // the shared call is evidence of every run that it answered
      return { instance, lookedAtMs };
    },
    paced,
  };
}

import type { DBInstance } from '@aws-sdk/client-rds';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import DataLoader from 'dataloader';
import type { AwsCall } from '../../domain/activity-answer.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { AwsPlace } from '../../domain/restore-plan.ts';
import type { AwsClients } from './aws-clients.ts';
import { lookSpan } from './aws-clock.ts';
import type { LookSpan } from './aws-clock.ts';
import { classifyAwsError, isAwsCode } from './aws-faults.ts';
import { addAwsCalls, collectAwsCalls } from './call-recorder.ts';
import { createTokenBucket } from './token-bucket.ts';
import type { TokenBucket } from './token-bucket.ts';

/** Looks at RDS instances for many runs at once, gently. */
export interface InstanceLookup {
  /**
   * The instance as AWS shows it now, or undefined when AWS lists none of that name. Looks of the same moment share one
   * call. `looked`: within what time AWS looked.
   */
  find(
    place: AwsPlace,
    identifier: string,
  ): Promise<{ instance: DBInstance | undefined; lookedAtMs: number; looked: LookSpan }>;
  /** Makes one other read call at the shared pace of this account and Region. */
  paced<T>(place: AwsPlace, doing: string, call: () => Promise<T>): Promise<T>;
}

/** The answer to one of those who share a call; a failure is shared too, with its calls. */
interface Looked {
  readonly instance?: DBInstance | undefined;
  readonly lookedAtMs: number;
  readonly looked: LookSpan;
  readonly calls: readonly AwsCall[];
  readonly failure?: FiredrillError;
}

/** Instances that AWS listed, and within what time. */
interface Described {
  readonly found: readonly DBInstance[];
  readonly looked: LookSpan;
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

  const describeSome = async (place: AwsPlace, names: readonly string[]): Promise<Described> => {
    const found: DBInstance[] = [];
    const pages: object[] = [];
    let sentMs: number | undefined;
    let marker: string | undefined;
    do {
      const page = await paced(place, `describing ${names.join(', ')}`, () => {
        sentMs ??= Date.now(); // when it is sent, not when it began to wait for its turn
        return deps.clients.rds(place).send(
          new DescribeDBInstancesCommand({
            Filters: [{ Name: 'db-instance-id', Values: [...new Set(names)] }],
            MaxRecords: 100,
            ...(marker === undefined ? {} : { Marker: marker }),
          }),
        );
      });
      pages.push(page);
      found.push(...(page.DBInstances ?? []));
      marker = page.Marker;
    } while (marker !== undefined && marker !== '');
    const answeredMs = Date.now();
    return { found, looked: lookSpan(sentMs ?? answeredMs, answeredMs, pages) };
  };

  /** RDS leaves unknown names out of a filtered answer; should it refuse the whole for one, each is asked alone. */
  const describeKnown = async (place: AwsPlace, names: readonly string[]): Promise<Described> => {
    try {
      return await describeSome(place, names);
    } catch (error) {
      if (!(error instanceof Error) || !isAwsCode(error.cause, 'DBInstanceNotFound')) throw error;
      const nowMs = Date.now();
      if (names.length === 1) return { found: [], looked: { lowMs: nowMs, highMs: nowMs } };
      const alone = await Promise.all(names.map((name) => describeKnown(place, [name])));
      return {
        found: alone.flatMap(({ found }) => found),
        looked: {
          lowMs: Math.min(...alone.map(({ looked }) => looked.lowMs)),
          highMs: Math.max(...alone.map(({ looked }) => looked.highMs)),
        },
      };
    }
  };

  const look = async (place: AwsPlace, names: readonly string[]): Promise<Looked[]> => {
    const calls: AwsCall[] = [];
    const lookedAtMs = Date.now(); // before the call: what AWS shows is at least this new
    try {
      const { value } = await collectAwsCalls(() => describeKnown(place, names), calls);
      const found = new Map(value.found.map((instance) => [instance.DBInstanceIdentifier?.toLowerCase(), instance]));
      const { looked } = value;
      return names.map((name) => ({ instance: found.get(name.toLowerCase()), lookedAtMs, looked, calls }));
    } catch (error) {
      if (!(error instanceof FiredrillError)) throw error;
      const looked = { lowMs: lookedAtMs, highMs: Date.now() };
      return names.map(() => ({ lookedAtMs, looked, calls, failure: error }));
    }
  };

  const loaderOf = (place: AwsPlace): DataLoader<string, Looked> => {
    const known = loaders.get(keyOf(place));
    if (known !== undefined) return known;
    const loader = new DataLoader<string, Looked>((names) => look(place, names), {
      cache: false, // every look must be a fresh one
      maxBatchSize: namesPerCall,
      batchScheduleFn: (dispatch) => setTimeout(dispatch, deps.gatherMs ?? 20),
    });
    loaders.set(keyOf(place), loader);
    return loader;
  };

  return {
    find: async (place, identifier) => {
      const { instance, lookedAtMs, looked, calls, failure } = await loaderOf(place).load(identifier);
      addAwsCalls(calls); // the shared call is evidence of every run that it answered
      if (failure !== undefined) throw failure;
      return { instance, lookedAtMs, looked };
    },
    paced,
  };
}

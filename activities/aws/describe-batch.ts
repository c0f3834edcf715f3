import type { DBInstance } from '@aws-sdk/client-rds';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import DataLoader from 'dataloader';
import type { AwsCall } from '../../domain/activity-answer.ts';
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
  readonly paced: Paced;
  /**
   * A look at something named, in one call with all other names that are asked for while it waits for its turn. The calls
   * are evidence of every run that they answered. Nothing is kept: who asks later looks anew.
   *
   * @param kind - tells looks of different kinds apart; the same kind, the same `lookAtAll`
   * @param lookAtAll - answers what is known of each name; makes its calls with the `paced` that it is given
   */
  named<T>(place: AwsPlace, kind: string, name: string, lookAtAll: LookAtAll<T>): Promise<T>;
  /**
   * A look that several runs want at the same moment, such as one at the network that they share: one call answers all
   * that ask while it waits for its turn.
   *
   * @param look.of - everything that the answer depends on
   */
  together<T>(
    place: AwsPlace,
    look: { readonly doing: string; readonly of: readonly unknown[] },
    call: () => Promise<T>,
  ): Promise<T>;
}

type Paced = <T>(place: AwsPlace, doing: string, call: () => Promise<T>) => Promise<T>;

export type LookAtAll<T> = (names: readonly string[], paced: Paced) => Promise<(name: string) => T>;

/** The answer to one of those who share a call; a failure is shared too, with its calls. */
interface Shared<T> {
  readonly calls: readonly AwsCall[];
  readonly outcome: () => T;
}

/** Names per call: a filter takes more, but one page holds at most 100 instances. */
const namesPerCall = 50;

/**
 * Looks of many runs in one account and Region share describe calls and their pace.
 *
 * @param deps.gatherMs - how long a look waits for others to share its call; 20 ms by default
 * @param deps.perSecond - calls per second and place; 10 by default
 */
export function createInstanceLookup(deps: {
  clients: AwsClients;
  gatherMs?: number;
  perSecond?: number;
}): InstanceLookup {
  const buckets = new Map<string, TokenBucket>();
  const loaders = new Map<string, DataLoader<string, Shared<unknown>>>();
  const waiting = new Map<string, Promise<Shared<unknown>>>();
  const keyOf = (place: AwsPlace): string => `${place.accountId} ${place.region}`;

  const bucketOf = (place: AwsPlace): TokenBucket => {
    const known = buckets.get(keyOf(place));
    if (known !== undefined) return known;
    const bucket = createTokenBucket(deps.perSecond === undefined ? {} : { perSecond: deps.perSecond });
    buckets.set(keyOf(place), bucket);
    return bucket;
  };

  const paced: Paced = async (place, doing, call) => {
    await bucketOf(place).take();
    return await inTurn(place, doing, call);
  };

  /** When the turn has come. */
  const inTurn: Paced = async (place, doing, call) => {
    const bucket = bucketOf(place);
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

  /** Those who gather wait for one turn together; it is the first call's. */
  const gathered = async (place: AwsPlace): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, deps.gatherMs ?? 20));
    await bucketOf(place).take();
  };

  const loaderOf = <T>(place: AwsPlace, kind: string, lookAtAll: LookAtAll<T>): DataLoader<string, Shared<T>> => {
    const key = JSON.stringify([keyOf(place), kind]);
    const known = loaders.get(key) as DataLoader<string, Shared<T>> | undefined;
    if (known !== undefined) return known;
    const loader = new DataLoader<string, Shared<T>>((names) => lookAt(names, lookAtAll), {
      cache: false, // every look must be a fresh one
      maxBatchSize: namesPerCall,
      batchScheduleFn: (dispatch) => void gathered(place).then(dispatch),
    });
    loaders.set(key, loader as DataLoader<string, Shared<unknown>>);
    return loader;
  };

  const lookAt = async <T>(names: readonly string[], lookAtAll: LookAtAll<T>): Promise<Shared<T>[]> => {
    const calls: AwsCall[] = [];
    let turnIsThere = true;
    const turnByTurn: Paced = (place, doing, call) => {
      const turn = turnIsThere ? inTurn : paced;
      turnIsThere = false;
      return turn(place, doing, call);
    };
    try {
      const { value } = await collectAwsCalls(() => lookAtAll([...new Set(names)], turnByTurn), calls);
      return names.map((name) => ({ calls, outcome: () => value(name) }));
    } catch (error) {
      const outcome = (): never => {
        throw error;
      };
      return names.map(() => ({ calls, outcome }));
    }
  };

  const named: InstanceLookup['named'] = async (place, kind, name, lookAtAll) => {
    const { calls, outcome } = await loaderOf(place, kind, lookAtAll).load(name);
    addAwsCalls(calls);
    return outcome();
  };

  return {
    find: (place, identifier) =>
      named(place, 'instances', identifier, async (names, inPace) => {
        const lookedAtMs = Date.now(); // before the call: what AWS shows is at least this new
        const { found, looked } = await describeKnown(deps.clients, place, names, inPace);
        const byName = new Map(found.map((instance) => [instance.DBInstanceIdentifier?.toLowerCase(), instance]));
        return (name) => ({ instance: byName.get(name.toLowerCase()), lookedAtMs, looked });
      }),
    paced,
    named,
    together: async (place, { doing, of }, call) => {
      const key = JSON.stringify([keyOf(place), doing, of]);
      const look = (waiting.get(key) as Promise<Shared<Awaited<ReturnType<typeof call>>>> | undefined) ?? begin();
      const { calls, outcome } = await look;
      addAwsCalls(calls);
      return outcome();

      function begin(): Promise<Shared<Awaited<ReturnType<typeof call>>>> {
        const begun = gathered(place).then(async () => {
          waiting.delete(key);
          const looked = await lookAt([doing], async (_, inPace) => {
            const value = await inPace(place, doing, call);
            return () => value;
          });
          return looked[0] as Shared<Awaited<ReturnType<typeof call>>>;
        });
        waiting.set(key, begun);
        return begun;
      }
    },
  };
}

/** Instances that AWS listed, and within what time. */
interface Described {
  readonly found: readonly DBInstance[];
  readonly looked: LookSpan;
}

/** RDS leaves unknown names out of a filtered answer; should it refuse the whole for one, each is asked alone. */
async function describeKnown(
  clients: AwsClients,
  place: AwsPlace,
  names: readonly string[],
  paced: Paced,
): Promise<Described> {
  try {
    return await describeSome(clients, place, names, paced);
  } catch (error) {
    if (!(error instanceof Error) || !isAwsCode(error.cause, 'DBInstanceNotFound')) throw error;
    const nowMs = Date.now();
    if (names.length === 1) return { found: [], looked: { lowMs: nowMs, highMs: nowMs } };
    const alone = await Promise.all(names.map((name) => describeKnown(clients, place, [name], paced)));
    return {
      found: alone.flatMap(({ found }) => found),
      looked: {
        lowMs: Math.min(...alone.map(({ looked }) => looked.lowMs)),
        highMs: Math.max(...alone.map(({ looked }) => looked.highMs)),
      },
    };
  }
}

async function describeSome(
  clients: AwsClients,
  place: AwsPlace,
  names: readonly string[],
  paced: Paced,
): Promise<Described> {
  const found: DBInstance[] = [];
  const pages: object[] = [];
  let sentMs: number | undefined;
  let marker: string | undefined;
  do {
    const page = await paced(place, `describing ${names.join(', ')}`, () => {
      sentMs ??= Date.now(); // when it is sent, not when it began to wait for its turn
      return clients.rds(place).send(
        new DescribeDBInstancesCommand({
          Filters: [{ Name: 'db-instance-id', Values: [...names] }],
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
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { DBInstance, DBSnapshot } from '@aws-sdk/client-rds';
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import pg from 'pg';
import { expect } from 'vitest';

import { removeDataRoot } from '../../../postgres/index.ts';
import { createEc2Service } from '../ec2/service.ts';
import { createKmsService } from '../kms.ts';
import type { TestEndpoint } from '../testing.ts';
import { newAccount, startTestEndpoint } from '../testing.ts';
import { createRdsService } from './service.ts';

/** Waits as long as a busy machine may need; a promise that is not kept still fails. */
export const poll = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 20_000 });

export const MASTER = { user: 'app', password: 'correct-horse', database: 'issues' };

/** One sandbox endpoint with RDS, and what tests do with it. */
export interface RdsSandbox {
  readonly endpoint: TestEndpoint;
  readonly dataDir: string;
  close(): Promise<void>;
}

export async function startRds(options: {
  databases: boolean;
  dataDir?: string;
  instant?: boolean;
}): Promise<RdsSandbox> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'rds-test-')));
  const ec2 = createEc2Service();
  const kms = createKmsService();
  const rds = createRdsService({
    dataDir,
    databases: options.databases,
    instant: options.instant ?? true,
    network: ec2,
    keys: kms,
  });
  const endpoint = await startTestEndpoint({ rds, ec2, kms });
  return {
    endpoint,
    dataDir,
    async close() {
      await endpoint.close();
      if (options.dataDir === undefined) await removeData(dataDir);
    },
  };
}

export async function removeData(dataDir: string): Promise<void> {
  await removeDataRoot(path.join(dataDir, 'rds'));
  await rm(dataDir, { recursive: true, force: true });
}

/** An account of its own in a shared sandbox, with the calls that most tests begin with. */
export function newTenant({ endpoint }: RdsSandbox, accountId = newAccount()) {
  const client = new RDSClient(endpoint.config(accountId));
  const describe = async (name: string): Promise<DBInstance> => {
    const { DBInstances: found } = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
    if (found?.[0] === undefined) throw new Error(`DescribeDBInstances found no ${name}, and did not say so.`);
    return found[0];
  };
  const snapshot = async (name: string): Promise<DBSnapshot> => {
    const { DBSnapshots: found } = await client.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: name }));
    if (found?.[0] === undefined) throw new Error(`DescribeDBSnapshots found no ${name}, and did not say so.`);
    return found[0];
  };
  return {
    accountId,
    client,
    describe,
    snapshot,
    control: (name: string, body: object = {}) => endpoint.control(accountId, `POST rds/${name}`, body),
    create: async (input: Partial<ConstructorParameters<typeof CreateDBInstanceCommand>[0]> = {}) => {
      const name = input.DBInstanceIdentifier ?? 'issues-db';
      await client.send(new CreateDBInstanceCommand({ ...WANTED, ...input, DBInstanceIdentifier: name }));
      return reached(
        () => describe(name),
        (instance) => instance.DBInstanceStatus,
        'available',
      );
    },
    takeSnapshot: async (name: string, of = 'issues-db') => {
      await client.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: of, DBSnapshotIdentifier: name }));
      const made = await reached(
        () => snapshot(name),
        (each) => each.Status,
        'available',
      );
      await reached(
        () => describe(of),
        (instance) => instance.DBInstanceStatus,
        'available',
      );
      return made;
    },
    whenAvailable: (name: string) =>
      reached(
        () => describe(name),
        (instance) => instance.DBInstanceStatus,
        'available',
      ),
    whenStatus: (name: string, status: string) =>
      reached(
        () => describe(name),
        (instance) => instance.DBInstanceStatus,
        status,
      ),
  };
}

export const WANTED = {
  DBInstanceIdentifier: 'issues-db',
  DBInstanceClass: 'db.t4g.medium',
  Engine: 'postgres',
  MasterUsername: MASTER.user,
  MasterUserPassword: MASTER.password,
  DBName: MASTER.database,
  AllocatedStorage: 20,
};

/** Asks again until the status is the wanted one; any failure status ends it with what was seen. */
async function reached<T>(
  look: () => Promise<T>,
  statusOf: (seen: T) => string | undefined,
  wanted: string,
): Promise<T> {
  const seen: string[] = [];
  for (let attempt = 0; attempt < 3000; attempt += 1) {
    const now = await look();
    const status = statusOf(now) ?? 'none';
    if (seen.at(-1) !== status) seen.push(status);
    if (status === wanted) return now;
    if (/^(?:failed|incompatible|inaccessible)/u.test(status)) break;
    await sleep(10);
  }
  throw new Error(`It never became ${wanted}; seen: ${seen.join(', ')}`);
}

/** One question to the database behind an instance. */
export async function query(
  instance: DBInstance,
  sql: string,
  login: { user: string; password: string; database: string } = MASTER,
): Promise<Record<string, unknown>[]> {
  const session = await connect(instance, login);
  try {
    return (await session.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await session.end();
  }
}

export async function connect(instance: DBInstance, login = MASTER): Promise<pg.Client> {
  const { Address: host, Port: port } = instance.Endpoint ?? {};
  if (host === undefined || port === undefined) throw new Error(`${instance.DBInstanceIdentifier} has no endpoint.`);
  const session = new pg.Client({ host, port, ...login });
  session.on('error', () => {
    // Its server may be stopped or killed under it; the query that is running then fails by itself.
  });
  await session.connect();
  return session;
}

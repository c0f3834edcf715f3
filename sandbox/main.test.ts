import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateDBInstanceCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataRootFor } from '../postgres/index.ts';

interface Ready {
  readonly ready: boolean;
  readonly pid: number;
  readonly aws: { readonly url: string; readonly port: number };
  readonly slack: { readonly url: string };
  readonly jira: { readonly url: string };
  readonly confluence: { readonly url: string };
  readonly webhook: { readonly url: string; readonly port: number };
}

interface Started {
  readonly child: ChildProcess;
  readonly ready: Ready;
  stderr(): string;
}

let dataDir: string;
let children: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'firedrill-sandbox-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  // As root the databases lie elsewhere: their servers' user cannot reach the temporary folder.
  rmSync(await dataRootFor(join(dataDir, 'aws', 'rds')), { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
});

function run(...args: string[]): { child: ChildProcess; stderr: () => string } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, stderr: () => text };
}

async function start(...args: string[]): Promise<Started> {
  const { child, stderr } = run('--data', dataDir, '--instant', ...args);
  if (!child.stdout) throw new Error('no standard output');
  for await (const line of createInterface(child.stdout)) return { child, stderr, ready: JSON.parse(line) as Ready };
  throw new Error(`The sandbox ended without getting ready: ${stderr()}`);
}

async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

const clientConfig = ({ ready }: Started) => ({
  endpoint: ready.aws.url,
  region: 'us-east-1',
  maxAttempts: 1,
  credentials: { accessKeyId: 'AKIA111122223333', secretAccessKey: 'any' },
});

describe('the sandbox process', () => {
  test('says where everything is, in one line, once everything answers', async () => {
    const sandbox = await start('--no-databases');
    expect(sandbox.ready).toMatchObject({ ready: true, pid: sandbox.child.pid });
    const identity = await new STSClient(clientConfig(sandbox)).send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe('111122223333');
    expect((await new RDSClient(clientConfig(sandbox)).send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual(
      [],
    );
    for (const { url } of [sandbox.ready.slack, sandbox.ready.jira, sandbox.ready.confluence, sandbox.ready.webhook]) {
      expect(await (await fetch(url)).text()).toContain('SIMULATED');
    }
  });

  test('stops on SIGTERM, although clients are still connected', async () => {
    const sandbox = await start('--no-databases');
    await new STSClient(clientConfig(sandbox)).send(new GetCallerIdentityCommand({}));
    sandbox.child.kill('SIGTERM');
    expect(await exitCodeOf(sandbox.child)).toBe(0);
    await expect(fetch(sandbox.ready.webhook.url)).rejects.toThrow();
  });

  test('takes another port when the one it was given is busy, and says so', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const sandbox = await start(
      '--no-databases',
      '--aws-port',
      String(port),
      '--slack-port',
      String(port),
      '--jira-port',
      String(port),
    );
    squatter.close();
    expect(sandbox.ready.aws.port).not.toBe(port);
    expect(sandbox.stderr()).toContain(`Port ${port} for AWS is busy`);
    expect(sandbox.stderr()).toContain(`Port ${port} for Slack is busy`);
    expect(sandbox.stderr()).toContain(`Port ${port} for Jira is busy`);
  });

  test('ends with its parent when it was asked to', async () => {
    const sandbox = await start('--no-databases', '--die-with-parent');
    sandbox.child.stdin?.end();
    expect(await exitCodeOf(sandbox.child)).toBe(0);
  });

  test('outlives a closed standard input otherwise', async () => {
    const sandbox = await start('--no-databases');
    sandbox.child.stdin?.end();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sandbox.child.exitCode).toBeNull();
    expect((await fetch(sandbox.ready.webhook.url)).ok).toBe(true);
  });

  test('leaves a folder alone in which another one works', async () => {
    const first = await start('--no-databases');
    const second = run('--data', dataDir, '--no-databases');
    expect(await exitCodeOf(second.child)).toBe(1);
    expect(second.stderr()).toContain(`process id ${first.child.pid} already works in ${dataDir}`);
    expect((await fetch(first.ready.webhook.url)).ok).toBe(true);
  });

  test.each([[[]], [['--data', 'x', '--aws-port', 'many']], [['--data', 'x', '--fast']]])(
    'refuses %j with the usage',
    async (args) => {
      const { child, stderr } = run(...args);
      expect(await exitCodeOf(child)).toBe(2);
      expect(stderr()).toContain('node sandbox/main.ts --data DIR');
      expect(stderr()).not.toContain('    at ');
    },
  );
});

describe('after kill -9', () => {
  test('a new start has the objects, roles and networks of the old one', async () => {
    const first = await start('--no-databases');
    const s3 = new S3Client({ ...clientConfig(first), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'evidence' }));
    await s3.send(new PutObjectCommand({ Bucket: 'evidence', Key: 'run/1', Body: 'sealed' }));
    await control(first, 'POST', 'sts/roles', { name: 'drill', allow: ['rds:Describe*'] });
    await control(first, 'PATCH', 'ec2/network', { vpcs: [{ VpcId: 'vpc-drill', CidrBlock: '10.0.0.0/16' }] });
    first.child.kill('SIGKILL');
    await exitCodeOf(first.child);

    const second = await start('--no-databases');
    const again = new S3Client({ ...clientConfig(second), forcePathStyle: true });
    const { Body } = await again.send(new GetObjectCommand({ Bucket: 'evidence', Key: 'run/1' }));
    expect(await Body?.transformToString()).toBe('sealed');
    expect(await control(second, 'GET', 'sts/roles')).toMatchObject({
      roles: [{ name: 'drill', allow: ['rds:Describe*'] }],
    });
    const { vpcs } = await control(second, 'GET', 'ec2/network');
    expect((vpcs as { VpcId: string }[]).map((vpc) => vpc.VpcId)).toContain('vpc-drill');
  });
});

test('a database answers while the sandbox runs, and its server ends with it', async () => {
  const sandbox = await start();
  const rds = new RDSClient(clientConfig(sandbox));
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'issues-db',
      DBInstanceClass: 'db.t4g.micro',
      Engine: 'postgres',
      AllocatedStorage: 20,
      MasterUsername: 'owner',
      MasterUserPassword: 'correct-horse',
    }),
  );
  let endpoint: { Address?: string | undefined; Port?: number | undefined } | undefined;
  while (endpoint?.Port === undefined) {
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'issues-db' }));
    const [instance] = DBInstances ?? [];
    if (instance?.DBInstanceStatus === 'available') endpoint = instance.Endpoint;
    else await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const database = new pg.Client({
    host: endpoint.Address ?? '127.0.0.1',
    port: endpoint.Port,
    user: 'owner',
    password: 'correct-horse',
    database: 'postgres',
  });
  database.on('error', () => undefined);
  await database.connect();
  const { rows } = await database.query<{ folder: string }>(
    `select setting as folder from pg_settings where name = 'data_directory'`,
  );
  const folder = rows[0]?.folder ?? '';
  const pid = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
  expect(isAlive(pid)).toBe(true);

  sandbox.child.kill('SIGTERM');
  expect(await exitCodeOf(sandbox.child)).toBe(0);
  expect(isAlive(pid)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function control(
  sandbox: Started,
  method: string,
  call: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const reply = await fetch(`${sandbox.ready.aws.url}/_sandbox/${call}?account=111122223333`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(reply.status).toBe(200);
  return (await reply.json()) as Record<string, unknown>;
}

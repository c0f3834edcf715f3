import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { TestProject } from 'vitest/node';
import { findTemporal } from '../../client/processes/temporal-binary.ts';
import { dataRootFor } from '../../postgres/index.ts';
import { workflowBundle } from '../../worker/workflow-bundle.ts';
import { startStoreServer } from './store.ts';

/** What every engine test finds ready: started once for all files, told apart by task-queue prefix and account. */
export interface EngineServers {
  readonly temporalAddress: string;
  readonly codePath: string;
  readonly awsUrl: string;
  readonly slackUrl: string;
  readonly jiraUrl: string;
  readonly confluenceUrl: string;
  readonly webhookUrl: string;
  readonly storeOwnerUrl: string;
  readonly storeApplicationUrl: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    engine: EngineServers;
  }
}

const root = dirname(dirname(import.meta.dirname));

export default async function startServers(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-engine-'));
  const cacheDir =
    process.env['FIREDRILL_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'firedrill');
  const temporal = await findTemporal({
    env: process.env,
    cacheDir,
    onProgress: (text) => console.error(`temporal: ${text}`),
  });
  const [environment, bundle, sandbox, store] = await Promise.all([
    TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path: temporal.path },
        extraArgs: serverArguments(join(folder, 'temporal.db')),
      },
    }),
    workflowBundle(join(folder, 'cache')),
    startSandbox(join(folder, 'sandbox')),
    startStoreServer(),
  ]);
  project.provide('engine', {
    temporalAddress: environment.address,
    codePath: bundle.codePath,
    awsUrl: sandbox.ready.aws.url,
    slackUrl: sandbox.ready.slack.url,
    jiraUrl: sandbox.ready.jira.url,
    confluenceUrl: sandbox.ready.confluence.url,
    webhookUrl: sandbox.ready.webhook.url,
    storeOwnerUrl: store.ownerUrl,
    storeApplicationUrl: store.applicationUrl,
  });
  return async () => {
    await environment.teardown();
    await store.stop();
    await stop(sandbox.process);
    // As root, databases live outside the folder, where their own user can reach them.
    await rm(await dataRootFor(join(folder, 'sandbox', 'aws', 'rds')), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  };
}

/** The flags of production's `up`, but without waiting for the disk: a test survives a killed process, not a power cut. */
function serverArguments(file: string): string[] {
  const faster = ['transfer', 'timer', 'visibility'].flatMap((queue) => [
    '--dynamic-config-value',
    `history.${queue}ProcessorMaxPollRPS=2000`,
    '--dynamic-config-value',
    `history.${queue}ProcessorMaxPollHostRPS=10000`,
  ]);
  return [
    '--db-filename',
    file,
    '--sqlite-pragma',
    'journal_mode=WAL',
    '--sqlite-pragma',
    'synchronous=OFF',
    '--headless',
    ...faster,
  ];
}

interface SandboxReady {
  readonly aws: { readonly url: string };
  readonly slack: { readonly url: string };
  readonly jira: { readonly url: string };
  readonly confluence: { readonly url: string };
  readonly webhook: { readonly url: string };
}

async function startSandbox(dataDir: string): Promise<{ process: ChildProcess; ready: SandboxReady }> {
  const child = spawn(
    process.execPath,
    [join(root, 'sandbox', 'main.ts'), '--data', dataDir, '--instant', '--die-with-parent'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const { stdout } = child;
  const ready = await new Promise<SandboxReady>((resolve, reject) => {
    createInterface({ input: stdout }).once('line', (line) => resolve(JSON.parse(line) as SandboxReady));
    child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code} before it was ready`)));
  });
  return { process: child, ready };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

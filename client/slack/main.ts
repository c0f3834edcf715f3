import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { loadConfig } from '../../config/index.ts';
import type { Config } from '../../config/index.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { openStoreOf, runsDepsOf } from '../cli/access.ts';
import { createSlackApp } from './app.ts';
import type { SlackApp, SlackReach } from './app.ts';
import { createEngine } from './engine.ts';
import { logLine } from './log.ts';

/** How long an end may take before it is made one, milliseconds. */
const stopWithinMs = 3000;
/** Between two attempts to reach a Slack that is not there, milliseconds. */
const retryMs = 2000;

/**
 * The Slack app as a process: `node client/slack/main.ts`. Prints one line of JSON when Slack reaches it, or with
 * `"waiting":true` when Slack is not there yet; everything else goes to stderr. It starts, and answers people, while Temporal or the store are down. SIGTERM ends it at once.
 */
async function main(): Promise<void> {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  const { botToken, reach, signerKey, address } = needed(config);
  const stopped = stopSignal();
  const { apiKey, namespace } = config.temporal;
  const connection = Connection.lazy({ address, ...(apiKey === undefined ? {} : { apiKey, tls: true }) });
  const store = openStoreOf(config);
  const engine = createEngine(runsDepsOf(config, new Client({ connection, namespace })), store, config.catalog);
  const { apiUrl, command } = config.slack;
  const app = createSlackApp({ botToken, apiUrl, reach, engine, signerKey, command, log: logLine });
  const tellReady = (more: object): void =>
    console.log(JSON.stringify({ ready: true, pid: process.pid, reach: reach.kind, ...more }));
  // Whoever started it must not take a Slack that is away for an app that does not start.
  const started = await Promise.race([startPatiently(app, stopped, () => tellReady({ waiting: true })), stopped]);
  if (started !== undefined) {
    if (!started.waited) tellReady(started.port === undefined ? {} : { port: started.port });
    await stopped;
  }
  await Promise.race([Promise.allSettled([app.stop(), connection.close(), store.destroy()]), sleep(stopWithinMs)]);
}

/** A Slack that is not there yet is waited for; one that refuses us is not. */
async function startPatiently(
  app: SlackApp,
  stopped: Promise<void>,
  onWaiting: () => void,
): Promise<{ readonly port?: number; readonly waited: boolean } | undefined> {
  let waited = false;
  let ending = false;
  void stopped.then(() => (ending = true));
  while (!ending) {
    try {
      return { ...(await app.start()), waited };
    } catch (error) {
      if (error instanceof FiredrillError || isPortProblem(error)) throw error;
      logLine('warn', 'Slack cannot be reached yet; trying again', {
        error: error instanceof Error ? error.message : String(error),
      });
      if (!waited) onWaiting();
      waited = true;
      await sleep(retryMs);
    }
  }
  return undefined;
}

const isPortProblem = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');

/** What this process cannot do without. @throws FiredrillError `missing-setting` */
function needed(config: Config): { botToken: string; reach: SlackReach; signerKey: string; address: string } {
  const { botToken, appToken, signingSecret, port } = config.slack;
  const reach: SlackReach | undefined =
    appToken !== undefined
      ? { kind: 'socket', appToken }
      : signingSecret !== undefined
        ? { kind: 'http', signingSecret, port: Number(port ?? 3000) }
        : undefined;
  const { slackSignerKey: signerKey } = config;
  const { address } = config.temporal;
  if (botToken === undefined) throw missing('SLACK_BOT_TOKEN', 'the app cannot speak');
  if (reach === undefined)
    throw missing('SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)', 'Slack cannot reach the app');
  if (signerKey === undefined) throw missing('FIREDRILL_SLACK_SIGNER_KEY', 'decisions could not be signed');
  if (address === undefined) throw missing('TEMPORAL_ADDRESS', 'there is no workflow engine to talk to');
  return { botToken, reach, signerKey, address };
}

const missing = (name: string, why: string): FiredrillError =>
  new FiredrillError({
    code: 'missing-setting',
    kind: 'input',
    what: `${name} is not set.`,
    means: `The Slack app was not started: without it, ${why}.`,
    next: 'Set it (deploy/slack/manifest.yaml says where Slack’s come from; firedrill keys new makes keys), or let firedrill up start everything.',
  });

/** Resolves at the first SIGTERM or SIGINT. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

try {
  await main();
  // Timers of libraries must not keep a stopped process alive.
  process.exit(0);
} catch (error) {
  console.error(error instanceof FiredrillError ? `firedrill: ${error.message}` : error);
  process.exit(error instanceof FiredrillError && error.kind === 'input' ? 2 : 1);
}

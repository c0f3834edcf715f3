import { createServer } from 'node:http';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { defaultJiraWebhookPort, loadConfig } from '../../config/index.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { findingHintSignal } from '../../workflows/finding-messages.ts';
import { remediationWorkflowId } from '../../workflows/messages.ts';
import { reachTemporal } from '../runs/reach-temporal.ts';
import { logLine } from '../slack/log.ts';
import { createWebhookHandler } from './webhook.ts';

/**
 * Jira's webhook as a process: `node client/jira/main.ts`. Prints one line of JSON with its port when it listens. It starts,
 * and asks Jira to come again, while Temporal is down. SIGTERM ends it.
 */
async function main(): Promise<void> {
  const { jira, temporal, taskQueuePrefix } = loadConfig({ env: process.env, cwd: process.cwd() });
  const secret = needed(jira.webhookSecret, 'JIRA_WEBHOOK_SECRET');
  const { apiKey, namespace } = temporal;
  const address = needed(temporal.address, 'TEMPORAL_ADDRESS');
  const connection = Connection.lazy({ address, ...(apiKey === undefined ? {} : { apiKey, tls: true }) });
  const client = new Client({ connection, namespace });
  const hint = async (fingerprint: string): Promise<void> => {
    const handle = client.workflow.getHandle(remediationWorkflowId(taskQueuePrefix, fingerprint));
    try {
      await reachTemporal({ temporal: client }, () => handle.signal(findingHintSignal));
    } catch (error) {
      // Closed, or another installation's.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  };
  const server = createServer(
    createWebhookHandler({
      secret,
      hint: async (fingerprints) => void (await Promise.all(fingerprints.map(hint))),
      log: logLine,
    }),
  );
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(jira.webhookPort ?? defaultJiraWebhookPort), resolve);
  });
  const at = server.address();
  const port = typeof at === 'object' && at !== null ? at.port : undefined;
  console.log(JSON.stringify({ ready: true, pid: process.pid, port }));
  await stopped;
  server.closeAllConnections();
  server.close();
  await connection.close();
}

function needed(value: string | undefined, variable: string): string {
  if (value !== undefined) return value;
  throw new FiredrillError({
    code: 'missing-setting',
    kind: 'input',
    what: `Jira's webhook cannot be taken: ${variable} is not set.`,
    means: 'Nothing was started. Without the webhook tickets are followed by the poll alone.',
    next: `Set ${variable}.`,
  });
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof FiredrillError ? `firedrill: ${error.message}` : error);
  process.exit(error instanceof FiredrillError && error.kind === 'input' ? 2 : 1);
}

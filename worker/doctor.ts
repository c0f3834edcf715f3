import { Client, Connection } from '@temporalio/client';
import { checkAwsPermissions } from '../activities/aws/doctor.ts';
import { checkDocuments } from '../activities/documents/doctor.ts';
import { checkJira } from '../activities/jira/index.ts';
import { checkMail, checkSecondChannel, checkSlack, createSlackClient } from '../activities/slack/index.ts';
import { loadCatalog } from '../catalog/load.ts';
import type { LoadedCatalog } from '../catalog/parse.ts';
import { planNetworkOf } from '../catalog/plan-parts.ts';
import type { Catalog } from '../catalog/schema.ts';
import { defaultJiraWebhookPort, loadConfig } from '../config/index.ts';
import type { Config } from '../config/index.ts';
import { formatDurationMs } from '../domain/duration-text.ts';
import { FiredrillError } from '../domain/errors.ts';
import type { Examination } from '../domain/examination.ts';
import { openStore } from '../store/connect.ts';
import { checkStore } from '../store/doctor.ts';
import { documentSourcesOf, secondChannelOf } from './activities-of.ts';
import { awsClientsFor } from './aws-roles.ts';
import { runProcess } from './process.ts';
import { temporalConnectionOf } from './temporal-connection.ts';

/** Closed runs must stay in Temporal at least this long: ids are used once, and evidence refers to them. */
const retentionAtLeastMs = 30 * 24 * 60 * 60 * 1000;

const fine = (name: string, detail: string): Examination => ({ name, ok: true, detail, fix: '' });
const broken = (name: string, detail: string, fix: string): Examination => ({ name, ok: false, detail, fix });

/** Looks at one thing; what it throws is what is broken, in the error's own words. */
async function look(name: string, examine: () => Promise<readonly Examination[]>): Promise<readonly Examination[]> {
  try {
    return await examine();
  } catch (error) {
    if (error instanceof FiredrillError) return [broken(name, error.what, error.next)];
    return [
      broken(
        name,
        error instanceof Error ? error.message : String(error),
        'See the message; if it says nothing to you, please report it.',
      ),
    ];
  }
}

/** Everything that an installation needs, looked at without changing anything. Each answer says what to fix. */
export async function examineInstallation(config: Config): Promise<readonly Examination[]> {
  const catalog = await look('Catalog', async () => [fine('Catalog', describe(await loadCatalog(config.catalog)))]);
  const temporal = await look('Temporal', () => examineTemporal(config));
  const store = await look('Store', () => examineStore(config));
  if (!catalog.every(({ ok }) => ok)) return [...catalog, ...temporal, ...store];
  const loaded = (await loadCatalog(config.catalog)).catalog;
  const others = await Promise.all([
    look('AWS', () => examineAws(loaded, config)),
    look('Slack', () => examineSlack(loaded, config)),
    look('Jira', () => examineJira(loaded, config)),
    look('Jira webhook', async () => [await examineJiraWebhook(loaded, config)]),
    look('Documents', async () => {
      const documents = Object.values(loaded.services).flatMap((service) =>
        service.documents.map((document) => ({ service: service.id, document })),
      );
      return await checkDocuments(documents, await documentSourcesOf(config, loaded));
    }),
    look('Second channel', async () => {
      const { secondChannelUrl: url } = secondChannelOf(config, loaded);
      const { smtpUrl, smtpFrom: from } = config;
      if (smtpUrl === undefined) return [await checkSecondChannel(url === undefined ? {} : { url })];
      const mail =
        from === undefined
          ? broken('Second channel by e-mail', 'no sender', 'Set FIREDRILL_SMTP_FROM to an address that may send.')
          : await checkMail({ smtpUrl, from });
      return [mail, ...(url === undefined ? [] : [await checkSecondChannel({ url })])];
    }),
  ]);
  return [...catalog, ...temporal, ...store, ...others.flat()];
}

const describe = ({ catalog, findings }: LoadedCatalog): string =>
  `${Object.keys(catalog.services).length} services, ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} about itself (firedrill catalog check)`;

async function examineTemporal(config: Config): Promise<readonly Examination[]> {
  const { address, ...rest } = temporalConnectionOf(config);
  let connection: Connection;
  try {
    connection = await Connection.connect({ address, ...rest, connectTimeout: 3000 });
  } catch {
    return [broken('Temporal', `${address} does not answer`, 'Start it, or correct TEMPORAL_ADDRESS.')];
  }
  try {
    const { namespace } = config.temporal;
    const { config: settings } = await connection.workflowService.describeNamespace({ namespace });
    const retentionMs = Number(settings?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1000;
    const days = Math.round(retentionMs / 86_400_000);
    const client = new Client({ connection, namespace });
    const open = await client.workflow.count("ExecutionStatus = 'Running'");
    return [
      fine('Temporal', `${address}, namespace ${namespace}, ${open.count} open workflows`),
      retentionMs >= retentionAtLeastMs
        ? fine('Temporal retention', `${days} days`)
        : broken(
            'Temporal retention',
            `closed runs are kept for ${days} ${days === 1 ? 'day' : 'days'} only`,
            `temporal operator namespace update --retention 30d ${namespace}`,
          ),
    ];
  } finally {
    await connection.close();
  }
}

async function examineStore(config: Config): Promise<readonly Examination[]> {
  if (config.databaseUrl === undefined)
    return [broken('Store', 'DATABASE_URL is not set', 'Set it to the PostgreSQL database that keeps the journal.')];
  const store = openStore(config.databaseUrl, 1);
  try {
    return await checkStore(store);
  } finally {
    await store.destroy();
  }
}

async function examineAws(catalog: Catalog, config: Config): Promise<readonly Examination[]> {
  const read = awsClientsFor('doctor', catalog, config);
  const isolated = awsClientsFor('isolated', catalog, config);
  const networks = new Map(
    Object.values(catalog.services)
      .flatMap((service) => service.resources)
      .flatMap((resource) => (resource.kind === 'rds-instance' ? [planNetworkOf(catalog, resource)] : []))
      .map((network) => [network.name, network]),
  );
  try {
    const checks = await Promise.all(
      [...networks.values()].map((network) => checkAwsPermissions({ read, isolated, network })),
    );
    return checks.flat();
  } finally {
    read.destroy();
    isolated.destroy();
  }
}

async function examineSlack(catalog: Catalog, config: Config): Promise<readonly Examination[]> {
  const { botToken: token, appToken, signingSecret, apiUrl } = config.slack;
  if (token === undefined)
    return [
      broken(
        'Slack',
        'SLACK_BOT_TOKEN is not set',
        'Install the app from deploy/slack/manifest.yaml and set its bot token.',
      ),
    ];
  const channels = new Set([
    catalog.organisation.slack.programmeChannel,
    ...Object.values(catalog.services).map((service) => service.slackChannel),
  ]);
  const way =
    appToken !== undefined
      ? fine('Slack clicks', 'by Socket Mode')
      : signingSecret !== undefined
        ? fine('Slack clicks', 'by signed HTTP requests')
        : broken(
            'Slack clicks',
            'neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set',
            'Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.',
          );
  return [...(await checkSlack({ client: createSlackClient({ token, apiUrl }), channels: [...channels] })), way];
}

async function examineJira(catalog: Catalog, config: Config): Promise<readonly Examination[]> {
  const { baseUrl, email, apiToken } = config.jira;
  if (baseUrl === undefined || email === undefined || apiToken === undefined)
    return [
      broken(
        'Jira',
        'JIRA_BASE_URL, JIRA_EMAIL or JIRA_API_TOKEN is not set',
        'Set all three; the token belongs to the user who files tickets.',
      ),
    ];
  const answerable = Object.values(catalog.services).flatMap(({ owner, champion }) => [owner, champion]);
  const people = [...new Set(answerable)].flatMap((id) => catalog.people[id]?.email ?? []);
  return await checkJira({ baseUrl, email, apiToken, ...catalog.organisation.jira, people });
}

/** Whether findings hear of their tickets at once, or by the poll alone. */
async function examineJiraWebhook({ organisation }: Catalog, { jira }: Config): Promise<Examination> {
  const name = 'Jira webhook';
  const every = formatDurationMs(organisation.policies.remediation.pollEveryMs);
  if (jira.webhookSecret === undefined)
    return fine(name, `not taken (JIRA_WEBHOOK_SECRET is not set): tickets are looked at every ${every}`);
  const port = Number(jira.webhookPort ?? defaultJiraWebhookPort);
  const answered = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(3000) }).then(
    (response) => response.ok,
    () => false,
  );
  if (answered) return fine(name, `taken on port ${port}`);
  return broken(
    name,
    `nothing takes it on port ${port} of this machine; tickets are looked at every ${every}`,
    'Start it (firedrill up does by itself, in production: firedrill jira-webhook), or ask the doctor where it runs.',
  );
}

/** As a process, for the command line: one line of JSON on stdout. */
async function main(): Promise<void> {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  console.log(JSON.stringify({ examinations: await examineInstallation(config) }));
}

if (import.meta.main) await runProcess(main);

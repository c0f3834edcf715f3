import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import { createAwsIsolatedActivities, createAwsReadActivities } from '../activities/aws/index.ts';
import { createDocumentActivities } from '../activities/documents/index.ts';
import type { DocumentSources } from '../activities/documents/index.ts';
import { createJiraActivities } from '../activities/jira/index.ts';
import type { JiraSite } from '../activities/jira/index.ts';
import { createPeopleActivities } from '../activities/people/index.ts';
import { createProbeActivities } from '../activities/probe/index.ts';
import { createAuthenticateActivities } from '../activities/record/authenticate.ts';
import { createControlActivities } from '../activities/record/control.ts';
import type { ControlCalls } from '../activities/record/control.ts';
import { createEvidenceActivities } from '../activities/record/evidence/activities.ts';
import type { EvidenceBucket } from '../activities/record/evidence/bucket.ts';
import { createJournalActivities } from '../activities/record/journal.ts';
import { createRemediationActivities } from '../activities/record/remediation.ts';
import { createSlackActivities, createSlackClient } from '../activities/slack/index.ts';
import type { SlackActivitiesOptions } from '../activities/slack/index.ts';
import { recipientsOf } from '../activities/slack/recipients.ts';
import { hasLeft, membersOfGroup } from '../activities/slack/user-groups.ts';
import type { LoadedCatalog } from '../catalog/parse.ts';
import type { SlackNow } from '../catalog/people.ts';
import type { Catalog } from '../catalog/schema.ts';
import { endpointsOf, isSimulated } from '../config/index.ts';
import type { Config } from '../config/index.ts';
import { FiredrillError } from '../domain/errors.ts';
import type { QueueName } from '../domain/queues.ts';
import { publicKeyOf } from '../domain/signing.ts';
import { openStore } from '../store/connect.ts';
import { awsClientsFor } from './aws-roles.ts';
import type { AwsOptions } from './aws-roles.ts';
import { createDutyCalls } from './duty-calls.ts';
import { onlyWhatIsDeclared } from './declared-restores.ts';
import { createRemediationCalls } from './remediation-calls.ts';
import { createRetestCalls } from './retest-calls.ts';
import { createTicketCalls } from './ticket-calls.ts';
import { toolVersion } from './tool-version.ts';

export interface ActivitiesOptions {
  readonly config: Config;
  /** The catalog as it is now. */
  readonly catalog: () => Promise<LoadedCatalog>;
  readonly control: ControlCalls;
  readonly client: Client;
  readonly aws?: AwsOptions;
}

/** A setting that a queue cannot be served without; named, with what to do. */
const missingSetting = (queue: QueueName, setting: string): FiredrillError =>
  new FiredrillError({
    code: 'missing-setting',
    kind: 'input',
    what: `The worker cannot serve the queue "${queue}": ${setting} is not set.`,
    means: 'Nothing was started.',
    next: `Set ${setting}, or leave that queue to another process with --queues.`,
  });

const required = <T>(value: T | undefined, queue: QueueName, setting: string): T => {
  if (value === undefined) throw missingSetting(queue, setting);
  return value;
};

/** The public keys whose signatures on decisions count, by signer name. */
export function signersOf(config: Config): Record<string, string> {
  const slackApp =
    config.slackSignerPublicKey ??
    (config.slackSignerKey === undefined ? undefined : publicKeyOf(config.slackSignerKey));
  return slackApp === undefined ? {} : { 'slack-app': slackApp };
}

/**
 * The activities of each queue, each made with just the privileges it needs.
 *
 * @throws FiredrillError `missing-setting` when a queue's secret or address is not configured
 */
export async function activitiesOf(
  queue: Exclude<QueueName, 'workflows' | 'source'>,
  options: ActivitiesOptions,
): Promise<object> {
  const { config } = options;
  const { catalog } = await options.catalog();
  switch (queue) {
    case 'aws-read':
      return createAwsReadActivities({ clients: awsClientsFor('read', catalog, config, options.aws) });
    case 'aws-isolated':
      return onlyWhatIsDeclared(
        createAwsIsolatedActivities({
          clients: awsClientsFor('isolated', catalog, config, options.aws),
          drillSecret: required(config.drillSecret, queue, 'FIREDRILL_DRILL_SECRET'),
        }),
        options.catalog,
      );
    case 'probe':
      return createProbeActivities({ drillSecret: required(config.drillSecret, queue, 'FIREDRILL_DRILL_SECRET') });
    case 'notify': {
      const slack = createSlackClient({
        token: required(config.slack.botToken, queue, 'SLACK_BOT_TOKEN'),
        apiUrl: config.slack.apiUrl,
      });
      return {
        ...createSlackActivities({
          client: slack,
          ...secondChannelOf(config, catalog),
          ...mailOf(queue, options, { membersOf: membersOfGroup(slack), hasLeft: hasLeft(slack) }),
        }),
        ...createJiraActivities({ ...jiraOf(config, queue), ...runUrlOf(config), catalog: options.catalog }),
        ...createPeopleActivities({
          catalog: options.catalog,
          slack,
          jira: jiraOf(config, queue),
          simulated: isSimulated(config),
        }),
        ...createDocumentActivities({
          ...(await documentSourcesOf(config, catalog)),
          slack,
          internalHosts: async () => (await options.catalog()).catalog.organisation.documents.internalHosts,
        }),
      };
    }
    case 'record': {
      const store = openStore(required(config.databaseUrl, queue, 'DATABASE_URL'));
      const evidence = awsClientsFor('evidence', catalog, config, options.aws);
      const slack =
        config.slack.botToken === undefined
          ? undefined
          : createSlackClient({ token: config.slack.botToken, apiUrl: config.slack.apiUrl });
      const slackNow: SlackNow = slack
        ? { membersOf: membersOfGroup(slack), hasLeft: hasLeft(slack) }
        : { membersOf: () => Promise.resolve([]), hasLeft: () => Promise.resolve(false) };
      return {
        ...createJournalActivities({ store }),
        ...createControlActivities({ control: options.control }),
        ...createTicketCalls(options.client, config.taskQueuePrefix),
        ...createRemediationActivities({
          store,
          catalog: options.catalog,
          slack: slackNow,
          calls: {
            ...createRemediationCalls(options.client, config.taskQueuePrefix),
            ...createRetestCalls({
              temporal: options.client,
              taskQueuePrefix: config.taskQueuePrefix,
              catalog: options.catalog,
              simulated: isSimulated(config),
              endpoints: endpointsOf(config),
              signers: signersOf(config),
            }),
          },
        }),
        ...createDutyCalls(options.client, config.taskQueuePrefix),
        ...createAuthenticateActivities({
          catalog: options.catalog,
          signers: signersOf(config),
          slack: slackNow,
        }),
        ...createEvidenceActivities({
          store,
          // A key that stands in a file or variable is ours alone; a managed one (KMS) would be labelled so.
          signer: { privateKeyHex: required(config.evidenceKey, queue, 'FIREDRILL_EVIDENCE_KEY'), kind: 'self-signed' },
          evidenceDir: join(config.home, 'evidence'),
          toolVersion,
          bucket: async (): Promise<EvidenceBucket> => {
            const { organisation } = (await options.catalog()).catalog;
            const { bucket, accountId, region, objectLock, retentionDays } = organisation.evidence;
            return { s3: evidence.s3({ accountId, region }), bucket, objectLock, retentionDays };
          },
        }),
      };
    }
  }
}

const jiraOf = ({ jira }: Config, queue: QueueName): JiraSite => ({
  baseUrl: required(jira.baseUrl, queue, 'JIRA_BASE_URL'),
  email: required(jira.email, queue, 'JIRA_EMAIL'),
  apiToken: required(jira.apiToken, queue, 'JIRA_API_TOKEN'),
});

/** Where recovery documents are: files in the catalog's folder or the one that it names, pages of Confluence by Jira's account. */
export async function documentSourcesOf(config: Config, catalog: Catalog): Promise<DocumentSources> {
  const isFolder = await stat(config.catalog).then(
    (found) => found.isDirectory(),
    // A catalog that is gone is told by whoever reads it.
    () => false,
  );
  const { email, apiToken, baseUrl: site } = config.jira;
  const baseUrl = config.confluence?.baseUrl ?? site;
  const base = isFolder ? config.catalog : dirname(config.catalog);
  return {
    folder: resolve(base, catalog.organisation.documents.folder ?? '.'),
    ...(baseUrl === undefined || email === undefined || apiToken === undefined
      ? {}
      : { confluence: { baseUrl, email, apiToken } }),
  };
}

/** The webhook: from the environment, or from the catalog when it is no secret there. */
export function secondChannelOf(config: Config, catalog: Catalog): { secondChannelUrl?: string } {
  const declared = catalog.organisation.secondChannel;
  const fromEnv = declared?.webhookUrlEnv === undefined ? undefined : process.env[declared.webhookUrlEnv];
  const secondChannelUrl = config.secondChannelUrl ?? fromEnv ?? declared?.webhookUrl;
  return secondChannelUrl === undefined ? {} : { secondChannelUrl };
}

/** E-mail beside the webhook, when a mail server is configured. */
function mailOf(
  queue: QueueName,
  { config, catalog }: ActivitiesOptions,
  slack: SlackNow,
): Pick<SlackActivitiesOptions, 'mail'> {
  if (config.smtpUrl === undefined) return {};
  const recipients: NonNullable<SlackActivitiesOptions['mail']>['recipients'] = async ({ service }, notice) =>
    recipientsOf((await catalog()).catalog, service, notice, slack);
  return {
    mail: { smtpUrl: config.smtpUrl, from: required(config.smtpFrom, queue, 'FIREDRILL_SMTP_FROM'), recipients },
  };
}

/** Where people see a run, when that is known. */
function runUrlOf({ temporal: { uiUrl, namespace } }: Config): { runUrl?: (runId: string) => string } {
  if (uiUrl === undefined) return {};
  const base = uiUrl.replace(/\/$/, '');
  return { runUrl: (runId) => `${base}/namespaces/${namespace}/workflows/${encodeURIComponent(runId)}` };
}

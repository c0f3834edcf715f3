import { join } from 'node:path';
import { allSettings } from '../../config/index.ts';
import type { Config, SettingKey } from '../../config/index.ts';

/** Processes that `up` starts; the last one where Jira's webhook is configured. */
export const processNames = ['postgres', 'temporal', 'sandbox', 'worker', 'source', 'slack', 'jira-webhook'] as const;
export type ProcessName = (typeof processNames)[number];

/** Not ours, not Node. */
const servers: readonly ProcessName[] = ['postgres', 'temporal'];

/** What every program may know: where it is, who runs it, how to reach out. Nothing of this is a secret of ours. */
const everybody = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NO_COLOR'];
const reachingOut = [
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'NO_PROXY',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_SYSTEM_CA',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/** The AWS SDK's own chain of credentials: for the worker only. */
const awsCredentials = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_EC2_METADATA_DISABLED',
  'AWS_CA_BUNDLE',
  'AWS_STS_REGIONAL_ENDPOINTS',
];

const common: readonly SettingKey[] = [
  'home',
  'catalog',
  'taskQueuePrefix',
  'logLevel',
  'temporal.address',
  'temporal.namespace',
  'temporal.apiKey',
];
const places: readonly SettingKey[] = [
  'aws.region',
  'aws.endpointUrl',
  'aws.endpointUrlRds',
  'aws.endpointUrlS3',
  'slack.apiUrl',
  'jira.baseUrl',
  'confluence.baseUrl',
];

/** Least privilege: each process is told what it works with and no more. */
const needs: Readonly<
  Record<ProcessName, { readonly settings: readonly SettingKey[]; readonly variables: readonly string[] }>
> = {
  postgres: { settings: [], variables: [] },
  temporal: { settings: [], variables: everybody },
  sandbox: { settings: [], variables: everybody },
  // Checks what the Slack app signed, and cannot sign itself.
  worker: {
    settings: [
      ...common,
      ...places,
      'databaseUrl',
      'drillSecret',
      'evidenceKey',
      'slackSignerPublicKey',
      'temporal.uiUrl',
      'slack.botToken',
      'jira.email',
      'jira.apiToken',
      'secondChannelUrl',
      'smtpUrl',
      'smtpFrom',
    ],
    variables: [...everybody, ...reachingOut, ...awsCredentials],
  },
  // Asks AWS only where the production database is; knows nothing of Slack, Jira, the store or the drill secret.
  source: {
    settings: [...common, 'aws.region', 'aws.endpointUrl', 'aws.endpointUrlRds'],
    variables: [...everybody, ...reachingOut, ...awsCredentials],
  },
  // Signs decisions for people; has no way to AWS and no drill secret.
  slack: {
    settings: [
      ...common,
      ...places,
      'databaseUrl',
      'slack.botToken',
      'slack.appToken',
      'slack.signingSecret',
      'slack.port',
      'slack.command',
      'slackSignerKey',
    ],
    variables: [...everybody, ...reachingOut],
  },
  // Anybody can send it something: it checks signatures and gives hints, and has no way to Jira, Slack or the store.
  'jira-webhook': {
    settings: [...common, 'jira.webhookSecret', 'jira.webhookPort'],
    variables: everybody,
  },
};

export interface EnvironmentSources {
  /** With everything that `up` has filled in: addresses, generated secrets. */
  readonly config: Config;
  /** Ours. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Said for this process alone: the logins that the catalog names for `source`, the sandbox's AWS credentials. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** The whole environment of a process. What is not said here, it does not know. */
export function environmentFor(name: ProcessName, { config, env, extra }: EnvironmentSources): Record<string, string> {
  const { settings, variables } = needs[name];
  const result: Record<string, string> = {};
  for (const variable of variables) {
    const value = env[variable];
    if (value !== undefined) result[variable] = value;
  }
  for (const setting of allSettings) {
    const value = settings.includes(setting.key) ? valueOf(config, setting.key) : undefined;
    if (value !== undefined) result[setting.env] = value;
  }
  // A worker's start is half compiling; `bin/firedrill.mjs` keeps its own there, too.
  if (!servers.includes(name)) result['NODE_COMPILE_CACHE'] = join(config.cacheDir, 'compiled');
  return { ...result, ...extra };
}

/** One setting by its key, as text. */
export function valueOf(config: Config, key: SettingKey): string | undefined {
  let value: unknown = config;
  for (const name of key.split('.'))
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

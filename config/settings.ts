import { z } from 'zod';

/**
 * Every setting there is, in one table: where it comes from, what it may be, and whether it is a secret. Names are the
 * vendors' own where those exist.
 */
export interface Setting {
  /** Path in `Config` and in `firedrill.yaml`. */
  readonly key: string;
  readonly env: string;
  /** What it may be, for people: "expected …". */
  readonly expected: string;
  readonly schema: z.ZodType<string>;
  /** Only from the environment or a file that `<env>_FILE` names; never from YAML, a flag or an error text. */
  readonly secret?: true;
  readonly default?: string;
  /** Resolved against the folder that it was written in. */
  readonly path?: true;
}

const text = z.string().min(1);
const url = z.url({ protocol: /^https?$/ });
const ed25519Key = z.string().regex(/^[0-9a-f]{64}$/);

const settings = [
  { key: 'home', env: 'FIREDRILL_HOME', expected: 'a folder', schema: text, default: '.firedrill', path: true },
  {
    key: 'catalog',
    env: 'FIREDRILL_CATALOG',
    expected: 'a catalog file',
    schema: text,
    default: 'catalog.yaml',
    path: true,
  },
  { key: 'cacheDir', env: 'FIREDRILL_CACHE', expected: 'a folder', schema: text, path: true },
  {
    key: 'taskQueuePrefix',
    env: 'FIREDRILL_TASK_QUEUE_PREFIX',
    expected: 'letters, digits, dots and hyphens, at most 40',
    schema: z.string().regex(/^[A-Za-z0-9.-]{0,40}$/),
    default: 'firedrill-',
  },
  {
    key: 'logLevel',
    env: 'FIREDRILL_LOG_LEVEL',
    expected: 'trace, debug, info, warn, error or silent',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    default: 'info',
  },
  {
    key: 'temporal.address',
    env: 'TEMPORAL_ADDRESS',
    expected: 'host:port',
    schema: z.string().regex(/^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/),
  },
  { key: 'temporal.namespace', env: 'TEMPORAL_NAMESPACE', expected: 'a namespace', schema: text, default: 'default' },
  { key: 'temporal.apiKey', env: 'TEMPORAL_API_KEY', expected: 'an API key', schema: text, secret: true },
  { key: 'temporal.uiUrl', env: 'TEMPORAL_UI_URL', expected: 'an http(s) URL', schema: url },
  {
    key: 'aws.region',
    env: 'AWS_REGION',
    expected: 'a Region such as eu-central-1',
    schema: z.string().regex(/^[a-z]{2,3}(-[a-z]+)+-\d$/),
    default: 'us-east-1',
  },
  { key: 'aws.endpointUrl', env: 'AWS_ENDPOINT_URL', expected: 'an http(s) URL', schema: url },
  { key: 'aws.endpointUrlRds', env: 'AWS_ENDPOINT_URL_RDS', expected: 'an http(s) URL', schema: url },
  { key: 'aws.endpointUrlS3', env: 'AWS_ENDPOINT_URL_S3', expected: 'an http(s) URL', schema: url },
  {
    key: 'slack.botToken',
    env: 'SLACK_BOT_TOKEN',
    expected: 'a bot token, xoxb-…',
    schema: z.string().regex(/^xoxb-\S+$/),
    secret: true,
  },
  {
    key: 'slack.appToken',
    env: 'SLACK_APP_TOKEN',
    expected: 'an app-level token, xapp-…',
    schema: z.string().regex(/^xapp-\S+$/),
    secret: true,
  },
  { key: 'slack.signingSecret', env: 'SLACK_SIGNING_SECRET', expected: 'a signing secret', schema: text, secret: true },
  {
    key: 'slack.port',
    env: 'SLACK_PORT',
    expected: 'a port, 1 to 65535',
    schema: z.string().refine((port) => /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535),
  },
  {
    key: 'slack.apiUrl',
    env: 'SLACK_API_URL',
    expected: 'an http(s) URL',
    schema: url,
    default: 'https://slack.com/api/',
  },
  {
    key: 'slack.command',
    env: 'SLACK_COMMAND',
    expected: 'a slash command, such as /dr',
    schema: z.string().regex(/^\/[a-z0-9_-]{1,31}$/),
    default: '/dr',
  },
  { key: 'jira.baseUrl', env: 'JIRA_BASE_URL', expected: 'an http(s) URL', schema: url },
  { key: 'jira.email', env: 'JIRA_EMAIL', expected: 'an e-mail address', schema: z.email() },
  { key: 'jira.apiToken', env: 'JIRA_API_TOKEN', expected: 'an API token', schema: text, secret: true },
  { key: 'jira.webhookSecret', env: 'JIRA_WEBHOOK_SECRET', expected: 'a secret', schema: text, secret: true },
  {
    key: 'jira.webhookPort',
    env: 'JIRA_WEBHOOK_PORT',
    expected: 'a port, 1 to 65535',
    schema: z.string().refine((port) => /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535),
  },
  // Its account and token are Jira's: one Atlassian account reads both.
  { key: 'confluence.baseUrl', env: 'CONFLUENCE_BASE_URL', expected: 'an http(s) URL', schema: url },
  {
    key: 'databaseUrl',
    env: 'DATABASE_URL',
    expected: 'postgres://user:password@host:port/database',
    schema: z.url({ protocol: /^postgres(ql)?$/ }),
    secret: true,
  },
  {
    key: 'secondChannelUrl',
    env: 'FIREDRILL_SECOND_CHANNEL_URL',
    expected: 'an http(s) URL',
    schema: url,
    secret: true,
  },
  {
    key: 'smtpUrl',
    env: 'FIREDRILL_SMTP_URL',
    expected: 'smtps://user:password@host or smtp://host:port',
    schema: z.url({ protocol: /^smtps?$/ }),
    secret: true,
  },
  { key: 'smtpFrom', env: 'FIREDRILL_SMTP_FROM', expected: 'an e-mail address', schema: z.email() },
  {
    key: 'drillSecret',
    env: 'FIREDRILL_DRILL_SECRET',
    expected: 'at least 32 characters',
    schema: z.string().min(32),
    secret: true,
  },
  {
    key: 'evidenceKey',
    env: 'FIREDRILL_EVIDENCE_KEY',
    expected: 'an Ed25519 private key, 64 hex digits (firedrill keys new)',
    schema: ed25519Key,
    secret: true,
  },
  {
    key: 'slackSignerKey',
    env: 'FIREDRILL_SLACK_SIGNER_KEY',
    expected: 'an Ed25519 private key, 64 hex digits (firedrill keys new)',
    schema: ed25519Key,
    secret: true,
  },
  {
    key: 'slackSignerPublicKey',
    env: 'FIREDRILL_SLACK_SIGNER_PUBLIC_KEY',
    expected: 'an Ed25519 public key, 64 hex digits (firedrill keys new)',
    schema: ed25519Key,
  },
  {
    key: 'databaseMigrationUrl',
    env: 'DATABASE_MIGRATION_URL',
    expected: 'postgres://user:password@host:port/database',
    schema: z.url({ protocol: /^postgres(ql)?$/ }),
    secret: true,
  },
  {
    key: 'person',
    env: 'FIREDRILL_PERSON',
    expected: 'the id of a person in the catalog',
    schema: z.string().regex(/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/),
  },
  {
    key: 'personKey',
    env: 'FIREDRILL_PERSON_KEY',
    expected: 'an Ed25519 private key, 64 hex digits (firedrill keys new)',
    schema: ed25519Key,
    secret: true,
  },
] as const satisfies readonly Setting[];

export type SettingKey = (typeof settings)[number]['key'];

/** Every setting as the general shape, for loops. */
export const allSettings: readonly (Setting & { readonly key: SettingKey })[] = settings;

/** Variables that begin with FIREDRILL_ and are not settings of a run, but of how this process is started. */
export const otherVariables = ['FIREDRILL_CONFIG'];

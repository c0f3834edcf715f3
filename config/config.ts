/** What firedrill was told, parsed once. Secrets are in here: it is never logged, printed or passed on whole. */
export interface Config {
  /** Absolute. State of this installation: databases, logs, evidence, keys. */
  readonly home: string;
  /** Absolute. */
  readonly catalog: string;
  /** Absolute. The cached Temporal server; shared by all working folders of this user. */
  readonly cacheDir: string;
  readonly taskQueuePrefix: string;
  readonly logLevel: LogLevel;
  readonly temporal: {
    readonly address?: string;
    readonly namespace: string;
    readonly apiKey?: string;
    /** Where people see runs; tickets link to it. */ readonly uiUrl?: string;
  };
  /** Credentials are not here: they stay with the AWS SDK's own chain. */
  readonly aws: {
    readonly region: string;
    readonly endpointUrl?: string;
    readonly endpointUrlRds?: string;
    readonly endpointUrlS3?: string;
  };
  readonly slack: {
    readonly botToken?: string;
    readonly appToken?: string;
    readonly signingSecret?: string;
    /** Where Slack's requests arrive without Socket Mode; default 3000. */
    readonly port?: string;
    readonly apiUrl: string;
    /** What people type in Slack, as the app's manifest names it; default `/dr`. */
    readonly command: string;
  };
  readonly jira: {
    readonly baseUrl?: string;
    readonly email?: string;
    readonly apiToken?: string;
    /** What Jira signs its webhook with. */
    readonly webhookSecret?: string;
    /** Where Jira's webhook arrives; default `defaultJiraWebhookPort`. */
    readonly webhookPort?: string;
  };
  /** Default: the site of Jira. */
  readonly confluence?: { readonly baseUrl?: string };
  readonly databaseUrl?: string;
  /** The store's owner, who may create tables; `databaseUrl` may be a role that only appends. Default: `databaseUrl`. */
  readonly databaseMigrationUrl?: string;
  /** Webhook for reminders and escalations when Slack is silent. */
  readonly secondChannelUrl?: string;
  /** Mail server for the same by e-mail. */
  readonly smtpUrl?: string;
  /** Sender of that mail; needed with `smtpUrl`. */
  readonly smtpFrom?: string;
  /** Passwords of restored copies are derived from it; `aws-isolated` and `probe` workers only. */
  readonly drillSecret?: string;
  /** Ed25519 private key, 64 hex: signs evidence bundles. */
  readonly evidenceKey?: string;
  /** Ed25519 private key, 64 hex: the Slack app's, signs decisions that came by Slack. */
  readonly slackSignerKey?: string;
  /** Its public half: what everybody else checks Slack decisions with; follows from `slackSignerKey` where that is known. */
  readonly slackSignerPublicKey?: string;
  /** Who sits at this command line: an id of the catalog, with the key registered there. */
  readonly person?: string;
  readonly personKey?: string;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Where Jira's webhook arrives when nothing else is said. */
export const defaultJiraWebhookPort = 3001;

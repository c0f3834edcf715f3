import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../config/index.ts';
import type { Config, ConfigFlags } from '../../config/index.ts';
import { readRunning } from '../processes/running-file.ts';
import type { Running } from '../processes/running-file.ts';
import { sandboxCredentials } from '../processes/sandbox-process.ts';
import type { Terminal } from './terminal.ts';

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly home?: string;
  readonly catalog?: string;
  readonly config?: string;
}

export interface Settings {
  readonly config: Config;
  /** What runs on this home now. */
  readonly running: Running | undefined;
  /** Our environment, with what a running installation adds; explicit variables win. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The configuration of this command: what was given, and below that what a running installation of the same home says. */
export function settingsOf(terminal: Pick<Terminal, 'env' | 'cwd'>, options: CommonOptions): Settings {
  const sources = { flags: flagsOf(options), cwd: terminal.cwd, file: options.config };
  const config = loadConfig({ ...sources, env: terminal.env });
  const running = readRunning(config.home);
  if (running === undefined) return { config, running, env: terminal.env };
  const env = { ...withoutAnswered(variablesOf(running, config.home), terminal.env), ...given(terminal.env) };
  return { config: loadConfig({ ...sources, env }), running, env };
}

export const flagsOf = ({ home, catalog }: CommonOptions): ConfigFlags => ({ home, catalog });

/** An empty variable counts as not set, so it must not hide what is known. */
const given = (env: Terminal['env']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  );

/** `DATABASE_URL` and `DATABASE_URL_FILE` together would be a contradiction: what was given wins. */
const withoutAnswered = (variables: Record<string, string>, env: Terminal['env']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).filter(
      ([name]) => !(name.endsWith('_FILE') && (env[name.slice(0, -'_FILE'.length)] ?? '') !== ''),
    ),
  );

function variablesOf(running: Running, home: string): Record<string, string> {
  const { temporal, aws, slack, jira, confluence, sandbox } = running;
  const secret = (variable: string, name: string): Record<string, string> => {
    const file = join(home, 'secrets', name);
    return existsSync(file) ? { [`${variable}_FILE`]: file } : {};
  };
  return {
    FIREDRILL_CATALOG: running.catalog,
    FIREDRILL_TASK_QUEUE_PREFIX: running.taskQueuePrefix,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    DATABASE_URL_FILE: running.databaseUrlFile,
    AWS_REGION: aws.region,
    ...(aws.endpointUrl === undefined ? {} : { AWS_ENDPOINT_URL: aws.endpointUrl }),
    ...(aws.endpointUrlRds === undefined ? {} : { AWS_ENDPOINT_URL_RDS: aws.endpointUrlRds }),
    ...(aws.endpointUrlS3 === undefined ? {} : { AWS_ENDPOINT_URL_S3: aws.endpointUrlS3 }),
    SLACK_API_URL: slack.apiUrl,
    ...(jira.baseUrl === undefined ? {} : { JIRA_BASE_URL: jira.baseUrl }),
    ...(confluence?.baseUrl === undefined ? {} : { CONFLUENCE_BASE_URL: confluence.baseUrl }),
    ...(running.webhook === undefined ? {} : { FIREDRILL_SECOND_CHANNEL_URL: `${running.webhook}/` }),
    ...(sandbox?.aws
      ? {
          AWS_ACCESS_KEY_ID: sandboxCredentials.awsAccessKeyId,
          AWS_SECRET_ACCESS_KEY: sandboxCredentials.awsSecretAccessKey,
        }
      : {}),
    ...(sandbox?.slack
      ? { SLACK_BOT_TOKEN: sandboxCredentials.slackBotToken, SLACK_APP_TOKEN: sandboxCredentials.slackAppToken }
      : {}),
    ...(sandbox?.jira
      ? { JIRA_EMAIL: sandboxCredentials.jiraEmail, JIRA_API_TOKEN: sandboxCredentials.jiraApiToken }
      : {}),
    ...secret('FIREDRILL_DRILL_SECRET', 'drill-secret'),
    ...secret('FIREDRILL_EVIDENCE_KEY', 'evidence-key'),
    ...secret('FIREDRILL_SLACK_SIGNER_KEY', 'slack-signer-key'),
  };
}

import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../../config/index.ts';
import { programOf } from './project-root.ts';
import { startProcess } from './supervised-process.ts';
import type { ProcessSpec, SupervisedProcess } from './supervised-process.ts';

/** Where the stand-ins are. */
export interface SandboxAddresses {
  readonly aws: string;
  readonly slack: string;
  readonly jira: string;
  readonly confluence: string;
  readonly webhook: string;
}

const PartSchema = z.object({ url: z.url() });
const ReadySchema = z.object({
  aws: PartSchema,
  slack: PartSchema,
  jira: PartSchema,
  confluence: PartSchema,
  webhook: PartSchema,
});

/** The credentials of the example company in the sandbox. They open nothing anywhere else. */
export const sandboxCredentials = {
  awsAccessKeyId: 'AKIA111111111111',
  awsSecretAccessKey: 'sandbox',
  slackBotToken: 'xoxb-firedrill',
  slackAppToken: 'xapp-firedrill',
  jiraEmail: 'firedrill@example.com',
  jiraApiToken: 'sandbox',
} as const;

export interface SandboxOptions {
  readonly home: string;
  readonly ports: Readonly<Record<keyof SandboxAddresses, number>>;
  readonly instant?: boolean | undefined;
  /** A file for every message and view that is shown in Slack; a path as the process sees it. */
  readonly slackRecord?: string | undefined;
  /** False: no PostgreSQL behind the databases. Default true. */
  readonly databases?: boolean | undefined;
  readonly process: Pick<ProcessSpec<unknown>, 'env' | 'cwd' | 'logFile' | 'pidFile' | 'onEvent' | 'signal'>;
}

/** Starts the stand-ins for AWS, Slack, Jira, Confluence and the second channel. @throws ProcessFailedError */
export async function startSandbox(options: SandboxOptions): Promise<SupervisedProcess<SandboxAddresses>> {
  const { home, ports, instant, databases, slackRecord } = options;
  return await startProcess<SandboxAddresses>({
    ...options.process,
    name: 'sandbox',
    command: process.execPath,
    args: [
      programOf('sandbox/main'),
      '--data',
      join(home, 'sandbox'),
      ...Object.entries(ports).flatMap(([part, port]) => [`--${part}-port`, String(port)]),
      ...(instant ? ['--instant'] : []),
      ...(databases === false ? ['--no-databases'] : []),
      ...(slackRecord === undefined ? [] : ['--slack-record', slackRecord]),
      '--die-with-parent',
    ],
    // Its databases are stopped in an orderly way, which takes a moment each.
    stop: [{ signal: 'SIGTERM', withinMs: 20_000 }],
    isReady: ({ line }) => {
      if (line === undefined) return Promise.resolve(undefined);
      const { aws, slack, jira, confluence, webhook } = ReadySchema.parse(line);
      return Promise.resolve({
        aws: aws.url,
        slack: slack.url,
        jira: jira.url,
        confluence: confluence.url,
        webhook: webhook.url,
      });
    },
  });
}

/** The configuration with the stand-ins in the place of what was not configured; `all` replaces everything. */
export function pointToSandbox(config: Config, addresses: SandboxAddresses, parts: SandboxParts): Config {
  return {
    ...config,
    ...(parts.aws ? { aws: { region: config.aws.region, endpointUrl: addresses.aws } } : {}),
    ...(parts.slack
      ? {
          slack: {
            apiUrl: `${addresses.slack}/api/`,
            botToken: sandboxCredentials.slackBotToken,
            appToken: sandboxCredentials.slackAppToken,
            command: config.slack.command,
          },
        }
      : {}),
    ...(parts.jira
      ? {
          jira: {
            // Who registers a webhook at the stand-in is told like by the real one.
            ...config.jira,
            baseUrl: addresses.jira,
            email: sandboxCredentials.jiraEmail,
            apiToken: sandboxCredentials.jiraApiToken,
          },
        }
      : {}),
    ...(parts.confluence ? { confluence: { baseUrl: addresses.confluence } } : {}),
    ...(parts.webhook ? { secondChannelUrl: `${addresses.webhook}/` } : {}),
  };
}

/** What the sandbox stands in for. */
export interface SandboxParts {
  readonly aws: boolean;
  readonly slack: boolean;
  readonly jira: boolean;
  readonly confluence: boolean;
  readonly webhook: boolean;
}

/** What is not configured is played by the sandbox. AWS counts as configured by an endpoint or by credentials for the SDK. */
export function partsToPlay(config: Config, env: Readonly<Record<string, string | undefined>>): SandboxParts {
  const credentials = [
    'AWS_ACCESS_KEY_ID',
    'AWS_PROFILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  ];
  return {
    aws: config.aws.endpointUrl === undefined && !credentials.some((name) => (env[name] ?? '') !== ''),
    slack: config.slack.botToken === undefined,
    jira: config.jira.baseUrl === undefined,
    // Its account is Jira's: a real token must not go to a stand-in.
    confluence: config.jira.baseUrl === undefined && config.confluence?.baseUrl === undefined,
    webhook: config.secondChannelUrl === undefined,
  };
}

export const everyPart: SandboxParts = {
  aws: true,
  slack: true,
  jira: true,
  confluence: true,
  webhook: true,
};

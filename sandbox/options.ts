import { parseArgs } from 'node:util';

/** How the sandbox is started. */
export interface SandboxOptions {
  /** Everything that is kept lies below this folder. */
  readonly dataDir: string;
  /** 0 for any free port; a busy one is replaced. */
  readonly awsPort: number;
  readonly slackPort: number;
  readonly jiraPort: number;
  readonly confluencePort: number;
  readonly webhookPort: number;
  /** Statuses and replies without waiting times. */
  readonly instant: boolean;
  /** False: databases are metadata without a PostgreSQL server. */
  readonly databases: boolean;
  /** Where every message and view that apps show in Slack is written, a line of JSON each; nowhere when absent. */
  readonly slackRecord?: string;
  /** Stop when standard input closes: the parent has died. */
  readonly dieWithParent: boolean;
}

/** A mistake in the command line, told in one or two sentences. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Stand-ins for AWS, Slack, Jira, Confluence and a webhook, on 127.0.0.1. Everything in them is SIMULATED.

  node sandbox/main.ts --data DIR [options]

  --data DIR           where state and databases are kept (required)
  --aws-port N         and --slack-port, --jira-port, --confluence-port, --webhook-port: default any free port
  --instant            no waiting times
  --no-databases       no PostgreSQL behind the databases
  --slack-record FILE  writes every message and view shown in Slack, a line of JSON each
  --die-with-parent    stop when standard input, a pipe, closes
  --help

When it is ready it prints one line of JSON with the addresses.`;

/** @throws UsageError */
export function readOptions(args: readonly string[]): SandboxOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  if (values.data === undefined || values.data === '')
    throw new UsageError('--data DIR is missing: the sandbox needs a folder for its state.');
  return {
    dataDir: values.data,
    awsPort: port('--aws-port', values['aws-port']),
    slackPort: port('--slack-port', values['slack-port']),
    jiraPort: port('--jira-port', values['jira-port']),
    confluencePort: port('--confluence-port', values['confluence-port']),
    webhookPort: port('--webhook-port', values['webhook-port']),
    instant: values.instant,
    databases: !values['no-databases'],
    dieWithParent: values['die-with-parent'],
    ...(values['slack-record'] === undefined ? {} : { slackRecord: values['slack-record'] }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        data: { type: 'string' },
        'aws-port': { type: 'string' },
        'slack-port': { type: 'string' },
        'jira-port': { type: 'string' },
        'confluence-port': { type: 'string' },
        'webhook-port': { type: 'string' },
        instant: { type: 'boolean', default: false },
        'no-databases': { type: 'boolean', default: false },
        'slack-record': { type: 'string' },
        'die-with-parent': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function port(name: string, text: string | undefined): number {
  if (text === undefined) return 0;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535)
    throw new UsageError(`${name} ${text} is not a port: it must be a whole number from 0 to 65535.`);
  return number;
}

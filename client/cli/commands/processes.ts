import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { withLocalSecrets } from '../../processes/local-secrets.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';
import { runInForeground } from '../tool-process.ts';

interface SandboxCommandOptions extends CommonOptions {
  readonly data?: string;
  readonly awsPort: string;
  readonly slackPort: string;
  readonly jiraPort: string;
  readonly confluencePort?: string;
  readonly webhookPort?: string;
  readonly instant?: boolean;
  readonly databases: boolean;
}

/** `firedrill sandbox`: the stand-ins alone, for whoever wants to test against them. */
export function sandboxCommand(act: Act): Command {
  return newCommand(
    'sandbox',
    'Stand-ins for AWS, Slack, Jira, Confluence and a webhook on this machine. Everything in them is SIMULATED.',
    ['firedrill sandbox', 'firedrill sandbox --instant --no-databases --aws-port 7100'],
  )
    .option('--data <folder>', 'where they keep their state (default: sandbox-alone in the home folder)')
    .option('--aws-port <port>', 'a busy one is replaced', '7100')
    .option('--slack-port <port>', 'the page is there too', '7101')
    .option('--jira-port <port>', 'the page is there too', '7102')
    .option('--webhook-port <port>', 'the page is there too (default: 7103, or any free one when the others are 0)')
    .option(
      '--confluence-port <port>',
      'the pages are there too (default: 7104, or any free one when the others are 0)',
    )
    .option('--instant', 'no waiting times')
    .option('--no-databases', 'no PostgreSQL behind the databases')
    .addHelpText(
      'after',
      '\nPort 0 means any free one. When it is ready it prints the addresses; with --json as one line of JSON. Ctrl-C stops it.',
    )
    .action((options: SandboxCommandOptions) =>
      act(options, async ({ terminal }) => {
        const settings = settingsOf(terminal, options);
        const data =
          options.data === undefined
            ? join(settings.config.home, 'sandbox-alone')
            : resolve(terminal.cwd, options.data);
        mkdirSync(data, { recursive: true });
        const others = [options.awsPort, options.slackPort, options.jiraPort];
        const unlessAllFree = (known: string): string => (others.every((port) => port === '0') ? '0' : known);
        const ports = {
          aws: options.awsPort,
          slack: options.slackPort,
          jira: options.jiraPort,
          webhook: options.webhookPort ?? unlessAllFree('7103'),
          confluence: options.confluencePort ?? unlessAllFree('7104'),
        };
        return await runInForeground(
          'sandbox/main',
          [
            '--data',
            data,
            ...Object.entries(ports).flatMap(([part, port]) => [`--${part}-port`, port]),
            ...(options.instant ? ['--instant'] : []),
            ...(options.databases ? [] : ['--no-databases']),
          ],
          settings,
          options.json === true ? undefined : (line) => terminal.out(sandboxText(line, data)),
        );
      }),
    );
}

const PartSchema = z.object({ url: z.url() });
const ReadySchema = z.object({
  ready: z.literal(true),
  aws: PartSchema,
  slack: PartSchema,
  jira: PartSchema,
  confluence: PartSchema,
  webhook: PartSchema,
});

/** The ready line for people; any other line as it is. */
function sandboxText(line: string, data: string): string {
  const ready = line.startsWith('{') ? ReadySchema.safeParse(JSON.parse(line)) : undefined;
  if (ready?.success !== true) return line;
  const { aws, slack, jira, confluence, webhook } = ready.data;
  const places = {
    AWS: aws.url,
    Slack: slack.url,
    Jira: jira.url,
    Confluence: confluence.url,
    Webhook: webhook.url,
    Data: data,
  };
  const lines = Object.entries(places).map(([name, where]) => `  ${name.padEnd(10)} ${where}`);
  return ['SIMULATED: the stand-ins are ready. Ctrl-C stops them.', ...lines].join('\n');
}

/** `firedrill worker`, `firedrill source` and `firedrill jira-webhook`: single processes, for production. */
export function processCommands(act: Act): readonly Command[] {
  const worker = newCommand(
    'worker',
    'The worker process: does the work of runs. For production; `up` starts one by itself.',
    ['firedrill worker', 'firedrill worker --queues aws-isolated,probe'],
  )
    .option(
      '--queues <list>',
      'task queues to serve, so that each privilege can have a process of its own (default: all but source)',
    )
    .action((options: CommonOptions & { readonly queues?: string }) =>
      act(options, ({ terminal }) =>
        runInForeground(
          'worker/main',
          options.queues === undefined ? [] : ['--queues', options.queues],
          withSecrets(settingsOf(terminal, options)),
        ),
      ),
    );
  const source = newCommand(
    'source',
    'The source process, in the production network: writes sentinels, takes baselines. `up` starts one by itself.',
    ['firedrill source'],
  ).action((options: CommonOptions) =>
    act(options, ({ terminal }) => runInForeground('worker/source', [], settingsOf(terminal, options))),
  );
  const webhook = newCommand(
    'jira-webhook',
    "Takes Jira's webhook (JIRA_WEBHOOK_SECRET), so that findings hear of their tickets at once. Without it a poll does.",
    ['firedrill jira-webhook'],
  ).action((options: CommonOptions) =>
    act(options, ({ terminal }) => runInForeground('client/jira/main', [], settingsOf(terminal, options))),
  );
  return [worker, source, webhook];
}

/** Beside a running installation a single worker uses the same secrets; in production they are given. */
const withSecrets = (settings: ReturnType<typeof settingsOf>): ReturnType<typeof settingsOf> =>
  settings.running === undefined ? settings : { ...settings, config: withLocalSecrets(settings.config) };

import type { Command } from 'commander';
import { loadCatalog } from '../../../catalog/load.ts';
import { isSimulated, loadConfig } from '../../../config/index.ts';
import { everyPart, partsToPlay } from '../../processes/sandbox-process.ts';
import { sourceLogins } from '../../processes/source-logins.ts';
import type { Installation } from '../../processes/installation.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { aborted, listenForInterruption } from '../interruption.ts';
import type { CommonOptions } from '../settings-of.ts';
import { flagsOf } from '../settings-of.ts';
import { startWithBoard } from '../start-with-board.ts';
import { stopAll } from '../stop-all.ts';

interface UpOptions extends CommonOptions {
  readonly sandbox?: boolean;
  readonly instant?: boolean;
}

/** `firedrill up`: everything on this machine, until Ctrl-C. */
export function upCommand(act: Act): Command {
  return newCommand(
    'up',
    'Start everything on this machine: PostgreSQL, Temporal, sandbox, worker, source process, Slack app. Ctrl-C stops it all.',
    ['firedrill up --catalog examples/catalog.yaml', 'firedrill up --sandbox'],
  )
    .option('--sandbox', 'stand-ins for AWS, Slack, Jira and the second channel even where real ones are configured')
    .option('--instant', 'no waiting times in the sandbox')
    .addHelpText(
      'after',
      '\nThe sandbox stands in for what is not configured. Real AWS with a stand-in Slack refuses to start.\nOther commands in the same folder find what runs here by themselves.',
    )
    .action((options: UpOptions) => act(options, (context) => up(context, options)));
}

async function up({ terminal, answer }: CommandContext, options: UpOptions): Promise<ExitCode> {
  const config = loadConfig({ flags: flagsOf(options), env: terminal.env, cwd: terminal.cwd, file: options.config });
  const { catalog } = await loadCatalog(config.catalog);
  const sandbox = options.sandbox ? everyPart : partsToPlay(config, terminal.env);
  const interruption = listenForInterruption();
  const installation = await startWithBoard(terminal, {
    config,
    env: terminal.env,
    sandbox,
    instant: options.instant === true,
    signal: interruption.signal,
    quiet: options.json === true,
    parts: [
      'postgres',
      'temporal',
      ...(Object.values(sandbox).some(Boolean) ? ['sandbox'] : []),
      'worker',
      'source',
      'slack',
    ],
    prepareSource: () => Promise.resolve(sourceLogins(catalog, terminal.env)),
  });
  answer(
    {
      ready: true,
      home: installation.config.home,
      simulated: isSimulated(installation.config),
      addresses: addressesOf(installation),
    },
    addressText(installation),
  );
  const ended = await Promise.race([aborted(interruption.signal), installation.failed]);
  await stopAll(terminal, installation, interruption);
  if (ended !== undefined) throw ended;
  return exitCodes.done;
}

/** Where everything is, by name. */
export function addressesOf({ config, addresses }: Installation): Record<string, string> {
  const { temporalUi, sandbox } = addresses;
  return {
    temporal: config.temporal.address ?? '',
    ...(temporalUi === undefined ? {} : { temporalUi }),
    ...(sandbox === undefined
      ? {}
      : { slack: sandbox.slack, jira: sandbox.jira, aws: sandbox.aws, webhook: sandbox.webhook }),
  };
}

function addressText(installation: Installation): string {
  const { config } = installation;
  const { temporalUi, slack, jira } = addressesOf(installation);
  const lines = [
    ['Temporal', temporalUi ?? config.temporal.address],
    ['Slack', slack ?? config.slack.apiUrl],
    ['Jira', jira ?? config.jira.baseUrl],
    ['Home', config.home],
    ['Logs', `${config.home}/logs`],
  ].flatMap(([name, where]) => (where === undefined ? [] : [`  ${(name ?? '').padEnd(9)} ${where}`]));
  const simulated = isSimulated(config) ? 'SIMULATED: what is not configured is played by the sandbox.\n' : '';
  return `\n${simulated}${lines.join('\n')}\n\nStart a run:  firedrill start restore-test SERVICE      Stop everything: Ctrl-C`;
}

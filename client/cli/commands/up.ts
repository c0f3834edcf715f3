import type { Command } from 'commander';
import { defaultJiraWebhookPort, isSimulated, loadConfig } from '../../../config/index.ts';
import type { Config } from '../../../config/index.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import { foundCompany, isExampleCompany, waitUntilProvable } from '../../demo/company.ts';
import type { Company } from '../../demo/company.ts';
import { everyPart, partsToPlay } from '../../processes/sandbox-process.ts';
import type { SandboxAddresses } from '../../processes/sandbox-process.ts';
import { missingLogins, sourceLogins } from '../../processes/source-logins.ts';
import { takesJiraWebhook } from '../../processes/installation.ts';
import type { Installation, InstallationEvent } from '../../processes/installation.ts';
import { schedulePeopleCheck } from '../../runs/people-check.ts';
import { openRuns } from '../access.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { givenCatalog } from '../given-catalog.ts';
import type { ExitCode } from '../exit-codes.ts';
import { aborted, listenForInterruption, unlessInterrupted } from '../interruption.ts';
import type { Interruption } from '../interruption.ts';
import type { CommonOptions } from '../settings-of.ts';
import { flagsOf } from '../settings-of.ts';
import { beginRecord, recordOption, refuseRecordOfRealSlack } from '../slack-record.ts';
import { startWithBoard } from '../start-with-board.ts';
import type { BoardedStart } from '../start-with-board.ts';
import { stopAll } from '../stop-all.ts';
import type { Terminal } from '../terminal.ts';

interface UpOptions extends CommonOptions {
  readonly sandbox?: boolean;
  readonly instant?: boolean;
  readonly record?: string;
}

/** `firedrill up`: everything on this machine, until Ctrl-C. */
export function upCommand(act: Act): Command {
  return newCommand(
    'up',
    'Start everything on this machine: PostgreSQL, Temporal, sandbox, worker, source process, Slack app. Ctrl-C stops it all.',
    ['firedrill up --catalog examples/catalog.yaml', 'firedrill up --sandbox'],
  )
    .option(
      '--sandbox',
      'stand-ins for AWS, Slack, Jira, Confluence and the second channel even where real ones are configured',
    )
    .option('--instant', 'no waiting times in the sandbox')
    .option(...recordOption)
    .addHelpText(
      'after',
      '\nWith JIRA_WEBHOOK_SECRET it takes Jira’s webhook too (JIRA_WEBHOOK_PORT, default 3001). The sandbox stands in for what is not configured. Real AWS with a stand-in Slack refuses to start.\nOther commands in the same folder find what runs here by themselves.',
    )
    .action((options: UpOptions) => act(options, (context) => up(context, options)));
}

async function up(context: CommandContext, options: UpOptions): Promise<ExitCode> {
  const { terminal } = context;
  const config = loadConfig({ flags: flagsOf(options), env: terminal.env, cwd: terminal.cwd, file: options.config });
  const { catalog } = await givenCatalog(config);
  const sandbox = options.sandbox ? everyPart : partsToPlay(config, terminal.env);
  refuseRecordOfRealSlack(sandbox.slack, options.record);
  const slackRecord = beginRecord(terminal.cwd, options.record);
  const interruption = listenForInterruption();
  const ownStandIns = sandbox.aws && sandbox.slack && sandbox.jira;
  const founding = ownStandIns && isExampleCompany(catalog);
  let company: Company | undefined;
  let tell: (event: InstallationEvent) => void = () => undefined;
  const found = async (so: Config, at: SandboxAddresses, signal: AbortSignal): Promise<Company> => {
    const founded = await foundCompany(so, at, {
      anew: false,
      signal,
      onProgress: (detail) => tell({ kind: 'starting', part: 'company', detail }),
    });
    tell({ kind: 'ready', part: 'company', detail: 'as the catalog has it, with a live writer' });
    return founded;
  };
  const starting = {
    config,
    env: terminal.env,
    sandbox,
    instant: options.instant === true,
    ...(slackRecord === undefined ? {} : { slackRecord }),
    signal: interruption.signal,
    quiet: options.json === true,
    parts: [
      'postgres',
      'temporal',
      ...(Object.values(sandbox).some(Boolean) ? ['sandbox'] : []),
      ...(founding ? ['company'] : []),
      'worker',
      'source',
      'slack',
      ...(takesJiraWebhook(config) ? ['jira-webhook'] : []),
    ],
    prepareSource: async ({ config: so, sandbox: at, signal }) => {
      const given = sourceLogins(catalog, terminal.env);
      if (!founding || at === undefined) return given;
      company = await found(so, at, signal);
      return { ...given, ...company.sourceLogins };
    },
    notWatched: (logins) => missingLogins(catalog, logins),
  } satisfies BoardedStart;
  try {
    const installation = await startWithBoard(terminal, starting, (given) => {
      tell = given;
    });
    const empty = sandbox.aws && !founding;
    return await untilStopped(context, { installation, company, empty, interruption });
  } catch (error) {
    throw unlessInterrupted(interruption.signal, error);
  } finally {
    await company?.writer.stop();
  }
}

interface RunningUp {
  readonly installation: Installation;
  readonly company: Company | undefined;
  /** The sandbox's AWS has nothing of what the catalog declares. */
  readonly empty: boolean;
  readonly interruption: Interruption;
}

/** How long a first restore test may have to wait for its first sentinel after the baseline, milliseconds. */
const provableWithinMs = 30_000;

async function untilStopped({ terminal, answer }: CommandContext, up: RunningUp): Promise<ExitCode> {
  const { installation, company, empty, interruption } = up;
  if (company !== undefined) {
    const patience = AbortSignal.timeout(provableWithinMs);
    await waitUntilProvable(installation.config, company, {
      onProgress: () => undefined,
      signal: AbortSignal.any([interruption.signal, patience]),
    }).catch((error: unknown) => {
      if (!interruption.signal.aborted && !patience.aborted) throw error;
      if (patience.aborted)
        terminal.err('The source process has written no sentinel after its first baseline yet; see its log.');
    });
  }
  await lookAtPeopleDaily(terminal, installation);
  answer(
    {
      ready: true,
      home: installation.config.home,
      simulated: isSimulated(installation.config),
      sandboxIsEmpty: empty,
      addresses: addressesOf(installation),
    },
    addressText(installation, empty),
  );
  const ended = await Promise.race([aborted(interruption.signal), installation.failed]);
  await company?.writer.stop();
  await stopAll(terminal, installation, interruption);
  if (ended !== undefined) throw ended;
  return exitCodes.done;
}

/** Nothing depends on it today, so that an engine which is busy holds nothing up. */
async function lookAtPeopleDaily(terminal: Terminal, { config }: Installation): Promise<void> {
  try {
    const runs = await openRuns(config);
    try {
      await schedulePeopleCheck(runs.deps);
    } finally {
      await runs.close();
    }
  } catch (error) {
    if (!(error instanceof FiredrillError)) throw error;
    terminal.err(`The daily look at who has left is not scheduled yet: ${error.what} Later: firedrill people`);
  }
}

/** Where everything is, by name. */
export function addressesOf({ config, addresses }: Installation): Record<string, string> {
  const { temporalUi, sandbox } = addresses;
  return {
    temporal: config.temporal.address ?? '',
    ...(temporalUi === undefined ? {} : { temporalUi }),
    ...(sandbox === undefined ? {} : { ...sandbox }),
    ...(takesJiraWebhook(config)
      ? { jiraWebhook: `http://0.0.0.0:${config.jira.webhookPort ?? defaultJiraWebhookPort}/jira` }
      : {}),
  };
}

function addressText(installation: Installation, empty: boolean): string {
  const { config } = installation;
  const { temporalUi, slack, jira, confluence, jiraWebhook } = addressesOf(installation);
  const lines = [
    ['Temporal', temporalUi ?? config.temporal.address],
    ['Slack', slack ?? config.slack.apiUrl],
    ['Jira', jira ?? config.jira.baseUrl],
    ['Confluence', confluence],
    ['Jira tells', jiraWebhook],
    ['AWS', config.aws.endpointUrl],
    ['Home', config.home],
    ['Logs', `${config.home}/logs`],
  ].flatMap(([name, where]) => (where === undefined ? [] : [`  ${(name ?? '').padEnd(10)} ${where}`]));
  const simulated = isSimulated(config) ? 'SIMULATED: what is not configured is played by the sandbox.\n' : '';
  const nothing = empty
    ? 'The sandbox is empty: nothing of what this catalog declares exists there, so runs end inconclusive until you create it through the AWS API at the address above (examples/set-up.ts shows how).\n'
    : '';
  return `\n${simulated}${nothing}${lines.join('\n')}\n\nStart a run:  firedrill start restore-test SERVICE      Stop everything: Ctrl-C`;
}

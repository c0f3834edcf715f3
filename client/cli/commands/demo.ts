import { Option } from 'commander';
import type { Command } from 'commander';
import { loadCatalog } from '../../../catalog/load.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import type { StoredRun } from '../../../store/read.ts';
import { runProgress } from '../../../views/terminal/run-progress.ts';
import { runSummary } from '../../../views/terminal/run-summary.ts';
import type { ProgressRow } from '../../../views/terminal/progress-rows.ts';
import { breaks, faults } from '../../demo/breaks.ts';
import type { Fault } from '../../demo/breaks.ts';
import { foundCompany, subject } from '../../demo/company.ts';
import type { Company } from '../../demo/company.ts';
import { demoConfig } from '../../demo/demo-config.ts';
import { runDemo } from '../../demo/run-demo.ts';
import { standIn } from '../../demo/stand-in.ts';
import type { Installation, InstallationEvent } from '../../processes/installation.ts';
import { everyPart } from '../../processes/sandbox-process.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { enterPressed, stillRuns } from '../enter-pressed.ts';
import { aborted, listenForInterruption, unlessInterrupted } from '../interruption.ts';
import type { Interruption } from '../interruption.ts';
import { startLiveBoard } from '../live-board.ts';
import type { CommonOptions } from '../settings-of.ts';
import { flagsOf } from '../settings-of.ts';
import { beginRecord, recordOption } from '../slack-record.ts';
import { slackLink } from '../slack-link.ts';
import { startWithBoard } from '../start-with-board.ts';
import { stopAll } from '../stop-all.ts';
import { runAsJson, summaryOf } from '../summary-of.ts';
import { demoExerciseCommand } from './demo-exercise.ts';
import { demoReviewCommand } from './demo-review.ts';
import { addressesOf } from './up.ts';

interface DemoOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly break?: Fault;
  readonly keep?: boolean;
  readonly record?: string;
}

/** `firedrill demo`: a restore test from nothing to its evidence, on this machine. */
export function demoCommand(act: Act): Command {
  return (
    newCommand(
      'demo',
      'See it work: restores a real PostgreSQL database of an example company, on this machine, and proves it.',
      [
        'firedrill demo',
        'firedrill demo --yes',
        'firedrill demo --break stale-backup',
        'firedrill demo --yes --json | jq .verdict',
      ],
    )
      .option('--yes', 'a stand-in commander approves in Slack (default without a terminal)')
      .addOption(new Option('--break <fault>', 'show an unhappy path').choices(faults))
      .option('--keep', 'leave everything running at the end, until Ctrl-C')
      .option(...recordOption)
      .addHelpText(
        'after',
        `\nFaults:\n${faults.map((fault) => `  ${fault.padEnd(14)}  ${breaks[fault].shows}`).join('\n')}\n\nEverything is SIMULATED except the engine, the databases and what they hold. The exit code is 1 when the test did not pass.`,
      )
      .action((options: DemoOptions) => act(options, (context) => demo(context, options)))
      // What stands behind the name is for it: otherwise --yes, --json and --home would be taken here.
      .enablePositionalOptions()
      .addCommand(demoExerciseCommand(act))
      .addCommand(demoReviewCommand(act))
  );
}

async function demo(context: CommandContext, options: DemoOptions): Promise<ExitCode> {
  const { terminal } = context;
  const quiet = options.json === true;
  const say = quiet ? terminal.err : terminal.out;
  const fault = options.break;
  const byStandIn = options.yes === true || !process.stdin.isTTY || !terminal.isInteractive;
  const config = demoConfig({
    flags: flagsOf({ ...options }),
    env: terminal.env,
    cwd: terminal.cwd,
    limits: (fault === undefined ? undefined : breaks[fault].limits) ?? {},
  });
  say(
    `${terminal.paint.bold('firedrill demo')}  SIMULATED  a restore test of ${fault === undefined ? 'a healthy backup' : `a broken one: ${breaks[fault].shows}`}`,
  );
  if (byStandIn && options.yes !== true)
    say(`There is no terminal, so a stand-in (${standIn.name}, incident commander) approves in Slack, as with --yes.`);
  say('');

  const slackRecord = beginRecord(terminal.cwd, options.record);
  const interruption = listenForInterruption();
  let company: Company | undefined;
  let tell: (event: InstallationEvent) => void = () => undefined;
  const installation = await startWithBoard(
    terminal,
    {
      config,
      env: terminal.env,
      sandbox: everyPart,
      ...(slackRecord === undefined ? {} : { slackRecord }),
      signal: interruption.signal,
      quiet,
      parts: ['postgres', 'temporal', 'sandbox', 'company', 'worker', 'source', 'slack'],
      prepareSource: async ({ config: so, sandbox, signal }) => {
        if (sandbox === undefined) throw new Error('The demo has no sandbox.');
        company = await foundCompany(so, sandbox, {
          anew: true,
          signal,
          onProgress: (detail) => tell({ kind: 'starting', part: 'company', detail }),
        });
        tell({ kind: 'ready', part: 'company', detail: '1,000,000 rows and a live writer' });
        return company.sourceLogins;
      },
    },
    (given) => {
      tell = given;
    },
  ).catch(async (error: unknown) => {
    await company?.writer.stop();
    throw unlessInterrupted(interruption.signal, error);
  });
  try {
    if (company === undefined) throw new Error('The example company was not founded.');
    return await held(context, options, { installation, company, byStandIn, interruption, say });
  } catch (error) {
    throw unlessInterrupted(interruption.signal, error);
  } finally {
    await company?.writer.stop();
    await stopAll(terminal, installation, interruption);
  }
}

interface Stage {
  readonly installation: Installation;
  readonly company: Company;
  readonly byStandIn: boolean;
  readonly interruption: Interruption;
  readonly say: (text: string) => void;
}

/** The run itself, from its start to its summary. */
async function held({ terminal, answer }: CommandContext, options: DemoOptions, stage: Stage): Promise<ExitCode> {
  const { installation, company, byStandIn, interruption, say } = stage;
  const { slack: workspace = '', jira = '', temporalUi } = addressesOf(installation);
  const slack = await approvalLink(installation, workspace);
  const enter = byStandIn || options.json || options.keep ? undefined : enterPressed(interruption.signal);
  const look = [
    ...(temporalUi === undefined ? [] : [{ name: 'Temporal', url: temporalUi }]),
    { name: 'Slack', url: slack },
    { name: 'Jira', url: jira },
  ];
  say(`\n${look.map(({ name, url }) => `  ${name.padEnd(9)} ${url}`).join('\n')}\n`);

  let preparing: ProgressRow = { key: 'preparing', title: 'prepare', state: 'running', note: '' };
  let run: StoredRun | undefined;
  const where = byStandIn ? `a stand-in, ${standIn.name}, approves in Slack` : `press Approve in Slack: ${slack}`;
  const rows = (): readonly ProgressRow[] => [
    preparing,
    ...(run === undefined ? [] : runProgress(run.projection, Date.now(), { howToDecide: where })),
  ];
  const board = startLiveBoard(options.json ? { ...terminal, isInteractive: false } : terminal, rows, say);
  let ended: StoredRun;
  try {
    const story = runDemo({
      installation,
      company,
      fault: options.break,
      standIn: byStandIn,
      signal: interruption.signal,
      onProgress: (note) => (preparing = { ...preparing, note }),
      onStarted: (runId) => (preparing = { ...preparing, state: 'done', note: `started ${runId}` }),
      onChange: (changed) => (run = changed),
    });
    ended = await Promise.race([story, installation.failed.then((error) => Promise.reject(error))]);
  } finally {
    board.end();
  }

  const next = options.break === undefined ? 'npm run demo -- --break stale-backup' : 'npm run demo';
  const summary = runSummary(summaryOf(ended, installation.config, { look: options.keep || enter ? look : [], next }), {
    columns: terminal.columns(),
    paint: terminal.paint,
  });
  answer(runAsJson(ended, installation.config), `\n${summary}`);
  const { judged } = ended.projection;
  if (judged === undefined) {
    throw new FiredrillError({
      code: 'no-verdict',
      kind: 'bug',
      what: `${ended.runId} ended without a verdict.`,
      means: 'Nothing can be said about the backup.',
      next: `Look into ${installation.config.home}/logs`,
    });
  }
  if (options.keep || enter) {
    say(enter ? `\n${stillRuns}` : '\nEverything is left running. Ctrl-C stops it.');
    const over = enter ? enter() : aborted(interruption.signal);
    const failure = await Promise.race([over, installation.failed]);
    if (failure !== undefined) throw failure;
  }
  return judged === undefined ? exitCodes.notPassed : exitCodeOf(ended.projection);
}

/** The channel where the demo's question stands, as the one person who is sure to be allowed to answer it. */
async function approvalLink({ config }: Installation, page: string): Promise<string> {
  const { catalog } = await loadCatalog(config.catalog);
  return slackLink(page, catalog, subject.service);
}

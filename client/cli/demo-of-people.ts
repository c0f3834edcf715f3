import { loadCatalog } from '../../catalog/load.ts';
import type { Catalog } from '../../catalog/schema.ts';
import type { CompanyPlace } from '../../examples/set-up.ts';
import type { StoredRun } from '../../store/read.ts';
import { runProgress } from '../../views/terminal/run-progress.ts';
import { runSummary } from '../../views/terminal/run-summary.ts';
import { demoConfig } from '../demo/demo-config.ts';
import { endEarlierRuns } from '../demo/end-earlier-runs.ts';
import type { Installation } from '../processes/installation.ts';
import { everyPart, sandboxCredentials } from '../processes/sandbox-process.ts';
import type { SandboxAddresses } from '../processes/sandbox-process.ts';
import type { RunsDeps } from '../runs/deps.ts';
import { openRuns, openStoreOf } from './access.ts';
import { addressesOf } from './commands/up.ts';
import type { CommandContext } from './command.ts';
import { enterPressed, stillRuns } from './enter-pressed.ts';
import type { ExitCode } from './exit-codes.ts';
import { listenForInterruption, unlessInterrupted } from './interruption.ts';
import { startLiveBoard } from './live-board.ts';
import type { CommonOptions } from './settings-of.ts';
import { flagsOf } from './settings-of.ts';
import { beginRecord } from './slack-record.ts';
import { startWithBoard } from './start-with-board.ts';
import { stopAll } from './stop-all.ts';
import { runAsJson, summaryOf } from './summary-of.ts';
import { isComplete, isJudged, watchRun } from './watch-run.ts';

/** The example company in the sandbox, its Confluence included. */
type DemoPlace = CompanyPlace & { readonly confluenceUrl: string };

export interface DemoOptions extends CommonOptions {
  readonly yes?: boolean;
  /** Keeps what Slack is shown, in this file. */
  readonly record?: string;
}

/** What stand-ins need to play their part. */
export interface DemoScene {
  readonly place: DemoPlace;
  readonly channel: string;
  readonly runId: string;
  readonly signal: AbortSignal;
  /** The run as the store has it, once it is so. */
  readonly when: (ready: (run: StoredRun) => boolean) => Promise<StoredRun>;
}

/** A demo in which people do in Slack what the run waits for, or stand-ins do. */
export interface DemoOfPeople {
  /** Behind `firedrill demo  SIMULATED`. */
  readonly title: string;
  readonly setUp: (place: DemoPlace) => Promise<void>;
  /** Whether there is something to look at in Confluence. */
  readonly documents: boolean;
  /** Where people see it in Slack. */
  readonly link: (workspace: string, catalog: Catalog) => string;
  /** What is said to whoever looks on, and to whoever has to do it. */
  readonly words: { readonly byStandIns: string; readonly byPeople: (link: string) => string };
  readonly start: (
    deps: RunsDeps,
  ) => Promise<{ readonly runId: string; readonly plan: { readonly slackChannel: string } }>;
  readonly play: (scene: DemoScene) => Promise<void>;
  /** The command that one tries next. */
  readonly next: string;
  readonly exitCode: (run: StoredRun) => ExitCode;
}

/** Sets the example company up on this machine, holds the run in its Slack, and takes all of it down again. */
export async function holdDemo(context: CommandContext, options: DemoOptions, demo: DemoOfPeople): Promise<ExitCode> {
  const { terminal } = context;
  const quiet = options.json === true;
  const say = quiet ? terminal.err : terminal.out;
  const config = demoConfig({ flags: flagsOf({ ...options }), env: terminal.env, cwd: terminal.cwd, limits: {} });
  say(`${terminal.paint.bold('firedrill demo')}  SIMULATED  ${demo.title}\n`);
  const slackRecord = beginRecord(terminal.cwd, options.record);
  const interruption = listenForInterruption();
  const installation = await startWithBoard(terminal, {
    config,
    env: terminal.env,
    sandbox: everyPart,
    ...(slackRecord === undefined ? {} : { slackRecord }),
    // None of it needs a database that runs.
    databases: false,
    signal: interruption.signal,
    quiet,
    parts: ['postgres', 'temporal', 'sandbox', 'worker', 'source', 'slack'],
    prepareSource: async ({ sandbox }) => {
      await demo.setUp(placeOf(sandbox));
      return {};
    },
  }).catch((error: unknown) => {
    throw unlessInterrupted(interruption.signal, error);
  });
  try {
    return await held(context, options, demo, { installation, signal: interruption.signal, say });
  } catch (error) {
    throw unlessInterrupted(interruption.signal, error);
  } finally {
    await stopAll(terminal, installation, interruption);
  }
}

function placeOf(sandbox: SandboxAddresses | undefined): DemoPlace {
  if (sandbox === undefined) throw new Error('The demo has no sandbox.');
  const { slackBotToken, jiraEmail, jiraApiToken } = sandboxCredentials;
  const { aws: awsUrl, slack: slackUrl, jira: jiraUrl, confluence: confluenceUrl } = sandbox;
  return { awsUrl, slackUrl, jiraUrl, confluenceUrl, slackBotToken, jiraEmail, jiraApiToken };
}

interface Stage {
  readonly installation: Installation;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** The run itself, from its start to its summary. */
async function held(
  { terminal, answer }: CommandContext,
  options: DemoOptions,
  demo: DemoOfPeople,
  { installation, signal, say }: Stage,
): Promise<ExitCode> {
  const byStandIns = options.yes === true || !process.stdin.isTTY || !terminal.isInteractive;
  const { config } = installation;
  const enter = byStandIns || options.json === true ? undefined : enterPressed(signal);
  const place = placeOf(installation.addresses.sandbox);
  const { slack: workspace = '', jira = '' } = addressesOf(installation);
  const link = demo.link(workspace, (await loadCatalog(config.catalog)).catalog);
  const look = [
    { name: 'Slack', url: link },
    { name: 'Jira', url: jira },
    ...(demo.documents ? [{ name: 'Confluence', url: place.confluenceUrl }] : []),
  ];
  say(`\n${look.map(({ name, url }) => `  ${name.padEnd(11)} ${url}`).join('\n')}\n`);
  const runs = await openRuns(config);
  const store = openStoreOf(config);
  let run: StoredRun | undefined;
  const words = byStandIns ? demo.words.byStandIns : demo.words.byPeople(link);
  const board = startLiveBoard(
    options.json === true ? { ...terminal, isInteractive: false } : terminal,
    () => (run === undefined ? [] : runProgress(run.projection, Date.now(), { howToDecide: words })),
    say,
  );
  let ended: StoredRun;
  try {
    await endEarlierRuns(runs.deps, () => undefined);
    const { runId, plan } = await demo.start(runs.deps);
    say(`  ${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`);
    const watching = { onChange: (changed: StoredRun) => void (run = changed), signal };
    const when = (ready: (changed: StoredRun) => boolean): Promise<StoredRun> =>
      watchRun(store, runId, { ...watching, until: ready });
    const judged = when(isJudged);
    const played = byStandIns
      ? demo.play({ place, channel: plan.slackChannel, runId, signal, when })
      : Promise.resolve();
    // A stand-in who fails must end the demo: nobody else would go on.
    const story = Promise.race([judged, played.then(() => judged)]).then(() => when(isComplete));
    ended = await Promise.race([story, installation.failed.then((error) => Promise.reject(error))]);
  } finally {
    board.end();
    await runs.close();
    await store.destroy();
  }
  const size = { columns: terminal.columns(), paint: terminal.paint };
  answer(
    runAsJson(ended, config),
    `\n${runSummary(summaryOf(ended, config, { look: enter ? look : [], next: demo.next }), size)}`,
  );
  if (enter !== undefined) {
    say(`\n${stillRuns}`);
    const failure = await Promise.race([enter(), installation.failed]);
    if (failure !== undefined) throw failure;
  }
  return demo.exitCode(ended);
}

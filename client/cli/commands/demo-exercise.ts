import type { Command } from 'commander';
import { loadCatalog } from '../../../catalog/load.ts';
import type { ExerciseView } from '../../../domain/exercise-view.ts';
import { setUpCompany } from '../../../examples/set-up.ts';
import { loadLibrary, scenarioNamed } from '../../../runbooks/tabletop-exercise/library.ts';
import type { StoredRun } from '../../../store/read.ts';
import { runProgress } from '../../../views/terminal/run-progress.ts';
import { runSummary } from '../../../views/terminal/run-summary.ts';
import { demoConfig } from '../../demo/demo-config.ts';
import { endEarlierRuns } from '../../demo/end-earlier-runs.ts';
import { playExercise } from '../../demo/exercise-stand-ins.ts';
import type { Installation } from '../../processes/installation.ts';
import { everyPart, sandboxCredentials } from '../../processes/sandbox-process.ts';
import type { SandboxAddresses } from '../../processes/sandbox-process.ts';
import { startTabletopExercise } from '../../runs/start-tabletop-exercise.ts';
import { openRuns, openStoreOf } from '../access.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import { enterPressed, stillRuns } from '../enter-pressed.ts';
import { exitCodeOf } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { listenForInterruption, unlessInterrupted } from '../interruption.ts';
import { startLiveBoard } from '../live-board.ts';
import type { CommonOptions } from '../settings-of.ts';
import { flagsOf } from '../settings-of.ts';
import { slackLink } from '../slack-link.ts';
import { startWithBoard } from '../start-with-board.ts';
import { stopAll } from '../stop-all.ts';
import { runAsJson, summaryOf } from '../summary-of.ts';
import { isComplete, isJudged, watchRun } from '../watch-run.ts';
import { addressesOf } from './up.ts';

interface Options extends CommonOptions {
  readonly yes?: boolean;
}

const scenario = 'region-lost-to-earthquake';
const service = 'jira-cloud';

/** `firedrill demo tabletop-exercise`: a whole exercise of the example company in Slack, on this machine. */
export function demoExerciseCommand(act: Act): Command {
  return newCommand('tabletop-exercise', 'See a tabletop exercise: an earthquake takes the Region, in Slack.', [
    'firedrill demo tabletop-exercise',
    'firedrill demo tabletop-exercise --yes',
  ])
    .option('--yes', 'stand-ins hold it in Slack (default without a terminal)')
    .action((options: Options) => act(options, (context) => demo(context, options)));
}

async function demo(context: CommandContext, options: Options): Promise<ExitCode> {
  const { terminal } = context;
  const quiet = options.json === true;
  const say = quiet ? terminal.err : terminal.out;
  const byStandIns = options.yes === true || !process.stdin.isTTY || !terminal.isInteractive;
  const config = demoConfig({ flags: flagsOf({ ...options }), env: terminal.env, cwd: terminal.cwd, limits: {} });
  say(`${terminal.paint.bold('firedrill demo')}  SIMULATED  a tabletop exercise: an earthquake takes the Region\n`);
  const interruption = listenForInterruption();
  const installation = await startWithBoard(terminal, {
    config,
    env: terminal.env,
    sandbox: everyPart,
    // An exercise touches no database.
    databases: false,
    signal: interruption.signal,
    quiet,
    parts: ['postgres', 'temporal', 'sandbox', 'worker', 'source', 'slack'],
    prepareSource: async ({ sandbox }) => {
      await setUpCompany(placeOf(sandbox));
      return {};
    },
  }).catch((error: unknown) => {
    throw unlessInterrupted(interruption.signal, error);
  });
  try {
    return await held(context, options, { installation, byStandIns, signal: interruption.signal, say });
  } catch (error) {
    throw unlessInterrupted(interruption.signal, error);
  } finally {
    await stopAll(terminal, installation, interruption);
  }
}

function placeOf(sandbox: SandboxAddresses | undefined) {
  if (sandbox === undefined) throw new Error('The demo has no sandbox.');
  const { slackBotToken, jiraEmail, jiraApiToken } = sandboxCredentials;
  return {
    awsUrl: sandbox.aws,
    slackUrl: sandbox.slack,
    jiraUrl: sandbox.jira,
    slackBotToken,
    jiraEmail,
    jiraApiToken,
  };
}

interface Stage {
  readonly installation: Installation;
  readonly byStandIns: boolean;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** The exercise itself, from its start to its summary. */
async function held({ terminal, answer }: CommandContext, options: Options, stage: Stage): Promise<ExitCode> {
  const { installation, byStandIns, signal, say } = stage;
  const { config } = installation;
  const enter = byStandIns || options.json ? undefined : enterPressed(signal);
  const { slack: workspace = '', jira = '' } = addressesOf(installation);
  const link = slackLink(workspace, (await loadCatalog(config.catalog)).catalog, service);
  const look = [
    { name: 'Slack', url: link },
    { name: 'Jira', url: jira },
  ];
  say(`\n  Slack     ${link}\n  Jira      ${jira}\n`);
  const runs = await openRuns(config);
  const store = openStoreOf(config);
  let run: StoredRun | undefined;
  const where = byStandIns ? 'stand-ins hold it in Slack' : `lead it, and take part, in Slack: ${link}`;
  const board = startLiveBoard(
    options.json === true ? { ...terminal, isInteractive: false } : terminal,
    () => (run === undefined ? [] : runProgress(run.projection, Date.now(), { howToDecide: where })),
    say,
  );
  let ended: StoredRun;
  try {
    await endEarlierRuns(runs.deps, () => undefined);
    const { runId, plan } = await startTabletopExercise(runs.deps, {
      scenario: scenarioNamed(await loadLibrary([]), scenario).scenario,
      services: [service],
      initiator: { personId: 'system', name: 'firedrill demo' },
      via: 'system',
    });
    say(`  ${where[0]?.toUpperCase() ?? ''}${where.slice(1)}`);
    const watching = { onChange: (changed: StoredRun) => void (run = changed), signal };
    const when = async (ready: (exercise: ExerciseView) => boolean): Promise<ExerciseView> => {
      const so = ({ projection: { exercise } }: StoredRun): boolean => exercise !== undefined && ready(exercise);
      const found = (await watchRun(store, runId, { ...watching, until: so })).projection.exercise;
      if (found === undefined) throw new Error(`${runId} is no exercise.`);
      return found;
    };
    const judged = watchRun(store, runId, { ...watching, until: isJudged });
    const played = byStandIns
      ? playExercise({
          place: placeOf(installation.addresses.sandbox),
          channel: plan.slackChannel,
          runId,
          when,
          signal,
        })
      : Promise.resolve();
    // A stand-in who fails must end the demo: nobody else would go on.
    const story = Promise.race([judged, played.then(() => judged)]).then(() =>
      watchRun(store, runId, { ...watching, until: isComplete }),
    );
    ended = await Promise.race([story, installation.failed.then((error) => Promise.reject(error))]);
  } finally {
    board.end();
    await runs.close();
    await store.destroy();
  }
  const size = { columns: terminal.columns(), paint: terminal.paint };
  const next = `firedrill scenario list --service ${service}`;
  answer(
    runAsJson(ended, config),
    `\n${runSummary(summaryOf(ended, config, { look: enter ? look : [], next }), size)}`,
  );
  if (enter !== undefined) {
    say(`\n${stillRuns}`);
    const failure = await Promise.race([enter(), installation.failed]);
    if (failure !== undefined) throw failure;
  }
  return exitCodeOf(ended.projection);
}

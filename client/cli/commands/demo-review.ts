import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { loadCatalog } from '../../../catalog/load.ts';
import { serviceOf } from '../../../catalog/lookup.ts';
import { writeConfluencePages } from '../../../examples/documents.ts';
import { createIssuesInstance, setUpCompany } from '../../../examples/set-up.ts';
import type { CompanyPlace } from '../../../examples/set-up.ts';
import type { StoredRun } from '../../../store/read.ts';
import { runProgress } from '../../../views/terminal/run-progress.ts';
import { runSummary } from '../../../views/terminal/run-summary.ts';
import { demoConfig } from '../../demo/demo-config.ts';
import { endEarlierRuns } from '../../demo/end-earlier-runs.ts';
import { holdReview, reviewer } from '../../demo/review-stand-in.ts';
import type { Installation } from '../../processes/installation.ts';
import { everyPart, sandboxCredentials } from '../../processes/sandbox-process.ts';
import type { SandboxAddresses } from '../../processes/sandbox-process.ts';
import { startDocumentationReview } from '../../runs/start-documentation-review.ts';
import { openRuns, openStoreOf } from '../access.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import { enterPressed, stillRuns } from '../enter-pressed.ts';
import { exitCodes } from '../exit-codes.ts';
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

const service = 'jira-cloud';

/** `firedrill demo documentation-review`: the recovery documents of the example company, held against what is, in Slack. */
export function demoReviewCommand(act: Act): Command {
  return newCommand(
    'documentation-review',
    'See a documentation review: what the documents say against what is, in Slack.',
    ['firedrill demo documentation-review', 'firedrill demo documentation-review --yes'],
  )
    .option('--yes', 'a stand-in champion answers and signs in Slack (default without a terminal)')
    .addHelpText(
      'after',
      '\nThe documents are wrong in places, so the review finds corrections; that is the demo going well.',
    )
    .action((options: Options) => act(options, (context) => demo(context, options)));
}

async function demo(context: CommandContext, options: Options): Promise<ExitCode> {
  const { terminal } = context;
  const quiet = options.json === true;
  const say = quiet ? terminal.err : terminal.out;
  const byStandIn = options.yes === true || !process.stdin.isTTY || !terminal.isInteractive;
  const config = demoConfig({ flags: flagsOf({ ...options }), env: terminal.env, cwd: terminal.cwd, limits: {} });
  say(`${terminal.paint.bold('firedrill demo')}  SIMULATED  a documentation review of Jira Cloud\n`);
  const interruption = listenForInterruption();
  let place: ReturnType<typeof placeOf> | undefined;
  const installation = await startWithBoard(terminal, {
    config,
    env: terminal.env,
    sandbox: everyPart,
    // What AWS says of a database needs none that runs.
    databases: false,
    signal: interruption.signal,
    quiet,
    parts: ['postgres', 'temporal', 'sandbox', 'worker', 'source', 'slack'],
    prepareSource: async ({ sandbox }) => {
      place = placeOf(sandbox);
      await setUpCompany(place);
      await writeConfluencePages(place, await createIssuesInstance(place, randomBytes(12).toString('hex')));
      return {};
    },
  }).catch((error: unknown) => {
    throw unlessInterrupted(interruption.signal, error);
  });
  try {
    if (place === undefined) throw new Error('The example company was not set up.');
    return await held(context, options, { installation, place, byStandIn, signal: interruption.signal, say });
  } catch (error) {
    throw unlessInterrupted(interruption.signal, error);
  } finally {
    await stopAll(terminal, installation, interruption);
  }
}

function placeOf(sandbox: SandboxAddresses | undefined) {
  if (sandbox === undefined) throw new Error('The demo has no sandbox.');
  const { slackBotToken, jiraEmail, jiraApiToken } = sandboxCredentials;
  const { aws: awsUrl, slack: slackUrl, jira: jiraUrl, confluence: confluenceUrl } = sandbox;
  return { awsUrl, slackUrl, jiraUrl, confluenceUrl, slackBotToken, jiraEmail, jiraApiToken };
}

interface Stage {
  readonly installation: Installation;
  readonly place: CompanyPlace;
  readonly byStandIn: boolean;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** The review itself, from its start to its summary. */
async function held({ terminal, answer }: CommandContext, options: Options, stage: Stage): Promise<ExitCode> {
  const { installation, place, byStandIn, signal, say } = stage;
  const { config } = installation;
  const enter = byStandIn || options.json ? undefined : enterPressed(signal);
  const { slack: workspace = '', jira = '' } = addressesOf(installation);
  const { catalog } = await loadCatalog(config.catalog);
  // As the champion, whom it asks.
  const link = slackLink(workspace, catalog, service, serviceOf(catalog, service).owner);
  const look = [
    { name: 'Slack', url: link },
    { name: 'Jira', url: jira },
    ...(place.confluenceUrl === undefined ? [] : [{ name: 'Confluence', url: place.confluenceUrl }]),
  ];
  say(`\n${look.map(({ name, url }) => `  ${name.padEnd(11)} ${url}`).join('\n')}\n`);
  const runs = await openRuns(config);
  const store = openStoreOf(config);
  let run: StoredRun | undefined;
  const board = startLiveBoard(
    options.json === true ? { ...terminal, isInteractive: false } : terminal,
    () => (run === undefined ? [] : runProgress(run.projection, Date.now())),
    say,
  );
  let ended: StoredRun;
  try {
    await endEarlierRuns(runs.deps, () => undefined);
    const { runId, plan } = await startDocumentationReview(runs.deps, {
      service,
      initiator: { personId: 'system', name: 'firedrill demo' },
      via: 'system',
    });
    say(
      byStandIn ? `  A stand-in, ${reviewer.name}, answers and signs in Slack` : `  Answer and sign in Slack: ${link}`,
    );
    const watching = { onChange: (changed: StoredRun) => void (run = changed), signal };
    const judged = watchRun(store, runId, { ...watching, until: isJudged });
    const scene = { place, channel: plan.slackChannel, runId, signal };
    const answered = byStandIn ? holdReview(scene) : Promise.resolve();
    // A stand-in who fails must end the demo: nobody else would answer.
    const story = Promise.race([judged, answered.then(() => judged)]).then(() =>
      watchRun(store, runId, { ...watching, until: isComplete }),
    );
    ended = await Promise.race([story, installation.failed.then((error) => Promise.reject(error))]);
  } finally {
    board.end();
    await runs.close();
    await store.destroy();
  }
  const size = { columns: terminal.columns(), paint: terminal.paint };
  const next = `firedrill start documentation-review ${service}`;
  answer(
    runAsJson(ended, config),
    `\n${runSummary(summaryOf(ended, config, { look: enter ? look : [], next }), size)}`,
  );
  if (enter !== undefined) {
    say(`\n${stillRuns}`);
    const failure = await Promise.race([enter(), installation.failed]);
    if (failure !== undefined) throw failure;
  }
  return ended.projection.judged?.verdict === 'corrections-needed' ? exitCodes.done : exitCodes.notPassed;
}

import { WorkflowNotFoundError } from '@temporalio/client';
import type { Command } from 'commander';
import { loadCatalog } from '../../../catalog/load.ts';
import { formatDurationMs } from '../../../domain/duration-text.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import { listRuns, readRun, recentSteps } from '../../../store/read.ts';
import type { RunLine, StoredRun } from '../../../store/read.ts';
import type { Store } from '../../../store/connect.ts';
import { padTo } from '../../../views/terminal/paint.ts';
import type { Paint } from '../../../views/terminal/paint.ts';
import { runProgress, usualStepsMs } from '../../../views/terminal/run-progress.ts';
import { runSummary } from '../../../views/terminal/run-summary.ts';
import { reachTemporal } from '../../runs/reach-temporal.ts';
import { openRuns, openStoreOf } from '../access.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { listenForInterruption } from '../interruption.ts';
import { startLiveBoard } from '../live-board.ts';
import type { CommonOptions, Settings } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';
import { runAsJson, summaryOf } from '../summary-of.ts';
import { slackLink } from '../slack-link.ts';
import { isJudged, watchRun } from '../watch-run.ts';

interface StatusOptions extends CommonOptions {
  readonly once?: boolean;
}

/** `firedrill status [RUN]`: live until the run has its verdict; one shot with --json, --once or without a terminal. */
export function statusCommand(act: Act): Command {
  return newCommand('status', 'What runs are doing; with a run, live until its verdict.', [
    'firedrill status',
    'firedrill status restore-test/jira-cloud/issues-db/2026Q4',
    'firedrill status RUN --json | jq .verdict',
  ])
    .argument('[run]', 'id of the run; default the newest ones')
    .option('--once', 'show it once and end')
    .addHelpText('after', '\nThe exit code is 1 when the run is over and did not pass.')
    .action((runId: string | undefined, options: StatusOptions) =>
      act(options, async (context) => {
        const settings = settingsOf(context.terminal, options);
        const store = openStoreOf(settings.config);
        try {
          return runId === undefined
            ? await newest(context, store)
            : await one(context, settings, store, runId, options.once === true);
        } finally {
          await store.destroy();
        }
      }),
    );
}

async function newest({ answer, terminal }: CommandContext, store: Store): Promise<ExitCode> {
  const runs = await listRuns(store, { limit: 20 });
  const nothing = 'No run has been started here yet.\nStart one:  firedrill start restore-test SERVICE';
  answer({ runs }, runs.length === 0 ? nothing : runs.map((run) => runLine(run, terminal.paint)).join('\n'));
  return exitCodes.done;
}

function runLine(run: RunLine, paint: Paint): string {
  const mark = run.verdict === undefined ? '…' : run.verdict === 'passed' ? paint.good('✔') : paint.bad('✖');
  const took = formatDurationMs((run.endedAtMs ?? Date.now()) - run.openedAtMs);
  return [
    mark,
    padTo(run.verdict ?? run.state, 20),
    padTo(run.runId, 58),
    new Date(run.openedAtMs).toISOString().slice(0, 16).replace('T', ' '),
    took,
    run.simulated ? 'SIMULATED' : '',
  ]
    .join('  ')
    .trimEnd();
}

async function one(
  context: CommandContext,
  settings: Settings,
  store: Store,
  runId: string,
  once: boolean,
): Promise<ExitCode> {
  const { terminal, options, answer } = context;
  const known = await readRun(store, runId);
  if (known === undefined) return await notInStoreYet(context, settings, runId);
  const oneShot = options.json === true || once || !terminal.isInteractive;
  const run = oneShot || isJudged(known) ? known : await live(context, settings, store, known);
  const text = isJudged(run)
    ? runSummary(summaryOf(run, settings.config, { look: [] }), { columns: terminal.columns(), paint: terminal.paint })
    : stateText(run);
  answer(runAsJson(run, settings.config), text);
  return run.projection.judged === undefined ? exitCodes.done : exitCodeOf(run.projection);
}

function stateText({ runId, projection }: StoredRun): string {
  const rows = runProgress(projection, Date.now()).filter(({ state }) => state !== 'planned');
  const lines = rows.map(
    ({ title, state, note }) => `  ${padTo(state, 8)}  ${title}${note === undefined || note === '' ? '' : `  ${note}`}`,
  );
  return [`${projection.simulated ? 'SIMULATED  ' : ''}${runId}: ${projection.state}`, ...lines].join('\n');
}

async function live(
  { terminal }: CommandContext,
  settings: Settings,
  store: Store,
  known: StoredRun,
): Promise<StoredRun> {
  const interruption = listenForInterruption();
  let newestPicture = known;
  const { runId, projection } = known;
  terminal.out(`${projection.simulated ? 'SIMULATED  ' : ''}${runId}\n`);
  const context = {
    howToDecide: `press Approve in Slack${await whereToDecide(settings, known)}`,
    usualMs: usualStepsMs(await recentSteps(store, projection)),
  };
  const board = startLiveBoard(terminal, () => runProgress(newestPicture.projection, Date.now(), context));
  try {
    return await watchRun(store, runId, {
      until: isJudged,
      onChange: (run) => void (newestPicture = run),
      signal: interruption.signal,
    });
  } finally {
    board.end();
    terminal.out('');
    interruption.end();
  }
}

/** The sandbox's Slack page, at the service's channel and as somebody who may answer; nothing with a real Slack. */
async function whereToDecide({ running, config }: Settings, { projection }: StoredRun): Promise<string> {
  const page = running?.slack.page;
  if (page === undefined) return '';
  try {
    const { catalog } = await loadCatalog(config.catalog);
    return `: ${slackLink(page, catalog, projection.service, projection.initiator)}`;
  } catch (error) {
    // A catalog that is broken just now does not keep anybody from watching.
    if (error instanceof FiredrillError) return `: ${page}`;
    throw error;
  }
}

/** A run that has begun but is not recorded yet: the engine knows it. @throws FiredrillError `unknown-run` */
async function notInStoreYet({ answer }: CommandContext, { config }: Settings, runId: string): Promise<ExitCode> {
  const runs = await openRuns(config);
  try {
    const { status, startTime } = await reachTemporal(runs.deps, (client) =>
      client.workflow.getHandle(runId).describe(),
    );
    answer(
      { runId, verdict: null, state: 'not recorded yet', engine: status.name, startedAtMs: startTime.getTime() },
      `${runId}: ${status.name === 'RUNNING' ? 'under way' : status.name.toLowerCase()} since ${startTime.toISOString().slice(0, 19)}Z, not recorded in the store yet`,
    );
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new FiredrillError(
      {
        code: 'unknown-run',
        kind: 'input',
        what: `There is no run ${runId}.`,
        means: 'Neither the store nor the engine knows it.',
        next: 'See what there is: firedrill status',
      },
      { cause: error },
    );
  } finally {
    await runs.close();
  }
}

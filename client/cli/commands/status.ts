import type { Command } from 'commander';
import { loadCatalog } from '../../../catalog/load.ts';
import { formatDurationMs } from '../../../domain/duration-text.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import { pauseOf } from '../../../domain/run-projection.ts';
import { utcMinute } from '../../../domain/time-text.ts';
import { endedWell } from '../../../domain/verdict.ts';
import { listRuns, readRun, recentSteps } from '../../../store/read.ts';
import type { RunLine, StoredRun } from '../../../store/read.ts';
import { StoreUnreachableError } from '../../../store/connect.ts';
import type { Store } from '../../../store/connect.ts';
import type { Config } from '../../../config/index.ts';
import { padTo, widthOf } from '../../../views/terminal/paint.ts';
import type { Paint } from '../../../views/terminal/paint.ts';
import { runProgress, usualStepsMs } from '../../../views/terminal/run-progress.ts';
import { runSummary } from '../../../views/terminal/run-summary.ts';
import { engineState, newestInEngine, runInEngine } from '../../runs/engine-runs.ts';
import type { EngineRun } from '../../runs/engine-runs.ts';
import type { RunsDeps } from '../../runs/deps.ts';
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
            ? await newest(context, settings, store)
            : await one(context, settings, store, runId, options.once === true);
        } finally {
          await store.destroy();
        }
      }),
    );
}

async function newest({ answer, terminal }: CommandContext, { config }: Settings, store: Store): Promise<ExitCode> {
  const [stored, trouble] = await unlessStoreIsDown(() => listRuns(store, { limit: shown }));
  const known = await inEngine(config, trouble, (deps) => newestInEngine(deps, shown));
  const runs = newestFirst(stored ?? [], known ?? []).slice(0, shown);
  // Who pipes it into something looks for lines.
  const columns = terminal.isInteractive ? terminal.columns() : Infinity;
  const nothing = 'No run has been started here yet.\nStart one:  firedrill start restore-test SERVICE';
  const lines = runs.length === 0 ? [nothing] : runs.map((run) => runLine(run, { columns, paint: terminal.paint }));
  const text = [...(trouble === undefined ? [] : [troubleText(trouble)]), ...lines].join('\n');
  answer({ runs, ...(trouble === undefined ? {} : { store: trouble.facts }) }, text);
  return trouble === undefined ? exitCodes.done : exitCodes.unreachable;
}

/** How many runs a list shows. */
const shown = 20;

/** The store's word on every run that it has to the end; the engine's on those that it has not, or does not know. */
function newestFirst(stored: readonly RunLine[], known: readonly EngineRun[]): readonly RunLine[] {
  const behind = known.filter((run) => {
    const line = stored.find(({ runId }) => runId === run.runId);
    return line === undefined || (line.verdict === undefined && (run.judged !== undefined || !run.isOpen));
  });
  const lines = behind.map((run): RunLine => ({
    ...run,
    state: engineState(run),
    simulated: stored.find(({ runId }) => runId === run.runId)?.simulated ?? false,
    openedAtMs: run.startedAtMs,
    ...(run.judged === undefined ? {} : { endedAtMs: run.judged.atMs }),
  }));
  return [...lines, ...stored.filter(({ runId }) => !behind.some((run) => run.runId === runId))].toSorted(
    (one, other) => other.openedAtMs - one.openedAtMs,
  );
}

const troubleText = ({ what, means, next }: StoreUnreachableError): string =>
  `${what}\n  ${means} ${next}\n  What the engine itself knows:`;

/** What the store says, or that it is down. */
async function unlessStoreIsDown<T>(
  ask: () => Promise<T>,
): Promise<[T | undefined, StoreUnreachableError | undefined]> {
  try {
    return [await ask(), undefined];
  } catch (error) {
    if (!(error instanceof StoreUnreachableError)) throw error;
    return [undefined, error];
  }
}

/** What the engine knows; when it cannot be asked, the store's word must do, if there is one. */
async function inEngine<T>(
  config: Config,
  storeTrouble: StoreUnreachableError | undefined,
  ask: (deps: RunsDeps) => Promise<T>,
): Promise<T | undefined> {
  try {
    const runs = await openRuns(config);
    try {
      return await ask(runs.deps);
    } finally {
      await runs.close();
    }
  } catch (error) {
    if (storeTrouble !== undefined || !(error instanceof FiredrillError)) throw error;
    return undefined;
  }
}

function runLine(run: RunLine, { columns, paint }: { readonly columns: number; readonly paint: Paint }): string {
  const mark = run.verdict === undefined ? '…' : endedWell(run.verdict) ? paint.good('✔') : paint.bad('✖');
  const took = formatDurationMs((run.endedAtMs ?? Date.now()) - run.openedAtMs);
  const state = padTo(run.verdict ?? run.state, 20);
  const when = utcMinute(run.openedAtMs);
  const more = [when, took, ...(run.simulated ? ['SIMULATED'] : [])].join('  ');
  const line = [mark, state, padTo(run.runId, 58), more].join('  ');
  // A terminal of 80 columns would break it in the middle of the run's id.
  return widthOf(line) <= columns ? line : `${mark}  ${run.runId}\n   ${state}  ${more}`;
}

async function one(
  context: CommandContext,
  settings: Settings,
  store: Store,
  runId: string,
  once: boolean,
): Promise<ExitCode> {
  const { terminal, options, answer } = context;
  const [known, trouble] = await unlessStoreIsDown(() => readRun(store, runId));
  if (known === undefined || !isJudged(known)) {
    const inEngineNow = await inEngine(settings.config, trouble, (deps) => runInEngine(deps, runId));
    const isBehind = inEngineNow?.judged !== undefined || inEngineNow?.isOpen === false;
    if (inEngineNow !== undefined && (known === undefined || isBehind))
      return tellEngineRun(context, inEngineNow, trouble);
  }
  if (known === undefined) throw unknownRun(runId);
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
  const pause = pauseOf(projection);
  const paused = pause === undefined ? [] : [`  paused by ${pause.by}: ${pause.reason}; firedrill resume ${runId}`];
  return [`${projection.simulated ? 'SIMULATED  ' : ''}${runId}: ${projection.state}`, ...paused, ...lines].join('\n');
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

/** A run that the store does not know yet, or not to its end, told by the engine. */
function tellEngineRun(
  { answer }: CommandContext,
  run: EngineRun,
  trouble: StoreUnreachableError | undefined,
): ExitCode {
  const { runId, judged, startedAtMs } = run;
  const state = engineState(run);
  const since = new Date(startedAtMs).toISOString().slice(0, 19);
  const text = [
    ...(trouble === undefined ? [] : [troubleText(trouble)]),
    `${runId}: ${state}, since ${since}Z`,
    ...(judged === undefined ? [] : [`  Verdict: ${judged.verdict}. ${judged.reason}`]),
  ];
  answer(
    {
      runId,
      verdict: judged?.verdict ?? null,
      reason: judged?.reason ?? null,
      state,
      recording: 'pending',
      startedAtMs,
    },
    text.join('\n'),
  );
  return judged === undefined || endedWell(judged.verdict) ? exitCodes.done : exitCodes.notPassed;
}

const unknownRun = (runId: string): FiredrillError =>
  new FiredrillError({
    code: 'unknown-run',
    kind: 'input',
    what: `There is no run ${runId}.`,
    means: 'Neither the store nor the engine knows it.',
    next: 'See what there is: firedrill status',
  });

import { Argument, Option } from 'commander';
import type { Command } from 'commander';
import { testableResourceOf } from '../../../catalog/lookup.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import type { PointChoice } from '../../../domain/verdict.ts';
import { restoreTestRunbook } from '../../../runbooks/restore-test/definition.ts';
import { startRestoreTest } from '../../runs/start-restore-test.ts';
import { openRuns } from '../access.ts';
import { channelName, slackLink } from '../slack-link.ts';
import { requireCatalog } from '../given-catalog.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { personAtWork } from '../decision.ts';
import { exitCodes } from '../exit-codes.ts';
import { startExerciseCommand } from './start-exercise.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';
import { startersOf } from '../starters.ts';
import { startReview } from './start-review.ts';

interface StartOptions extends CommonOptions {
  readonly resource?: string;
  readonly point?: PointChoice;
  readonly method?: 'snapshot' | 'pitr';
  readonly at?: string;
  readonly mode: 'rehearse' | 'drill';
}

/** `firedrill start restore-test SERVICE …`, `firedrill start documentation-review SERVICE` */
export function startCommand(act: Act): Command {
  return (
    newCommand(
      'start',
      'Start a run. It asks for approval where the policy says so, and goes on whatever becomes of this terminal.',
      [
        'firedrill start restore-test jira-cloud',
        'firedrill start restore-test jira-cloud --resource issues-db --point random --method pitr',
        'firedrill start restore-test jira-cloud --at 2026-11-22T14:03:00Z',
        'firedrill start restore-test jira-cloud --mode rehearse',
        'firedrill start documentation-review jira-cloud',
      ],
    )
      .addArgument(new Argument('<runbook>', 'what to do').choices(['restore-test', 'documentation-review']))
      .argument('<service>', 'id of the service in the catalog')
      .option('--resource <name>', 'which of its resources; not needed when only one can be tested')
      .addOption(
        new Option('--point <choice>', 'which recovery point; default latest, or at with --at').choices([
          'latest',
          'oldest',
          'random',
          'at',
        ]),
      )
      .addOption(
        new Option('--method <method>', 'from what; default: point in time where there is continuous backup').choices([
          'snapshot',
          'pitr',
        ]),
      )
      .option('--at <time>', 'the past moment to restore to, such as 2026-11-22T14:03:00Z')
      .addOption(
        new Option('--mode <mode>', 'a rehearsal changes nothing in AWS')
          .choices(['rehearse', 'drill'])
          .default('drill'),
      )
      .action((runbook: string, service: string, options: StartOptions) =>
        act(options, async (context) => {
          const { terminal, answer } = context;
          if (runbook === 'documentation-review') {
            refuseRestoreOptions(options);
            return await startReview(context, service);
          }
          const moment = momentOf(options);
          const { config, running } = settingsOf(terminal, options);
          requireCatalog(config);
          const runs = await openRuns(config);
          try {
            const loaded = await runs.deps.catalog();
            // A wrong name is told before anybody has to say who they are.
            testableResourceOf(loaded.catalog, {
              service,
              ...(options.resource === undefined ? {} : { resource: options.resource }),
            });
            const initiator = personAtWork(config, loaded, startersOf(loaded.catalog, service, restoreTestRunbook));
            const { runId, plan } = await startRestoreTest(runs.deps, {
              service,
              ...(options.resource === undefined ? {} : { resource: options.resource }),
              mode: options.mode,
              ...(options.method === undefined ? {} : { method: options.method }),
              ...moment,
              initiator,
              via: 'cli',
            });
            const page = running?.slack.page;
            const asked =
              options.mode === 'drill' && plan.admission.kind === 'required'
                ? `\nIt asks for approval in Slack (${await channelName(config, plan.slackChannel)}) first${page === undefined ? '' : `: ${slackLink(page, loaded.catalog, service, initiator.personId)}`}`
                : '';
            answer(
              { runId, service, resource: plan.database.resource, mode: options.mode, simulated: plan.simulated },
              `${plan.simulated ? 'SIMULATED  ' : ''}Started ${runId}${asked}\nWatch it:  firedrill status ${runId}`,
            );
            return exitCodes.done;
          } finally {
            await runs.close();
          }
        }),
      )
      // What stands behind the runbook's name is for it: otherwise --json, --home and --catalog would be taken here.
      .enablePositionalOptions()
      .addCommand(startExerciseCommand(act))
  );
}

/** @throws FiredrillError `not-for-this-runbook`: an option that a review has no use for was meant for something else */
function refuseRestoreOptions({ resource, point, method, at, mode }: StartOptions): void {
  const given = Object.entries({ resource, point, method, at }).find(([, value]) => value !== undefined)?.[0];
  const option = given ?? (mode === 'drill' ? undefined : 'mode');
  if (option === undefined) return;
  throw new FiredrillError({
    code: 'not-for-this-runbook',
    kind: 'input',
    what: `A documentation review has no --${option}: it is about a whole service and changes nothing.`,
    means: 'Nothing was started.',
    next: 'Leave it out: firedrill start documentation-review SERVICE',
  });
}

/**
 * Which recovery point; `--at` alone means that moment.
 *
 * @throws FiredrillError `bad-time`: missing, unreadable, in the future, or given with another `--point`
 */
function momentOf(options: StartOptions): { readonly point: PointChoice; readonly atMs?: number } {
  const { at } = options;
  const point = options.point ?? (at === undefined ? 'latest' : 'at');
  if (point !== 'at' && at === undefined) return { point };
  const atMs = at === undefined ? Number.NaN : Date.parse(at);
  const problem =
    point !== 'at'
      ? `--at was given together with --point ${point}`
      : at === undefined
        ? '--point at needs --at TIME'
        : Number.isNaN(atMs)
          ? `"${at}" is not a time`
          : atMs > Date.now()
            ? `${at} is in the future`
            : undefined;
  if (problem === undefined) return { point, atMs };
  throw new FiredrillError({
    code: 'bad-time',
    kind: 'input',
    what: `${problem}.`,
    means: 'Nothing was started.',
    next: 'For a past moment: --at 2026-11-22T14:03:00Z',
  });
}

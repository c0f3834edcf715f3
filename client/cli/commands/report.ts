import type { Command } from 'commander';
import { FiredrillError } from '../../../domain/errors.ts';
import type { SettingDifference } from '../../../domain/recovery.ts';
import { readRun } from '../../../store/read.ts';
import type { StoredRun } from '../../../store/read.ts';
import { exerciseReport } from '../../../views/terminal/exercise-report.ts';
import { padTo } from '../../../views/terminal/paint.ts';
import type { Paint } from '../../../views/terminal/paint.ts';
import { progressLogLine } from '../../../views/terminal/progress-rows.ts';
import { reviewReport } from '../../../views/terminal/review-report.ts';
import { runProgress } from '../../../views/terminal/run-progress.ts';
import { runSummary } from '../../../views/terminal/run-summary.ts';
import { openStoreOf } from '../access.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';
import { runAsJson, summaryOf } from '../summary-of.ts';

/** `firedrill report RUN`: everything about a run that fits a terminal; the page is in its evidence bundle. */
export function reportCommand(act: Act): Command {
  return newCommand('report', 'Everything about one run: summary, steps, checks, settings, decisions.', [
    'firedrill report restore-test/jira-cloud/issues-db/2026Q4',
  ])
    .argument('<run>', 'id of the run')
    .addHelpText('after', '\nThe exit code is 1 when the run is over and did not pass.')
    .action((runId: string, options: CommonOptions) =>
      act(options, async ({ terminal, answer }) => {
        const { config } = settingsOf(terminal, options);
        const store = openStoreOf(config);
        try {
          const run = await readRun(store, runId);
          if (run === undefined) {
            throw new FiredrillError({
              code: 'unknown-run',
              kind: 'input',
              what: `There is no run ${runId} in the store.`,
              means: 'There is nothing to report.',
              next: 'See what there is: firedrill status',
            });
          }
          const size = { columns: terminal.columns(), paint: terminal.paint };
          answer(
            runAsJson(run, config),
            [runSummary(summaryOf(run, config, { look: [] }), size), ...details(run, size)].join('\n\n'),
          );
          return run.projection.judged === undefined ? exitCodes.done : exitCodeOf(run.projection);
        } finally {
          await store.destroy();
        }
      }),
    );
}

function details(
  { projection, tickets }: StoredRun,
  { columns, paint }: { columns: number; paint: Paint },
): readonly string[] {
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [[paint.bold(title), ...lines.map((line) => `  ${line}`)].join('\n')];
  const { checks, differences = [], gates, preflight, problems, resources, ledger, review } = projection;
  return [
    ...exerciseReport(projection, columns, tickets).flatMap(({ title, lines }) => section(title, lines)),
    ...section(
      'Preflight',
      preflight.map(({ name, outcome, detail }) => `${padTo(outcome, 8)}  ${padTo(name, 14)}  ${detail}`),
    ),
    ...section(
      'Steps',
      runProgress(projection, projection.atMs).map((row) => progressLogLine(row)),
    ),
    ...section(
      'Times',
      Object.entries(ledger).map(
        ([key, { lowMs, highMs, source, note }]) =>
          `${padTo(key, 4)}  ${new Date(highMs).toISOString()}${highMs === lowMs ? '' : ` (at the earliest ${new Date(lowMs).toISOString().slice(11)})`}  ${source}${note === undefined ? '' : `, ${note}`}`,
      ),
    ),
    ...section(
      'Checks',
      checks.map(
        ({ name, outcome, found, expected, required }) =>
          `${outcome === 'passed' ? paint.good('✔') : paint.bad('✖')} ${padTo(name, 44)}  ${outcome}: found ${found}, expected ${expected}${required ? '' : ' (not required)'}`,
      ),
    ),
    ...section(
      'Settings that would be wrong if we had to serve from this copy',
      differenceLines(differences, 'would-be-wrong'),
    ),
    ...section('Settings that differ because we asked for it', differenceLines(differences, 'intended')),
    ...section(
      'Created',
      resources.map(
        ({ name, state, region, detail }) =>
          `${name} (${region}): ${state}${detail === undefined ? '' : `, ${detail}`}`,
      ),
    ),
    ...section(
      'Decisions',
      gates.flatMap(({ gate, decisions, status }) => [
        `${gate.gateId}, round ${gate.round}: ${status}  "${gate.preview.question}"`,
        ...decisions.map(
          ({ decision, answer }) =>
            `  ${new Date(decision.clickedAtMs).toISOString().slice(0, 19)}Z  ${decision.personName} ${decision.choice}: ${answer.text}`,
        ),
      ]),
    ),
    ...(review === undefined ? [] : reviewReport(review, paint).flatMap(({ title, lines }) => section(title, lines))),
    ...section(
      'Problems',
      problems.map(({ where, error }) => `${where}: ${error.what} ${error.means} ${error.next}`),
    ),
  ];
}

const differenceLines = (
  differences: readonly SettingDifference[],
  kind: SettingDifference['kind'],
): readonly string[] =>
  differences
    .filter((one) => one.kind === kind)
    .flatMap(({ setting, source, copy, remedy }) => [
      `${padTo(setting, 28)}  source ${source}  copy ${copy}`,
      `${' '.repeat(30)}${remedy}`,
    ]);

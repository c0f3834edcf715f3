import { resolve } from 'node:path';
import { Command } from 'commander';
import { utcDate } from '../../../domain/time-text.ts';
import { serviceOf } from '../../../catalog/lookup.ts';
import type { Catalog } from '../../../catalog/schema.ts';
import { expectedActions } from '../../../domain/scenario.ts';
import type { FilledScenario } from '../../../domain/scenario.ts';
import { fillScenario, fits, openNames } from '../../../runbooks/tabletop-exercise/fill.ts';
import { readScenarios, scenarioNamed } from '../../../runbooks/tabletop-exercise/library.ts';
import type { LibraryScenario } from '../../../runbooks/tabletop-exercise/library.ts';
import { ScenarioError } from '../../../runbooks/tabletop-exercise/read-scenario.ts';
import type { ScenarioWarning } from '../../../runbooks/tabletop-exercise/read-scenario.ts';
import { scenarioPage } from '../../../views/terminal/scenario-page.ts';
import { scenarioTable } from '../../../views/terminal/scenario-table.ts';
import { wrapTo } from '../../../views/terminal/paint.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { requireCatalog } from '../given-catalog.ts';
import { knownScenarios } from '../scenario-library.ts';
import type { KnownScenarios } from '../../runs/company-library.ts';
import type { ScenarioOptions } from '../scenario-library.ts';
import { settingsOf } from '../settings-of.ts';
import { scenarioDraftCommand } from './scenario-draft.ts';
import type { Terminal } from '../terminal.ts';

const ownOption = ['--scenarios <folder>', "a folder of your own scenarios, beside the catalog's"] as const;

/** `firedrill scenario list|show|check|draft` */
export function scenarioCommand(act: Act): Command {
  return new Command('scenario')
    .description('Scenarios for tabletop exercises: find one, read it, check your own, make a draft of an incident.')
    .addCommand(listCommand(act))
    .addCommand(showCommand(act))
    .addCommand(checkCommand(act))
    .addCommand(scenarioDraftCommand(act));
}

function listCommand(act: Act): Command {
  return newCommand('list', 'The scenarios that there are: name, what each tests, minutes, injects.', [
    'firedrill scenario list',
    'firedrill scenario list --service jira-cloud',
  ])
    .option('--service <service>', 'say which of them can be held with this service')
    .option(...ownOption)
    .action((options: ScenarioOptions & { readonly service?: string }) =>
      act(options, async ({ terminal, answer }) => {
        const known = await knownScenarios(terminal, options);
        const rows = known.library.map((entry) => ({
          scenario: entry.scenario,
          own: entry.origin === 'own',
          ...misfitWith(known, entry, options, terminal),
        }));
        const size = { columns: terminal.columns(), paint: terminal.paint };
        const asked = options.service === undefined ? '' : ` --service ${options.service}`;
        answer(
          {
            scenarios: rows.map(({ scenario, own, misfit }, index) => ({
              name: scenario.name,
              title: scenario.title,
              tests: scenario.tests,
              minutes: scenario.minutes,
              injects: scenario.injects.length,
              difficulty: scenario.difficulty,
              threats: scenario.threats,
              suits: scenario.suits,
              draft: scenario.draft,
              own,
              replaces: scenario.replaces ?? null,
              file: known.library[index]?.file,
              ...(options.service === undefined ? {} : { misfit: misfit ?? null }),
            })),
          },
          `${scenarioTable(rows, size)}\n\nRead one:  firedrill scenario show NAME${asked}`,
        );
        return exitCodes.done;
      }),
    );
}

function misfitWith(
  known: KnownScenarios,
  { scenario }: LibraryScenario,
  options: ScenarioOptions & { readonly service?: string },
  terminal: Terminal,
): { readonly misfit?: string } {
  if (options.service === undefined) return {};
  const { reasons } = fits(scenario, catalogOf(known, options, terminal), options.service, utcDate(Date.now()));
  return reasons.length === 0 ? {} : { misfit: reasons.join('; ') };
}

/** @throws FiredrillError `no-catalog` */
function catalogOf({ catalog }: KnownScenarios, options: ScenarioOptions, terminal: Terminal): Catalog {
  const { config } = settingsOf(terminal, options);
  requireCatalog(config);
  if (catalog === undefined) throw new TypeError(`The catalog ${config.catalog} is there and was not read.`);
  return catalog;
}

function showCommand(act: Act): Command {
  return newCommand('show', 'A whole scenario, for the facilitator: it gives everything away.', [
    'firedrill scenario show data-centre-fire',
    'firedrill scenario show data-centre-fire --service jira-cloud | less -R',
  ])
    .argument('<name>', 'name of the scenario')
    .option('--service <service...>', 'fill in the names of these services, the main one first')
    .option(...ownOption)
    .action((name: string, options: ScenarioOptions & { readonly service?: readonly string[] }) =>
      act(options, async ({ terminal, answer }) => {
        const known = await knownScenarios(terminal, options);
        const { scenario, origin, file, warnings } = scenarioNamed(known.library, name);
        const filled = filledWith(known, scenario.name, options, terminal);
        const told = filled ?? scenario;
        answer(
          {
            scenario: told,
            origin,
            file,
            warnings,
            placeholders: openNames(scenario),
            expectedActions: expectedActions(told),
          },
          [
            scenarioPage(
              {
                scenario: told,
                ...(filled === undefined ? {} : { services: filled.services }),
                origin: origin === 'shipped' ? 'comes with firedrill' : `your own: ${file}`,
              },
              { columns: terminal.columns(), paint: terminal.paint },
            ),
            ...(filled === undefined
              ? [
                  terminal.paint.dim(
                    `With the names of a service:\n  firedrill scenario show ${name} --service SERVICE`,
                  ),
                ]
              : []),
          ].join('\n\n'),
        );
        return exitCodes.done;
      }),
    );
}

function filledWith(
  known: KnownScenarios,
  name: string,
  options: ScenarioOptions & { readonly service?: readonly string[] },
  terminal: Terminal,
): FilledScenario | undefined {
  if (options.service === undefined) return undefined;
  const catalog = catalogOf(known, options, terminal);
  for (const id of options.service) serviceOf(catalog, id);
  return fillScenario(scenarioNamed(known.library, name).scenario, catalog, options.service, utcDate(Date.now()));
}

function checkCommand(act: Act): Command {
  return newCommand(
    'check',
    'Check scenario files: every problem at once, each with file, line and what was expected.',
    [
      'firedrill scenario check',
      'firedrill scenario check our-scenarios/',
      'firedrill scenario check our-scenarios/lost-warehouse.yaml',
    ],
  )
    .argument('[path]', 'a file or a folder; default all that there are, your own included')
    .option(...ownOption)
    .addHelpText(
      'after',
      '\nA scenario with warnings can be used (exit code 0), a draft not yet. One with problems cannot be read (exit code 2).',
    )
    .action((path: string | undefined, options: ScenarioOptions) =>
      act(options, async ({ terminal, answer }) => {
        try {
          const found =
            path === undefined
              ? (await knownScenarios(terminal, options)).library
              : await readScenarios(resolve(terminal.cwd, path));
          const warnings = found.flatMap((one) => one.warnings);
          answer(
            {
              ok: true,
              scenarios: found.map(({ scenario, file }) => ({ name: scenario.name, file, draft: scenario.draft })),
              warnings,
            },
            checkText(found, warnings, terminal),
          );
          return exitCodes.done;
        } catch (error) {
          if (!(error instanceof ScenarioError)) throw error;
          if (options.json !== true) throw new ScenarioError(error.problems, { cause: error }, path);
          terminal.out(JSON.stringify({ error: error.facts, problems: error.problems }));
          return exitCodes.wrongUse;
        }
      }),
    );
}

function checkText(
  found: readonly LibraryScenario[],
  warnings: readonly ScenarioWarning[],
  { paint, columns }: Terminal,
): string {
  const drafts = found.filter(({ scenario }) => scenario.draft).length;
  const injects = found.reduce((sum, { scenario }) => sum + scenario.injects.length, 0);
  return [
    `${paint.good('✔')} ${count(found.length, 'scenario')} with ${count(injects, 'inject')}${drafts === 0 ? '' : `, ${count(drafts, 'draft')}`}`,
    ...(warnings.length === 0 ? [] : [`  ${count(warnings.length, 'warning')}:`]),
    ...grouped(warnings).flatMap(({ place, text }) => [
      ...wrapTo(place, columns() - 2).map((part) => `  ${part}`),
      ...wrapTo(text, columns() - 6).map((part) => `      ${part}`),
    ]),
  ].join('\n');
}

/** A draft asks the same of every inject: said once, with all the lines it stands on. */
function grouped(warnings: readonly ScenarioWarning[]): readonly { readonly place: string; readonly text: string }[] {
  const lines = new Map<string, ScenarioWarning[]>();
  for (const one of warnings) {
    const key = JSON.stringify([one.file, one.text]);
    lines.set(key, [...(lines.get(key) ?? []), one]);
  }
  return [...lines.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ place: [`${first.file}:${first.line}`, ...others.map(({ line }) => line)].join(', '), text: first.text }],
  );
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

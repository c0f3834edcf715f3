import type { Command } from 'commander';
import { serviceOf } from '../../../catalog/lookup.ts';
import { scenarioNamed } from '../../../runbooks/tabletop-exercise/library.ts';
import { startTabletopExercise } from '../../runs/start-tabletop-exercise.ts';
import { openRuns } from '../access.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { personAtWork } from '../decision.ts';
import { exitCodes } from '../exit-codes.ts';
import { requireCatalog } from '../given-catalog.ts';
import { knownScenarios } from '../scenario-library.ts';
import type { ScenarioOptions } from '../scenario-library.ts';
import { settingsOf } from '../settings-of.ts';
import { channelName, slackLink } from '../slack-link.ts';

interface StartExerciseOptions extends ScenarioOptions {
  readonly scenario: string;
  readonly services: readonly string[];
}

/** `firedrill start tabletop-exercise --scenario NAME --services a,b` */
export function startExerciseCommand(act: Act): Command {
  return newCommand(
    'tabletop-exercise',
    'Start a tabletop exercise: it waits in its channel for a facilitator and people, who begin it.',
    [
      'firedrill start tabletop-exercise --scenario data-centre-fire --services jira-cloud',
      'firedrill start tabletop-exercise --scenario region-lost-to-earthquake --services jira-cloud,identity',
    ],
  )
    .requiredOption('--scenario <name>', 'which story (firedrill scenario list)')
    .requiredOption('--services <ids>', 'the services that it is about, the main one first: a,b', namesIn, [])
    .option('--scenarios <folder>', "a folder of your own scenarios, beside the catalog's")
    .action((options: StartExerciseOptions) =>
      act(options, async ({ terminal, answer }) => {
        const { config, running } = settingsOf(terminal, options);
        requireCatalog(config);
        const { scenario } = scenarioNamed((await knownScenarios(terminal, options)).library, options.scenario);
        const runs = await openRuns(config);
        try {
          const loaded = await runs.deps.catalog();
          // A wrong name is told before anybody has to say who they are.
          for (const id of options.services) serviceOf(loaded.catalog, id);
          const initiator = personAtWork(config, loaded);
          const { runId, plan } = await startTabletopExercise(runs.deps, {
            scenario,
            services: options.services,
            initiator,
            via: 'cli',
          });
          const [main] = plan.scenario.services;
          const page = running?.slack.page;
          const where = `${await channelName(config, plan.slackChannel)}${page === undefined ? '' : `: ${slackLink(page, loaded.catalog, main.id, initiator.personId)}`}`;
          answer(
            {
              runId,
              scenario: scenario.name,
              services: plan.scenario.services.map(({ id }) => id),
              simulated: plan.simulated,
            },
            [
              `${plan.simulated ? 'SIMULATED  ' : ''}Started ${runId}`,
              `It waits for a facilitator in ${where}`,
              `Take that role:  firedrill exercise take ${runId} facilitator`,
              `Read the story first:  firedrill scenario show ${scenario.name} --service ${plan.scenario.services.map(({ id }) => id).join(' ')}`,
            ].join('\n'),
          );
          return exitCodes.done;
        } finally {
          await runs.close();
        }
      }),
    );
}

/** Given once with commas, or several times. */
const namesIn = (text: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
];

import type { Command } from 'commander';
import { setUpCompany } from '../../../examples/set-up.ts';
import { loadLibrary, scenarioNamed } from '../../../runbooks/tabletop-exercise/library.ts';
import { playExercise } from '../../demo/exercise-stand-ins.ts';
import { startTabletopExercise } from '../../runs/start-tabletop-exercise.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { holdDemo } from '../demo-of-people.ts';
import type { DemoOfPeople, DemoOptions } from '../demo-of-people.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { slackLink } from '../slack-link.ts';
import { recordOption } from '../slack-record.ts';

const scenario = 'region-lost-to-earthquake';
const service = 'jira-cloud';

/** `firedrill demo tabletop-exercise`: a whole exercise of the example company in Slack, on this machine. */
export function demoExerciseCommand(act: Act): Command {
  return newCommand('tabletop-exercise', 'See a tabletop exercise: an earthquake takes the Region, in Slack.', [
    'firedrill demo tabletop-exercise',
    'firedrill demo tabletop-exercise --yes',
  ])
    .option('--yes', 'stand-ins hold it in Slack (default without a terminal)')
    .option(...recordOption)
    .action((options: DemoOptions) => act(options, (context) => holdDemo(context, options, exercise)));
}

const exercise: DemoOfPeople = {
  title: 'a tabletop exercise: an earthquake takes the Region',
  setUp: setUpCompany,
  documents: false,
  link: (workspace, catalog) => slackLink(workspace, catalog, service),
  words: {
    byStandIns: 'stand-ins hold it in Slack',
    byPeople: (link) => `lead it, and take part, in Slack: ${link}`,
  },
  start: async (deps) =>
    startTabletopExercise(deps, {
      scenario: scenarioNamed(await loadLibrary([]), scenario).scenario,
      services: [service],
      initiator: { personId: 'system', name: 'firedrill demo' },
      via: 'system',
    }),
  play: ({ when, ...scene }) =>
    playExercise({
      ...scene,
      when: async (ready) => {
        const { projection } = await when(
          (run) => run.projection.exercise !== undefined && ready(run.projection.exercise),
        );
        if (projection.exercise === undefined) throw new Error(`${scene.runId} is no exercise.`);
        return projection.exercise;
      },
    }),
  next: `firedrill scenario list --service ${service}`,
  exitCode: ({ projection }) => exitCodeOf(projection),
};

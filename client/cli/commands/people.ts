import type { Command } from 'commander';
import { isSimulated } from '../../../config/index.ts';
import { checkPeopleNow } from '../../runs/people-check.ts';
import { openRuns } from '../access.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';

/** How long somebody at a terminal waits for Slack and Jira, milliseconds. */
const withinMs = 120_000;

/** `firedrill people`: who answers for a service and is not there any more; the daily look, now. */
export function peopleCommand(act: Act): Command {
  return newCommand('people', 'Look who answers for a service and has left, by Slack and Jira; otherwise once a day.', [
    'firedrill people',
    'firedrill people --json',
  ])
    .addHelpText(
      'after',
      '\nA vacant owner or champion is a finding with a ticket, and open tickets go to whoever stands in. Exercises hear whose role has to be taken over. The exit code is 1 when a duty is vacant, or such a role.',
    )
    .action((options: CommonOptions) =>
      act(options, async ({ terminal, answer }) => {
        const { config } = settingsOf(terminal, options);
        const runs = await openRuns(config);
        try {
          const report = await checkPeopleNow(runs.deps, withinMs);
          const simulated = isSimulated(config);
          const lines = report.vacancies.flatMap(({ text, ticket, reassigned, watched = [] }) => [
            `  ✖ ${text}${ticket === undefined ? '' : `  ${ticket}`}`,
            ...(reassigned.length === 0 ? [] : [`    given to whoever stands in: ${reassigned.join(', ')}`]),
            ...(watched.length === 0 ? [] : [`    watched by whoever stands in: ${watched.join(', ')}`]),
          ]);
          const exercises = (report.exercises ?? []).map((text) => `  ✖ ${text}`);
          const head =
            lines.length === 0
              ? `✔ All ${report.looked} people who answer for a service are there.`
              : `Of ${report.looked} people who answer for a service not all are there:`;
          answer(
            { ...report, simulated },
            [`${simulated ? 'SIMULATED  ' : ''}${head}`, ...lines, ...exercises].join('\n'),
          );
          return lines.length + exercises.length === 0 ? exitCodes.done : exitCodes.notPassed;
        } finally {
          await runs.close();
        }
      }),
    );
}

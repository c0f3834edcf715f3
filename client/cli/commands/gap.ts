import { Option } from 'commander';
import type { Command } from 'commander';
import { serviceOf } from '../../../catalog/lookup.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import { gapSeverities, gapTextMax } from '../../../domain/gap.ts';
import type { GapReport } from '../../../domain/gap.ts';
import { parseRunId } from '../../../domain/run-id.ts';
import { reportGap } from '../../runs/report-gap.ts';
import { openRuns } from '../access.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import { personAtWork } from '../decision.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { requireCatalog } from '../given-catalog.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';

interface GapOptions extends CommonOptions {
  readonly title: string;
  readonly more?: string;
  readonly severity: GapReport['severity'];
  readonly resource?: string;
  readonly run?: string;
}

/** `firedrill gap SERVICE`: anybody of the catalog reports what would keep us from recovering; it becomes a finding with a ticket. */
export const gapCommand = (act: Act): Command =>
  newCommand('gap', 'Report whatever would keep us from recovering. It becomes a finding with a ticket.', [
    'firedrill gap jira-cloud --title "No runbook for the search index"',
    'firedrill gap jira-cloud --title "The contact left in May" --severity high --more "Seen when we called her."',
  ])
    .argument('<service>', 'id of the service in the catalog')
    .requiredOption('--title <text>', 'what is missing or wrong, in one line; the ticket’s summary')
    .option('--more <text>', 'what you saw, and why it matters')
    .addOption(
      new Option('--severity <severity>', 'how bad it would be on the day').choices(gapSeverities).default('medium'),
    )
    .option('--resource <name>', 'which of its resources; default the service as a whole')
    .option('--run <id>', 'the run in which you saw it')
    .addHelpText('after', '\nSet FIREDRILL_PERSON to your id in the catalog: every report has a name.')
    .action((service: string, options: GapOptions) => act(options, (context) => report(context, service, options)));

async function report(
  { terminal, options: common, answer }: CommandContext,
  named: string,
  options: GapOptions,
): Promise<ExitCode> {
  const [title, more] = [lineOf('title', options.title, 3), lineOf('more', options.more ?? '', 0)];
  if (options.run !== undefined) parseRunId(options.run);
  const { config } = settingsOf(terminal, common);
  requireCatalog(config);
  const runs = await openRuns(config);
  try {
    const loaded = await runs.deps.catalog();
    // A wrong name is told before anybody has to say who they are.
    const service = serviceOf(loaded.catalog, named).id;
    const by = personAtWork(config, loaded);
    const { simulated } = runs.deps;
    const finding = await reportGap(runs.deps, {
      service,
      ...(options.resource === undefined ? {} : { resource: options.resource }),
      title,
      more,
      severity: options.severity,
      by,
      ...(options.run === undefined ? {} : { runId: options.run }),
    });
    answer(
      { id: finding.fingerprint, service, severity: finding.severity, simulated },
      `${simulated ? 'SIMULATED  ' : ''}✔ Recorded as a finding of ${service}: ${finding.title}\nIts ticket is being filed for the owner of the service, and the service’s channel hears of it.\nSee it:  firedrill finding show ${finding.fingerprint}`,
    );
    return exitCodes.done;
  } finally {
    await runs.close();
  }
}

/** As much as Slack's form takes. @throws FiredrillError `bad-argument` */
function lineOf(name: keyof typeof gapTextMax, text: string, min: number): string {
  const words = text.trim();
  if (words.length >= min && words.length <= gapTextMax[name]) return words;
  throw new FiredrillError({
    code: 'bad-argument',
    kind: 'input',
    what: `--${name} has ${words.length} characters.`,
    means: 'Nothing was reported.',
    next: `Give it ${min > 0 ? `at least ${min}, and ` : ''}at most ${gapTextMax[name]}.`,
  });
}

import type { Command } from 'commander';
import { z } from 'zod';
import { CatalogError } from '../../../catalog/catalog-error.ts';
import type { Config } from '../../../config/index.ts';
import { isSimulated } from '../../../config/index.ts';
import { padTo } from '../../../views/terminal/paint.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { givenCatalog } from '../given-catalog.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';
import { askTool } from '../tool-process.ts';

const ReportSchema = z.object({
  examinations: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string(), fix: z.string() })),
});

/** `firedrill doctor`: looks at everything that runs need, changes nothing, and says what to fix. */
export function doctorCommand(act: Act): Command {
  return newCommand(
    'doctor',
    'Check Temporal and its retention, AWS permissions, Slack scopes, Jira and its webhook, documents, store, second channel; says what to fix.',
    ['firedrill doctor', 'firedrill doctor --json'],
  )
    .addHelpText('after', '\nIt changes nothing. The exit code is 1 when something has to be fixed.')
    .action((options: CommonOptions) =>
      act(options, async ({ terminal, answer }) => {
        const settings = settingsOf(terminal, options);
        const wrong = await problemsOf(settings.config);
        const { examinations } = ReportSchema.parse(await askTool('worker/doctor', [], settings));
        const simulated = isSimulated(settings.config);
        const ok = examinations.every((one) => one.ok);
        const { good, bad } = terminal.paint;
        const width = Math.min(40, Math.max(...examinations.map(({ name }) => name.length)));
        const lines = examinations.flatMap(({ name, ok: fine, detail, fix }) => [
          `${fine ? good('✔') : bad('✖')} ${padTo(name, width)}  ${detail}`,
          ...(fix === '' ? [] : [`${' '.repeat(width + 4)}→ ${fix}`]),
        ]);
        const broken = examinations.filter((one) => !one.ok).length;
        answer(
          { ok, simulated, examinations, ...(wrong === undefined ? {} : { catalogProblems: wrong.problems }) },
          [
            ...(simulated ? ['SIMULATED: what is looked at is the sandbox, at least in part.', ''] : []),
            ...(wrong === undefined ? [] : [wrong.render(), '']),
            ...lines,
            '',
            ok ? 'Everything that runs need is there.' : `${broken} of ${examinations.length} to fix.`,
          ].join('\n'),
        );
        return ok ? exitCodes.done : exitCodes.notPassed;
      }),
    );
}

/** What is wrong in the catalog, with every place; the doctor goes on with the rest. @throws FiredrillError `no-catalog` */
async function problemsOf(config: Config): Promise<CatalogError | undefined> {
  try {
    await givenCatalog(config);
    return undefined;
  } catch (error) {
    if (error instanceof CatalogError) return error;
    throw error;
  }
}

import type { Command } from 'commander';
import { z } from 'zod';
import { isSimulated } from '../../../config/index.ts';
import { padTo } from '../../../views/terminal/paint.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { givenCatalog } from '../given-catalog.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';
import { askTool } from '../tool-process.ts';

const PlaceSchema = z.object({ accountId: z.string(), region: z.string() });
const ReportSchema = z.object({
  items: z.array(
    PlaceSchema.extend({
      kind: z.string(),
      name: z.string(),
      arn: z.string(),
      runId: z.string().exactOptional(),
      outcome: z.enum(['removed', 'would-remove', 'in-use', 'reported', 'failed']),
      reason: z.string(),
    }),
  ),
  notLookedAt: z.array(PlaceSchema.extend({ reason: z.string() })),
});

/** `firedrill sweep`: removes leftover copies; works from cron when Temporal and the store are down. */
export function sweepCommand(act: Act): Command {
  return newCommand('sweep', 'Remove leftover copies of drills. Needs AWS and the catalog, and nothing else.', [
    'firedrill sweep --dry-run',
    'firedrill sweep',
  ])
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .addHelpText(
      'after',
      '\nOnly what a drill made, whose lease is over, and that lies in a declared drill subnet group is removed; whatever else looks like\nours is reported. The exit code is 1 when something is left or could not be looked at.',
    )
    .action((options: CommonOptions & { readonly dryRun?: boolean }) =>
      act(options, async ({ terminal, answer }) => {
        const settings = settingsOf(terminal, options);
        await givenCatalog(settings.config);
        const report = ReportSchema.parse(await askTool('worker/sweep', options.dryRun ? ['--dry-run'] : [], settings));
        const simulated = isSimulated(settings.config);
        const lines = report.items.map(
          ({ outcome, kind, name, region, reason }) =>
            `  ${padTo(outcome, 12)}  ${padTo(kind, 16)}  ${name} (${region}): ${reason}`,
        );
        const blind = report.notLookedAt.map(
          ({ accountId, region, reason }) => `  not looked at: ${accountId} ${region}: ${reason}`,
        );
        const text = [...lines, ...blind].join('\n') || 'Nothing is left behind.';
        answer({ ...report, simulated }, `${simulated ? 'SIMULATED\n' : ''}${text}`);
        const left = report.items.some(({ outcome }) => outcome === 'failed' || outcome === 'reported');
        return left || report.notLookedAt.length > 0 ? exitCodes.notPassed : exitCodes.done;
      }),
    );
}

import { serviceOf } from '../../../catalog/lookup.ts';
import { documentationReviewRunbook } from '../../../runbooks/documentation-review/definition.ts';
import { startDocumentationReview } from '../../runs/start-documentation-review.ts';
import { openRuns } from '../access.ts';
import type { CommandContext } from '../command.ts';
import { personAtWork } from '../decision.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { requireCatalog } from '../given-catalog.ts';
import { settingsOf } from '../settings-of.ts';
import { channelName, slackLink } from '../slack-link.ts';
import { startersOf } from '../starters.ts';

/** `firedrill start documentation-review SERVICE` */
export async function startReview({ terminal, options, answer }: CommandContext, service: string): Promise<ExitCode> {
  const { config, running } = settingsOf(terminal, options);
  requireCatalog(config);
  const runs = await openRuns(config);
  try {
    const loaded = await runs.deps.catalog();
    // A wrong name is told before anybody has to say who they are.
    const { slackChannel } = serviceOf(loaded.catalog, service);
    const initiator = personAtWork(config, loaded, startersOf(loaded.catalog, service, documentationReviewRunbook));
    const { runId, plan } = await startDocumentationReview(runs.deps, { service, initiator, via: 'cli' });
    const page = running?.slack.page;
    const where = `${await channelName(config, slackChannel)}${page === undefined ? '' : `: ${slackLink(page, loaded.catalog, service, initiator.personId)}`}`;
    answer(
      { runId, service, documents: plan.documents.length, simulated: plan.simulated },
      `${plan.simulated ? 'SIMULATED  ' : ''}Started ${runId}\nIt asks ${plan.champion.name} (DR champion) in Slack (${where}), or: firedrill review ${runId}\nWatch it:  firedrill status ${runId}`,
    );
    return exitCodes.done;
  } finally {
    await runs.close();
  }
}

import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { serviceOf } from '../../../catalog/lookup.ts';
import { writeConfluencePages } from '../../../examples/documents.ts';
import { createIssuesInstance, setUpCompany } from '../../../examples/set-up.ts';
import { holdReview, reviewer } from '../../demo/review-stand-in.ts';
import { startDocumentationReview } from '../../runs/start-documentation-review.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { holdDemo } from '../demo-of-people.ts';
import type { DemoOfPeople, DemoOptions } from '../demo-of-people.ts';
import { exitCodes } from '../exit-codes.ts';
import { slackLink } from '../slack-link.ts';
import { recordOption } from '../slack-record.ts';

const service = 'jira-cloud';

/** `firedrill demo documentation-review`: the recovery documents of the example company, held against what is, in Slack. */
export function demoReviewCommand(act: Act): Command {
  return newCommand(
    'documentation-review',
    'See a documentation review: what the documents say against what is, in Slack.',
    ['firedrill demo documentation-review', 'firedrill demo documentation-review --yes'],
  )
    .option('--yes', 'a stand-in champion answers and signs in Slack (default without a terminal)')
    .option(...recordOption)
    .addHelpText(
      'after',
      '\nThe documents are wrong in places, so the review finds corrections; that is the demo going well.',
    )
    .action((options: DemoOptions) => act(options, (context) => holdDemo(context, options, review)));
}

const review: DemoOfPeople = {
  title: 'a documentation review of Jira Cloud',
  setUp: async (place) => {
    await setUpCompany(place);
    await writeConfluencePages(place, await createIssuesInstance(place, randomBytes(12).toString('hex')));
  },
  documents: true,
  // As the champion, whom it asks.
  link: (workspace, catalog) => slackLink(workspace, catalog, service, serviceOf(catalog, service).owner),
  words: {
    byStandIns: `a stand-in, ${reviewer.name}, answers and signs in Slack`,
    byPeople: (link) => `answer and sign in Slack: ${link}`,
  },
  start: (deps) =>
    startDocumentationReview(deps, {
      service,
      initiator: { personId: 'system', name: 'firedrill demo' },
      via: 'system',
    }),
  play: holdReview,
  next: `firedrill start documentation-review ${service}`,
  exitCode: ({ projection }) =>
    projection.judged?.verdict === 'corrections-needed' ? exitCodes.done : exitCodes.notPassed,
};

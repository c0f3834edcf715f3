import { Argument } from 'commander';
import type { Command } from 'commander';
import { personOf } from '../../../catalog/lookup.ts';
import type { Catalog } from '../../../catalog/schema.ts';
import { isSimulated } from '../../../config/index.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import { factAnswers } from '../../../domain/review.ts';
import type { FactAnswer, ReviewItem } from '../../../domain/review.ts';
import type { ReviewAct } from '../../../domain/review-acts.ts';
import { askedItems } from '../../../domain/review-view.ts';
import type { ReviewView } from '../../../domain/review-view.ts';
import { readRun } from '../../../store/read.ts';
import { reviewChecklist, reviewStanding } from '../../../views/terminal/review-report.ts';
import { openStoreOf } from '../access.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { doPersonalAct, signedNote } from '../personal-act.ts';
import type { CommonOptions, Settings } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';

const keyNote = signedNote('Answers and sign-offs are');
const exampleRun = 'documentation-review/jira-cloud/-/2026Q4';

/** `firedrill review RUN`, and below it answering, handing on and signing off: the same acts as in Slack, by the same rules. */
export function reviewCommand(act: Act): Command {
  const review = newCommand('review', 'The facts of a documentation review; below it, answer them and sign off.', [
    `firedrill review ${exampleRun}`,
    `firedrill review answer ${exampleRun} 1 document-wrong --comment "we upgraded in June"`,
    `firedrill review sign-off ${exampleRun}`,
  ])
    .argument('<run>', 'id of the run')
    .action((runId: string, options: CommonOptions) => act(options, (context) => show(context, runId, options)));
  review.addCommand(
    newCommand('answer', 'Say of one fact which side is right.')
      .argument('<run>', 'id of the run')
      .argument('<fact>', 'its number in the list, or the end of its key, such as issues-db.engine-version')
      .addArgument(new Argument('<answer>', 'which side is right').choices(factAnswers))
      .option('--comment <text>', 'why; needed unless a fact is as documented and right')
      .addHelpText('after', keyNote)
      .action(
        (runId: string, fact: string, answer: FactAnswer, options: CommonOptions & { readonly comment?: string }) =>
          act(options, (context) =>
            doing(context, runId, options, (view) => {
              const { id } = itemMeant(view, fact, runId);
              const { comment } = options;
              return { kind: 'answer', items: [{ id, answer, ...(comment === undefined ? {} : { comment }) }] };
            }),
          ),
      ),
  );
  review.addCommand(
    newCommand('delegate', 'Ask somebody else to answer and sign off.')
      .argument('<run>', 'id of the run')
      .argument('<person>', 'id of the person in the catalog')
      .option('--note <text>', 'what they should know')
      .addHelpText('after', keyNote)
      .action((runId: string, personId: string, options: CommonOptions & { readonly note?: string }) =>
        act(options, (context) =>
          doing(context, runId, options, (_view, catalog) => {
            const { id, name, slackId } = personOf(catalog, personId);
            const { note } = options;
            return { kind: 'delegate', to: { personId: id, name, slackId }, ...(note === undefined ? {} : { note }) };
          }),
        ),
      ),
  );
  review.addCommand(
    newCommand('sign-off', 'Sign off what the review shows now: documents, facts and answers.')
      .argument('<run>', 'id of the run')
      .addHelpText('after', keyNote)
      .action((runId: string, options: CommonOptions) =>
        act(options, (context) =>
          doing(context, runId, options, ({ documents }) => ({
            kind: 'sign-off',
            documents: documents.map(({ id, hash }) => ({ id, hash })),
          })),
        ),
      ),
  );
  return review;
}

async function show({ terminal, answer }: CommandContext, runId: string, options: CommonOptions): Promise<ExitCode> {
  const settings = settingsOf(terminal, options);
  const view = await reviewOf(settings, runId);
  const simulated = isSimulated(settings.config);
  const lines = [
    `${simulated ? 'SIMULATED  ' : ''}${terminal.paint.bold(runId)}`,
    reviewStanding(view, Date.now()),
    '',
    ...reviewChecklist(view, terminal.paint),
    ...(view.signedOff === undefined && view.asked !== undefined
      ? ['', `Answer:  firedrill review answer ${runId} NUMBER ${factAnswers.join('|')} --comment "…"`]
      : []),
  ];
  answer({ runId, simulated, review: view }, lines.join('\n'));
  return exitCodes.done;
}

async function doing(
  context: CommandContext,
  runId: string,
  options: CommonOptions,
  actFor: (view: ReviewView, catalog: Catalog) => ReviewAct,
): Promise<ExitCode> {
  const settings = settingsOf(context.terminal, options);
  const view = await reviewOf(settings, runId);
  const see = ['the review', `firedrill review ${runId}`] as const;
  return await doPersonalAct(context, settings.config, (catalog) => ({ runId, act: actFor(view, catalog), see }));
}

/** @throws FiredrillError `unknown-run`, `no-review` */
async function reviewOf({ config }: Settings, runId: string): Promise<ReviewView> {
  const store = openStoreOf(config);
  try {
    const run = await readRun(store, runId);
    const review = run?.projection.review;
    if (review !== undefined) return review;
    throw new FiredrillError({
      code: run === undefined ? 'unknown-run' : 'no-review',
      kind: 'input',
      what:
        run === undefined ? `There is no run ${runId} in the store.` : `${runId} has nothing to answer, or not yet.`,
      means: 'Nothing was answered.',
      next: run === undefined ? 'See what there is: firedrill status' : `See where it is: firedrill status ${runId}`,
    });
  } finally {
    await store.destroy();
  }
}

/** By its number in the list, or by the end of its key when only one ends so. @throws FiredrillError `no-such-fact` */
function itemMeant(view: ReviewView, fact: string, runId: string): ReviewItem {
  const items = askedItems(view);
  const byNumber = /^\d+$/.test(fact) ? items[Number(fact) - 1] : undefined;
  const byKey = items.filter(({ key }) => key === fact || key.endsWith(`#${fact}`) || key.endsWith(`.${fact}`));
  const item = byNumber ?? (byKey.length === 1 ? byKey[0] : undefined);
  if (item !== undefined) return item;
  throw new FiredrillError({
    code: 'no-such-fact',
    kind: 'input',
    what:
      byKey.length > 1
        ? `"${fact}" could be ${byKey.map(({ key }) => key).join(' or ')}.`
        : `There is no fact "${fact}" to answer.`,
    means: 'Nothing was answered.',
    next: `See them with their numbers: firedrill review ${runId}`,
  });
}

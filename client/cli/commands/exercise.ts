import { Command, InvalidArgumentError, Option } from 'commander';
import { FiredrillError } from '../../../domain/errors.ts';
import { asExerciseAct } from '../../../domain/exercise-acts.ts';
import type { ExerciseAct } from '../../../domain/exercise-acts.ts';
import { assessments, gapSeverities } from '../../../domain/exercise.ts';
import { parseRunId } from '../../../domain/run-id.ts';
import type { Act, CommandContext } from '../command.ts';
import { newCommand } from '../command.ts';
import type { ExitCode } from '../exit-codes.ts';
import { doPersonalAct, signedNote } from '../personal-act.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';

/** What a command's arguments and options come to; `undefined` values were not given. */
type Given = Readonly<Record<string, unknown>> & { readonly kind: ExerciseAct['kind'] };

/** `firedrill exercise …`: everything that people do in a tabletop exercise, by the same rules as in Slack. */
export function exerciseCommand(act: Act): Command {
  const commands = [
    simple(act, 'attend', 'Be there: owner or champion of a service bring it credit.'),
    newCommand('take', 'Take a role: facilitator, scribe, or one of the scenario’s.')
      .argument('<run>', 'id of the run')
      .argument('<role>', 'the role')
      .option('--take-over', 'from whoever has it now; say so aloud, too')
      .action((runId: string, role: string, options: CommonOptions & { readonly takeOver?: true }) =>
        doing(act, options, runId, { kind: 'take-role', role, takeOver: options.takeOver }),
      ),
    simple(act, 'begin', 'Begin: the first event is told, and the clock runs (facilitator).'),
    newCommand('next', 'Tell an event now, before its time (facilitator).')
      .argument('<run>', 'id of the run')
      .option('--event <id>', 'which one; default the next')
      .action((runId: string, options: CommonOptions & { readonly event?: string }) =>
        doing(act, options, runId, { kind: 'next', injectId: options.event }),
      ),
    newCommand('skip', 'Leave an event out (facilitator).')
      .argument('<run>', 'id of the run')
      .requiredOption('--reason <text>', 'why, for the report')
      .option('--event <id>', 'which one; default the next')
      .action((runId: string, options: CommonOptions & { readonly event?: string; readonly reason: string }) =>
        doing(act, options, runId, { kind: 'skip', injectId: options.event, reason: options.reason }),
      ),
    newCommand('pause', 'Stop the clock: nothing is told until it is resumed (facilitator).')
      .argument('<run>', 'id of the run')
      .option('--reason <text>', 'why, for the report')
      .action((runId: string, options: CommonOptions & { readonly reason?: string }) =>
        doing(act, options, runId, { kind: 'pause', reason: options.reason }),
      ),
    simple(act, 'resume', 'Let the clock run again (facilitator).'),
    newCommand('improvise', 'Tell an event that is not in the scenario (facilitator).')
      .argument('<run>', 'id of the run')
      .requiredOption('--title <text>', 'in a few words')
      .requiredOption('--text <text>', 'what happens')
      .option('--from <text>', 'who or what says it')
      .action(
        (
          runId: string,
          options: CommonOptions & { readonly title: string; readonly text: string; readonly from?: string },
        ) =>
          doing(act, options, runId, {
            kind: 'improvise',
            title: options.title,
            text: options.text,
            from: options.from,
          }),
      ),
    decideCommand(act),
    newCommand('recovered', 'Stop the imagined RTO clock: what must be true was proved (facilitator).')
      .argument('<run>', 'id of the run')
      .requiredOption('--proof <text>', 'how the room proved it')
      .action((runId: string, options: CommonOptions & { readonly proof: string }) =>
        doing(act, options, runId, { kind: 'recovered', proof: options.proof }),
      ),
    newCommand('hot-wash', 'The story is told: begin the talk about it (facilitator).')
      .argument('<run>', 'id of the run')
      .option('--end-early <reason>', 'why what was not told yet never will be')
      .action((runId: string, options: CommonOptions & { readonly endEarly?: string }) =>
        doing(act, options, runId, { kind: 'hot-wash', endEarly: options.endEarly }),
      ),
    newCommand('answer', 'Answer a question of the hot-wash.')
      .argument('<run>', 'id of the run')
      .argument('<question>', 'its number', numberIn)
      .argument('<text>', 'the answer')
      .action((runId: string, question: number, text: string, options: CommonOptions) =>
        doing(act, options, runId, { kind: 'answer', question, text }),
      ),
    newCommand('assess', 'Say of an expected action whether the room did it (facilitator).')
      .argument('<run>', 'id of the run')
      .argument('<action>', 'its id: EVENT/NUMBER')
      .addOption(new Option('--outcome <outcome>', 'what the room did').choices(assessments).makeOptionMandatory())
      .option('--note <text>', 'in a line')
      .action(
        (runId: string, id: string, options: CommonOptions & { readonly outcome: string; readonly note?: string }) =>
          doing(act, options, runId, {
            kind: 'assess',
            actions: [given({ id, outcome: options.outcome, note: options.note })],
          }),
      ),
    ...gapCommands(act),
    simple(act, 'close', 'Close it: every gap has a ticket or a reason why not (facilitator).'),
  ];
  const exercise = new Command('exercise').description(
    'Take part in a tabletop exercise, or lead it. Start one with: firedrill start tabletop-exercise',
  );
  for (const command of commands) exercise.addCommand(command.addHelpText('after', signedNote('What you do is')));
  return exercise;
}

const simple = (act: Act, kind: 'attend' | 'begin' | 'resume' | 'close', description: string): Command =>
  newCommand(kind, description)
    .argument('<run>', 'id of the run')
    .action((runId: string, options: CommonOptions) => doing(act, options, runId, { kind }));

function decideCommand(act: Act): Command {
  return newCommand('decide', 'Log a decision of the room, with what was weighed and why.', [
    'firedrill exercise decide RUN --question "Wait or go?" --option wait --option go --choice go --owner "Priya Raman" --reason "RTO"',
  ])
    .argument('<run>', 'id of the run')
    .requiredOption('--question <text>', 'what was decided')
    .requiredOption('--option <text>', 'what was weighed; several times', appended, [])
    .requiredOption('--choice <text>', 'one of the options')
    .requiredOption('--owner <text>', 'who answers for it')
    .requiredOption('--reason <text>', 'why')
    .option('--event <id>', 'the event of the story that it answers')
    .action(
      (
        runId: string,
        options: CommonOptions & {
          readonly question: string;
          readonly option: readonly string[];
          readonly choice: string;
          readonly owner: string;
          readonly reason: string;
          readonly event?: string;
        },
      ) =>
        doing(act, options, runId, {
          kind: 'log-decision',
          injectId: options.event,
          question: options.question,
          options: options.option,
          choice: options.choice,
          owner: options.owner,
          reason: options.reason,
        }),
    );
}

function gapCommands(act: Act): readonly Command[] {
  return [
    newCommand('gap', 'Raise a gap: what does not work, or nobody knew. It gets a ticket.')
      .argument('<run>', 'id of the run')
      .requiredOption('--title <text>', 'in one line, fit for a ticket')
      .requiredOption('--found <text>', 'what was found')
      .option('--service <id>', 'whose it is; default the main service')
      .addOption(new Option('--severity <severity>', 'default medium').choices(gapSeverities))
      .option('--later', 'decide in the hot-wash whether it gets a ticket')
      .action(
        (
          runId: string,
          options: CommonOptions & {
            readonly title: string;
            readonly found: string;
            readonly service?: string;
            readonly severity?: string;
            readonly later?: true;
          },
        ) =>
          doing(act, options, runId, {
            kind: 'raise-gap',
            title: options.title,
            found: options.found,
            service: options.service,
            severity: options.severity,
            ticket: options.later === true ? 'later' : undefined,
          }),
      ),
    newCommand('ticket', 'File the ticket of a gap that was raised for later.')
      .argument('<run>', 'id of the run')
      .argument('<gap>', 'its id: G1')
      .action((runId: string, gapId: string, options: CommonOptions) =>
        doing(act, options, runId, { kind: 'file-gap', gapId }),
      ),
    newCommand('no-ticket', 'Record why a gap gets no ticket.')
      .argument('<run>', 'id of the run')
      .argument('<gap>', 'its id: G1')
      .requiredOption('--reason <text>', 'why, for the report')
      .action((runId: string, gapId: string, options: CommonOptions & { readonly reason: string }) =>
        doing(act, options, runId, { kind: 'no-ticket', gapId, reason: options.reason }),
      ),
  ];
}

const doing = (act: Act, options: CommonOptions, runId: string, asked: Given): Promise<void> =>
  act(options, (context) => perform(context, runId, asked));

async function perform(context: CommandContext, runId: string, asked: Given): Promise<ExitCode> {
  parseRunId(runId);
  const wanted = asExerciseAct(given(asked));
  if (wanted === undefined) throw tooLong(asked.kind);
  const { config } = settingsOf(context.terminal, context.options);
  const see = ['the exercise', `firedrill report ${runId}`] as const;
  return await doPersonalAct(context, config, () => ({ runId, act: wanted, see }));
}

/** Without what was not given: an act says only what it says. */
const given = <T extends object>(options: T): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

const appended = (text: string, before: readonly string[]): readonly string[] => [...before, text];

function numberIn(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('It is the number of the question, from 1.');
  return Number(text);
}

const tooLong = (kind: string): FiredrillError =>
  new FiredrillError({
    code: 'malformed',
    kind: 'input',
    what: `This is nothing that one can do in an exercise (${kind}): something is empty, or too long.`,
    means: 'Nothing was done.',
    next: 'Titles have up to 200 letters, texts up to 1,500; a decision weighs up to 8 options.',
  });

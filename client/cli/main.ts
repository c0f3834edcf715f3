import { Command } from 'commander';
import { toolVersion } from '../tool-version.ts';
import type { Act } from './command.ts';
import { withCommandName } from './command-name.ts';
import { catalogCommand } from './commands/catalog.ts';
import { decideCommands, killSwitchCommands, wholeRunCommands } from './commands/decide.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { findingCommand } from './commands/finding.ts';
import { findingsCommand } from './commands/findings.ts';
import { exerciseCommand } from './commands/exercise.ts';
import { evidenceCommand } from './commands/evidence.ts';
import { keysCommand } from './commands/keys.ts';
import { peopleCommand } from './commands/people.ts';
import { processCommands, sandboxCommand } from './commands/processes.ts';
import { reportCommand } from './commands/report.ts';
import { reviewCommand } from './commands/review.ts';
import { scenarioCommand } from './commands/scenario.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { sweepCommand } from './commands/sweep.ts';
import { upCommand } from './commands/up.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { runCommand } from './run-command.ts';
import { processTerminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/**
 * The command line. Parses, runs one command, and answers its exit code; errors have become words by then.
 *
 * @param args - without node and script
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const json = args.includes('--json');
  let code: ExitCode = exitCodes.done;
  const act: Act = async (options, work) => {
    const answer = (value: object, text: string): void =>
      terminal.out(json ? JSON.stringify(value) : withCommandName(text, terminal.env));
    code = await runCommand(terminal, json, () => work({ terminal, options, answer }));
  };
  const program = programOf(act, terminal);
  const parsed = await runCommand(terminal, json, async () => {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return exitCodes.done;
  });
  return parsed === exitCodes.done ? code : parsed;
}

function programOf(act: Act, terminal: Terminal): Command {
  const program = new Command('firedrill')
    .description(
      'Runs your disaster-recovery drills for real: restores backups, proves the data, measures RTO and RPO, keeps the evidence.',
    )
    .version(toolVersion)
    .showSuggestionAfterError()
    // An option belongs to the command behind which it stands; needed here, too, for commands below `start` and `demo`.
    .enablePositionalOptions()
    .addHelpText('after', `\nBegin with:  firedrill demo\n${exitCodesHelp}`);
  const groups: Readonly<Record<string, readonly Command[]>> = {
    'Begin here:': [demoCommand(act), upCommand(act), doctorCommand(act)],
    'Runs:': [
      startCommand(act),
      statusCommand(act),
      reportCommand(act),
      reviewCommand(act),
      ...decideCommands(act),
      ...wholeRunCommands(act),
      exerciseCommand(act),
    ],
    'Programme:': [
      findingsCommand(act),
      findingCommand(act),
      catalogCommand(act),
      scenarioCommand(act),
      evidenceCommand(act),
      keysCommand(act),
      peopleCommand(act),
      ...killSwitchCommands(act),
      sweepCommand(act),
    ],
    'Single processes:': [...processCommands(act), sandboxCommand(act)],
  };
  for (const [heading, commands] of Object.entries(groups))
    for (const command of commands) program.addCommand(command.helpGroup(heading));
  for (const command of everyCommand(program)) {
    // Commander would end the process by itself; here every end goes through one place.
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.out(withCommandName(text.trimEnd(), terminal.env)),
      writeErr: () => undefined,
      outputError: () => undefined,
    });
  }
  return program;
}

const everyCommand = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(everyCommand)];

/** As a process: for `bin/firedrill.mjs`. */
export async function main(args: readonly string[]): Promise<void> {
  // `firedrill status | head` is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const code = await runCli(args, processTerminal());
  // Connections of libraries must not keep a finished command alive; what was written goes out first.
  process.stdout.write('', () => process.exit(code));
}

import { Command } from 'commander';
import { toolVersion } from '../tool-version.ts';
import type { Act } from './command.ts';
import { commandList } from './command-list.ts';
import type { ListedCommands } from './command-list.ts';
import { withCommandName } from './command-name.ts';
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
  const parsed = await runCommand(terminal, json, async () => {
    const program = await programOf(args, act, terminal);
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return exitCodes.done;
  });
  return parsed === exitCodes.done ? code : parsed;
}

async function programOf(args: readonly string[], act: Act, terminal: Terminal): Promise<Command> {
  const program = new Command('firedrill')
    .description(
      'Runs your disaster-recovery drills for real: restores backups, proves the data, measures RTO and RPO, keeps the evidence.',
    )
    .version(toolVersion)
    .showSuggestionAfterError()
    // An option belongs to the command behind which it stands; needed here, too, for commands below `start` and `demo`.
    .enablePositionalOptions()
    // Arguments are for the command's own help.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', `\nBegin with:  firedrill demo\n${exitCodesHelp}`);
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  const named = first === 'help' ? second : first;
  for (const [heading, listed] of Object.entries(commandList))
    for (const some of listed)
      for (const command of await commandsOf(some, named, act)) program.addCommand(command.helpGroup(heading));
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

/** Those of a file as they are when one of them is named, and otherwise what the list shows. */
async function commandsOf(
  { commands, load }: ListedCommands,
  named: string | undefined,
  act: Act,
): Promise<readonly Command[]> {
  if (named !== undefined && Object.hasOwn(commands, named)) return [(await load())(act)].flat();
  return Object.entries(commands).map(([name, description]) => new Command(name).description(description));
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

import { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import type { CommonOptions } from './settings-of.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly options: CommonOptions;
  /** One object for `--json`, otherwise the text. */
  readonly answer: (value: object, text: string) => void;
}

/** Runs a command and keeps its exit code; given to every command by `main`. */
export type Act = (options: CommonOptions, work: (context: CommandContext) => Promise<ExitCode>) => Promise<void>;

/** A command with the options that all have. */
export function newCommand(name: string, description: string, examples: readonly string[] = []): Command {
  const command = new Command(name)
    .description(description)
    .option('--json', 'one JSON object on stdout instead of text, errors too')
    .option('--home <folder>', 'state of this installation (FIREDRILL_HOME, default .firedrill)')
    .option('--catalog <file>', 'what is protected (FIREDRILL_CATALOG, default catalog.yaml)')
    .option('--config <file>', 'settings (default firedrill.yaml, when it is there)');
  if (examples.length > 0)
    command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`);
  return command;
}

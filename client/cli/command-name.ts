import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How this command line is called by the person who uses it: `firedrill` where it is installed, otherwise
 * `npx firedrill`, which works in a clone of the project. npm puts `node_modules/.bin` in front for its own children
 * only, so what is found there does not count.
 */
export function commandName(env: Environment): string {
  const installed = (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !/[/\\](node_modules|_npx)[/\\]/.test(`${folder}/`))
    .some((folder) => isExecutable(join(folder, 'firedrill')));
  return installed ? 'firedrill' : 'npx firedrill';
}

/** A text for people with every command in it (`firedrill status …`) written as it works for them. */
export function withCommandName(text: string, env: Environment): string {
  const name = commandName(env);
  return name === 'firedrill' ? text : text.replaceAll(commandInText, (_, before: string) => `${before}${name} `);
}

/** After a colon, a bracket, a prompt, a comma or such a word, and before a command of ours: not `firedrill has ended`. */
const commandInText =
  /((?:^|[:(,`$[]|\b(?:with|and|or|then|as|let|run|line|while|see|first)|;) *)firedrill (?=(?:--help|abort|approve|catalog|demo|doctor|evidence|keys|reject|release|report|sandbox|scenario|source|start|status|stop-all-drills|sweep|up|worker)\b)/gim;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not to be run: either way not this one.
    return false;
  }
}

import { CommanderError } from 'commander';
import { SourceError } from '../../catalog/source-error.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { ErrorFacts } from '../../domain/errors.ts';
import { withCommandName } from './command-name.ts';
import { exitCodeFor, exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Ctrl-C or SIGTERM in the middle of a command. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/**
 * The one place where a command's error becomes words and an exit code. A user's mistake never shows a stack trace; a
 * mistake of ours does with FIREDRILL_LOG_LEVEL=debug, and says how to get it otherwise.
 */
export async function runCommand(terminal: Terminal, json: boolean, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InterruptedError || isAbort(error)) {
      terminal.err('firedrill: stopped before its end by Ctrl-C or a signal. Runs under way are not touched by it.');
      return exitCodes.interrupted;
    }
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    const facts = asTyped(factsOf(error), terminal);
    if (json)
      terminal.out(
        JSON.stringify({
          error: { code: facts.code, kind: facts.kind, what: facts.what, means: facts.means, next: facts.next },
        }),
      );
    else
      terminal.err(
        error instanceof SourceError ? withCommandName(error.render(terminal.columns()), terminal.env) : inWords(facts),
      );
    if (facts.kind === 'bug' && error instanceof Error) showStack(terminal, error);
    return exitCodeFor(facts.kind);
  }
}

/** With commands as they work for this person. */
const asTyped = (facts: ErrorFacts, { env }: Terminal): ErrorFacts => ({
  ...facts,
  what: withCommandName(facts.what, env),
  means: withCommandName(facts.means, env),
  next: withCommandName(facts.next, env),
});

/** Timers and requests of Node that a signal broke off say so in their own way. */
const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** ```
 * firedrill: what happened.
 *   What it means.
 *   What to do next.
 * ``` */
export function inWords({ what, means, next }: Pick<ErrorFacts, 'what' | 'means' | 'next'>): string {
  const more = [means, next].filter((text) => text !== '').flatMap((text) => text.split('\n'));
  return [`firedrill: ${what.trimEnd()}`, ...more.map((line) => `  ${line}`)].join('\n');
}

function factsOf(error: unknown): ErrorFacts {
  if (error instanceof FiredrillError) return error.facts;
  if (error instanceof CommanderError) {
    const what = error.message.replace(/^error: /, '').replace(/\.?$/, '.');
    return {
      code: 'wrong-use',
      kind: 'input',
      what: what.charAt(0).toUpperCase() + what.slice(1),
      means: 'Nothing was done.',
      next: 'See what there is: firedrill --help',
    };
  }
  const outside = unreachable(error);
  if (outside !== undefined) return outside;
  return {
    code: 'bug',
    kind: 'bug',
    what: `Something went wrong that should not: ${error instanceof Error ? error.message : String(error)}`,
    means: 'This is a mistake in firedrill and not in what you did. Runs under way are not touched by it.',
    next: 'Run it again with FIREDRILL_LOG_LEVEL=debug to see where it happened, and report that.',
  };
}

/** A connection that was refused or broke, from whichever library. */
function unreachable(error: unknown): ErrorFacts | undefined {
  if (!(error instanceof Error)) return undefined;
  const chain = [error, error.cause].filter((one) => one instanceof Error);
  const found = chain.find(
    (one) =>
      'code' in one &&
      ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN'].includes(String(one.code)),
  );
  if (found === undefined) return undefined;
  return {
    code: 'not-reachable',
    kind: 'busy',
    what: `Something outside does not answer: ${found.message}.`,
    means: 'What was asked for was not confirmed.',
    next: 'See what is reachable: firedrill doctor',
  };
}

function showStack(terminal: Terminal, error: Error): void {
  if (terminal.env['FIREDRILL_LOG_LEVEL'] !== 'debug' && terminal.env['FIREDRILL_LOG_LEVEL'] !== 'trace') return;
  terminal.err(error.stack ?? error.message);
  if (error.cause instanceof Error) terminal.err(`caused by ${error.cause.stack ?? error.cause.message}`);
}

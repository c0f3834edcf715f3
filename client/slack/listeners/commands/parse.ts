import { FiredrillError } from '../../../../domain/errors.ts';
import { parseRunId } from '../../../../domain/run-id.ts';
import { startable } from '../../../../views/slack/start-form.ts';
import type { Startable } from '../../../../views/slack/start-form.ts';

/** What somebody typed after `/dr`. What is left out of a decision or a start is asked for in a form. */
export type DrCommand =
  | { readonly kind: 'help' | 'mine' | 'tickets' }
  | { readonly kind: 'status'; readonly runId?: string }
  | { readonly kind: 'approve'; readonly runId?: string }
  | {
      readonly kind: 'reject' | 'abort' | 'pause' | 'resume';
      readonly runId?: string;
      readonly reason?: string;
    }
  | { readonly kind: 'stop-all-drills'; readonly reason?: string }
  | { readonly kind: 'release'; readonly reason?: string }
  | { readonly kind: 'gap' | 'declare'; readonly service?: string }
  | { readonly kind: 'handover'; readonly runId?: string }
  | { readonly kind: 'finding'; readonly id: string }
  | { readonly kind: 'start-form'; readonly runbook: Startable }
  | StartCommand;

/** A start that says everything. */
export type StartCommand = StartTest | StartReview | StartExercise;

interface StartTest {
  readonly kind: 'start';
  readonly service: string;
  readonly resource?: string;
  readonly point: 'latest' | 'oldest' | 'random';
  readonly method?: 'snapshot' | 'pitr';
  readonly mode: 'drill' | 'rehearse';
}

interface StartReview {
  readonly kind: 'start-review';
  readonly service: string;
}

interface StartExercise {
  readonly kind: 'start-exercise';
  readonly scenario: string;
  /** The main one, in whose channel it is held. */
  readonly service: string;
  readonly others: readonly string[];
  /** Whoever starts it is its facilitator. */
  readonly leads: boolean;
}

const points = ['latest', 'oldest', 'random'] as const;
const methods = ['snapshot', 'pitr'] as const;

/**
 * @param command - what the slash command is called here: `/dr`
 * @throws FiredrillError `input`, with how to write it
 */
export function parseDrCommand(text: string, command: string): DrCommand {
  // Phones turn quotes and dashes into typographic ones, and people paste ids with back-ticks around them.
  const words = text
    .replaceAll('`', '')
    .replaceAll('—', '--')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  const [name = 'help', ...rest] = words;
  const kind = name.toLowerCase();
  switch (kind) {
    case 'help':
    case 'mine':
    case 'tickets':
      return { kind };
    case 'status':
    case 'approve':
      return { kind, ...runIn(rest) };
    case 'handover':
      return { kind, ...runIn(rest) };
    case 'declare':
    case 'gap': {
      const service = rest[0]?.toLowerCase();
      return { kind, ...(service === undefined ? {} : { service }) };
    }
    case 'finding': {
      const [id, ...tooMany] = rest;
      if (id === undefined || tooMany.length > 0)
        throw wrong('It takes the key of one ticket, or a fingerprint.', `${command} finding DR-12`);
      return { kind, id };
    }
    case 'start':
      return startOf(rest, command);
    case 'reject':
    case 'abort':
    case 'pause':
    case 'resume':
      return { kind, ...runIn(rest), ...reasonIn(rest.slice(1)) };
    case 'stop-all-drills':
    case 'release':
      return { kind, ...reasonIn(rest) };
    default:
      throw wrong(`There is no command "${name}".`, `${command} help`);
  }
}

/** @throws FiredrillError `bad-run-id` */
function runIn([run]: readonly string[]): { readonly runId?: string } {
  if (run === undefined) return {};
  parseRunId(run);
  return { runId: run };
}

const reasonIn = (words: readonly string[]): { readonly reason?: string } =>
  words.length === 0 ? {} : { reason: words.join(' ') };

function startOf([name, ...given]: readonly string[], command: string): DrCommand {
  if (name === undefined) return { kind: 'start-form', runbook: 'restore-test' };
  const runbook = startable.find((one) => one === name.toLowerCase());
  switch (runbook) {
    case 'restore-test':
      return testOf(given, command);
    case 'documentation-review':
      return reviewOf(given, command);
    case 'tabletop-exercise':
      return exerciseOf(given);
    case undefined:
      throw wrong(
        `There is no runbook "${name}" to start here; there are ${startable.join(', ')}.`,
        `${command} start RUNBOOK; what is left out is asked for in a form`,
      );
  }
}

function testOf(words: readonly string[], command: string): DrCommand {
  let start: Omit<StartTest, 'service'> = { kind: 'start', point: 'latest', mode: 'drill' };
  const names: string[] = [];
  for (const word of words) {
    const lower = word.toLowerCase();
    const point = points.find((one) => one === lower);
    const method = methods.find((one) => one === lower);
    if (point !== undefined) start = { ...start, point };
    else if (method !== undefined) start = { ...start, method };
    else if (lower === 'rehearse' || lower === 'drill') start = { ...start, mode: lower };
    else names.push(lower);
  }
  const [service, resource, ...tooMany] = names.flatMap((name) => name.split('/'));
  if (service === undefined) return { kind: 'start-form', runbook: 'restore-test' };
  if (tooMany.length > 0) {
    const usage = `${command} start restore-test SERVICE [RESOURCE] [latest|oldest|random] [snapshot|pitr] [rehearse]`;
    throw wrong(`"${tooMany.join(' ')}" is not understood.`, usage);
  }
  return { ...start, service, ...(resource === undefined ? {} : { resource }) };
}

function reviewOf(words: readonly string[], command: string): DrCommand {
  const [service, ...tooMany] = words.map((word) => word.toLowerCase());
  if (service === undefined) return { kind: 'start-form', runbook: 'documentation-review' };
  if (tooMany.length > 0)
    throw wrong('A documentation review is of one service.', `${command} start documentation-review SERVICE`);
  return { kind: 'start-review', service };
}

/** Services stand one after the other, or with commas between them. */
function exerciseOf(words: readonly string[]): DrCommand {
  const names = words.flatMap((word) => word.toLowerCase().split(',')).filter((name) => name !== '');
  const leads = names.at(-1) === 'lead';
  const [scenario, service, ...others] = leads ? names.slice(0, -1) : names;
  if (scenario === undefined || service === undefined) return { kind: 'start-form', runbook: 'tabletop-exercise' };
  return { kind: 'start-exercise', scenario, service, others, leads };
}

const wrong = (what: string, usage: string): FiredrillError =>
  new FiredrillError({ code: 'bad-command', kind: 'input', what, means: 'Nothing was done.', next: `Write: ${usage}` });

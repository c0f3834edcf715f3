import { FiredrillError } from '../../../../domain/errors.ts';
import { parseRunId } from '../../../../domain/run-id.ts';

/** What somebody typed after `/dr`. */
export type DrCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'status'; readonly runId?: string }
  | { readonly kind: 'abort'; readonly runId: string; readonly reason: string }
  | { readonly kind: 'stop-all-drills'; readonly reason: string }
  | { readonly kind: 'release'; readonly reason?: string }
  | StartCommand;

export interface StartCommand {
  readonly kind: 'start';
  readonly service: string;
  readonly resource?: string;
  readonly point: 'latest' | 'oldest' | 'random';
  readonly method?: 'snapshot' | 'pitr';
  readonly mode: 'drill' | 'rehearse';
}

const points = ['latest', 'oldest', 'random'] as const;
const methods = ['snapshot', 'pitr'] as const;

/** @throws FiredrillError `input`, with how to write it */
export function parseDrCommand(text: string): DrCommand {
  // Phones turn quotes and dashes into typographic ones, and people paste ids with back-ticks around them.
  const words = text
    .replaceAll('`', '')
    .replaceAll('—', '--')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  const [name = 'help', ...rest] = words;
  switch (name.toLowerCase()) {
    case 'help':
      return { kind: 'help' };
    case 'status':
      return rest[0] === undefined ? { kind: 'status' } : { kind: 'status', runId: runIdOf(rest[0]) };
    case 'start':
      return startOf(rest);
    case 'abort': {
      const [run, ...reason] = rest;
      if (run === undefined)
        throw wrong('Which run is to be aborted?', '/dr abort RUN reason…   (/dr status lists them)');
      const runId = runIdOf(run);
      if (reason.length === 0) throw wrong('Why? The reason goes into the journal.', `/dr abort ${runId} reason…`);
      return { kind: 'abort', runId, reason: reason.join(' ') };
    }
    case 'stop-all-drills':
      if (rest.length === 0)
        throw wrong('Why? Everybody whose drill is stopped will ask.', '/dr stop-all-drills reason…');
      return { kind: 'stop-all-drills', reason: rest.join(' ') };
    case 'release':
      return rest.length === 0 ? { kind: 'release' } : { kind: 'release', reason: rest.join(' ') };
    default:
      throw wrong(`There is no command "${name}".`, '/dr help');
  }
}

function startOf(words: readonly string[]): StartCommand {
  const [runbook, ...given] = words;
  const usage = '/dr start restore-test SERVICE [RESOURCE] [latest|oldest|random] [snapshot|pitr] [rehearse]';
  if (runbook === undefined) throw wrong('What is to be started?', usage);
  if (runbook.toLowerCase() !== 'restore-test')
    throw wrong(`There is no runbook "${runbook}" yet; there is restore-test.`, usage);
  let command: Omit<StartCommand, 'service'> = { kind: 'start', point: 'latest', mode: 'drill' };
  const names: string[] = [];
  for (const word of given) {
    const lower = word.toLowerCase();
    const point = points.find((one) => one === lower);
    const method = methods.find((one) => one === lower);
    if (point !== undefined) command = { ...command, point };
    else if (method !== undefined) command = { ...command, method };
    else if (lower === 'rehearse' || lower === 'drill') command = { ...command, mode: lower };
    else names.push(lower);
  }
  const [service, resource, ...tooMany] = names.flatMap((name) => name.split('/'));
  if (service === undefined) throw wrong('Of which service?', usage);
  if (tooMany.length > 0) throw wrong(`"${tooMany.join(' ')}" is not understood.`, usage);
  return { ...command, service, ...(resource === undefined ? {} : { resource }) };
}

/** @throws FiredrillError `bad-run-id` */
function runIdOf(text: string): string {
  parseRunId(text);
  return text;
}

const wrong = (what: string, usage: string): FiredrillError =>
  new FiredrillError({ code: 'bad-command', kind: 'input', what, means: 'Nothing was done.', next: `Write: ${usage}` });

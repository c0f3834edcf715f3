import type { ProgressRow } from '../../views/terminal/progress-rows.ts';
import { formatDurationMs } from '../../domain/duration-text.ts';
import { startInstallation } from '../processes/installation.ts';
import type { Installation, InstallationEvent, InstallationOptions } from '../processes/installation.ts';
import { inWords } from './run-command.ts';
import { startLiveBoard } from './live-board.ts';
import type { Terminal } from './terminal.ts';

/** What the parts are called for people. */
const titles: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL (the store)',
  temporal: 'Temporal (the engine)',
  sandbox: 'sandbox (AWS, Slack, Jira)',
  company: 'example company and its database',
  worker: 'worker',
  source: 'source process (sentinels)',
  slack: 'Slack app',
  'jira-webhook': 'receiver of Jira’s webhook',
};

export interface BoardedStart extends Omit<InstallationOptions, 'tell'> {
  /** Parts to show, in order. */
  readonly parts: readonly string[];
  /** For `--json`: nothing on stdout. */
  readonly quiet: boolean;
}

/** Starts an installation with one line per part; later trouble of a process is told as it comes. */
export async function startWithBoard(
  terminal: Terminal,
  options: BoardedStart,
  onTell: (tell: (event: InstallationEvent) => void) => void = () => undefined,
): Promise<Installation> {
  const rows = new Map<string, ProgressRow & { readonly sinceMs: number }>(
    options.parts.map((part) => [
      part,
      { key: part, title: titles[part] ?? part, state: 'planned', sinceMs: Date.now() },
    ]),
  );
  const later: string[] = [];
  let starting = true;
  const say = (text: string): void => (starting ? void later.push(text) : terminal.err(text));
  const tell = (event: InstallationEvent): void => {
    switch (event.kind) {
      case 'starting':
      case 'ready': {
        const row = rows.get(event.part);
        if (row === undefined) return;
        const sinceMs = row.state === 'planned' ? Date.now() : row.sinceMs;
        const { key, title } = row;
        const took = event.kind === 'ready' ? formatDurationMs(Date.now() - sinceMs) : '';
        const warning = event.kind === 'ready' ? event.warning : undefined;
        const note = warning ?? [took, event.detail ?? ''].filter((part) => part !== '').join(' · ');
        const state = event.kind === 'starting' ? 'running' : warning === undefined ? 'done' : 'warning';
        rows.set(event.part, { key, title, sinceMs, state, note });
        return;
      }
      case 'busy-port':
        return say(`Port ${event.insteadOf} is busy: ${event.part} listens on ${event.port} instead.`);
      case 'restarting':
        return say(
          `${event.name} has ended (${event.exit.signal ?? `exit code ${event.exit.code}`}); restart ${event.attempt} in ${formatDurationMs(event.inMs)}.`,
        );
      case 'restarted':
        return say(`${event.name} runs again.`);
      case 'gave-up':
        return say(inWords(event.error));
    }
  };
  onTell(tell);
  options.signal.addEventListener('abort', () => {
    if (starting)
      rows.set('stopping', {
        key: 'stopping',
        title: 'stop everything',
        state: 'running',
        note: '',
        sinceMs: Date.now(),
      });
  });
  const shown = (): readonly ProgressRow[] =>
    [...rows.values()].map((row) =>
      row.state === 'running' && row.note === '' ? { ...row, note: formatDurationMs(Date.now() - row.sinceMs) } : row,
    );
  const board = startLiveBoard(
    options.quiet ? { ...terminal, isInteractive: false } : terminal,
    shown,
    options.quiet ? terminal.err : terminal.out,
  );
  try {
    return await startInstallation({ ...options, tell });
  } catch (error) {
    for (const [part, row] of rows) {
      if (row.state === 'running') rows.set(part, { ...row, state: part === 'stopping' ? 'done' : 'failed' });
    }
    throw error;
  } finally {
    board.end();
    starting = false;
    for (const text of later) (options.quiet ? terminal.err : terminal.out)(text);
  }
}

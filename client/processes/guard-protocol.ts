import type { ProcessIdentity } from './process-identity.ts';

/** One way to ask a process to stop, and how long it gets before the next; after the last its group is killed. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly withinMs: number;
}

/** What a guard starts. It travels on a pipe, so that the environment's secrets are on no command line. */
export interface GuardOrder {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly runAs?: { readonly uid: number; readonly gid: number };
  readonly logFile: string;
  readonly pidFile: string;
  readonly stop: readonly StopStep[];
}

/** What a guard says. */
export type GuardMessage =
  | { readonly type: 'started'; readonly pid: number }
  | {
      readonly type: 'exited';
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly error?: string;
    };

/** What stands in a pid file while a child runs. */
export interface PidFile {
  readonly name: string;
  readonly child: ProcessIdentity;
  readonly guard: ProcessIdentity;
}

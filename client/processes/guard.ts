// Stands between firedrill and one of its children, so that the child never outlives firedrill, whatever kills it.
// Spoken to by guarded-process.ts: on stdin first what to start, then "stop" or "kill"; the end of stdin means stop too.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { openSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { GuardMessage, GuardOrder, PidFile } from './guard-protocol.ts';
import { identify } from './process-identity.ts';

let guarded: { readonly order: GuardOrder; readonly child: ChildProcess } | undefined;
let stopping = false;
let ended = false;

// It lives in a session of its own and waits for its child; only kill -9 ends it, and then the pid file speaks.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, stop);
// Nobody listens any more; the end of stdin says the same.
process.stdout.on('error', () => undefined);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  if (guarded === undefined) start(JSON.parse(line) as GuardOrder);
  else if (line === 'kill') killGroup();
  else if (line === 'stop') stop();
});
lines.on('close', stop);

function start(order: GuardOrder): void {
  const log = openSync(order.logFile, 'a', 0o600);
  const child = spawn(order.command, order.args, {
    cwd: order.cwd,
    env: order.env,
    detached: true,
    // A child that reads its stdin notices even the death of this guard.
    stdio: ['pipe', log, log],
    ...(order.runAs === undefined ? {} : order.runAs),
  });
  guarded = { order, child };
  child.on('error', (error) => end({ code: null, signal: null, error: error.message }));
  child.on('exit', (code, signal) => end({ code, signal }));
  child.stdin?.on('error', () => undefined);
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  const guard = identify(process.pid);
  if (identity === undefined || guard === undefined) return;
  const file: PidFile = { name: order.name, child: identity, guard };
  writeFileSync(order.pidFile, JSON.stringify(file), { mode: 0o600 });
  say({ type: 'started', pid: identity.pid });
}

/** First the child's own way to stop, then ever less friendly ones when it takes too long. */
function stop(): void {
  if (guarded === undefined) process.exit(0);
  if (stopping || ended) return;
  stopping = true;
  next(0);
}

function next(stage: number): void {
  if (guarded === undefined || ended) return;
  const step = guarded.order.stop[stage];
  if (step === undefined) return killGroup();
  if (guarded.child.pid !== undefined) signalTo(guarded.child.pid, step.signal);
  setTimeout(() => next(stage + 1), step.withinMs);
}

function killGroup(): void {
  if (guarded?.child.pid !== undefined) signalTo(-guarded.child.pid, 'SIGKILL');
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone already: what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function end(exit: { code: number | null; signal: NodeJS.Signals | null; error?: string }): void {
  if (ended || guarded === undefined) return;
  ended = true;
  // What the child left in its group goes with it.
  killGroup();
  rmSync(guarded.order.pidFile, { force: true });
  say({ type: 'exited', ...exit });
  process.stdout.end(() => process.exit(0));
  setTimeout(() => process.exit(0), 500).unref();
}

function say(message: GuardMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

#!/usr/bin/env node
// The way in, in plain JavaScript that any Node from 20 on can read: it finds Node 24 and hands over to client/cli.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ownNode = join(root, 'node_modules', '.bin', 'node');
const major = Number(process.versions.node.split('.')[0]);

const giveUp = (text) => {
  console.error(`firedrill: ${text}`);
  process.exit(2);
};

if (!existsSync(join(root, 'node_modules', 'commander'))) {
  giveUp(`its packages are not installed. Run "npm install" in ${root} first.`);
} else if (major >= 24) {
  // Half of the time that `--help` takes is compiling. In the person's own cache: one in a shared folder is anybody's to write.
  const { FIREDRILL_CACHE, XDG_CACHE_HOME, HOME } = process.env;
  const cache = FIREDRILL_CACHE || join(XDG_CACHE_HOME || join(HOME || homedir(), '.cache'), 'firedrill');
  module.enableCompileCache(join(cache, 'compiled'));
  const { main } = await import('../client/cli/main.ts');
  await main(process.argv.slice(2));
} else if (existsSync(ownNode)) {
  handOver();
} else {
  giveUp(
    `it needs Node 24 or newer, and this is ${process.version}. Run "npm install" in ${root} (it brings Node 24 along on Linux), or install Node 24.`,
  );
}

/** The IPC channel tells the other side when this process is gone, however it ended. */
function handOver() {
  const child = spawn(ownNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // A terminal sends Ctrl-C to both; this one waits for the other to clean up.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) =>
    giveUp(`Node 24 in ${ownNode} could not be started (${error.message}). Run "npm install" again.`),
  );
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
}

import type { Installation } from '../processes/installation.ts';
import type { Interruption } from './interruption.ts';
import type { Terminal } from './terminal.ts';

/** Stops everything that was started; a second Ctrl-C does not wait for good-byes. */
export async function stopAll(
  terminal: Terminal,
  installation: Installation,
  interruption: Interruption,
): Promise<void> {
  interruption.onSecond(() => {
    terminal.err('Stopping at once.');
    void installation.kill().finally(() => process.exit(130));
  });
  if (interruption.signal.aborted) terminal.err('\nStopping everything that was started … (Ctrl-C again: at once)');
  await installation.stop();
}

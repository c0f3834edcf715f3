import { aborted } from './interruption.ts';

/** Said when a demo is over and waits. */
export const stillRuns = 'Everything still runs, so that you can look around. Press Enter (or Ctrl-C) to stop it.';

/**
 * Listens to the keyboard from now on, so that what is typed while the run is under way does not count later.
 *
 * @returns waits for the next Enter, for the end of the input, or for the signal
 */
export function enterPressed(signal: AbortSignal): () => Promise<void> {
  const { stdin } = process;
  let enter: () => void = () => undefined;
  stdin.on('data', () => enter()).on('end', () => enter());
  return async () => {
    const pressed = new Promise<void>((resolve) => {
      enter = resolve;
    });
    await Promise.race([pressed, aborted(signal)]);
    stdin.pause();
  };
}

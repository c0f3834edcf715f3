import { InterruptedError } from './run-command.ts';

/** Ctrl-C, SIGTERM, a closed terminal, or the death of the process that started this one. */
export interface Interruption {
  /** Aborts with an `InterruptedError` at the first one. */
  readonly signal: AbortSignal;
  /** Called at the second one: the person does not want to wait. */
  onSecond(force: () => void): void;
  /** Listens no more. */
  end(): void;
}

/** Starts to listen; until `end`, Ctrl-C does not end the process by itself. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  let force: () => void = () => process.exit(130);
  const interrupt = (): void => {
    if (controller.signal.aborted) force();
    else controller.abort(new InterruptedError('interrupted'));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  // Set when bin/firedrill.mjs had to hand over to Node 24.
  if (process.channel !== undefined && process.channel !== null) {
    process.on('disconnect', interrupt);
    process.channel.unref();
  }
  return {
    signal: controller.signal,
    onSecond: (second) => {
      force = second;
    },
    end: () => {
      for (const signal of signals) process.off(signal, interrupt);
      process.off('disconnect', interrupt);
    },
  };
}

/** What breaks because everything is being stopped is not the reason: then the interruption is thrown instead. */
export const unlessInterrupted = (signal: AbortSignal, error: unknown): unknown =>
  signal.aborted ? signal.reason : error;

/** Resolves when it is over, one way or the other; never rejects. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

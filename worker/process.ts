import { DefaultLogger, Runtime, makeTelemetryFilterString } from '@temporalio/worker';
import { FiredrillError } from '../domain/errors.ts';

/** One line of JSON on stderr: stdout is for the ready line. */
export function logLine(level: string, message: string, facts: Readonly<Record<string, unknown>> = {}): void {
  console.error(JSON.stringify({ at: new Date().toISOString(), level, message, ...facts }));
}

/** Temporal's own log goes where ours goes, and signals stay ours. To be called before anything of Temporal is used. */
export function installRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => logLine(level, message, meta)),
    shutdownSignals: [],
    // Unless it is forwarded, the SDK's native half writes to stdout, in colours.
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
    },
  });
}

/** Resolves at the first SIGTERM or SIGINT. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

/**
 * Runs a process to its end and leaves with an exit code that scripts can use: 2 for what the user gave, 1 for everything
 * else. Never a stack trace for a user's mistake.
 */
export async function runProcess(main: () => Promise<void>): Promise<never> {
  try {
    await main();
    // Timers of libraries must not keep a stopped process alive.
    process.exit(0);
  } catch (error) {
    if (error instanceof FiredrillError) console.error(`firedrill: ${error.message}`);
    else console.error(error);
    process.exit(error instanceof FiredrillError && error.kind === 'input' ? 2 : 1);
  }
}

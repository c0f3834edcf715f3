import { AsyncLocalStorage } from 'node:async_hooks';
import type { AwsCall } from '../../domain/activity-answer.ts';

const collectors = new AsyncLocalStorage<AwsCall[]>();

/**
 * Runs `fn` and collects every AWS call made inside it, through all awaits: the evidence of one activity attempt.
 *
 * A nested collector keeps its calls to itself; hand them on with `addAwsCalls` (batched describes do).
 *
 * @param into - filled while `fn` runs, so that a caller still has the calls when `fn` throws
 */
export async function collectAwsCalls<T>(
  fn: () => Promise<T>,
  into: AwsCall[] = [],
): Promise<{ value: T; calls: readonly AwsCall[] }> {
  const value = await collectors.run(into, fn);
  return { value, calls: into };
}

/** Adds calls that were made on behalf of the current collector, for work shared by several activities. */
export function addAwsCalls(calls: readonly AwsCall[]): void {
  collectors.getStore()?.push(...calls);
}

/** What a client knows of itself and the wire does not say. */
export interface CallOrigin {
  readonly service: string;
  readonly region: string;
  /** ARN of the assumed role's session; unknown before the first credentials. */
  readonly callerArn: () => string | undefined;
}

/** As much of the SDK's middleware stack as recording needs; every client of the SDK has it. */
interface RecordableClient {
  readonly middlewareStack: {
    add(
      middleware: (next: never, context: { readonly commandName?: string }) => never,
      options: { readonly step: 'initialize'; readonly name: string; readonly priority: 'high' },
    ): void;
  };
}

interface SdkResult {
  readonly output?: { readonly $metadata?: { readonly requestId?: string } };
}

/**
 * Makes a client write each of its calls, also the refused ones, to the collector of the activity that made it. Request
 * ids with time and caller are what an auditor matches with CloudTrail.
 */
export function recordCallsOf(client: object, origin: CallOrigin): void {
  const recorder =
    (next: (args: unknown) => Promise<SdkResult>, context: { readonly commandName?: string }) =>
    async (args: unknown): Promise<SdkResult> => {
      const atMs = Date.now();
      const operation = (context.commandName ?? 'unknown').replace(/Command$/, '');
      const note = (requestId: string | undefined, error?: string): void => {
        const callerArn = origin.callerArn();
        addAwsCalls([
          {
            service: origin.service,
            operation,
            region: origin.region,
            requestId: requestId ?? '',
            atMs,
            ...(callerArn === undefined ? {} : { callerArn }),
            ...(error === undefined ? {} : { error }),
          },
        ]);
      };
      try {
        const result = await next(args);
        note(result.output?.$metadata?.requestId);
        return result;
      } catch (error) {
        note(requestIdOf(error), error instanceof Error ? error.name : 'unknown');
        throw error;
      }
    };
  // The SDK types its stack by the commands of each client; recording is the same for all of them.
  (client as RecordableClient).middlewareStack.add(recorder as never, {
    step: 'initialize',
    name: 'firedrillCallRecorder',
    priority: 'high',
  });
}

/** Request id of a refused call, when AWS answered at all. */
export function requestIdOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('requestId' in metadata)) return undefined;
  return typeof metadata.requestId === 'string' ? metadata.requestId : undefined;
}

/** Every answer of AWS says when it was given, to the second. */
const secondMs = 1000;

interface Dated {
  readonly $metadata: { readonly requestId?: string | undefined; awsDateMs?: number };
}

/** Makes a client keep, with each answer, the time that AWS put on it (`Date`, milliseconds UTC, cut to the second). */
export function keepAwsDateOf(client: object): void {
  const keeper =
    (next: (args: unknown) => Promise<{ response?: unknown; output?: Partial<Dated> }>) => async (args: unknown) => {
      const result = await next(args);
      const atMs = Date.parse(dateHeader(result.response));
      if (!Number.isNaN(atMs) && result.output?.$metadata !== undefined) result.output.$metadata.awsDateMs = atMs;
      return result;
    };
  (client as { middlewareStack: { add(middleware: never, options: object): void } }).middlewareStack.add(
    keeper as never,
    { step: 'deserialize', name: 'firedrillAwsDate', priority: 'high' },
  );
}

function dateHeader(response: unknown): string {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return '';
  return (response.headers as Readonly<Record<string, string | undefined>>)['date'] ?? '';
}

/** When AWS looked, within what is known of it: milliseconds UTC. */
export interface LookSpan {
  readonly lowMs: number;
  readonly highMs: number;
}

/**
 * When the answers were true: between the first request and the last answer on our clock, and, where AWS's own clock
 * contradicts ours, as far as AWS says. A clock of ours that goes wrong must not make data look fresher than it is.
 */
export function lookSpan(sentMs: number, answeredMs: number, answers: readonly object[]): LookSpan {
  const span = { lowMs: sentMs, highMs: answeredMs };
  for (const answer of answers) {
    const atMs = (answer as Dated).$metadata.awsDateMs;
    if (atMs === undefined) continue;
    if (atMs > span.highMs) span.highMs = atMs + secondMs - 1;
    if (atMs + secondMs - 1 < span.lowMs) span.lowMs = atMs;
  }
  return span;
}

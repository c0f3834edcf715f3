/** One AWS call as evidence: matched with CloudTrail by request id, time and caller. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly requestId: string;
  readonly atMs: number;
  readonly callerArn?: string;
  /** Error code when AWS refused. */
  readonly error?: string;
}

/** What every activity answers: its value, and who did it, when and at which attempt. An interceptor wraps it. */
export interface Answer<T> {
  readonly value: T;
  readonly attempt: number;
  /** When the engine first scheduled it, milliseconds UTC; for a wait of many attempts this is where it began. */
  readonly firstScheduledAtMs?: number;
  /** Clock of the worker that ran it, milliseconds UTC. */
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly awsCalls: readonly AwsCall[];
  /** Host and process of the worker. */
  readonly worker: string;
}

/** The same interface as the workflow sees it: every answer wrapped. */
export type Answering<Activities> = {
  [K in keyof Activities]: Activities[K] extends (...args: infer A) => Promise<infer R>
    ? (...args: A) => Promise<Answer<R>>
    : never;
};

/** Several answers as one: from the first to the last of them, with all that they did. At least one. */
export function together<T>(answers: readonly Answer<T>[]): Answer<readonly T[]> {
  return {
    value: answers.map(({ value }) => value),
    attempt: Math.max(...answers.map(({ attempt }) => attempt)),
    startedAtMs: Math.min(...answers.map(({ startedAtMs }) => startedAtMs)),
    finishedAtMs: Math.max(...answers.map(({ finishedAtMs }) => finishedAtMs)),
    awsCalls: answers.flatMap(({ awsCalls }) => awsCalls),
    worker: [...new Set(answers.map(({ worker }) => worker))].join(', '),
  };
}

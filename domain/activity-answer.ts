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

import type { z } from 'zod';

/** A control call that cannot be done as asked: a mistake in the call, told in words. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly status: number;
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

/** Parses a control call's JSON body; `{}` when it is empty. */
export function parseControlBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new ControlError(`The body is not JSON: ${(error as Error).message}`);
  }
}

/** @throws ControlError that lists every problem with its path */
export function checkControl<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new ControlError(`The body is not what this control call expects: ${problems.join('; ')}`);
}

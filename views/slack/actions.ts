import { z } from 'zod';

/** What buttons and modals are called; views write these names, the Slack app listens to them. */
export const slackActions = {
  approve: 'gate_approve',
  reject: 'gate_reject',
  details: 'gate_details',
  abort: 'run_abort',
} as const;

export const slackModals = { reject: 'reject_reason', abort: 'abort_reason' } as const;

/** Block and action of the one input that both modals have. */
export const reasonInput = { block: 'reason', action: 'text' } as const;

/** Which question a button belongs to. It names, it proves nothing: the run judges every click again. */
export const GateRefSchema = z.strictObject({
  run: z.string().min(1).max(300),
  gate: z.string().min(1).max(100),
  round: z.int().nonnegative(),
});
export type GateRef = z.infer<typeof GateRefSchema>;

export const RunRefSchema = z.strictObject({ run: z.string().min(1).max(300) });
export type RunRef = z.infer<typeof RunRefSchema>;

/**
 * What a modal remembers of the click that opened it: the decision is of the moment of the submit, but the person's
 * question, and where to answer, are of the click.
 */
export const ModalMemorySchema = z.strictObject({
  ref: z.union([GateRefSchema, RunRefSchema]),
  channel: z.string(),
  /** `action_ts` of the click; makes the decision's id. */
  clickTs: z.string(),
});
export type ModalMemory = z.infer<typeof ModalMemorySchema>;

/** Reads the value of a button or the memory of a modal; undefined for anything that is not ours. */
export function readRef<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON, so not ours
  }
}

import { z } from 'zod';

/** What buttons and modals are called; views write these names, the Slack app listens to them. */
export const slackActions = {
  approve: 'gate_approve',
  confirm: 'gate_confirm',
  withdraw: 'gate_withdraw',
  reject: 'gate_reject',
  details: 'gate_details',
  status: 'run_status',
  pause: 'run_pause',
  resume: 'run_resume',
  abort: 'run_abort',
  runs: 'show_runs',
  mine: 'show_mine',
  home: 'look_again',
  start: 'open_start',
  stopAll: 'open_stop_all',
  gap: 'open_gap',
  reviewAnswer: 'review_answer',
  reviewDelegate: 'review_delegate',
  reviewSignOff: 'review_sign_off',
  reviewPageBefore: 'review_page_before',
  reviewPageAfter: 'review_page_after',
  declare: 'open_declare',
  handOver: 'open_hand_over',
  correctTime: 'open_correct_time',
  incidentOver: 'open_incident_over',
  finding: 'show_finding',
  findingAttest: 'open_attest',
  findingAccept: 'open_accept_risk',
  findingRetest: 'finding_retest',
} as const;

export const slackModals = {
  confirm: 'approve_confirmed',
  reject: 'reject_reason',
  abort: 'abort_reason',
  pause: 'pause_reason',
  resume: 'resume_run',
  stopAll: 'stop_all_reason',
  start: 'start_run',
  gap: 'report_gap',
  reviewAnswer: 'review_answers',
  reviewSignOff: 'review_signature',
  reviewDelegate: 'review_delegation',
  /** Says something, and has nothing to submit. */
  reviewShown: 'review_shown',
  declare: 'declare_incident',
  handOver: 'hand_over',
  correctTime: 'correct_time',
  incidentOver: 'incident_over',
  findingAttest: 'attest_finding',
  findingAccept: 'accept_risk',
} as const;

/** Block and action of an input, as its value comes back. */
export interface SlackInput {
  readonly block: string;
  readonly action: string;
}

export const reasonInput = { block: 'reason', action: 'text' } as const satisfies SlackInput;
/** Offered from what is open at that moment. */
export const runInput = { block: 'run', action: 'pick_run' } as const satisfies SlackInput;
/** `service/resource`, offered from the catalog of that moment. */
export const subjectInput = { block: 'subject', action: 'pick_subject' } as const satisfies SlackInput;
/** A service of the catalog. */
export const serviceInput = { block: 'service', action: 'pick_service' } as const satisfies SlackInput;
export const gapTitleInput = { block: 'title', action: 'text' } as const satisfies SlackInput;
export const gapMoreInput = { block: 'more', action: 'text' } as const satisfies SlackInput;
export const severityInput = { block: 'severity', action: 'choice' } as const satisfies SlackInput;
export const beganInput = { block: 'began', action: 'time' } as const satisfies SlackInput;
export const detectedInput = { block: 'detected', action: 'time' } as const satisfies SlackInput;
export const whichTimeInput = { block: 'which', action: 'choice' } as const satisfies SlackInput;
export const personInput = { block: 'person', action: 'user' } as const satisfies SlackInput;
/** Offered from the incidents that are open. */
export const incidentInput = { block: 'incident', action: 'pick_incident' } as const satisfies SlackInput;
export const evidenceInput = { block: 'evidence', action: 'url' } as const satisfies SlackInput;
export const commentInput = { block: 'comment', action: 'text' } as const satisfies SlackInput;
export const untilInput = { block: 'until', action: 'day' } as const satisfies SlackInput;
export const pointInput = { block: 'point', action: 'choice' } as const satisfies SlackInput;
export const methodInput = { block: 'method', action: 'choice' } as const satisfies SlackInput;
export const runbookInput = { block: 'runbook', action: 'pick_runbook' } as const satisfies SlackInput;
/** A scenario, offered from the library of that moment. */
export const scenarioInput = { block: 'scenario', action: 'pick_scenario' } as const satisfies SlackInput;
/** Further services of the catalog. */
export const servicesInput = { block: 'services', action: 'pick_services' } as const satisfies SlackInput;
export const leadInput = { block: 'lead', action: 'choice' } as const satisfies SlackInput;
export const modeInput = { block: 'mode', action: 'choice' } as const satisfies SlackInput;

/** Which question a button belongs to. It names, it proves nothing: the run judges every click again. */
export const GateRefSchema = z.strictObject({
  run: z.string().min(1).max(300),
  gate: z.string().min(1).max(100),
  round: z.int().nonnegative(),
  /** What has to be typed for an approval to count. */
  confirm: z.string().min(1).max(100).exactOptional(),
});
export type GateRef = z.infer<typeof GateRefSchema>;

export const RunRefSchema = z.strictObject({ run: z.string().min(1).max(300) });
export type RunRef = z.infer<typeof RunRefSchema>;

/**
 * What a modal remembers of the click that opened it: the decision is of the moment of the submit, but the person's
 * question, and where to answer, are of the click.
 */
export const ModalMemorySchema = z.strictObject({
  /** None where the form itself asks which run, or where no run is meant. */
  ref: z.union([GateRefSchema, RunRefSchema]).exactOptional(),
  channel: z.string(),
  /** `action_ts` of the click, or `trigger_id` of the command; makes the decision's id. */
  clickTs: z.string(),
  /** When it was opened, milliseconds UTC: with the click it names what is started by it, however often it is sent. */
  openedMs: z.int().nonnegative().exactOptional(),
});
export type ModalMemory = z.infer<typeof ModalMemorySchema>;

/** Which finding a button belongs to. Who may do what about it is judged again, by the finding's own workflow. */
export const FindingRefSchema = z.strictObject({
  finding: z.string().regex(/^[0-9a-f]{24}$/),
  /** Whose roles count. */
  service: z.string().min(1).max(100),
  /** Whose word this one would confirm. */
  confirms: z.string().max(300).exactOptional(),
  /** The day that was asked for. */
  until: z.string().max(10).exactOptional(),
  /** What its form shows, since nothing is asked before that opens: what the finding is about, what closes it, what the first person said. */
  about: z.string().max(200).exactOptional(),
  closes: z.string().max(300).exactOptional(),
  said: z.string().max(300).exactOptional(),
});
export type FindingRef = z.infer<typeof FindingRefSchema>;

/** What a form about a finding remembers; as `ModalMemory`. */
export const FindingMemorySchema = z.strictObject({
  ref: FindingRefSchema,
  channel: z.string(),
  clickTs: z.string(),
});
export type FindingMemory = z.infer<typeof FindingMemorySchema>;

/** What a form of a review remembers. */
export const ReviewMemorySchema = z.strictObject({
  run: z.string().min(1).max(300),
  /** Which page of facts, from 0. */
  page: z.int().nonnegative().max(10_000).exactOptional(),
  /** Of the documents that were shown to whoever signs. */
  digest: z.string().max(64).exactOptional(),
});
export type ReviewMemory = z.infer<typeof ReviewMemorySchema>;

/** Fields of a review's forms. A fact's field says which fact it is, and how it compared: that is what an answer is checked by. */
export const reviewInputs = {
  action: 'given',
  person: 'person',
  note: 'note',
  answer: (id: string, outcome: string): string => `answer:${id}:${outcome}`,
  comment: (id: string): string => `comment:${id}`,
} as const;

/** Reads the value of a button or the memory of a modal; undefined for anything that is not ours. */
export function readRef<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON, so not ours
  }
}

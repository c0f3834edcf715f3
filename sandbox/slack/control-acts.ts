import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { channelFor, personOf } from './act-parts.ts';
import { openHome, press, react, suggestInMessage, typeCommand, writeMessage } from './acts.ts';
import type { Control } from './control.ts';
import { HttpError } from './http.ts';
import { wireMessage } from './methods/chat.ts';
import type { Message } from './model.ts';
import { dismissModal, fillView, pressInView, submitModal, suggestInView } from './view-acts.ts';
import type { Workspace } from './workspace.ts';

/** Longest that `act/command` waits for a reply that comes after the ack. */
const REPLY_WAIT_LIMIT_MS = 30_000;

const CommandSchema = z.strictObject({
  user: z.string(),
  channel: z.string(),
  command: z.string().startsWith('/'),
  text: z.string().default(''),
  /** How long to wait for a first reply when the ack itself said nothing. */
  waitMs: z.int().min(0).max(REPLY_WAIT_LIMIT_MS).default(1000),
});
const ValuesSchema = z.record(z.string(), z.unknown()).default({});
/** In a message, or, with `view_id`, in a modal or on the Home tab. */
const WhereSchema = z
  .strictObject({
    user: z.string(),
    channel: z.string().optional(),
    ts: z.string().optional(),
    view_id: z.string().optional(),
    action_id: z.string().optional(),
    block_id: z.string().optional(),
    text: z.string().optional(),
    seen: z.string().optional(),
    value: z.union([z.string(), z.number(), z.array(z.string()), z.null()]).optional(),
    values: ValuesSchema,
    query: z.string().default(''),
  })
  .refine(
    (one) => one.action_id !== undefined || one.text !== undefined,
    "say which element: action_id, or text for a button's label",
  )
  .refine(
    (one) => one.view_id !== undefined || (one.channel !== undefined && one.ts !== undefined),
    'say where: channel and ts of a message, or view_id',
  );
const SubmitSchema = z.strictObject({ view_id: z.string(), user: z.string(), values: ValuesSchema });
const FillSchema = z.strictObject({ ...SubmitSchema.shape, enter: z.boolean().default(false) });
const DismissSchema = z.strictObject({ view_id: z.string(), user: z.string(), all: z.boolean().default(false) });
const MessageSchema = z.strictObject({
  user: z.string(),
  channel: z.string(),
  text: z.string().min(1),
  thread_ts: z.string().optional(),
});
const ReactSchema = z.strictObject({
  user: z.string(),
  channel: z.string(),
  ts: z.string(),
  name: z.string().regex(/^[a-z0-9_+'-]+$/),
  remove: z.boolean().default(false),
});
const OpenHomeSchema = z.strictObject({ user: z.string(), tab: z.enum(['home', 'messages']).default('home') });
const TriggerSchema = z.strictObject({
  user: z.string(),
  channel: z.string().optional(),
  view_id: z.string().optional(),
});

type Act = (stage: Control, workspace: Workspace, body: unknown) => Promise<object> | object;

/** What a person can do, by the name of the act; the page and the tests come through here. */
export const ACTS: Readonly<Record<string, Act>> = {
  command: (stage, workspace, body) => command(stage, workspace, check(CommandSchema, body)),
  click: (stage, workspace, body) => {
    const { view_id, channel = '', ts = '', ...input } = check(WhereSchema, body);
    return view_id === undefined
      ? press(stage, workspace, { ...input, channel, ts })
      : pressInView(stage, workspace, { ...input, view_id });
  },
  suggest: (stage, workspace, body) => {
    const { view_id, channel = '', ts = '', ...input } = check(WhereSchema, body);
    return view_id === undefined
      ? suggestInMessage(stage, workspace, { ...input, channel, ts })
      : suggestInView(stage, workspace, { ...input, view_id });
  },
  fill: (stage, workspace, body) => fillView(stage, workspace, check(FillSchema, body)),
  submit: (stage, workspace, body) => submitModal(stage, workspace, check(SubmitSchema, body)),
  dismiss: (stage, workspace, body) => dismissModal(stage, workspace, check(DismissSchema, body)),
  message: (_stage, workspace, body) => writeMessage(workspace, check(MessageSchema, body)),
  react: (_stage, workspace, body) => react(workspace, check(ReactSchema, body)),
  'open-home': (_stage, workspace, body) => openHome(workspace, check(OpenHomeSchema, body)),
  trigger: (stage, workspace, body) => {
    const { user, channel, view_id } = check(TriggerSchema, body);
    return { trigger_id: stage.tickets.makeTrigger(workspace, personOf(workspace, user).id, channel, view_id) };
  },
};

/** @throws HttpError for what the person cannot see or do, and for a body that is not what the act takes */
export async function performAct(stage: Control, workspace: Workspace, name: string, body: unknown): Promise<object> {
  const act = ACTS[name];
  if (act === undefined)
    throw new HttpError(404, `There is no act/${name}. There is: ${Object.keys(ACTS).join(', ')}.`);
  const answer = await act(stage, workspace, body);
  await stage.store.commit(workspace);
  return answer;
}

export function check<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const checked = schema.safeParse(body);
  if (!checked.success) throw new HttpError(400, z.prettifyError(checked.error));
  return checked.data;
}

async function command(stage: Control, workspace: Workspace, input: z.output<typeof CommandSchema>): Promise<object> {
  const channelId = channelFor(workspace, personOf(workspace, input.user), input.channel).id;
  const before = workspace.nextTs();
  const result = await typeCommand(stage, workspace, input);
  const replies = (): readonly Message[] => workspace.visibleTo(input.user, channelId).filter((one) => one.ts > before);
  const deadline = Date.now() + input.waitMs;
  while (replies().length === 0 && Date.now() < deadline) await sleep(20);
  return { ...result, replies: replies().map((one) => told(workspace, one)) };
}

/** One message as the control interface tells it: what Slack shows, plus what only the sandbox knows. */
export function told(workspace: Workspace, message: Message): object {
  return {
    ...wireMessage(workspace, message, { metadata: true }),
    channel: message.channel,
    user_name: workspace.displayName(message.user),
    ...(message.ephemeralFor !== undefined && { ephemeral: true, visible_to: message.ephemeralFor }),
    ...(message.deletedAt !== undefined && { deleted_at: message.deletedAt }),
    ...(message.earlier.length > 0 && { earlier: message.earlier }),
  };
}

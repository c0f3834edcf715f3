import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { channelFor, personOf, press, typeCommand } from './acts.ts';
import type { Stage } from './acts.ts';
import { FaultSchema } from './faults.ts';
import { HttpError, json, parseToken, tokenOf } from './http.ts';
import type { Reply, Request } from './http.ts';
import { parseJson } from './json.ts';
import { LimitsSchema } from './limits.ts';
import { wireMessage } from './methods/chat.ts';
import { dismissModal, pressInModal, submitModal } from './modal.ts';
import { WorkspaceSetupSchema } from './model.ts';
import type { Message } from './model.ts';
import type { WebApi } from './web-api.ts';
import type { Workspace } from './workspace.ts';

export interface Control extends Stage {
  readonly webApi: WebApi;
}

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
const ClickSchema = z
  .strictObject({
    user: z.string(),
    channel: z.string(),
    ts: z.string(),
    action_id: z.string().optional(),
    text: z.string().optional(),
    value: z.string().optional(),
  })
  .refine(
    (click) => click.action_id !== undefined || click.text !== undefined,
    'say which button: action_id, or text for its label',
  );
const ValuesSchema = z.record(z.string(), z.unknown()).default({});
const SubmitSchema = z.strictObject({ view_id: z.string(), user: z.string(), values: ValuesSchema });
const DismissSchema = z.strictObject({ view_id: z.string(), user: z.string() });
const ModalClickSchema = z.strictObject({
  view_id: z.string(),
  user: z.string(),
  action_id: z.string(),
  value: z.string().optional(),
  values: ValuesSchema,
});
const MessageSchema = z.strictObject({
  user: z.string(),
  channel: z.string(),
  text: z.string().min(1),
  thread_ts: z.string().optional(),
});
/** A new message is found by history and replies only after this time. */
const HistoryLagSchema = z.strictObject({ ms: z.int().nonnegative() });
const DisconnectSchema = z.strictObject({ how: z.enum(['refresh', 'cut']).default('refresh') });

/** Everything under `/_sandbox/`; each call is scoped to the workspace of its bearer token. */
export async function control(stage: Control, request: Request): Promise<Reply> {
  const parsed = parseToken(tokenOf(request) ?? '');
  if (parsed === undefined)
    throw new HttpError(401, 'Send Authorization: Bearer xoxb-… to say which workspace you mean.');
  const workspace = stage.store.byKey(parsed.key);
  const name = `${request.method} ${request.url.pathname.replace(/^\/_sandbox\//, '')}`;
  const act = /^POST act\/(.+)$/.exec(name)?.[1];
  if (act !== undefined) return json(await performAct(stage, workspace, act, parsedBody(request)));
  const handler = HANDLERS[name];
  if (handler === undefined)
    throw new HttpError(
      404,
      `There is no ${name} here. There is: ${[...Object.keys(HANDLERS), ...Object.keys(ACTS).map((one) => `POST act/${one}`)].join(', ')}.`,
    );
  const answer = await handler(stage, workspace, request);
  if (request.method !== 'GET') await stage.store.commit(workspace);
  return json(answer);
}

type Handler = (stage: Control, workspace: Workspace, request: Request) => Promise<object> | object;

const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET workspace': (stage, workspace) => describe(stage, workspace),
  'PUT workspace': (stage, workspace, request) => {
    workspace.setUp(bodyOf(WorkspaceSetupSchema, request));
    return describe(stage, workspace);
  },
  'POST reset': (stage, workspace) => {
    workspace.reset();
    const session = stage.webApi.session(workspace);
    session.faults.clear();
    session.limiter.reset();
    session.calls = [];
    session.historyLagMs = 0;
    return { ok: true };
  },
  'GET calls': (stage, workspace) => ({ calls: stage.webApi.session(workspace).calls }),
  'GET messages': (_stage, workspace, request) => messages(workspace, request),
  'GET views': (_stage, workspace) => ({ views: workspace.state.views }),
  'GET limits': (stage, workspace) => stage.webApi.session(workspace).limiter.limits,
  'PUT limits': (stage, workspace, request) => {
    const { limiter } = stage.webApi.session(workspace);
    limiter.set(bodyOf(LimitsSchema, request));
    return limiter.limits;
  },
  'PUT history-lag': (stage, workspace, request) => {
    const { ms } = bodyOf(HistoryLagSchema, request);
    stage.webApi.session(workspace).historyLagMs = ms;
    return { ms };
  },
  'GET faults': (stage, workspace) => ({ faults: stage.webApi.session(workspace).faults.list() }),
  'POST faults': (stage, workspace, request) => {
    const { faults } = stage.webApi.session(workspace);
    faults.add(bodyOf(FaultSchema, request));
    return { faults: faults.list() };
  },
  'DELETE faults': (stage, workspace) => {
    stage.webApi.session(workspace).faults.clear();
    return { faults: [] };
  },
  'POST socket/disconnect': (stage, workspace, request) => ({
    disconnected: stage.socketMode.disconnect(workspace, bodyOf(DisconnectSchema, request).how),
  }),
};

/** What a person can do, by the name of the act; the page and the tests come through here. */
const ACTS: Readonly<
  Record<string, (stage: Control, workspace: Workspace, body: unknown) => Promise<object> | object>
> = {
  command: (stage, workspace, body) => command(stage, workspace, check(CommandSchema, body)),
  click: (stage, workspace, body) => press(stage, workspace, check(ClickSchema, body)),
  message: (_stage, workspace, body) => writeMessage(workspace, check(MessageSchema, body)),
  submit: (stage, workspace, body) => submitModal(stage, workspace, check(SubmitSchema, body)),
  dismiss: (stage, workspace, body) => dismissModal(stage, workspace, check(DismissSchema, body)),
  'click-in-modal': (stage, workspace, body) => pressInModal(stage, workspace, check(ModalClickSchema, body)),
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

function parsedBody(request: Request): unknown {
  const body = request.body.trim() === '' ? {} : parseJson(request.body);
  if (body === undefined) throw new HttpError(400, 'The body is not JSON.');
  return body;
}

function check<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const checked = schema.safeParse(body);
  if (!checked.success) throw new HttpError(400, z.prettifyError(checked.error));
  return checked.data;
}

function bodyOf<T extends z.ZodType>(schema: T, request: Request): z.output<T> {
  return check(schema, parsedBody(request));
}

function describe(stage: Control, workspace: Workspace): object {
  const { setup, channels } = workspace.state;
  return {
    ...setup,
    channels,
    app: { ...setup.app, id: workspace.appId, signingSecret: workspace.signingSecret },
    team: { id: workspace.teamId, url: `${stage.baseUrl()}/?team=${workspace.teamId}` },
    bot: { id: workspace.botId, user_id: workspace.botUserId },
    connections: stage.socketMode.connectionsOf(workspace),
  };
}

/** A person writes something; the app hears nothing of it, because it subscribes to no events. */
function writeMessage(
  workspace: Workspace,
  input: { user: string; channel: string; text: string; thread_ts?: string | undefined },
): { ts: string } {
  const channel = channelFor(workspace, personOf(workspace, input.user), input.channel);
  if (channel.is_archived) throw new HttpError(403, `#${channel.name} is archived: nobody can write in it.`);
  return { ts: workspace.post(channel, { user: input.user, text: input.text, threadTs: input.thread_ts }).ts };
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
function told(workspace: Workspace, message: Message): object {
  return {
    ...wireMessage(workspace, message, { metadata: true }),
    channel: message.channel,
    user_name: workspace.displayName(message.user),
    ...(message.ephemeralFor !== undefined && { ephemeral: true, visible_to: message.ephemeralFor }),
    ...(message.deletedAt !== undefined && { deleted_at: message.deletedAt }),
    ...(message.earlier.length > 0 && { earlier: message.earlier }),
  };
}

function messages(workspace: Workspace, request: Request): object {
  const channelName = request.url.searchParams.get('channel');
  const as = request.url.searchParams.get('as');
  const channel = channelName === null ? undefined : workspace.findChannel(channelName);
  if (channelName !== null && channel === undefined) throw new HttpError(404, `There is no channel ${channelName}.`);
  if (as !== null && channel !== undefined) channelFor(workspace, personOf(workspace, as), channel.id);
  const found = workspace.state.messages.filter(
    (one) =>
      (channel === undefined || one.channel === channel.id) &&
      (as === null || one.ephemeralFor === undefined || one.ephemeralFor === as),
  );
  return { messages: found.map((one) => told(workspace, one)) };
}

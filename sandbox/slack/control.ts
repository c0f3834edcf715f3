import { z } from 'zod';
import { channelFor, personOf } from './act-parts.ts';
import type { Stage } from './act-parts.ts';
import { ACTS, check, performAct, told } from './control-acts.ts';
import { answersChallenge } from './deliver.ts';
import type { Events } from './events.ts';
import { FaultSchema } from './faults.ts';
import { HttpError, json, parseToken, tokenOf } from './http.ts';
import type { Reply, Request } from './http.ts';
import { parseJson } from './json.ts';
import { LimitsSchema } from './limits.ts';
import type { FileContents } from './files.ts';
import { UserSchema, WorkspaceSetupSchema } from './model.ts';
import type { WebApi } from './web-api.ts';
import type { Workspace } from './workspace.ts';

export interface Control extends Stage {
  readonly webApi: WebApi;
  readonly events: Events;
  readonly files: FileContents;
}

/** A new message is found by history and replies only after this time. */
const HistoryLagSchema = z.strictObject({ ms: z.int().nonnegative() });
const DisconnectSchema = z.strictObject({
  how: z.enum(['warning', 'refresh', 'link-disabled', 'cut']).default('refresh'),
});

/** One person changes: only what is named; deactivated is `deleted: true`. */
const PersonChangeSchema = z.looseObject({ id: z.string() });
const RetriesSchema = z.strictObject({ delaysMs: z.array(z.int().nonnegative()).max(10) });

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
  'PUT workspace': async (stage, workspace, request) => {
    const before = workspace.state.setup;
    workspace.setUp(bodyOf(WorkspaceSetupSchema, request));
    const { eventsUrl } = workspace.state.setup.app;
    if (eventsUrl !== undefined && !(await answersChallenge(workspace, eventsUrl))) {
      workspace.setUp(before);
      throw new HttpError(400, `${eventsUrl} did not answer Slack's challenge, so it is not taken for events.`);
    }
    return describe(stage, workspace);
  },
  'PATCH user': (_stage, workspace, request) => changePerson(workspace, bodyOf(PersonChangeSchema, request)),
  'GET events': (stage, workspace) => ({ events: stage.events.deliveries(workspace) }),
  'PUT event-retries': (stage, workspace, request) => {
    const { delaysMs } = bodyOf(RetriesSchema, request);
    stage.events.setRetries(workspace, delaysMs);
    return { delaysMs };
  },
  'POST reset': (stage, workspace) => {
    workspace.reset();
    const session = stage.webApi.session(workspace);
    session.faults.clear();
    session.limiter.reset();
    session.calls = [];
    session.historyLagMs = 0;
    stage.events.reset(workspace);
    return { ok: true };
  },
  'GET calls': (stage, workspace) => ({ calls: stage.webApi.session(workspace).calls }),
  'GET messages': (_stage, workspace, request) => messages(workspace, request),
  'GET views': (_stage, workspace) => ({ views: workspace.state.views, homes: workspace.state.homes }),
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

function parsedBody(request: Request): unknown {
  const body = request.body.trim() === '' ? {} : parseJson(request.body);
  if (body === undefined) throw new HttpError(400, 'The body is not JSON.');
  return body;
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

/** The admin of the workspace changes somebody: the app hears of it when it subscribes to `user_change`. */
function changePerson(workspace: Workspace, change: z.output<typeof PersonChangeSchema>): object {
  const { users } = workspace.state.setup;
  const person = users.find((one) => one.id === change.id);
  if (person === undefined) throw new HttpError(404, `There is no user ${change.id}.`);
  const changed = check(UserSchema, { ...person, ...change });
  workspace.state.setup = {
    ...workspace.state.setup,
    users: users.map((one) => (one === person ? changed : one)),
  };
  workspace.happened({ kind: 'user-changed', user: change.id });
  return changed;
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

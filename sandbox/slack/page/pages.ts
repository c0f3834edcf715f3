import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { performAct } from '../control-acts.ts';
import type { Control } from '../control.ts';
import { HttpError, isJson, json } from '../http.ts';
import type { Reply, Request } from '../http.ts';
import { parseJson } from '../json.ts';
import type { Workspace } from '../workspace.ts';
import { messageList, threadPane } from './messages.ts';
import { isWithApp } from './place.ts';
import type { Place } from './place.ts';
import { nothingYet, shell } from './shell.ts';
import type { Parts } from './shell.ts';
import { heading, sidebar } from './sidebar.ts';
import { homePane, modal } from './surfaces.ts';

const fileBeside = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const STYLES = ['base', 'message', 'block', 'field', 'view', 'extras', 'phone'].map((name) =>
  fileBeside(`styles/${name}.css`),
);
const ASSETS: Readonly<Record<string, { type: string; text: string }>> = {
  '/assets/slack.css': { type: 'text/css', text: STYLES.join('\n') },
  '/assets/slack.js': { type: 'text/javascript', text: fileBeside('slack.js') },
  '/assets/fields.js': { type: 'text/javascript', text: fileBeside('fields.js') },
};
/** Everything comes from here and nothing leaves; what a message contains cannot bring script along. */
const SAFE = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
};
const KEEP_ALIVE_MS = 15_000;
const COALESCE_MS = 40;

/** What people open in a browser: the page, its parts after a change, its live events, and what they do there. */
export async function pages(stage: Control, request: Request, response: ServerResponse): Promise<Reply | 'streaming'> {
  const path = request.url.pathname;
  const asset = ASSETS[path];
  if (asset !== undefined)
    return { status: 200, headers: { 'content-type': `${asset.type}; charset=utf-8` }, body: asset.text };
  if (path === '/') return { status: 200, headers: SAFE, body: await front(stage, request) };
  if (path === '/parts')
    return json(await parts(placeOf(stage, request), request.url.searchParams.get('seen') === '1'));
  if (path === '/events') return events(placeOf(stage, request).viewer.workspace, response);
  if (path.startsWith('/act/') && request.method === 'POST') return act(stage, request);
  throw new HttpError(404, `There is no page ${path}. Start at ${stage.baseUrl()}/`);
}

/** JSON only: a form on some other web page cannot send that here without asking first, and is not answered. */
async function act(stage: Control, request: Request): Promise<Reply> {
  if (!isJson(request)) throw new HttpError(415, 'Acts are sent as JSON.');
  const { workspace } = placeOf(stage, request).viewer;
  return json(await performAct(stage, workspace, request.url.pathname.slice('/act/'.length), parseJson(request.body)));
}

function placeOf(stage: Control, request: Request): Place {
  const query = request.url.searchParams;
  const team = query.get('team');
  const workspace = team === null ? mostRecent(stage, query.get('as')) : stage.store.byTeam(team);
  if (workspace === undefined)
    throw new HttpError(
      404,
      team === null
        ? 'No app has talked to this Slack yet, so there is no workspace. Start the app, then reload this page.'
        : `There is no workspace ${team}.`,
    );
  const people = workspace.users.filter((user) => user.deleted !== true && user.is_bot !== true);
  const user = people.find((one) => one.id === query.get('as')) ?? people[0];
  if (user === undefined) throw new HttpError(404, `${workspace.state.setup.name} has no people who could look at it.`);
  const asked = query.get('channel');
  if (asked === 'app') workspace.openDirectMessage(user.id);
  const visible = workspace.state.channels.filter((one) => workspace.maySee(user.id, one));
  const channel =
    visible.find((one) => one.id === asked || one.name === asked || (asked === 'app' && isWithApp(workspace, one))) ??
    visible[0];
  if (channel === undefined)
    throw new HttpError(404, `${user.real_name} sees no channel in ${workspace.state.setup.name}.`);
  return {
    viewer: { workspace, userId: user.id, tz: user.tz },
    channel,
    thread: query.get('thread') ?? undefined,
    tab:
      query.get('tab') === 'home' && isWithApp(workspace, channel) && workspace.state.setup.app.homeTab
        ? 'home'
        : 'messages',
    connections: stage.socketMode.connectionsOf(workspace),
    suggestions: stage.suggestions,
  };
}

/** The workspace in which something happened last, among those that have this person if there are any. */
function mostRecent(stage: Control, userId: string | null): Workspace | undefined {
  const all = stage.store.all();
  const known = userId === null ? [] : all.filter((one) => one.user(userId) !== undefined);
  return (known.length > 0 ? known : all).toSorted((one, other) => (other.state.lastTs > one.state.lastTs ? 1 : -1))[0];
}

async function parts(place: Place, seen: boolean): Promise<Parts> {
  const { workspace, userId } = place.viewer;
  if (seen && place.tab === 'messages') {
    const newest = workspace.visibleTo(userId, place.channel.id).at(-1)?.ts;
    if (newest !== undefined)
      workspace.state.reads[userId] = { ...workspace.state.reads[userId], [place.channel.id]: newest };
  }
  const open = workspace.state.views.findLast((one) => one.user === userId);
  const thread = threadPane(place);
  return {
    sidebar: String(await sidebar(place)),
    heading: String(await heading(place)),
    messages: String(await (place.tab === 'home' ? homePane(place) : messageList(place))),
    thread: thread === undefined ? '' : String(await thread),
    modal: open === undefined ? '' : String(await modal(open, place)),
    modalKey: open === undefined ? '' : `${open.id}/${open.hash}`,
  };
}

function events(workspace: Workspace, response: ServerResponse): 'streaming' {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('event: changed\ndata: \n\n');
  let waiting: NodeJS.Timeout | undefined;
  const changed = (): void => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      response.write('event: changed\ndata: \n\n');
    }, COALESCE_MS);
  };
  const keepAlive = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS);
  workspace.events.on('changed', changed);
  response.on('close', () => {
    clearTimeout(waiting);
    clearInterval(keepAlive);
    workspace.events.off('changed', changed);
  });
  return 'streaming';
}

async function front(stage: Control, request: Request): Promise<string> {
  const all = stage.store.all();
  if (all.length === 0) return String(await nothingYet());
  const place = placeOf(stage, request);
  return String(await shell(place, await parts(place, false), all));
}

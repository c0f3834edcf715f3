import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { html, raw } from 'hono/html';
import { performAct } from '../control-acts.ts';
import type { Control } from '../control.ts';
import { HttpError, isJson, json } from '../http.ts';
import type { Reply, Request } from '../http.ts';
import { parseJson } from '../json.ts';
import type { Workspace } from '../workspace.ts';
import { heading, messageList, modal, sidebar, threadPane } from './view.ts';
import type { Place } from './view.ts';

const ASSETS: Readonly<Record<string, { type: string; text: string }>> = {
  '/assets/slack.css': { type: 'text/css', text: readFileSync(new URL('slack.css', import.meta.url), 'utf8') },
  '/assets/slack.js': { type: 'text/javascript', text: readFileSync(new URL('slack.js', import.meta.url), 'utf8') },
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
  if (path === '/') return { status: 200, headers: SAFE, body: await shell(stage, request) };
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
  const visible = workspace.state.channels.filter((one) => workspace.maySee(user.id, one));
  const channel =
    visible.find((one) => one.id === query.get('channel') || one.name === query.get('channel')) ?? visible[0];
  if (channel === undefined)
    throw new HttpError(404, `${user.real_name} sees no channel in ${workspace.state.setup.name}.`);
  return {
    viewer: { workspace, userId: user.id, tz: user.tz },
    channel,
    thread: query.get('thread') ?? undefined,
    connections: stage.socketMode.connectionsOf(workspace),
  };
}

/** The workspace in which something happened last, among those that have this person if there are any. */
function mostRecent(stage: Control, userId: string | null): Workspace | undefined {
  const all = stage.store.all();
  const known = userId === null ? [] : all.filter((one) => one.user(userId) !== undefined);
  return (known.length > 0 ? known : all).toSorted((one, other) => (other.state.lastTs > one.state.lastTs ? 1 : -1))[0];
}

async function parts(place: Place, seen: boolean): Promise<object> {
  const { workspace, userId } = place.viewer;
  if (seen) {
    const newest = workspace.visibleTo(userId, place.channel.id).at(-1)?.ts;
    if (newest !== undefined)
      workspace.state.reads[userId] = { ...workspace.state.reads[userId], [place.channel.id]: newest };
  }
  const open = workspace.state.views.findLast((one) => one.user === userId);
  const thread = threadPane(place);
  return {
    sidebar: String(await sidebar(place)),
    heading: String(await heading(place)),
    messages: String(await messageList(place)),
    thread: thread === undefined ? '' : String(await thread),
    modal: open === undefined ? '' : String(await modal(open, place.viewer)),
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

async function shell(stage: Control, request: Request): Promise<string> {
  if (stage.store.all().length === 0)
    return String(
      await html`<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta http-equiv="refresh" content="2" />
            <title>SIMULATED Slack</title>
            <link rel="stylesheet" href="/assets/slack.css" />
          </head>
          <body class="bare">
            <div class="simulated"><b>SIMULATED</b> Slack</div>
            <div class="empty">
              <p>No app has talked to this Slack yet, so there is no workspace to show.</p>
              <p>This page looks again by itself.</p>
            </div>
          </body>
        </html>`,
    );
  const place = placeOf(stage, request);
  const { workspace, userId } = place.viewer;
  const first = (await parts(place, false)) as Record<string, string>;
  const people = workspace.users.filter((user) => user.deleted !== true && user.is_bot !== true);
  return String(
    await html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>SIMULATED Slack: ${workspace.state.setup.name}</title>
          <link rel="stylesheet" href="/assets/slack.css" />
          <script src="/assets/slack.js" defer></script>
        </head>
        <body
          data-team="${workspace.teamId}"
          data-as="${userId}"
          data-channel="${place.channel.id}"
          data-thread="${place.thread ?? ''}"
        >
          <div class="simulated">
            <b>SIMULATED</b> Slack. Nothing here leaves this machine, and anyone can act as anyone.
          </div>
          <div class="app">
            <input type="checkbox" id="menu" class="menu-state" aria-label="Show channels" />
            <label for="menu" class="shade" aria-hidden="true"></label>
            <nav class="side">
              <div class="workspace">
                ${
                  stage.store.all().length > 1
                    ? html`<select id="team" aria-label="Workspace">
                        ${stage.store.all().map((one) => html`<option value="${one.teamId}" ${one === workspace ? ' selected' : ''}>${one.state.setup.name} (${one.state.key})</option>`)}
                      </select>`
                    : html`<b>${workspace.state.setup.name}</b>`
                }
              </div>
              <label class="acting"
                >You act as<select id="as">
                  ${people.map((one) => html`<option value="${one.id}" ${one.id === userId ? ' selected' : ''}>${one.real_name}</option>`)}
                </select></label
              >
              <div id="sidebar">${raw(first['sidebar'] ?? '')}</div>
            </nav>
            <main>
              <header class="channel">
                <label for="menu" class="burger" title="Channels">☰</label>
                <div id="heading">${raw(first['heading'] ?? '')}</div>
                <p class="as">You are<br /><b>${workspace.displayName(userId)}</b></p>
                <p class="lost" hidden>Not connected. Trying again…</p>
              </header>
              <div id="messages" class="scroll" role="log" aria-live="polite">${raw(first['messages'] ?? '')}</div>
              <form class="composer" data-thread="">
                <input
                  name="text"
                  autocomplete="off"
                  placeholder="Message or /command"
                  aria-label="Message or command"
                /><button class="btn primary" type="submit">Send</button>
                <p class="trouble" role="alert"></p>
              </form>
            </main>
            <aside id="thread-side" ${place.thread === undefined ? ' hidden' : ''}>
              <div id="thread">${raw(first['thread'] ?? '')}</div>
              <form class="composer" data-thread="${place.thread ?? ''}">
                <input name="text" autocomplete="off" placeholder="Reply" aria-label="Reply in thread" /><button
                  class="btn primary"
                  type="submit"
                >
                  Send
                </button>
                <p class="trouble" role="alert"></p>
              </form>
            </aside>
          </div>
          <div id="modal" data-key="${first['modalKey'] ?? ''}">${raw(first['modal'] ?? '')}</div>
          <dialog id="confirm"></dialog>
        </body>
      </html>`,
  );
}

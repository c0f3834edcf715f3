import { html, raw } from 'hono/html';
import type { Workspace } from '../workspace.ts';
import type { Html } from './mrkdwn.ts';
import { isWithApp } from './place.ts';
import type { Place } from './place.ts';

type Part = Html | ReturnType<typeof html>;

/** What of the page changes while one looks at it, as HTML. */
export interface Parts {
  readonly sidebar: string;
  readonly heading: string;
  readonly messages: string;
  readonly thread: string;
  readonly modal: string;
  /** Another one means another modal, or another version of it. */
  readonly modalKey: string;
}

/** Before any app has talked to this Slack. */
export const nothingYet = (): Part =>
  html`<!doctype html>
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
    </html>`;

/** The whole page, with its parts as they are now. */
export function shell(place: Place, parts: Parts, workspaces: readonly Workspace[]): Part {
  const { workspace, userId } = place.viewer;
  const people = workspace.users.filter((user) => user.deleted !== true && user.is_bot !== true);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>SIMULATED Slack: ${workspace.state.setup.name}</title>
        <link rel="stylesheet" href="/assets/slack.css" />
        <script src="/assets/slack.js" type="module"></script>
      </head>
      <body
        data-team="${workspace.teamId}"
        data-as="${userId}"
        data-channel="${place.channel.id}"
        data-thread="${place.thread ?? ''}"
        data-tab="${place.tab}"
        data-with-app="${isWithApp(workspace, place.channel) ? '1' : ''}"
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
                workspaces.length > 1
                  ? html`<select id="team" aria-label="Workspace">
                      ${workspaces.map((one) => html`<option value="${one.teamId}" ${one === workspace ? ' selected' : ''}>${one.state.setup.name} (${one.state.key})</option>`)}
                    </select>`
                  : html`<b>${workspace.state.setup.name}</b>`
              }
            </div>
            <label class="acting"
              >You act as<select id="as">
                ${people.map((one) => html`<option value="${one.id}" ${one.id === userId ? ' selected' : ''}>${one.real_name}</option>`)}
              </select></label
            >
            <div id="sidebar">${raw(parts.sidebar)}</div>
          </nav>
          <main>
            <header class="channel">
              <label for="menu" class="burger" title="Channels">☰</label>
              <div id="heading">${raw(parts.heading)}</div>
              <p class="as">You are<br /><b>${workspace.displayName(userId)}</b></p>
              <p class="lost" hidden>Not connected. Trying again…</p>
            </header>
            <div id="messages" class="scroll" role="log" aria-live="polite">${raw(parts.messages)}</div>
            <form class="composer" data-thread="" ${place.tab === 'home' ? ' hidden' : ''}>
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
            <div id="thread">${raw(parts.thread)}</div>
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
        <div id="modal" data-key="${parts.modalKey}">${raw(parts.modal)}</div>
        <dialog id="confirm"></dialog>
      </body>
    </html>`;
}

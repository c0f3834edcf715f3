import { html } from 'hono/html';
import type { Channel } from '../model.ts';
import type { Html } from './mrkdwn.ts';
import { address, channelLabel, isWithApp, unread } from './place.ts';
import type { Place } from './place.ts';

type Part = Html | ReturnType<typeof html>;

export function sidebar(place: Place): Part {
  const { workspace, userId } = place.viewer;
  const visible = workspace.state.channels.filter(
    (channel) => workspace.maySee(userId, channel) && (channel.kind === 'im' ? channel.members.includes(userId) : true),
  );
  const direct = visible.filter((channel) => channel.kind === 'im' && !isWithApp(workspace, channel));
  const withApp = visible.find((channel) => isWithApp(workspace, channel));
  const atApp = isWithApp(workspace, place.channel);
  return html`<h2>Channels</h2>
    <ul>
      ${visible.filter((channel) => channel.kind === 'channel').map((channel) => entry(place, channel))}
    </ul>
    ${
      direct.length === 0
        ? ''
        : html`<h2>Direct messages</h2>
            <ul>
              ${direct.map((channel) => entry(place, channel))}
            </ul>`
    }
    <h2>Apps</h2>
    <ul>
      <li>
        ${line({
          href: address(place, { channel: 'app', tab: workspace.state.setup.app.homeTab ? 'home' : 'messages' }),
          label: `⛑ ${workspace.state.setup.app.name}`,
          isCurrent: atApp,
          unread: withApp === undefined || (atApp && place.tab === 'messages') ? 0 : unread(place.viewer, withApp),
        })}
      </li>
    </ul>
    ${connection(place)}`;
}

function entry(place: Place, channel: Channel): Part {
  const isCurrent = channel.id === place.channel.id;
  return html`<li>
    ${line({
      href: address(place, { channel: channel.id }),
      label: channelLabel(place.viewer.workspace, channel, place.viewer.userId),
      isCurrent,
      unread: isCurrent ? 0 : unread(place.viewer, channel),
    })}
  </li>`;
}

function line(of: { href: string; label: string; isCurrent: boolean; unread: number }): Part {
  return html`<a
    href="${of.href}"
    class="${of.isCurrent ? 'current' : ''}${of.unread > 0 ? ' unread' : ''}"
    ${of.isCurrent ? html` aria-current="page"` : ''}
  >
    <span>${of.label}</span
    >${of.unread > 0 ? html`<b class="badge" title="${of.unread} unread">${of.unread}</b>` : ''}</a
  >`;
}

function connection({ viewer: { workspace }, connections }: Place): Part {
  const { name, commandUrl } = workspace.state.setup.app;
  const words = connections > 0 ? 'connected' : commandUrl === undefined ? 'not connected' : 'over HTTP';
  return html`<p class="app-state">
    <span class="dot ${words === 'not connected' ? 'off' : 'on'}"></span>${name}: ${words}
  </p>`;
}

/** The name of where one is; with the app, its two tabs. */
export function heading(place: Place): Part {
  const { channel, viewer } = place;
  if (isWithApp(viewer.workspace, channel)) return appHeading(place);
  return html`<h1>${channelLabel(viewer.workspace, channel, viewer.userId)}</h1>
    <p>
      ${channel.is_archived ? 'Archived. ' : ''}${channel.topic === '' ? `${channel.members.length} members` : channel.topic}
    </p>`;
}

function appHeading(place: Place): Part {
  const { app } = place.viewer.workspace.state.setup;
  const tab = (name: Place['tab'], label: string): Part =>
    html`<a
      href="${address(place, { tab: name })}"
      class="${place.tab === name ? 'current' : ''}"
      ${place.tab === name ? html` aria-current="page"` : ''}
      >${label}</a
    >`;
  return html`<h1>${app.name} <span class="tag">APP</span></h1>
    <nav class="tabs" aria-label="${app.name}">
      ${app.homeTab ? tab('home', 'Home') : ''}${tab('messages', 'Messages')}
    </nav>`;
}

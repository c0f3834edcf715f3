import type { JsonObject, User, Usergroup } from '../model.ts';
import { SlackError } from '../slack-error.ts';
import type { Workspace } from '../workspace.ts';
import { page } from './call.ts';
import type { Call, Method } from './call.ts';

function authTest(call: Call): JsonObject {
  const { workspace } = call;
  const { name, domain, app } = workspace.state.setup;
  return {
    url: `https://${domain}.slack.com/`,
    team: name,
    user: app.name,
    team_id: workspace.teamId,
    user_id: workspace.botUserId,
    bot_id: workspace.botId,
    is_enterprise_install: false,
  };
}

/** The e-mail address is in it only with `users:read.email`, as in Slack. */
export function wireUser(workspace: Workspace, user: User): JsonObject {
  const [first = '', ...rest] = user.real_name.split(' ');
  const email = workspace.state.setup.app.scopes.includes('users:read.email') ? user.email : undefined;
  return {
    id: user.id,
    team_id: workspace.teamId,
    name: user.name,
    deleted: user.deleted ?? false,
    real_name: user.real_name,
    tz: user.tz,
    is_bot: user.is_bot ?? false,
    is_app_user: false,
    is_admin: false,
    is_owner: false,
    is_restricted: (user.is_restricted ?? false) || (user.is_ultra_restricted ?? false),
    is_ultra_restricted: user.is_ultra_restricted ?? false,
    updated: 0,
    profile: {
      real_name: user.real_name,
      real_name_normalized: user.real_name,
      display_name: user.name,
      display_name_normalized: user.name,
      first_name: first,
      last_name: rest.join(' '),
      team: workspace.teamId,
      ...(email !== undefined && { email }),
    },
  };
}

function usersInfo(call: Call): JsonObject {
  call.requireScope('users:read');
  const user = call.workspace.user(call.required('user', 'user_not_found'));
  if (user === undefined) throw new SlackError('user_not_found');
  return { user: wireUser(call.workspace, user) };
}

function usersList(call: Call): JsonObject {
  call.requireScope('users:read');
  const { items, next_cursor } = page(call, call.workspace.users, 200);
  return {
    members: items.map((user) => wireUser(call.workspace, user)),
    cache_ts: Math.floor(Date.now() / 1000),
    response_metadata: { next_cursor },
  };
}

function lookupByEmail(call: Call): JsonObject {
  call.requireScope('users:read.email');
  const email = call.required('email', 'users_not_found').toLowerCase();
  const user = call.workspace.users.find((one) => one.email?.toLowerCase() === email && one.deleted !== true);
  if (user === undefined) throw new SlackError('users_not_found');
  return { user: wireUser(call.workspace, user) };
}

function wireUsergroup(call: Call, group: Usergroup): JsonObject {
  return {
    id: group.id,
    team_id: call.workspace.teamId,
    is_usergroup: true,
    name: group.name,
    handle: group.handle,
    description: '',
    is_external: false,
    date_create: 0,
    date_update: 0,
    date_delete: 0,
    user_count: group.users.length,
    ...(call.flag('include_users') && { users: group.users }),
  };
}

function usergroupsList(call: Call): JsonObject {
  call.requireScope('usergroups:read');
  return { usergroups: call.workspace.usergroups.map((group) => wireUsergroup(call, group)) };
}

function usergroupUsers(call: Call): JsonObject {
  call.requireScope('usergroups:read');
  const group = call.workspace.usergroups.find((one) => one.id === call.text('usergroup'));
  if (group === undefined) throw new SlackError('no_such_subteam');
  const isActive = (id: string): boolean => call.workspace.user(id)?.deleted !== true;
  return { users: call.flag('include_disabled') ? group.users : group.users.filter(isActive) };
}

export const peopleMethods: Readonly<Record<string, Method>> = {
  'auth.test': { tier: 'none', token: 'bot', writes: false, run: authTest },
  'users.info': { tier: 'tier4', token: 'bot', writes: false, run: usersInfo },
  'users.list': { tier: 'tier2', token: 'bot', writes: false, run: usersList },
  'users.lookupByEmail': { tier: 'tier3', token: 'bot', writes: false, run: lookupByEmail },
  'usergroups.list': { tier: 'tier2', token: 'bot', writes: false, run: usergroupsList },
  'usergroups.users.list': { tier: 'tier2', token: 'bot', writes: false, run: usergroupUsers },
};

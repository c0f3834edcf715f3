import { acceptView } from '../block-kit.ts';
import { objectsAt, stringAt } from '../json.ts';
import { randomId } from '../model.ts';
import type { JsonObject, OpenView } from '../model.ts';
import { SlackError } from '../slack-error.ts';
import type { Workspace } from '../workspace.ts';
import type { Call, Method } from './call.ts';

/** Three modals may lie on top of each other. [doc: docs.slack.dev/reference/methods/views.push] */
const STACK_LIMIT = 3;

export function wireView(workspace: Workspace, open: OpenView, values: JsonObject = {}): JsonObject {
  const { view } = open;
  return {
    id: open.id,
    team_id: workspace.teamId,
    type: view['type'],
    blocks: objectsAt(view, 'blocks'),
    private_metadata: view['private_metadata'] ?? '',
    callback_id: view['callback_id'] ?? '',
    state: { values },
    hash: open.hash,
    title: view['title'],
    clear_on_close: view['clear_on_close'] ?? false,
    notify_on_close: view['notify_on_close'] ?? false,
    close: view['close'] ?? null,
    submit: view['submit'] ?? null,
    previous_view_id: open.previousId ?? null,
    root_view_id: open.rootId,
    app_id: workspace.appId,
    external_id: view['external_id'] ?? '',
    app_installed_team_id: workspace.teamId,
    bot_id: workspace.botId,
  };
}

/**
 * Puts a modal in front of a person, on top of `below` when given; without it, it replaces what was open.
 *
 * @throws SlackError `push_limit_reached`, `duplicate_external_id`
 */
export function showView(
  workspace: Workspace,
  input: { user: string; view: JsonObject; channel: string | undefined; below?: OpenView },
): OpenView {
  const stack = workspace.state.views.filter((one) => one.rootId === input.below?.rootId);
  if (stack.length >= STACK_LIMIT) throw new SlackError('push_limit_reached');
  const others =
    input.below === undefined ? workspace.state.views.filter((one) => one.user !== input.user) : workspace.state.views;
  requireOwnExternalId(others, input.view);
  const id = randomId('V');
  const open: OpenView = {
    id,
    user: input.user,
    rootId: input.below?.rootId ?? id,
    hash: `${workspace.nextTs()}.${id.slice(-6)}`,
    view: input.view,
    ...(input.below !== undefined && { previousId: input.below.id }),
    ...(input.channel !== undefined && { channel: input.channel }),
  };
  workspace.state.views = [...others, open];
  workspace.changed();
  return open;
}

/** An external id names one view of the workspace. */
function requireOwnExternalId(others: readonly OpenView[], view: JsonObject): void {
  const id = stringAt(view, 'external_id') ?? '';
  if (id !== '' && others.some((one) => one.view['external_id'] === id)) throw new SlackError('duplicate_external_id');
}

/** What was typed stays where block and action are still there. */
export function replaceView(workspace: Workspace, open: OpenView, view: JsonObject): void {
  open.view = view;
  open.hash = `${workspace.nextTs()}.${open.id.slice(-6)}`;
  workspace.changed();
}

/** Takes one modal away; `all` takes away all that this person has open. */
export function closeView(workspace: Workspace, open: OpenView, all: boolean): void {
  workspace.state.views = workspace.state.views.filter((one) => (all ? one.user !== open.user : one.id !== open.id));
  workspace.changed();
}

function open(call: Call): JsonObject {
  const trigger = call.tickets.exchange(call.workspace, call.required('trigger_id'));
  const shown = showView(call.workspace, {
    user: trigger.user,
    view: acceptView(call.json('view'), 'modal'),
    channel: trigger.channel,
  });
  return { view: wireView(call.workspace, shown) };
}

function push(call: Call): JsonObject {
  const trigger = call.tickets.exchange(call.workspace, call.required('trigger_id'));
  const below = call.workspace.state.views.find((one) => one.id === trigger.viewId);
  if (below === undefined) throw new SlackError('not_found');
  const shown = showView(call.workspace, {
    user: trigger.user,
    view: acceptView(call.json('view'), 'modal'),
    channel: trigger.channel,
    below,
  });
  return { view: wireView(call.workspace, shown) };
}

function update(call: Call): JsonObject {
  const { views, homes } = call.workspace.state;
  const externalId = call.text('external_id');
  const shown = [...views, ...Object.values(homes)].find(
    (one) => one.id === call.text('view_id') || (externalId !== undefined && one.view['external_id'] === externalId),
  );
  if (shown === undefined) throw new SlackError('not_found');
  requireHash(call, shown);
  const view = acceptView(call.json('view'), shown.view['type'] === 'home' ? 'home' : 'modal');
  replaceView(call.workspace, shown, view);
  return { view: wireView(call.workspace, shown) };
}

/** A hash that was given must be that of the newest version: somebody else may have changed the view meanwhile. */
function requireHash(call: Call, shown: OpenView): void {
  const hash = call.text('hash');
  if (hash !== undefined && hash !== '' && hash !== shown.hash) throw new SlackError('hash_conflict');
}

function publish(call: Call): JsonObject {
  if (!call.workspace.state.setup.app.homeTab) throw new SlackError('not_enabled');
  const { homes } = call.workspace.state;
  const user = call.required('user_id');
  const view = acceptView(call.json('view'), 'home');
  const person = call.workspace.user(user);
  if (person === undefined || person.is_bot === true)
    throw new SlackError('invalid_arguments', {
      response_metadata: { messages: ['[ERROR] invalid `user_id` [json-pointer:/user_id]'] },
    });
  const before = homes[user];
  requireOwnExternalId(
    Object.values(homes).filter((one) => one !== before),
    view,
  );
  if (before !== undefined) {
    requireHash(call, before);
    replaceView(call.workspace, before, view);
    return { view: wireView(call.workspace, before) };
  }
  const id = randomId('V');
  const home: OpenView = { id, user, rootId: id, hash: `${call.workspace.nextTs()}.${id.slice(-6)}`, view };
  homes[user] = home;
  call.workspace.changed();
  return { view: wireView(call.workspace, home) };
}

export const viewsMethods: Readonly<Record<string, Method>> = {
  'views.open': { tier: 'tier4', token: 'bot', writes: true, run: open },
  'views.push': { tier: 'tier4', token: 'bot', writes: true, run: push },
  'views.update': { tier: 'tier4', token: 'bot', writes: true, run: update },
  'views.publish': { tier: 'tier4', token: 'bot', writes: true, run: publish },
};

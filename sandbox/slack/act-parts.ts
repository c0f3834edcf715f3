import { elementsOf } from './block-kit.ts';
import { deliver } from './deliver.ts';
import { elementState } from './element-state.ts';
import { HttpError } from './http.ts';
import { arrayAt, isObject, objectAt, stringAt, textAt } from './json.ts';
import type { Channel, JsonObject, User } from './model.ts';
import type { SocketMode } from './socket-mode.ts';
import type { WorkspaceStore } from './store.ts';
import type { Suggestions } from './suggestions.ts';
import type { Tickets } from './tickets.ts';
import type { Workspace } from './workspace.ts';

/** What acts need: the ways to the app, and the place where things are kept. */
export interface Stage {
  readonly store: WorkspaceStore;
  readonly tickets: Tickets;
  readonly socketMode: SocketMode;
  readonly suggestions: Suggestions;
  readonly baseUrl: () => string;
}

/** What came of an act, as the person sees it. */
export type ActResult =
  | { readonly status: 'ok'; readonly ack?: unknown }
  | { readonly status: 'error'; readonly error: string; readonly shown: string };

export function personOf(workspace: Workspace, id: string): User {
  const user = workspace.user(id);
  if (user === undefined)
    throw new HttpError(
      404,
      `There is no user ${id} in ${workspace.state.setup.name}. Known: ${workspace.users.map((one) => one.id).join(', ')}.`,
    );
  if (user.deleted === true)
    throw new HttpError(403, `${user.real_name} (${id}) was deactivated and cannot do anything.`);
  return user;
}

export function channelFor(workspace: Workspace, user: User, id: string): Channel {
  const channel = workspace.findChannel(id);
  if (channel === undefined || !workspace.maySee(user.id, channel))
    throw new HttpError(404, `${user.real_name} sees no channel ${id}.`);
  return channel;
}

/** What every payload carries. */
export function payloadBase(workspace: Workspace, user: User): JsonObject {
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: workspace.teamId },
    api_app_id: workspace.appId,
    token: workspace.verificationToken,
    enterprise: null,
    is_enterprise_install: false,
    team: { id: workspace.teamId, domain: workspace.state.setup.domain },
  };
}

export function responseUrlOf(
  stage: Stage,
  workspace: Workspace,
  at: Parameters<Tickets['makeResponseUrl']>[1],
): string {
  return `${stage.baseUrl()}/actions/${workspace.teamId}/${stage.tickets.makeResponseUrl(workspace, at).id}`;
}

export const failedAct = (error: string, shown: string): ActResult => ({ status: 'error', error, shown });

/**
 * Which element is meant: by its id, with its block's where the id stands in several, or a button by its label; and by the
 * value that the person has before them, for a message may change under a finger.
 */
export interface Pointed {
  readonly seen?: string | undefined;
  readonly action_id?: string | undefined;
  readonly block_id?: string | undefined;
  readonly text?: string | undefined;
}

export interface FoundElement {
  readonly block: JsonObject;
  readonly element: JsonObject;
}

/** @param surface - what is looked at, for the refusal: message, modal, Home tab */
export function findElement(blocks: readonly JsonObject[], input: Pointed, surface: string): FoundElement {
  const all = elementsOf(blocks);
  const found = all.find(
    ({ block, element }) =>
      (input.block_id === undefined || block['block_id'] === input.block_id) &&
      (input.action_id === undefined
        ? textAt(element, 'text') === input.text
        : element['action_id'] === input.action_id) &&
      (input.seen === undefined || element['value'] === input.seen),
  );
  if (found !== undefined) return found;
  const there = all.map(
    ({ element }) =>
      `${stringAt(element, 'action_id') ?? '?'} (${textAt(element, 'text') ?? stringAt(element, 'type') ?? ''})`,
  );
  throw new HttpError(
    404,
    `The ${surface} has no ${input.action_id ?? `button "${input.text ?? ''}"`}. It has: ${there.join(', ') || 'nothing to press'}.`,
  );
}

/** One entry of `actions`, with the fields that Slack sends for that kind of element. */
export function actionOf(
  workspace: Workspace,
  { block, element }: FoundElement,
  value: unknown,
  offered: (value: string) => JsonObject | undefined = () => undefined,
): JsonObject {
  const type = stringAt(element, 'type') ?? '';
  const common = { action_id: element['action_id'], block_id: block['block_id'], type, action_ts: workspace.nextTs() };
  if (type === 'button') {
    const given = ['text', 'value', 'url', 'style'].filter((key) => element[key] !== undefined);
    return { ...common, ...Object.fromEntries(given.map((key) => [key, element[key]])) };
  }
  const like = type === 'overflow' ? { ...element, type: 'static_select' } : element;
  const state = elementState(like, value, offered);
  if (state['selected_option'] === null && value !== null)
    throw new HttpError(400, `Choose a value that the menu has, not ${JSON.stringify(value) ?? 'nothing'}.`);
  return { ...state, ...common };
}

/** Whether the app hears at once of what is typed or chosen here. [doc: docs.slack.dev/reference/block-kit/blocks/input-block] */
export function dispatches(block: JsonObject, element: JsonObject, enter: boolean): boolean {
  if (stringAt(block, 'type') !== 'input') return true;
  if (block['dispatch_action'] !== true) return false;
  if (
    !['plain_text_input', 'number_input', 'email_text_input', 'url_text_input'].includes(
      stringAt(element, 'type') ?? '',
    )
  )
    return true;
  const on = arrayAt(objectAt(element, 'dispatch_action_config'), 'trigger_actions_on') ?? ['on_enter_pressed'];
  return on.includes('on_character_entered') || (enter && on.includes('on_enter_pressed'));
}

/** Asks the app what a menu with external data offers for what a person has typed so far. */
export async function suggest(
  stage: Stage,
  workspace: Workspace,
  input: { user: string; found: FoundElement; query: string; container: JsonObject; about: JsonObject },
): Promise<ActResult | { readonly status: 'ok'; readonly suggestions: JsonObject }> {
  const { block, element } = input.found;
  const type = stringAt(element, 'type') ?? '';
  if (!type.endsWith('external_select')) throw new HttpError(400, `A ${type} asks the app for nothing.`);
  const least = Number(element['min_query_length'] ?? 3);
  if (input.query.length < least)
    throw new HttpError(400, `Slack asks only when at least ${least} characters are typed.`);
  const [blockId, actionId] = [stringAt(block, 'block_id') ?? '', stringAt(element, 'action_id') ?? ''];
  const ack = await deliver(workspace, stage.socketMode, 'interactive', {
    type: 'block_suggestion',
    ...payloadBase(workspace, personOf(workspace, input.user)),
    container: input.container,
    block_id: blockId,
    action_id: actionId,
    value: input.query,
    ...input.about,
  });
  if (ack.kind === 'failed') return failedAct(ack.error, 'These options could not be loaded.');
  const container = stringAt(input.container, 'view_id') ?? stringAt(input.container, 'message_ts') ?? '';
  const place = { workspaceKey: workspace.state.key, user: input.user, container, blockId, actionId };
  return { status: 'ok', suggestions: stage.suggestions.keep(place, isObject(ack.payload) ? ack.payload : {}) };
}

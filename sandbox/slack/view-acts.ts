import {
  actionOf,
  dispatches,
  failedAct,
  findElement,
  payloadBase,
  personOf,
  responseUrlOf,
  suggest,
} from './act-parts.ts';
import type { ActResult, Pointed, Stage } from './act-parts.ts';
import { acceptView, elementsOf } from './block-kit.ts';
import { deliver } from './deliver.ts';
import { inputProblems, stateOf, typedValues } from './element-state.ts';
import type { OfferedOption } from './element-state.ts';
import { HttpError } from './http.ts';
import { isObject, objectAt, objectsAt, stringAt } from './json.ts';
import type { JsonObject, OpenView, TypedValues } from './model.ts';
import { closeView, replaceView, showView, wireView } from './methods/views.ts';
import { SlackError } from './slack-error.ts';
import type { Workspace } from './workspace.ts';

const TROUBLE = 'We had some trouble connecting. Try again?';

export type SubmitResult =
  | ActResult
  /** The app, or Slack itself for a required field, refused what was typed: message by block id. */
  | { readonly status: 'errors'; readonly errors: JsonObject };

/** A view in front of a person: the modal on top of theirs, one below it, or their Home tab. */
function viewOf(workspace: Workspace, viewId: string, userId: string): OpenView {
  const { views, homes } = workspace.state;
  const mine = [...views, ...Object.values(homes)].filter((one) => one.user === userId);
  const open = mine.find((one) => one.id === viewId);
  if (open === undefined)
    throw new HttpError(
      404,
      `${userId} has no modal ${viewId} open. Open: ${mine.map((one) => one.id).join(', ') || 'none'}.`,
    );
  return open;
}

function topModalOf(workspace: Workspace, viewId: string, userId: string): OpenView {
  const open = viewOf(workspace, viewId, userId);
  const top = workspace.state.views.findLast((one) => one.user === userId);
  if (top?.id !== open.id) throw new HttpError(409, `${viewId} is not on top: ${userId} sees ${top?.id ?? 'none'}.`);
  return open;
}

const blocksOf = (open: OpenView): readonly JsonObject[] => objectsAt(open.view, 'blocks');

const offeredTo = (stage: Stage, workspace: Workspace, open: OpenView): OfferedOption => {
  const where = { workspaceKey: workspace.state.key, user: open.user, container: open.id };
  return (blockId, actionId, value) => stage.suggestions.find({ ...where, blockId, actionId }, value);
};

/** Keeps what was typed, and answers the `state.values` that the app is sent. */
function typeInto(stage: Stage, workspace: Workspace, open: OpenView, given: TypedValues) {
  open.typed = typedValues(blocksOf(open), open.typed ?? {}, given);
  return stateOf(blocksOf(open), open.typed, offeredTo(stage, workspace, open));
}

/** A person presses the submit button of a modal. */
export async function submitModal(
  stage: Stage,
  workspace: Workspace,
  input: { view_id: string; user: string; values: TypedValues },
): Promise<SubmitResult> {
  const user = personOf(workspace, input.user);
  const open = topModalOf(workspace, input.view_id, user.id);
  const values = typeInto(stage, workspace, open, input.values);
  const problems = inputProblems(blocksOf(open), values);
  if (Object.keys(problems).length > 0) return { status: 'errors', errors: problems };

  const ack = await deliver(workspace, stage.socketMode, 'interactive', {
    type: 'view_submission',
    ...payloadBase(workspace, user),
    trigger_id: stage.tickets.makeTrigger(workspace, user.id, open.channel, open.id),
    view: wireView(workspace, open, values),
    response_urls: responseUrlsOf(stage, workspace, open, values),
  });
  if (ack.kind === 'failed') return failedAct(ack.error, TROUBLE);
  const result = applyResponse(workspace, open, isObject(ack.payload) ? ack.payload : {});
  await stage.store.commit(workspace);
  return result;
}

/** One for each channel chosen in a menu that asks for it. [doc: docs.slack.dev/surfaces/modals, response_url_enabled] */
function responseUrlsOf(
  stage: Stage,
  workspace: Workspace,
  open: OpenView,
  values: ReturnType<typeof stateOf>,
): readonly JsonObject[] {
  return elementsOf(blocksOf(open))
    .filter(({ element }) => element['response_url_enabled'] === true)
    .flatMap(({ block, element }) => {
      const [blockId, actionId] = [stringAt(block, 'block_id') ?? '', stringAt(element, 'action_id') ?? ''];
      const state = values[blockId]?.[actionId];
      const channel = stringAt(state, 'selected_conversation') ?? stringAt(state, 'selected_channel');
      if (channel === undefined) return [];
      const url = responseUrlOf(stage, workspace, { user: open.user, channel });
      return [{ block_id: blockId, action_id: actionId, channel_id: channel, response_url: url }];
    });
}

function applyResponse(workspace: Workspace, open: OpenView, answer: JsonObject): SubmitResult {
  const action = stringAt(answer, 'response_action');
  const failed = (error: string): SubmitResult => failedAct(error, TROUBLE);
  try {
    if (action === undefined) closeView(workspace, open, false);
    else if (action === 'clear') closeView(workspace, open, true);
    else if (action === 'update') replaceView(workspace, open, acceptView(answer['view'], 'modal'));
    else if (action === 'push')
      showView(workspace, {
        user: open.user,
        view: acceptView(answer['view'], 'modal'),
        channel: open.channel,
        below: open,
      });
    else if (action === 'errors') {
      const errors = objectAt(answer, 'errors') ?? {};
      const known = blocksOf(open).map((block) => stringAt(block, 'block_id'));
      const strangers = Object.keys(errors).filter((id) => !known.includes(id));
      return strangers.length > 0
        ? failed(`errors for blocks that the modal does not have: ${strangers.join(', ')}`)
        : { status: 'errors', errors };
    } else return failed(`unknown response_action ${action}`);
  } catch (error) {
    if (error instanceof SlackError) return failed(`${error.code} ${JSON.stringify(error.extra)}`);
    throw error;
  }
  return { status: 'ok', ack: answer };
}

/**
 * A person closes a modal; the app hears of every view that asked for that.
 *
 * @param input.all - the cross at the top, which takes away the whole stack; else the button, which goes back one view
 */
export async function dismissModal(
  stage: Stage,
  workspace: Workspace,
  input: { view_id: string; user: string; all: boolean },
): Promise<ActResult> {
  const user = personOf(workspace, input.user);
  const open = topModalOf(workspace, input.view_id, user.id);
  const all = input.all || open.view['clear_on_close'] === true;
  const closed = workspace.state.views.filter((one) => (all ? one.user === user.id : one === open));
  closeView(workspace, open, all);
  await stage.store.commit(workspace);
  for (const one of closed.filter(({ view }) => view['notify_on_close'] === true).toReversed())
    await deliver(workspace, stage.socketMode, 'interactive', {
      type: 'view_closed',
      ...payloadBase(workspace, user),
      view: wireView(workspace, one, stateOf(blocksOf(one), one.typed ?? {}, offeredTo(stage, workspace, one))),
      is_cleared: all,
    });
  return { status: 'ok' };
}

/** A person presses or chooses something in a modal or on their Home tab. */
export async function pressInView(
  stage: Stage,
  workspace: Workspace,
  input: Pointed & { view_id: string; user: string; value?: unknown; values: TypedValues },
): Promise<ActResult> {
  const user = personOf(workspace, input.user);
  const open = viewOf(workspace, input.view_id, user.id);
  const found = findElement(blocksOf(open), input, open.view['type'] === 'home' ? 'Home tab' : 'modal');
  const [blockId, actionId] = [stringAt(found.block, 'block_id') ?? '', stringAt(found.element, 'action_id') ?? ''];
  const offered = offeredTo(stage, workspace, open);
  const chosen = input.value === undefined ? {} : { [blockId]: { [actionId]: input.value } };
  const action = actionOf(workspace, found, input.value, (value) => offered(blockId, actionId, value));
  typeInto(stage, workspace, open, input.values);
  const values = typeInto(stage, workspace, open, chosen);
  await stage.store.commit(workspace);
  const ack = await deliver(workspace, stage.socketMode, 'interactive', {
    type: 'block_actions',
    ...payloadBase(workspace, user),
    container: { type: 'view', view_id: open.id },
    trigger_id: stage.tickets.makeTrigger(workspace, user.id, open.channel, open.id),
    view: wireView(workspace, open, values),
    actions: [action],
  });
  return ack.kind === 'failed' ? failedAct(ack.error, TROUBLE) : { status: 'ok', ack: ack.payload ?? null };
}

/** A person fills in fields; what dispatches an action tells the app at once, the rest waits for the submission. */
export async function fillView(
  stage: Stage,
  workspace: Workspace,
  input: { view_id: string; user: string; values: TypedValues; enter: boolean },
): Promise<ActResult & { readonly dispatched?: readonly string[] }> {
  const open = viewOf(workspace, input.view_id, personOf(workspace, input.user).id);
  const given = typedValues(blocksOf(open), {}, input.values);
  typeInto(stage, workspace, open, input.values);
  const dispatched: string[] = [];
  for (const { block, element } of elementsOf(blocksOf(open))) {
    const [blockId, actionId] = [stringAt(block, 'block_id') ?? '', stringAt(element, 'action_id') ?? ''];
    const value = objectAt(given, blockId)?.[actionId];
    if (value === undefined || !dispatches(block, element, input.enter)) continue;
    const result = await pressInView(stage, workspace, {
      view_id: open.id,
      user: open.user,
      action_id: actionId,
      block_id: blockId,
      value,
      values: {},
    });
    if (result.status !== 'ok') return result;
    dispatched.push(actionId);
  }
  await stage.store.commit(workspace);
  return { status: 'ok', dispatched };
}

/** A person types into a menu with external data of a view. */
export async function suggestInView(
  stage: Stage,
  workspace: Workspace,
  input: Pointed & { view_id: string; user: string; query: string },
): Promise<ActResult | { readonly status: 'ok'; readonly suggestions: JsonObject }> {
  const open = viewOf(workspace, input.view_id, personOf(workspace, input.user).id);
  const found = findElement(blocksOf(open), input, 'view');
  return await suggest(stage, workspace, {
    user: open.user,
    found,
    query: input.query,
    container: { type: 'view', view_id: open.id },
    about: { view: wireView(workspace, open, typeInto(stage, workspace, open, {})) },
  });
}

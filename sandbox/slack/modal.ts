import { actionOf, payloadBase, personOf } from './acts.ts';
import type { ActResult, Stage } from './acts.ts';
import { acceptView, elementsOf } from './block-kit.ts';
import { deliver } from './deliver.ts';
import { HttpError } from './http.ts';
import { isObject, objectAt, objectsAt, stringAt } from './json.ts';
import type { JsonObject, OpenView } from './model.ts';
import { closeView, replaceView, showView, wireView } from './methods/views.ts';
import { SlackError } from './slack-error.ts';
import type { Workspace } from './workspace.ts';

/** What a person typed and chose: by block id, then action id; a block with one element may be given its value directly. */
export type ModalValues = Readonly<Record<string, unknown>>;

export type SubmitResult =
  | ActResult
  /** The app, or Slack itself for a required field, refused what was typed: message by block id. */
  | { readonly status: 'errors'; readonly errors: JsonObject };

function openViewOf(workspace: Workspace, viewId: string, userId: string): OpenView {
  const open = workspace.state.views.find((one) => one.id === viewId && one.user === userId);
  if (open === undefined)
    throw new HttpError(
      404,
      `${userId} has no modal ${viewId} open. Open: ${
        workspace.state.views
          .filter((one) => one.user === userId)
          .map((one) => one.id)
          .join(', ') || 'none'
      }.`,
    );
  return open;
}

/** A person presses the submit button of a modal. */
export async function submitModal(
  stage: Stage,
  workspace: Workspace,
  input: { view_id: string; user: string; values: ModalValues },
): Promise<SubmitResult> {
  const user = personOf(workspace, input.user);
  const open = openViewOf(workspace, input.view_id, user.id);
  const { values, missing } = stateOf(open.view, input.values);
  if (Object.keys(missing).length > 0) return { status: 'errors', errors: missing };

  const payload = {
    type: 'view_submission',
    ...payloadBase(workspace, user),
    trigger_id: stage.tickets.makeTrigger(workspace, user.id, open.channel, open.id),
    view: wireView(workspace, open, values),
    response_urls: [],
  };
  const ack = await deliver(workspace, stage.socketMode, 'interactive', payload);
  if (ack.kind === 'failed')
    return { status: 'error', error: ack.error, shown: 'We had some trouble connecting. Try again?' };
  const result = applyResponse(workspace, open, isObject(ack.payload) ? ack.payload : {});
  await stage.store.commit(workspace);
  return result;
}

function applyResponse(workspace: Workspace, open: OpenView, answer: JsonObject): SubmitResult {
  const action = stringAt(answer, 'response_action');
  const failed = (error: string): SubmitResult => ({
    status: 'error',
    error,
    shown: 'We had some trouble connecting. Try again?',
  });
  try {
    if (action === undefined) closeView(workspace, open, false);
    else if (action === 'clear') closeView(workspace, open, true);
    else if (action === 'update') replaceView(workspace, open, acceptView(answer['view']));
    else if (action === 'push')
      showView(workspace, { user: open.user, view: acceptView(answer['view']), channel: open.channel, below: open });
    else if (action === 'errors') {
      const errors = objectAt(answer, 'errors') ?? {};
      const known = objectsAt(open.view, 'blocks').map((block) => stringAt(block, 'block_id'));
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

/** A person closes a modal; the app hears of it when it asked for that. */
export async function dismissModal(
  stage: Stage,
  workspace: Workspace,
  input: { view_id: string; user: string },
): Promise<ActResult> {
  const user = personOf(workspace, input.user);
  const open = openViewOf(workspace, input.view_id, user.id);
  closeView(workspace, open, open.view['clear_on_close'] === true);
  await stage.store.commit(workspace);
  if (open.view['notify_on_close'] !== true) return { status: 'ok' };
  await deliver(workspace, stage.socketMode, 'interactive', {
    type: 'view_closed',
    ...payloadBase(workspace, user),
    view: wireView(workspace, open),
    is_cleared: false,
  });
  return { status: 'ok' };
}

/** A person presses a button inside a modal. */
export async function pressInModal(
  stage: Stage,
  workspace: Workspace,
  input: { view_id: string; user: string; action_id: string; value?: string | undefined; values: ModalValues },
): Promise<ActResult> {
  const user = personOf(workspace, input.user);
  const open = openViewOf(workspace, input.view_id, user.id);
  const found = elementsOf(objectsAt(open.view, 'blocks')).find(
    ({ element }) => element['action_id'] === input.action_id,
  );
  if (found === undefined) throw new HttpError(404, `The modal has no ${input.action_id}.`);
  const ack = await deliver(workspace, stage.socketMode, 'interactive', {
    type: 'block_actions',
    ...payloadBase(workspace, user),
    container: { type: 'view', view_id: open.id },
    trigger_id: stage.tickets.makeTrigger(workspace, user.id, open.channel, open.id),
    view: wireView(workspace, open, stateOf(open.view, input.values).values),
    actions: [actionOf(workspace, found, input.value)],
  });
  return ack.kind === 'failed'
    ? { status: 'error', error: ack.error, shown: 'We had some trouble connecting. Try again?' }
    : { status: 'ok', ack: ack.payload ?? null };
}

/** The `state.values` of a modal: what was given, else what each element starts with. */
function stateOf(view: JsonObject, given: ModalValues): { values: JsonObject; missing: JsonObject } {
  const values: Record<string, JsonObject> = {};
  const missing: Record<string, string> = {};
  for (const { block, element } of elementsOf(objectsAt(view, 'blocks'))) {
    const [blockId, actionId] = [stringAt(block, 'block_id') ?? '', stringAt(element, 'action_id') ?? ''];
    if (stringAt(element, 'type') === 'button') continue;
    const forBlock = given[blockId];
    const value = isObject(forBlock) ? forBlock[actionId] : (forBlock ?? given[actionId]);
    const state = elementState(element, value);
    values[blockId] = { ...values[blockId], [actionId]: state };
    const isEmpty = Object.entries(state).every(
      ([key, one]) => key === 'type' || one === null || (Array.isArray(one) && one.length === 0),
    );
    if (isEmpty && stringAt(block, 'type') === 'input' && block['optional'] !== true)
      missing[blockId] = 'Please complete this required field.';
  }
  return { values, missing };
}

function elementState(element: JsonObject, given: unknown): JsonObject {
  const type = stringAt(element, 'type') ?? '';
  const text = typeof given === 'string' ? (given === '' ? null : given) : undefined;
  const options = [element['options'], ...objectsAt(element, 'option_groups').map((group) => group['options'])]
    .flat()
    .filter(isObject);
  const wanted = Array.isArray(given) ? given : [given];
  switch (type) {
    case 'static_select':
    case 'radio_buttons':
      return {
        type,
        selected_option:
          given === undefined
            ? (element['initial_option'] ?? null)
            : (options.find((one) => one['value'] === given) ?? null),
      };
    case 'checkboxes':
    case 'multi_static_select':
      return {
        type,
        selected_options:
          given === undefined
            ? (element['initial_options'] ?? [])
            : options.filter((one) => wanted.includes(one['value'])),
      };
    case 'users_select':
      return { type, selected_user: text ?? element['initial_user'] ?? null };
    case 'multi_users_select':
      return { type, selected_users: given === undefined ? (element['initial_users'] ?? []) : wanted };
    case 'conversations_select':
      return { type, selected_conversation: text ?? element['initial_conversation'] ?? null };
    case 'channels_select':
      return { type, selected_channel: text ?? element['initial_channel'] ?? null };
    case 'datepicker':
      return { type, selected_date: text ?? element['initial_date'] ?? null };
    case 'timepicker':
      return { type, selected_time: text ?? element['initial_time'] ?? null };
    default:
      return { type, value: text === undefined ? (element['initial_value'] ?? null) : text };
  }
}

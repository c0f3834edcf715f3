import { elementsOf } from './block-kit.ts';
import { deliver } from './deliver.ts';
import { HttpError } from './http.ts';
import { stringAt, textAt } from './json.ts';
import { SLACKBOT } from './model.ts';
import type { Channel, JsonObject, Message, User } from './model.ts';
import { wireMessage } from './methods/chat.ts';
import { respond, saysSomething } from './respond.ts';
import { SlackError } from './slack-error.ts';
import type { SocketMode } from './socket-mode.ts';
import type { WorkspaceStore } from './store.ts';
import type { Tickets } from './tickets.ts';
import type { Workspace } from './workspace.ts';

/** What acts need: the ways to the app, and the place where things are kept. */
export interface Stage {
  readonly store: WorkspaceStore;
  readonly tickets: Tickets;
  readonly socketMode: SocketMode;
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

/** A person types a slash command. An app that does not answer in time shows up as Slackbot's error, to that person only. */
export async function typeCommand(
  stage: Stage,
  workspace: Workspace,
  input: { user: string; channel: string; command: string; text: string },
): Promise<ActResult> {
  const user = personOf(workspace, input.user);
  const channel = channelFor(workspace, user, input.channel);
  const { commands, scopes } = workspace.state.setup.app;
  const slackbot = (text: string): void =>
    void workspace.post(channel, { user: SLACKBOT, text, ephemeralFor: user.id });
  if (!scopes.includes('commands') || commands?.includes(input.command) === false) {
    const shown = `${input.command} is not a valid command. In Slack, all messages that start with the "/" character are interpreted as commands.`;
    slackbot(shown);
    return { status: 'error', error: 'unknown_command', shown };
  }
  const payload = {
    token: workspace.verificationToken,
    team_id: workspace.teamId,
    team_domain: workspace.state.setup.domain,
    channel_id: channel.id,
    channel_name: channel.name,
    user_id: user.id,
    user_name: user.name,
    command: input.command,
    text: input.text,
    api_app_id: workspace.appId,
    is_enterprise_install: 'false',
    response_url: responseUrlOf(stage, workspace, { user: user.id, channel: channel.id }),
    trigger_id: stage.tickets.makeTrigger(workspace, user.id, channel.id),
  };
  await stage.store.commit(workspace);
  const ack = await deliver(workspace, stage.socketMode, 'slash_commands', payload);
  if (ack.kind === 'failed') {
    const shown = `${input.command} failed with the error "${ack.error}"`;
    slackbot(shown);
    await stage.store.commit(workspace);
    return { status: 'error', error: ack.error, shown };
  }
  if (saysSomething(ack.payload))
    answerInChannel(workspace, { user: user.id, channel: channel.id }, ack.payload, slackbot);
  await stage.store.commit(workspace);
  return { status: 'ok', ack: ack.payload ?? null };
}

function answerInChannel(
  workspace: Workspace,
  to: { user: string; channel: string },
  answer: JsonObject,
  slackbot: (text: string) => void,
): void {
  try {
    respond(workspace, to, answer);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    slackbot(`The app answered with something that Slack refuses: ${error.code} ${JSON.stringify(error.extra)}`);
  }
}

export interface Press {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  /** The element by its id, or a button by its label. */
  readonly action_id?: string | undefined;
  readonly text?: string | undefined;
  /** What was chosen in a select or an overflow menu. */
  readonly value?: string | undefined;
}

/** A person presses a button (or chooses from a menu) in a message; a `confirm` dialog counts as confirmed. */
export async function press(stage: Stage, workspace: Workspace, input: Press): Promise<ActResult> {
  const user = personOf(workspace, input.user);
  const channel = channelFor(workspace, user, input.channel);
  const message = workspace.visibleTo(user.id, channel.id).find((one) => one.ts === input.ts);
  if (message === undefined)
    throw new HttpError(404, `${user.real_name} sees no message ${input.ts} in ${channel.id}.`);
  const found = findElement(message.blocks ?? [], input);
  const at = {
    user: user.id,
    channel: channel.id,
    messageTs: message.ts,
    ...(message.thread_ts !== undefined && { threadTs: message.thread_ts }),
  };
  const isEphemeral = message.ephemeralFor !== undefined;
  const payload = {
    type: 'block_actions',
    ...payloadBase(workspace, user),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(message.thread_ts !== undefined && { thread_ts: message.thread_ts }),
    },
    trigger_id: stage.tickets.makeTrigger(workspace, user.id, channel.id),
    channel: { id: channel.id, name: channel.name },
    ...(!isEphemeral && { message: wireMessage(workspace, message, { metadata: true }) }),
    state: { values: {} },
    response_url: responseUrlOf(stage, workspace, at),
    actions: [actionOf(workspace, found, input.value)],
  };
  await stage.store.commit(workspace);
  const ack = await deliver(workspace, stage.socketMode, 'interactive', payload);
  if (ack.kind === 'failed')
    return {
      status: 'error',
      error: ack.error,
      shown: `⚠ This did not reach ${workspace.state.setup.app.name} (${ack.error}). Try again.`,
    };
  return { status: 'ok', ack: ack.payload ?? null };
}

function findElement(
  blocks: NonNullable<Message['blocks']>,
  input: Pick<Press, 'action_id' | 'text'>,
): { block: JsonObject; element: JsonObject } {
  const all = elementsOf(blocks);
  const found = all.find(({ element }) =>
    input.action_id === undefined ? textAt(element, 'text') === input.text : element['action_id'] === input.action_id,
  );
  if (found !== undefined) return found;
  const there = all.map(
    ({ element }) =>
      `${stringAt(element, 'action_id') ?? '?'} (${textAt(element, 'text') ?? stringAt(element, 'type') ?? ''})`,
  );
  throw new HttpError(
    404,
    `The message has no ${input.action_id ?? `button "${input.text ?? ''}"`}. It has: ${there.join(', ') || 'nothing to press'}.`,
  );
}

/** One entry of `actions`, with the fields that Slack sends for that kind of element. */
export function actionOf(
  workspace: Workspace,
  { block, element }: { block: JsonObject; element: JsonObject },
  value: string | undefined,
): JsonObject {
  const type = stringAt(element, 'type') ?? '';
  const options = [
    element['options'],
    ...(Array.isArray(element['option_groups'])
      ? element['option_groups'].map((one) => (one as JsonObject)['options'])
      : []),
  ].flat();
  const option = options.find((one) => stringAt(one, 'value') === value);
  const needOption = ['static_select', 'overflow', 'radio_buttons'].includes(type);
  if (needOption && option === undefined)
    throw new HttpError(400, `Choose a value that the menu has, not ${value ?? 'nothing'}.`);
  const chosen: Readonly<Record<string, JsonObject>> = {
    users_select: { selected_user: value ?? null },
    conversations_select: { selected_conversation: value ?? null },
    channels_select: { selected_channel: value ?? null },
    datepicker: { selected_date: value ?? null },
    timepicker: { selected_time: value ?? null },
    checkboxes: { selected_options: option === undefined ? [] : [option] },
  };
  const { text, value: own, url, style } = element;
  const button = {
    text,
    ...(own !== undefined && { value: own }),
    ...(url !== undefined && { url }),
    ...(style !== undefined && { style }),
  };
  return {
    action_id: element['action_id'],
    block_id: block['block_id'],
    type,
    action_ts: workspace.nextTs(),
    ...(type === 'button'
      ? button
      : needOption
        ? { selected_option: option }
        : (chosen[type] ?? { value: value ?? null })),
  };
}

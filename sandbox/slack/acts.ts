import {
  actionOf,
  channelFor,
  failedAct,
  findElement,
  payloadBase,
  personOf,
  responseUrlOf,
  suggest,
} from './act-parts.ts';
import type { ActResult, Pointed, Stage } from './act-parts.ts';
import { deliver } from './deliver.ts';
import { stateOf, typedValues } from './element-state.ts';
import type { OfferedOption } from './element-state.ts';
import { HttpError } from './http.ts';
import { stringAt } from './json.ts';
import { SLACKBOT } from './model.ts';
import type { Channel, JsonObject, Message, TypedValues } from './model.ts';
import { wireMessage } from './methods/chat.ts';
import { toggleReaction } from './reactions.ts';
import { respond, saysSomething } from './respond.ts';
import { SlackError } from './slack-error.ts';
import type { Workspace } from './workspace.ts';

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

/** A message as the person who points at something in it sees it. */
function messageFor(workspace: Workspace, input: { user: string; channel: string; ts: string }) {
  const user = personOf(workspace, input.user);
  const channel = channelFor(workspace, user, input.channel);
  const message = workspace.visibleTo(user.id, channel.id).find((one) => one.ts === input.ts);
  if (message === undefined)
    throw new HttpError(404, `${user.real_name} sees no message ${input.ts} in ${channel.id}.`);
  return { user, channel, message };
}

const containerOf = (channel: Channel, message: Message): JsonObject => ({
  type: 'message',
  message_ts: message.ts,
  channel_id: channel.id,
  is_ephemeral: message.ephemeralFor !== undefined,
  ...(message.thread_ts !== undefined && { thread_ts: message.thread_ts }),
});

export interface Press extends Pointed {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  /** What was chosen or typed in an element that holds a value. */
  readonly value?: unknown;
  /** What the message's other fields hold. */
  readonly values?: TypedValues | undefined;
}

/** A person presses a button (or chooses from a menu) in a message; a `confirm` dialog counts as confirmed. */
export async function press(stage: Stage, workspace: Workspace, input: Press): Promise<ActResult> {
  const { user, channel, message } = messageFor(workspace, input);
  const blocks = message.blocks ?? [];
  const found = findElement(blocks, input, 'message');
  const where = { workspaceKey: workspace.state.key, user: user.id, container: message.ts };
  const offered: OfferedOption = (blockId, actionId, value) =>
    stage.suggestions.find({ ...where, blockId, actionId }, value);
  const [blockId, actionId] = [stringAt(found.block, 'block_id') ?? '', stringAt(found.element, 'action_id') ?? ''];
  const chosen = input.value === undefined ? {} : { [blockId]: { [actionId]: input.value } };
  const at = {
    user: user.id,
    channel: channel.id,
    messageTs: message.ts,
    ...(message.thread_ts !== undefined && { threadTs: message.thread_ts }),
  };
  const payload = {
    type: 'block_actions',
    ...payloadBase(workspace, user),
    container: containerOf(channel, message),
    trigger_id: stage.tickets.makeTrigger(workspace, user.id, channel.id),
    channel: { id: channel.id, name: channel.name },
    ...(message.ephemeralFor === undefined && { message: wireMessage(workspace, message, { metadata: true }) }),
    state: { values: stateOf(blocks, typedValues(blocks, input.values ?? {}, chosen), offered) },
    response_url: responseUrlOf(stage, workspace, at),
    actions: [actionOf(workspace, found, input.value, (value) => offered(blockId, actionId, value))],
  };
  await stage.store.commit(workspace);
  const ack = await deliver(workspace, stage.socketMode, 'interactive', payload);
  return ack.kind === 'failed'
    ? failedAct(ack.error, `⚠ This did not reach ${workspace.state.setup.app.name} (${ack.error}). Try again.`)
    : { status: 'ok', ack: ack.payload ?? null };
}

/** A person types into a menu with external data of a message. */
export async function suggestInMessage(
  stage: Stage,
  workspace: Workspace,
  input: Pointed & { user: string; channel: string; ts: string; query: string },
): ReturnType<typeof suggest> {
  const { user, channel, message } = messageFor(workspace, input);
  return await suggest(stage, workspace, {
    user: user.id,
    found: findElement(message.blocks ?? [], input, 'message'),
    query: input.query,
    container: containerOf(channel, message),
    about: {
      channel: { id: channel.id, name: channel.name },
      message: wireMessage(workspace, message, { metadata: false }),
    },
  });
}

/** A person writes something. `@name` of somebody, or of the app, becomes a mention, as Slack's clients make it. */
export function writeMessage(
  workspace: Workspace,
  input: { user: string; channel: string; text: string; thread_ts?: string | undefined },
): { ts: string } {
  const user = personOf(workspace, input.user);
  const channel = channelFor(workspace, user, input.channel);
  if (channel.is_archived) throw new HttpError(403, `#${channel.name} is archived: nobody can write in it.`);
  const parent = input.thread_ts === undefined ? undefined : messageFor(workspace, { ...input, ts: input.thread_ts });
  const text = input.text.replace(
    /(^|[\s(])@([\p{L}\p{N}._-]*[\p{L}\p{N}_-])/gu,
    (whole, before: string, name: string) => {
      const who = workspace.users.find((one) => one.name.toLowerCase() === name.toLowerCase());
      return who === undefined ? whole : `${before}<@${who.id}>`;
    },
  );
  const threadTs = parent === undefined ? undefined : (parent.message.thread_ts ?? parent.message.ts);
  return { ts: workspace.post(channel, { user: user.id, text, threadTs }).ts };
}

/** A person puts an emoji on a message, or takes theirs away. */
export function react(
  workspace: Workspace,
  input: { user: string; channel: string; ts: string; name: string; remove: boolean },
): { reactions: Message['reactions'] } {
  const { user, message } = messageFor(workspace, input);
  if (message.ephemeralFor !== undefined) throw new HttpError(403, 'Nobody can react to what only one person sees.');
  const has = message.reactions?.[input.name]?.includes(user.id) === true;
  if (has === input.remove) toggleReaction(workspace, message, user.id, input.name);
  return { reactions: message.reactions ?? {} };
}

/** A person opens the app: the app hears of it and may publish their Home tab. */
export function openHome(workspace: Workspace, input: { user: string; tab: 'home' | 'messages' }): object {
  const user = personOf(workspace, input.user);
  const channel = workspace.openDirectMessage(user.id);
  workspace.happened({ kind: 'home-opened', user: user.id, channel, tab: input.tab });
  return { channel: channel.id, view_id: workspace.state.homes[user.id]?.id ?? null };
}

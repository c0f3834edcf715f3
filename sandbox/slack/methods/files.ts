import { isObject, stringAt } from '../json.ts';
import { acceptMessageBlocks } from '../block-kit.ts';
import { FILE_LIMIT_BYTES, wireFile } from '../files.ts';
import { randomId } from '../model.ts';
import type { JsonObject, StoredFile } from '../model.ts';
import { SlackError } from '../slack-error.ts';
import type { Call, Method } from './call.ts';
import { threadOf, writableChannel } from './chat.ts';

/** First of three steps: a place to send the content to. [doc: docs.slack.dev/messaging/working-with-files] */
function getUploadUrl(call: Call): JsonObject {
  call.requireScope('files:write');
  const name = call.required('filename');
  const sizeBytes = Number(call.required('length'));
  if (!Number.isInteger(sizeBytes) || sizeBytes <= 0)
    throw new SlackError('invalid_arguments', {
      response_metadata: { messages: ['[ERROR] must be greater than 0 [json-pointer:/length]'] },
    });
  if (sizeBytes > FILE_LIMIT_BYTES) throw new SlackError('file_upload_size_restricted');
  const file: StoredFile = {
    id: randomId('F'),
    name,
    title: name,
    sizeBytes,
    user: call.workspace.botUserId,
    created: Math.floor(Date.now() / 1000),
    uploaded: false,
    completed: false,
    channels: [],
  };
  call.workspace.state.files[file.id] = file;
  return { upload_url: `${call.baseUrl}/upload/v1/${call.workspace.teamId}/${file.id}`, file_id: file.id };
}

/** Last step: names the files and, with a channel, shares them there in one message. */
function completeUpload(call: Call): JsonObject {
  call.requireScope('files:write');
  const asked = call.json('files');
  if (!Array.isArray(asked) || asked.length === 0 || !asked.every(isObject)) throw new SlackError('invalid_arguments');
  const files = asked.map((one) => {
    const file = call.workspace.state.files[stringAt(one, 'id') ?? ''];
    if (file === undefined || !file.uploaded || file.completed) throw new SlackError('file_not_found');
    return { file, title: stringAt(one, 'title') };
  });
  const hasChannel = (call.text('channel_id') ?? '') !== '';
  const channel = hasChannel ? writableChannel(call, 'channel_id') : undefined;
  if (channel !== undefined && !channel.members.includes(call.workspace.botUserId))
    throw new SlackError('not_in_channel');
  const threadTs = channel === undefined ? undefined : threadOf(call, channel);
  const blocks = call.json('blocks');
  const accepted = blocks === undefined || blocks === '' ? undefined : acceptMessageBlocks(blocks);
  for (const { file, title } of files) {
    file.completed = true;
    if (title !== undefined) file.title = title;
    if (channel !== undefined) file.channels.push(channel.id);
  }
  if (channel !== undefined)
    call.workspace.post(channel, {
      user: call.workspace.botUserId,
      text: call.text('initial_comment') ?? '',
      blocks: accepted,
      files: files.map(({ file }) => file.id),
      threadTs,
    });
  return { files: files.map(({ file }) => wireFile(call.workspace, file)) };
}

function fileOf(call: Call): StoredFile {
  const file = call.workspace.state.files[call.required('file', 'file_not_found')];
  if (file === undefined || !file.completed) throw new SlackError('file_not_found');
  return file;
}

function info(call: Call): JsonObject {
  call.requireScope('files:read');
  return { file: wireFile(call.workspace, fileOf(call)), comments: [] };
}

function remove(call: Call): JsonObject {
  call.requireScope('files:write');
  const file = fileOf(call);
  delete call.workspace.state.files[file.id];
  call.files.delete(call.workspace, file);
  call.workspace.changed();
  return {};
}

export const filesMethods: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': { tier: 'tier4', token: 'bot', writes: true, run: getUploadUrl },
  'files.completeUploadExternal': { tier: 'tier4', token: 'bot', writes: true, run: completeUpload },
  'files.info': { tier: 'tier4', token: 'bot', writes: false, run: info },
  'files.delete': { tier: 'tier3', token: 'bot', writes: true, run: remove },
};

import { describe, expect, test } from 'vitest';
import { codeOf, scene } from './fixture.ts';

describe('files', () => {
  test('an upload by the SDK arrives byte for byte, shared in a thread, and can be read and deleted', async () => {
    await using stage = await scene();
    const { client } = stage;
    const parent = await client.chat.postMessage({ channel: 'C0DRILLS', text: 'report' });
    const content = Buffer.from([0, 255, 13, 10, 200, ...Buffer.from('ünïcode')]);
    const done = await client.files.uploadV2({
      channel_id: 'C0DRILLS',
      thread_ts: parent.ts ?? '',
      initial_comment: 'the 200 differences',
      filename: 'differences.csv',
      title: 'All differences',
      file: content,
    });
    const id = Object(done).files[0].files[0].id as string;
    const { messages = [] } = await client.conversations.replies({ channel: 'C0DRILLS', ts: parent.ts ?? '' });
    expect(messages[1]).toMatchObject({
      text: 'the 200 differences',
      files: [{ id, name: 'differences.csv', title: 'All differences', size: content.length, filetype: 'csv' }],
    });
    const { file } = await client.files.info({ file: id });
    const read = (token: string): Promise<Response> =>
      fetch(file?.url_private ?? '', { headers: { authorization: `Bearer ${token}` } });
    expect(Buffer.from(await (await read('xoxb-test')).arrayBuffer())).toEqual(content);
    expect((await read('xoxb-other')).status).toBe(404);
    await client.files.delete({ file: id });
    expect(await codeOf(client.files.info({ file: id }))).toBe('file_not_found');
    expect(
      (await client.conversations.replies({ channel: 'C0DRILLS', ts: parent.ts ?? '' })).messages?.[1],
    ).toMatchObject({
      files: [{ id, mode: 'tombstone' }],
    });
  });

  test('what was not uploaded cannot be completed, and a wrong length is refused', async () => {
    await using stage = await scene();
    const place = await stage.client.files.getUploadURLExternal({ filename: 'a.txt', length: 3 });
    const complete = (): Promise<unknown> =>
      stage.client.files.completeUploadExternal({ files: [{ id: place.file_id ?? '', title: 'a' }] });
    expect(await codeOf(complete())).toBe('file_not_found');
    expect((await fetch(place.upload_url ?? '', { method: 'POST', body: 'four' })).status).toBe(400);
    expect((await fetch(place.upload_url ?? '', { method: 'POST', body: 'abc' })).status).toBe(200);
    expect(await complete()).toMatchObject({ ok: true });
    expect(await codeOf(complete())).toBe('file_not_found');
  });
});

describe('reactions', () => {
  test('of the app and of people are counted together, each once', async () => {
    await using stage = await scene();
    const { client } = stage;
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0DRILLS', text: 'done' });
    const here = { channel: 'C0DRILLS', timestamp: ts, name: 'tada' };
    await client.reactions.add(here);
    expect(await codeOf(client.reactions.add(here))).toBe('already_reacted');
    await stage.control('POST', 'act/react', { user: 'U0BEN', channel: 'C0DRILLS', ts, name: 'tada' });
    await stage.control('POST', 'act/react', { user: 'U0BEN', channel: 'C0DRILLS', ts, name: 'tada' });
    const { message } = Object(await client.reactions.get(here)) as { message: unknown };
    const { user_id } = await client.auth.test();
    expect(message).toMatchObject({ reactions: [{ name: 'tada', count: 2, users: [user_id, 'U0BEN'] }] });
    await client.reactions.remove(here);
    expect(await codeOf(client.reactions.remove(here))).toBe('no_reaction');
    expect(await codeOf(client.reactions.add({ ...here, name: 'No Such' }))).toBe('invalid_name');
    expect(await codeOf(client.reactions.add({ ...here, timestamp: '1.000000' }))).toBe('message_not_found');
  });
});

test('a reply may be shown in the channel too', async () => {
  await using stage = await scene();
  const { ts = '' } = await stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'run' });
  await stage.client.chat.postMessage({ channel: 'C0DRILLS', thread_ts: ts, text: 'quiet' });
  await stage.client.chat.postMessage({ channel: 'C0DRILLS', thread_ts: ts, text: 'loud', reply_broadcast: true });
  const { messages = [] } = await stage.client.conversations.history({ channel: 'C0DRILLS' });
  expect(messages.map((one) => [one.text, one.subtype])).toEqual([
    ['loud', 'thread_broadcast'],
    ['run', undefined],
  ]);
});

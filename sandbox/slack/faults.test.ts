import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError, WebClient } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import { codeOf, quiet, scene } from './fixture.ts';

describe('rate limits', () => {
  test('a burst of five messages in a channel passes, the sixth is told how long to wait; other channels go on', async () => {
    await using stage = await scene();
    for (let number = 0; number < 5; number += 1)
      await stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'x' });
    const error: unknown = await stage.client.chat
      .postMessage({ channel: 'C0DRILLS', text: 'x' })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WebAPIRateLimitedError);
    expect(error).toMatchObject({ retryAfter: 1 });
    await expect(stage.client.chat.postMessage({ channel: 'C0GENERAL', text: 'x' })).resolves.toMatchObject({
      ok: true,
    });
  });

  test('can be tuned, per method too', async () => {
    await using stage = await scene();
    await stage.control('PUT', 'limits', { methods: { 'auth.test': { perMinute: 2, burst: 1 } } });
    await stage.client.auth.test();
    await expect(stage.client.auth.test()).rejects.toMatchObject({ retryAfter: 30 });
  });
});

describe('faults', () => {
  test('each arrives at the client as its own class of error', async () => {
    await using stage = await scene();
    const post = (): Promise<unknown> => stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'x' });
    const fault = (body: object): Promise<unknown> =>
      stage.control('POST', 'faults', { method: 'chat.postMessage', ...body });
    await fault({ kind: 'error', error: 'fatal_error' });
    expect(await codeOf(post())).toBe('fatal_error');
    await fault({ kind: 'http', status: 502 });
    await expect(post()).rejects.toThrow(WebAPIHTTPError);
    await fault({ kind: 'ratelimit', retryAfterS: 7 });
    await expect(post()).rejects.toMatchObject({ name: WebAPIRateLimitedError.name, retryAfter: 7 });
    await fault({ kind: 'down' });
    await expect(post()).rejects.toThrow(WebAPIRequestError);
    expect((await stage.control('GET', 'messages')).messages).toEqual([]);
    await expect(post()).resolves.toMatchObject({ ok: true });
  });

  test('a lost reply: the message is there although the client saw an error', async () => {
    await using stage = await scene();
    await stage.control('POST', 'faults', { method: 'chat.postMessage', kind: 'lose-reply' });
    await expect(stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'twice?' })).rejects.toThrow(
      WebAPIRequestError,
    );
    expect((await stage.control('GET', 'messages')).messages).toMatchObject([{ text: 'twice?' }]);
    expect((await stage.control('GET', 'calls')).calls).toMatchObject([
      { method: 'chat.postMessage', fault: 'lose-reply', result: { ok: true } },
    ]);
  });

  test('an error after the effect, and a history that learns of it late', async () => {
    await using stage = await scene();
    await stage.control('PUT', 'history-lag', { ms: 700 });
    await stage.control('POST', 'faults', { method: 'chat.postMessage', kind: 'http-after', status: 502 });
    await expect(stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'said' })).rejects.toThrow(WebAPIHTTPError);
    const history = async () => (await stage.client.conversations.history({ channel: 'C0DRILLS' })).messages;
    expect(await history()).toEqual([]);
    await expect.poll(history).toMatchObject([{ text: 'said' }]);
  });

  test('a late reply: the client gives up, the message is there', async () => {
    await using stage = await scene();
    await stage.control('POST', 'faults', { kind: 'late-reply', delayMs: 1000 });
    const impatient = new WebClient('xoxb-test', {
      slackApiUrl: `${stage.sandbox.url}/api/`,
      retryConfig: { retries: 0 },
      timeout: 200,
      logger: quiet,
    });
    await expect(impatient.chat.postMessage({ channel: 'C0DRILLS', text: 'late' })).rejects.toThrow(WebAPIRequestError);
    expect((await stage.control('GET', 'messages')).messages).toMatchObject([{ text: 'late' }]);
  });

  test('"always" lasts until it is deleted, and reset forgets faults, limits, messages and calls', async () => {
    await using stage = await scene();
    await stage.control('POST', 'faults', { kind: 'error', error: 'service_unavailable', times: 'always' });
    for (let number = 0; number < 3; number += 1)
      expect(await codeOf(stage.client.auth.test())).toBe('service_unavailable');
    await stage.control('DELETE', 'faults');
    await stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'x' });
    await stage.control('POST', 'reset');
    expect((await stage.control('GET', 'messages')).messages).toEqual([]);
    expect((await stage.control('GET', 'calls')).calls).toEqual([]);
  });
});

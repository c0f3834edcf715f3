import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { Notice } from '../../domain/notice.ts';
import { exampleAddress, exampleReminder, exampleStatus, exampleVerdict } from '../../views/example-notices.ts';
import { checkSecondChannel, createSlackActivities, createSlackClient } from './index.ts';
import type { SecondChannelError } from './second-channel.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A webhook that answers with `status`, or with nothing at all for 0. */
async function webhook(
  status: number,
  headers: Record<string, string> = {},
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      if (body !== '') received.push({ headers: request.headers, body: JSON.parse(body) as Received['body'] });
      if (status !== 0) response.writeHead(status, headers).end('ok');
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/hook/SECRET-IN-THE-PATH`, received };
}

function tell(url: string | undefined, notice: Notice, warnings: string[] = []): Promise<void> {
  const client = createSlackClient({ token: 'xoxb-unused' });
  const activities = createSlackActivities({
    client,
    ...(url === undefined ? {} : { secondChannelUrl: url }),
    warn: (text) => warnings.push(text),
  });
  return activities.deliverToSecondChannel({ address: exampleAddress, notice });
}
const failure = async (work: Promise<void>): Promise<SecondChannelError> =>
  await work.then(
    () => Promise.reject(new Error('This was expected to fail, and did not.')),
    (error: unknown) => error as SecondChannelError,
  );

describe('the second channel', () => {
  test('gets the question in words and in fields, with the command that decides without Slack', async () => {
    const { url, received } = await webhook(200);
    await tell(url, exampleReminder);
    expect(received[0]?.body).toMatchObject({
      kind: 'gate-reminder',
      simulated: true,
      mode: 'drill',
      runId: exampleAddress.runId,
      question: 'May we hold this restore test now?',
      roles: ['leadership'],
    });
    expect(received[0]?.body['text']).toMatch(/DRILL.*SIMULATED[\s\S]*firedrill approve restore-test/);
  });

  test('the same notice has the same idempotency key however often it is sent, another one another', async () => {
    const { url, received } = await webhook(200);
    await tell(url, exampleVerdict);
    await tell(url, exampleVerdict);
    await tell(url, exampleReminder);
    const keys = received.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  test('is told nothing that is for Slack alone', async () => {
    const { url, received } = await webhook(200);
    await tell(url, { kind: 'run-status', number: 1, status: exampleStatus(1) });
    expect(received).toEqual([]);
  });

  test.each([
    [400, 'second-channel-refused', 60_000],
    [404, 'second-channel-refused', 60_000],
    [503, 'second-channel-busy', undefined],
  ])(
    'HTTP %i is waited out and said clearly, without the secret of its address',
    async (status, code, retryAfterMs) => {
      const { url } = await webhook(status);
      const error = await failure(tell(url, exampleVerdict));
      expect([error.kind, error.code, error.retryAfterMs]).toEqual(['busy', code, retryAfterMs]);
      expect(error.message).toContain(`HTTP ${status}`);
      expect(error.message).not.toContain('SECRET');
    },
  );

  test('429 is waited out for as long as it asks', async () => {
    const { url } = await webhook(429, { 'retry-after': '12' });
    expect((await failure(tell(url, exampleVerdict))).retryAfterMs).toBe(12_000);
  });

  test('a redirect is not followed: the words would go to somebody else', async () => {
    const { url } = await webhook(302, { location: 'http://127.0.0.1:9/elsewhere' });
    expect((await failure(tell(url, exampleVerdict))).code).toBe('second-channel-unreachable');
  });

  test('without one, that is said and nothing breaks', async () => {
    const warnings: string[] = [];
    await tell(undefined, exampleVerdict, warnings);
    expect(warnings[0]).toContain('FIREDRILL_SECOND_CHANNEL_URL');
  });
});

describe('doctor', () => {
  test('any answer of a webhook counts as reachable; silence and absence do not', async () => {
    const { url } = await webhook(405);
    expect(await checkSecondChannel({ url })).toMatchObject({ ok: true });
    expect(await checkSecondChannel({})).toMatchObject({ ok: false });
    server?.close();
    const silent = await webhook(0);
    expect(await checkSecondChannel({ url: silent.url, timeoutMs: 100 })).toMatchObject({ ok: false });
  });
});

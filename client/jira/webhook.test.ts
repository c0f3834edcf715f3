import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createWebhookHandler } from './webhook.ts';

const fingerprint = '0123456789abcdef01234567';
const secret = 'a secret of the webhook';
const closings: (() => void)[] = [];
afterEach(() => {
  for (const close of closings.splice(0)) close();
});

async function receiver(hint?: (fingerprints: readonly string[]) => Promise<void>) {
  const hinted: string[][] = [];
  const handler = createWebhookHandler({
    secret,
    hint: hint ?? ((fingerprints) => Promise.resolve(void hinted.push([...fingerprints]))),
    log: () => undefined,
  });
  const server = createServer(handler).listen(0);
  closings.push(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jira`;
  const post = async (body: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(url, { method: 'POST', body, headers: { 'x-hub-signature': signatureOf(body), ...headers } })).status;
  return { hinted, post };
}

const signatureOf = (body: string, by = secret): string =>
  `sha256=${createHmac('sha256', by).update(body).digest('hex')}`;
const event = (field: string | undefined, webhookEvent = 'jira:issue_updated'): string =>
  JSON.stringify({
    webhookEvent,
    issue: { key: 'DR-1', fields: { labels: ['firedrill', `dr-${fingerprint}`] } },
    ...(field === undefined ? {} : { changelog: { items: [{ field }] } }),
  });

test('a ticket that moved, and one that was deleted, are told to their finding', async () => {
  const { hinted, post } = await receiver();
  expect(await post(event('status'))).toBe(200);
  expect(await post(event(undefined, 'jira:issue_deleted'))).toBe(200);
  expect(hinted).toEqual([[fingerprint], [fingerprint]]);
});

test('what firedrill itself writes on a ticket is no news', async () => {
  const { hinted, post } = await receiver();
  expect(await post(event('Comment'))).toBe(200);
  expect(await post(event(undefined))).toBe(200);
  expect(await post(JSON.stringify({ webhookEvent: 'user_created' }))).toBe(200);
  expect(hinted).toEqual([]);
});

test.each([
  ['no signature', { 'x-hub-signature': '' }],
  ['the signature of another secret', { 'x-hub-signature': signatureOf(event('status'), 'guessed') }],
  ['the signature of another body', { 'x-hub-signature': signatureOf('{}') }],
])('%s is refused, and nobody hears of it', async (_what, headers) => {
  const { hinted, post } = await receiver();
  expect(await post(event('status'), headers)).toBe(401);
  expect(hinted).toEqual([]);
});

test('a request that Jira repeats is told once, by its identifier', async () => {
  const { hinted, post } = await receiver();
  const first = { 'x-atlassian-webhook-identifier': 'one' };
  expect(await post(event('status'), first)).toBe(200);
  expect(await post(event('status'), { ...first, 'x-atlassian-webhook-retry': '1' })).toBe(200);
  expect(await post(event('status'), { 'x-atlassian-webhook-identifier': 'two' })).toBe(200);
  expect(hinted).toHaveLength(2);
});

test('while the engine is away Jira is asked to come again, and the repetition counts', async () => {
  let away = true;
  const told: string[] = [];
  const { post } = await receiver((fingerprints) => {
    if (away) return Promise.reject(new Error('away'));
    told.push(...fingerprints);
    return Promise.resolve();
  });
  const headers = { 'x-atlassian-webhook-identifier': 'one' };
  expect(await post(event('status'), headers)).toBe(503);
  away = false;
  expect(await post(event('status'), headers)).toBe(200);
  expect(told).toEqual([fingerprint]);
});

test('nonsense that is signed is refused', async () => {
  const { post } = await receiver();
  expect(await post('not JSON')).toBe(400);
  expect(await post('[]')).toBe(400);
});

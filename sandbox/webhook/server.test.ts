import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WebhookSandbox } from './server.ts';
import { startWebhookSandbox } from './server.ts';

let dataDir: string;
let sink: WebhookSandbox;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'firedrill-webhook-'));
  sink = await startWebhookSandbox({ port: 0, dataDir });
});
afterEach(async () => {
  await sink.close();
  rmSync(dataDir, { recursive: true });
});

const post = (path: string, body: string) =>
  fetch(sink.url + path, { method: 'POST', headers: { 'content-type': 'application/json', 'x-run': 'r-1' }, body });
const messages = async () =>
  ((await (await fetch(`${sink.url}/_sandbox/messages`)).json()) as { messages: Record<string, unknown>[] }).messages;
const inject = (fault: object) => fetch(`${sink.url}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(fault) });

test('keeps what is posted, with path, headers and time', async () => {
  expect((await post('/hooks/dr', '{"text":"approve?"}')).status).toBe(200);
  expect(await messages()).toMatchObject([
    {
      path: '/hooks/dr',
      json: { text: 'approve?' },
      headers: { 'x-run': 'r-1' },
      time: expect.stringMatching(/Z$/) as string,
    },
  ]);
});

test('keeps what is not JSON as text', async () => {
  await post('/x', 'hello');
  expect(await messages()).toMatchObject([{ text: 'hello' }]);
});

test('shows messages to a person, escaped and marked SIMULATED', async () => {
  await post('/x', JSON.stringify({ title: '<script>alert(1)</script>' }));
  const html = await (await fetch(sink.url)).text();
  expect(html).toContain('SIMULATED');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(html).not.toContain('<script>');
});

test('is down as often as it is told, and keeps nothing then', async () => {
  await inject({ kind: 'down', times: 2 });
  expect([(await post('/x', '{}')).status, (await post('/x', '{}')).status, (await post('/x', '{}')).status]).toEqual([
    503, 503, 200,
  ]);
  expect(await messages()).toHaveLength(1);
});

test('loses the reply of a message that arrived, and hangs up on one that did not', async () => {
  await inject({ kind: 'lose-reply' });
  await expect(post('/lost', '{}')).rejects.toThrow();
  await inject({ kind: 'hang-up' });
  await expect(post('/never', '{}')).rejects.toThrow();
  expect((await messages()).map((message) => message['path'])).toEqual(['/lost']);
});

test('refuses a fault that it does not know', async () => {
  const reply = await inject({ kind: 'sideways' });
  expect(reply.status).toBe(400);
  expect(await reply.text()).toContain('kind');
});

test('remembers messages over a restart, and drops a line that was cut off', async () => {
  await post('/first', '{"n":1}');
  await sink.close();
  appendFileSync(join(dataDir, 'messages.jsonl'), '{"time":"2026');
  sink = await startWebhookSandbox({ port: 0, dataDir });
  expect((await messages()).map((message) => message['path'])).toEqual(['/first']);
  await post('/second', '{"n":2}');
  await sink.close();
  sink = await startWebhookSandbox({ port: 0, dataDir });
  expect((await messages()).map((message) => message['path'])).toEqual(['/first', '/second']);
});

test('forgets everything on reset', async () => {
  await post('/x', '{}');
  await inject({ kind: 'down', times: null });
  await fetch(`${sink.url}/_sandbox/reset`, { method: 'POST' });
  expect(await messages()).toEqual([]);
  expect((await post('/x', '{}')).status).toBe(200);
});

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { appScene } from './sandbox-harness.ts';
import type { AppScene } from './sandbox-harness.ts';

const overHttp = (): Promise<AppScene> =>
  appScene({ reach: (signingSecret) => ({ kind: 'http', signingSecret, port: 0, host: '127.0.0.1' }) });

interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request as Slack signs it, at a time and with a secret of our choice. */
async function signed(
  scene: AppScene,
  text: string,
  at: { readonly nowMs?: number; readonly offsetS?: number; readonly secret?: string; readonly after?: string } = {},
): Promise<Signed> {
  const { app } = (await scene.control('GET', 'workspace')) as { app: { signingSecret: string } };
  const body = new URLSearchParams({
    command: '/dr',
    text,
    user_id: 'U0DANIEL',
    trigger_id: '1.2',
    channel_id: 'C0JIRACLOUD',
    team_id: 'T1',
    response_url: 'http://127.0.0.1:9/none',
  }).toString();
  const timestamp = String(Math.floor((at.nowMs ?? Date.now()) / 1000) + (at.offsetS ?? 0));
  const signature = `v0=${createHmac('sha256', at.secret ?? app.signingSecret)
    .update(`v0:${timestamp}:${body}`)
    .digest('hex')}${at.after ?? ''}`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
  };
  return { headers, body };
}

async function post(scene: AppScene, ...what: [text: string, at?: Parameters<typeof signed>[2]]): Promise<number> {
  const { headers, body } = await signed(scene, ...what);
  const response = await fetch(scene.url, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** Answers when the app has the head of the request; `end` sends the rest, and answers its status. */
async function begin(scene: AppScene, { headers, body }: Signed): Promise<{ readonly end: () => Promise<number> }> {
  const more = { expect: '100-continue', 'content-length': String(body.length) };
  const sending = request(scene.url, { method: 'POST', headers: { ...headers, ...more } });
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
  await once(sending, 'continue');
  return {
    async end() {
      sending.end(body);
      const [response] = await answered;
      response.resume();
      return response.statusCode ?? 0;
    },
  };
}

describe('over signed HTTP', () => {
  test('commands and clicks work as over the socket', async () => {
    await using scene = await overHttp();
    expect(await scene.command('U0PRIYA', 'status')).toMatch(/1 open run/);
    await scene.click('U0JONAS', await scene.showGate(), 'gate_approve');
    expect(await scene.nextTold('U0JONAS')).toBe('✔ Approved by Jonas Weber.');
  });

  test('a wrong signature, a stale and a future timestamp are refused', async () => {
    await using scene = await overHttp();
    expect(await post(scene, 'stop-all-drills forged', { secret: 'guessed' })).toBe(401);
    expect(await post(scene, 'stop-all-drills old', { offsetS: -400 })).toBe(401);
    expect(await post(scene, 'stop-all-drills tomorrow', { offsetS: 86_400 })).toBe(401);
    expect(scene.engine.statements).toEqual([]);
  });

  test('the same signed request that comes while the first one is being read is the same one', async () => {
    await using scene = await overHttp();
    const same = await signed(scene, 'stop-all-drills real incident');
    const both = [await begin(scene, same), await begin(scene, same)];
    expect(await Promise.all(both.map(({ end }) => end()))).toEqual([200, 200]);
    expect(await post(scene, 'stop-all-drills another one', { offsetS: 1 })).toBe(200);
    await expect
      .poll(() => scene.engine.statements.map(({ reason }) => reason))
      .toEqual(['real incident', 'another one']);
  });

  test('the same signed request again does nothing again', async () => {
    await using scene = await overHttp();
    // One moment for both, or a second that passes in between makes it another request.
    const nowMs = Date.now();
    expect(await post(scene, 'stop-all-drills real incident', { nowMs })).toBe(200);
    await expect.poll(() => scene.engine.statements.length).toBe(1);
    expect(await post(scene, 'stop-all-drills real incident', { nowMs })).toBe(200);
    // Bolt takes this signature for the same one.
    expect(await post(scene, 'stop-all-drills real incident', { nowMs, after: '=again' })).toBe(200);
    expect(await post(scene, 'stop-all-drills another one', { offsetS: 1 })).toBe(200);
    await expect
      .poll(() => scene.engine.statements.map(({ reason }) => reason))
      .toEqual(['real incident', 'another one']);
  });
});

import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { appScene } from './sandbox-harness.ts';
import type { AppScene } from './sandbox-harness.ts';

const overHttp = (): Promise<AppScene> =>
  appScene({ reach: (signingSecret) => ({ kind: 'http', signingSecret, port: 0, host: '127.0.0.1' }) });

/** A request as Slack signs it, at a time and with a secret of our choice. */
async function post(
  scene: AppScene,
  text: string,
  at: { readonly nowMs?: number; readonly offsetS?: number; readonly secret?: string; readonly after?: string } = {},
): Promise<number> {
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
  const response = await fetch(scene.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature,
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
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

import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { endWhatRuns, firedrill, newHome, untilNothingRuns } from './command.ts';

/** `firedrill up` takes Jira's webhook where it is configured, says so, and stops it with the rest. */

afterEach(endWhatRuns);

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Doctor {
  readonly examinations: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

test('up starts its receiver, the doctor finds it, and nothing of it is left behind', async () => {
  const place = await newHome();
  try {
    const [port, secret] = [await freePort(), randomBytes(16).toString('hex')];
    const env = { JIRA_WEBHOOK_SECRET: secret, JIRA_WEBHOOK_PORT: String(port) };
    const up = firedrill(place.home, ['up', '--sandbox', '--instant', '--catalog', 'examples/catalog.yaml'], { env });
    await up.until(/Start a run:/);
    expect(up.said()).toMatch(/receiver of Jira’s webhook/);
    expect(up.said()).toContain(`:${port}/jira`);
    const examined = async (): Promise<Doctor['examinations'][number] | undefined> => {
      const { stdout } = await firedrill(place.home, ['doctor', '--json'], { env }).ended;
      return (JSON.parse(stdout) as Doctor).examinations.find(({ name }) => name === 'Jira webhook');
    };
    expect(await examined()).toMatchObject({ ok: true, detail: `taken on port ${port}` });

    const body = JSON.stringify({ webhookEvent: 'jira:issue_updated' });
    const send = async (signature: string): Promise<number> => {
      const headers = { 'x-hub-signature': signature };
      return (await fetch(`http://127.0.0.1:${port}/jira`, { method: 'POST', body, headers })).status;
    };
    expect(await send('sha256=00')).toBe(401);
    expect(await send(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)).toBe(200);

    up.child.kill('SIGTERM');
    await up.ended;
    expect(await untilNothingRuns(place.home)).toEqual([]);
  } finally {
    await place.remove();
  }
});

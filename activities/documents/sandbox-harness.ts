import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Tests meet the stand-in here and nowhere else; the product reaches it only through the network.
// oxlint-disable-next-line no-restricted-imports
import { startConfluenceSandbox } from '../../sandbox/confluence/server.ts';
import type { ConfluenceSite } from './confluence.ts';

export interface ConfluenceScene extends AsyncDisposable {
  readonly site: ConfluenceSite;
  control(method: string, path: string, body?: object): Promise<void>;
}

/** A Confluence site of its own for a test. */
export async function confluenceScene(): Promise<ConfluenceScene> {
  const dataDir = await mkdtemp(join(tmpdir(), 'firedrill-confluence-'));
  const sandbox = await startConfluenceSandbox({ port: 0, dataDir });
  const site = { baseUrl: sandbox.url, email: 'firedrill@example.com', apiToken: 'token' };
  return {
    site,
    async control(method, path, body) {
      const reply = await fetch(`${sandbox.url}/_sandbox/${path}`, {
        method,
        headers: { authorization: `Basic ${Buffer.from(`${site.email}:any`).toString('base64')}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!reply.ok) throw new Error(await reply.text());
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentLink } from '../../domain/document.ts';
import { isPrivateAddress } from './private-addresses.ts';
import { probeLinks } from './probe-links.ts';

let server: Server;
let base: string;
const seen: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const status = Number(/\d{3}/.exec(request.url ?? '')?.[0] ?? 200);
    const refused = request.url?.startsWith('/no-head') === true && request.method === 'HEAD';
    response.writeHead(refused ? 405 : status, status === 302 ? { location: 'http://169.254.169.254/' } : {}).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const probe = async (
  links: readonly DocumentLink[],
  more: { readonly internalHosts?: readonly string[]; readonly channels?: () => Promise<readonly string[]> } = {},
) =>
  await probeLinks(links, {
    internalHosts: more.internalHosts ?? ['127.0.0.1'],
    channelNames: more.channels ?? (() => Promise.resolve(['jira-cloud-dr'])),
    signal: new AbortController().signal,
    timeoutMs: 2000,
  });
const outcomeOf = async (path: string) => (await probe([{ kind: 'link', target: `${base}${path}` }]))[0];

describe('a link', () => {
  test.each([
    ['/200', 'alive'],
    ['/302', 'alive'],
    ['/401', 'alive'],
    ['/403', 'alive'],
    ['/no-head/200', 'alive'],
    ['/404', 'dead'],
    ['/410', 'dead'],
    ['/503', 'unknown'],
  ])('that answers %s is %s', async (path, outcome) => {
    expect(await outcomeOf(path)).toMatchObject({ outcome });
  });

  test('is not followed: where it leads may be inside the network', async () => {
    expect(await outcomeOf('/302')).toMatchObject({ detail: 'answered 302' });
  });

  test('that nobody answers at, or that is no address, is dead', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const links = [`http://127.0.0.1:${port}/`, 'http://'].map((target) => ({ kind: 'link', target }) as const);
    expect((await probe(links)).map(({ outcome }) => outcome)).toEqual(['dead', 'dead']);
  });

  test('into a private network is not looked at unless the catalog names the host, and says so', async () => {
    seen.length = 0;
    const targets = [`${base}/200`, 'http://169.254.169.254/latest/meta-data/', 'http://[::1]:80/', 'http://10.1.2.3/'];
    const links = targets.map((target) => ({ kind: 'link', target }) as const);
    const probed = await probe(links, { internalHosts: ['wiki.example.internal'] });
    expect(probed.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
    expect(probed[0]?.detail).toContain('organisation.documents.internalHosts');
    expect(seen).toEqual([]);
  });
});

test('addresses inside networks are known in all their clothes', () => {
  const inside = [
    '127.0.0.1',
    '10.0.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    'nonsense',
  ];
  const outside = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8'];
  expect(inside.filter((address) => !isPrivateAddress(address))).toEqual([]);
  expect(outside.filter(isPrivateAddress)).toEqual([]);
});

test('channels are asked of Slack once, and unknown when it does not say', async () => {
  let asked = 0;
  const channels = () => {
    asked += 1;
    return Promise.resolve(['jira-cloud-dr']);
  };
  const links = ['#jira-cloud-dr', '#gone'].map((target) => ({ kind: 'slack-channel', target }) as const);
  expect((await probe(links, { channels })).map(({ outcome }) => outcome)).toEqual(['alive', 'dead']);
  expect(asked).toBe(1);
  const down = await probe(links, { channels: () => Promise.reject(new Error('ratelimited')) });
  expect(down.map(({ outcome, detail }) => `${outcome} ${detail}`)).toEqual(
    Array(2).fill('unknown Slack did not say: ratelimited'),
  );
});

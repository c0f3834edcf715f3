import { lookup, resolve4, resolveMx } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { DocumentLink, ProbedLink } from '../../domain/document.ts';
import { certificateProblem } from './certificates.ts';
import { reasonOf } from './fetch-document.ts';
import { isPrivateAddress } from './private-addresses.ts';

/** What may be looked at, and how long. */
export interface ProbeOptions {
  /** Hosts inside the company's network that may be looked at, or the domains that they end in. Others there are `unknown`. */
  readonly internalHosts: readonly string[];
  /** Names of the channels that Slack shows us; throws when it does not answer. */
  readonly channelNames: () => Promise<readonly string[]>;
  /** One look, milliseconds; default 8000. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

type Found = Pick<ProbedLink, 'outcome' | 'detail'>;
const alive = (detail: string): Found => ({ outcome: 'alive', detail });
const dead = (detail: string): Found => ({ outcome: 'dead', detail });
const unknown = (detail: string): Found => ({ outcome: 'unknown', detail });

/** Looks at a few at a time, so that nobody's server takes us for an attack. */
const atOnce = 6;

/** Whether what a document points to is there, in the order of the links. */
export async function probeLinks(
  links: readonly DocumentLink[],
  options: ProbeOptions,
): Promise<readonly ProbedLink[]> {
  const found = new Map<DocumentLink, Found>();
  const waiting = [...links];
  let channels: Promise<readonly string[]> | undefined;
  const channelNames = (): Promise<readonly string[]> => (channels ??= options.channelNames());
  const worker = async (): Promise<void> => {
    for (let link = waiting.shift(); link !== undefined; link = waiting.shift()) {
      options.signal.throwIfAborted();
      found.set(link, await probeOne(link, { ...options, channelNames }));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return links.map((link) => ({ ...link, ...(found.get(link) ?? unknown('it was not looked at')) }));
}

async function probeOne({ kind, target }: DocumentLink, options: ProbeOptions): Promise<Found> {
  switch (kind) {
    case 'link':
      return await probePage(target, options);
    case 'email-domain':
      return await probeDomain(target);
    case 'slack-channel':
      return await probeChannel(target, options);
    case 'endpoint':
      return await probeEndpoint(target);
  }
}

/** HEAD, and GET where that is not allowed. A page that wants a sign-in is there. */
async function probePage(target: string, options: ProbeOptions): Promise<Found> {
  let url: URL;
  try {
    url = new URL(target);
  } catch {
    // What no browser could open either.
    return dead('it is no address');
  }
  const refused = await mayNotLookAt(url, options);
  if (refused !== undefined) return refused;
  try {
    let status = await statusOf(url, 'HEAD', options);
    if (status === 405 || status === 501 || status === 404) status = await statusOf(url, 'GET', options);
    if (status < 400 || status === 401 || status === 403 || status === 429) return alive(`answered ${status}`);
    if (status === 404 || status === 410) return dead(`answered ${status}`);
    return unknown(`answered ${status}`);
  } catch (error) {
    if (options.signal.aborted) throw error;
    // A page of the company's own authority is there for its people: only we cannot tell who answers.
    const problem = certificateProblem(error);
    if (problem?.fault === 'unknown-authority') return unknown(`its certificate is not trusted here: ${problem.why}`);
    return dead(`did not answer: ${reasonOf(error)}`);
  }
}

async function statusOf(url: URL, method: 'HEAD' | 'GET', { signal, timeoutMs = 8000 }: ProbeOptions): Promise<number> {
  const reply = await fetch(url, {
    method,
    // Where it leads may be inside our network: that it leads somewhere is enough.
    redirect: 'manual',
    headers: { 'user-agent': 'firedrill' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  await reply.body?.cancel();
  return reply.status;
}

/** A document may be written by many; it must not make us knock at doors inside the network. */
async function mayNotLookAt({ hostname }: URL, { internalHosts }: ProbeOptions): Promise<Found | undefined> {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (internalHosts.some((known) => host === known || host.endsWith(`.${known}`))) return undefined;
  let addresses: readonly string[];
  try {
    addresses = isIP(host) === 0 ? (await lookup(host, { all: true })).map(({ address }) => address) : [host];
  } catch (error) {
    return isNoSuchName(error) ? dead(`${host} has no address`) : unknown(`the name ${host} could not be looked up`);
  }
  return addresses.some(isPrivateAddress)
    ? unknown(
        `${host} is inside a private network; to have it looked at, name it in organisation.documents.internalHosts`,
      )
    : undefined;
}

async function probeDomain(domain: string): Promise<Found> {
  try {
    const hosts = await resolveMx(domain);
    if (hosts.some(({ exchange }) => exchange !== '')) return alive('takes mail');
    return dead('says that it takes no mail');
  } catch (error) {
    if (!isNoSuchName(error)) return unknown(`the name server did not say: ${reasonOf(error)}`);
  }
  try {
    await resolve4(domain);
    return alive('has an address, and no mail server of its own name');
  } catch (error) {
    return isNoSuchName(error)
      ? dead('has neither a mail server nor an address')
      : unknown(`the name server did not say: ${reasonOf(error)}`);
  }
}

async function probeChannel(target: string, { channelNames }: ProbeOptions): Promise<Found> {
  try {
    const names = await channelNames();
    return names.includes(target.replace(/^#/, ''))
      ? alive('is there')
      : dead('no such public channel; a private one is seen only when firedrill is in it');
  } catch (error) {
    return unknown(`Slack did not say: ${reasonOf(error)}`);
  }
}

/** By name only: nobody but the production network is meant to reach a database. */
async function probeEndpoint(target: string): Promise<Found> {
  const host = target.replace(/:\d+$/, '');
  try {
    const { address } = await lookup(host);
    return alive(`has the address ${address}`);
  } catch (error) {
    return isNoSuchName(error)
      ? dead('the name has no address')
      : unknown(`the name server did not say: ${reasonOf(error)}`);
  }
}

/** The name server answered, and said no: not that it could not be asked. */
const isNoSuchName = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOTFOUND', 'ENODATA'].includes(String(error.code));

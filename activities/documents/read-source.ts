import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { z } from 'zod';
import type { DocumentSpec } from '../../domain/document.ts';
import { activityContext } from '../activity-context.ts';
import type { DocumentContent } from './content.ts';
import { noPermission, notConfigured, notFound, unreachable, unreadable } from './document-errors.ts';
import { htmlContent } from './html-content.ts';
import { markdownContent } from './markdown-content.ts';

export interface DocumentSources {
  /** Absolute. Files are read from below it and from nowhere else. */
  readonly folder: string;
  /** Default: none; a Confluence page cannot be read then. */
  readonly confluence?: { readonly baseUrl: string; readonly email: string; readonly apiToken: string } | undefined;
  /** One call; default 15,000. */
  readonly timeoutMs?: number;
}

/** A document's bytes as they are hashed, and what they say. */
export interface DocumentSource {
  readonly bytes: Uint8Array;
  readonly content: DocumentContent;
  readonly where: string;
  readonly version?: string;
}

/** Nobody writes a recovery document of more than two megabytes for people. */
const bytesAtMost = 2_000_000;
const hopsAtMost = 3;

/** @throws FiredrillError as `DocumentActivities.readDocument` says */
export async function readSource({ place }: DocumentSpec, sources: DocumentSources): Promise<DocumentSource> {
  switch (place.at) {
    case 'file':
      return await fromFile(place.path, sources);
    case 'page':
      return await fromPage(place.url, sources);
    case 'confluence':
      return await fromConfluence(place.pageId, sources);
  }
}

async function fromFile(path: string, { folder }: DocumentSources): Promise<DocumentSource> {
  let file: string;
  try {
    // Links in the file system are followed first: where they lead counts, not how they are called.
    file = await realpath(join(folder, path));
    const below = relative(await realpath(folder), file);
    if (isAbsolute(path) || below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below))
      throw noPermission(path, 'it lies outside of the folder of documents');
    const { size } = await stat(file);
    if (size > bytesAtMost) throw unreadable(path, `it has ${size} bytes`);
    const bytes = await readFile(file);
    return { bytes, where: path, content: textContent(bytes, path, /\.html?$/i.test(path) ? 'html' : 'markdown') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw notFound(path, error);
    if (code === 'EISDIR') throw unreadable(path, 'it is a folder');
    if (code === 'EACCES' || code === 'EPERM') throw noPermission(path, 'the file may not be read by the worker');
    throw error;
  }
}

function textContent(bytes: Uint8Array, where: string, form: 'html' | 'markdown'): DocumentContent {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Bytes that are no text are no document, whatever the file is called.
    throw unreadable(where, 'it is not UTF-8 text');
  }
  return form === 'html'
    ? htmlContent(text, { fallbackTitle: basename(where), xml: false })
    : markdownContent(text, basename(where));
}

/** A page at the address that the catalog names; it may move within its own host, and no further. */
async function fromPage(address: string, sources: DocumentSources): Promise<DocumentSource> {
  let url = new URL(address);
  for (let hops = 0; ; hops += 1) {
    const reply = await ask(url, address, {}, sources);
    const next = reply.headers.get('location');
    if (reply.status >= 300 && reply.status < 400 && next !== null) {
      const target = new URL(next, url);
      if (target.host !== url.host || hops >= hopsAtMost)
        throw noPermission(address, `it sends on to ${target.origin}, probably a sign-in page`);
      url = target;
      continue;
    }
    refuseUnlessGood(reply.status, address);
    const bytes = await bytesOf(reply, address);
    const type = (reply.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
    if (!['text/html', 'application/xhtml+xml', 'text/markdown', 'text/plain', 'text/x-markdown'].includes(type ?? ''))
      throw unreadable(address, `it is ${type === '' ? 'of no type' : type}`);
    const version = reply.headers.get('etag') ?? reply.headers.get('last-modified') ?? undefined;
    const form = type === 'text/html' || type === 'application/xhtml+xml' ? 'html' : 'markdown';
    return {
      bytes,
      where: address,
      content: textContent(bytes, address, form),
      ...(version === undefined ? {} : { version }),
    };
  }
}

const PageSchema = z.object({
  title: z.string(),
  version: z.object({ number: z.number() }),
  body: z.object({ storage: z.object({ value: z.string() }) }),
  _links: z.object({ webui: z.string().optional(), base: z.string().optional() }).optional(),
});

/** Confluence Cloud, REST v2: `GET /wiki/api/v2/pages/{id}?body-format=storage`. */
async function fromConfluence(pageId: string, sources: DocumentSources): Promise<DocumentSource> {
  const { confluence } = sources;
  const name = `Confluence page ${pageId}`;
  if (confluence === undefined) throw notConfigured(name);
  const base = confluence.baseUrl.replace(/\/+$/, '');
  const authorization = `Basic ${Buffer.from(`${confluence.email}:${confluence.apiToken}`).toString('base64')}`;
  const url = new URL(`${base}/wiki/api/v2/pages/${encodeURIComponent(pageId)}?body-format=storage`);
  const reply = await ask(url, name, { authorization, accept: 'application/json' }, sources);
  refuseUnlessGood(reply.status, name);
  const text = Buffer.from(await bytesOf(reply, name)).toString('utf8');
  const parsed = PageSchema.safeParse(jsonOf(text, name));
  if (!parsed.success) throw unreachable(name, 'Confluence answered something else than a page');
  const { title, version, body, _links } = parsed.data;
  const shown =
    _links?.webui === undefined ? `${base}/wiki/pages/${pageId}` : `${_links.base ?? `${base}/wiki`}${_links.webui}`;
  const content = htmlContent(body.storage.value, { fallbackTitle: title, xml: true });
  return {
    // What people wrote, and nothing that Confluence puts around it at each look.
    bytes: Buffer.from(`${title}\n${body.storage.value}`, 'utf8'),
    where: shown,
    version: String(version.number),
    content: { ...content, title },
  };
}

function jsonOf(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreachable(where, 'the answer was not JSON (a proxy or a sign-in page?)', cause);
  }
}

async function ask(
  url: URL,
  where: string,
  headers: Readonly<Record<string, string>>,
  { timeoutMs = 15_000 }: DocumentSources,
): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const cancelled = activityContext()?.cancellationSignal;
  try {
    return await fetch(url, {
      headers: { 'user-agent': 'firedrill', ...headers },
      redirect: 'manual',
      signal: cancelled === undefined ? timeout : AbortSignal.any([timeout, cancelled]),
    });
  } catch (cause) {
    if (cancelled?.aborted === true) throw cause;
    throw unreachable(where, timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(cause), cause);
  }
}

function refuseUnlessGood(status: number, where: string): void {
  if (status >= 200 && status < 300) return;
  if (status === 404 || status === 410) throw notFound(where);
  if (status === 401 || status === 403) throw noPermission(where, `the answer was ${status}`);
  throw unreachable(where, `the answer was ${status}`);
}

/** Reads no more than is allowed, whatever length was announced. */
async function bytesOf(reply: Response, where: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of reply.body ?? []) {
      size += chunk.byteLength;
      if (size > bytesAtMost) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw unreachable(where, `the answer broke off: ${reasonOf(cause)}`, cause);
  }
  if (size > bytesAtMost) throw unreadable(where, `it has more than ${bytesAtMost} bytes`);
  return Buffer.concat(chunks);
}

/** `fetch` only says that it failed; why is in its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

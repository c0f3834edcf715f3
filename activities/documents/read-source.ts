import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import type { DocumentSpec } from '../../domain/document.ts';
import { confluencePageName, readConfluencePage } from './confluence.ts';
import type { ConfluenceSite } from './confluence.ts';
import type { DocumentContent } from './content.ts';
import { noPermission, notConfigured, notFound, unreadable } from './document-errors.ts';
import { ask, bytesAtMost, bytesOf, refuseUnlessGood } from './fetch-document.ts';
import { htmlContent } from './html-content.ts';
import { markdownContent } from './markdown-content.ts';

export interface DocumentSources {
  /** Absolute. Files are read from below it and from nowhere else. */
  readonly folder: string;
  /** Default: none; a Confluence page cannot be read then. */
  readonly confluence?: ConfluenceSite | undefined;
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
    ? htmlContent(text, { fallbackTitle: basename(where), storageFormat: false })
    : markdownContent(text, basename(where));
}

/** A page at the address that the catalog names; it may move within its own host, and no further. */
async function fromPage(address: string, sources: DocumentSources): Promise<DocumentSource> {
  let url = new URL(address);
  for (let hops = 0; ; hops += 1) {
    const reply = await ask(url, address, {}, sources.timeoutMs);
    const next = reply.headers.get('location');
    if (reply.status >= 300 && reply.status < 400 && next !== null) {
      const target = new URL(next, url);
      if (target.host !== url.host || hops >= hopsAtMost)
        throw noPermission(address, `it sends on to ${target.origin}, probably a sign-in page`);
      if (target.protocol !== url.protocol && url.protocol === 'https:')
        throw noPermission(address, `it sends on to ${target.origin}, where anybody could answer in its place`);
      url = target;
      continue;
    }
    refuseUnlessGood(reply, address);
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

async function fromConfluence(pageId: string, { confluence, timeoutMs }: DocumentSources): Promise<DocumentSource> {
  if (confluence === undefined) throw notConfigured(confluencePageName(pageId));
  const { title, storage, version, where } = await readConfluencePage(pageId, confluence, timeoutMs);
  return {
    // What people wrote, and nothing that Confluence puts around it at each look.
    bytes: Buffer.from(`${title}\n${storage}`, 'utf8'),
    where,
    version: String(version),
    content: { ...htmlContent(storage, { fallbackTitle: title, storageFormat: true }), title },
  };
}

import type { DocumentLink } from '../../domain/document.ts';

/** More than that nobody reads either; what is left out is told. */
export const linksAtMost = 200;

/** What a text and the addresses in it point to, each once. Addresses are given as they stand in the document. */
export function linksOf(text: string, addresses: readonly string[]): readonly DocumentLink[] {
  const found = new Map<string, DocumentLink>();
  const add = (kind: DocumentLink['kind'], target: string): void => {
    found.set(`${kind} ${target}`, { kind, target });
  };
  const all = [...addresses, ...(text.match(/https?:\/\/[^\s<>"'`)\]|]+/g) ?? [])];
  for (const address of all) {
    if (/^https?:\/\//i.test(address)) add('link', address.replace(/[.,;:!?]+$/, ''));
    else if (/^mailto:/i.test(address)) addEmail(address.slice('mailto:'.length).split('?')[0] ?? '');
  }
  for (const email of text.match(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g) ?? []) addEmail(email);
  // `#` begins a channel only where no word or address goes on; a heading of Markdown has a space behind it.
  for (const [, name] of text.matchAll(/(?:^|[\s([])#([a-z][a-z0-9_-]{1,79})(?![\w-])/g))
    add('slack-channel', `#${name}`);
  for (const [host] of text.matchAll(/\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.rds\.amazonaws\.com(?::\d{1,5})?/g))
    add('endpoint', host);
  return [...found.values()];

  function addEmail(email: string): void {
    const domain = email.split('@')[1]?.toLowerCase();
    if (domain !== undefined && domain.includes('.')) add('email-domain', domain);
  }
}

/** E-mail and token of `Authorization: Basic …`, or nothing. */
export function credentials(header: string | undefined): { email: string; token: string } | undefined {
  const encoded = /^Basic\s+([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const [email, token] = [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1)];
  return colon > 0 && email.includes('@') && token !== '' ? { email, token } : undefined;
}

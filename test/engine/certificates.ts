import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** An authority of a company's own, which no machine trusts until it is told to. */
export interface Authority extends AsyncDisposable {
  /** Its certificate (PEM), as `NODE_EXTRA_CA_CERTS` wants it. */
  readonly file: string;
  /** Signs for a server with this name. */
  issue(name: string): Promise<{ readonly key: string; readonly cert: string }>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout'];

/** Makes an authority with `openssl`, valid for two days. */
export async function createAuthority(): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-authority-'));
  const openssl = async (...args: string[]): Promise<unknown> =>
    await promisify(execFile)('openssl', args, { cwd: folder });
  const extensions = ['-addext', 'keyUsage=critical,keyCertSign'];
  const subject = ['-subj', '/CN=Example Company Authority', '-days', '2'];
  await openssl('req', '-x509', ...newKey, 'authority.key', '-out', 'authority.pem', ...subject, ...extensions);
  let issued = 0;
  return {
    file: join(folder, 'authority.pem'),
    async issue(name) {
      const [key, request, names, cert] = ['key', 'csr', 'names', 'pem'].map((end) => `${(issued += 1)}.${end}`) as [
        string,
        string,
        string,
        string,
      ];
      await openssl('req', ...newKey, key, '-out', request, '-subj', `/CN=${name}`);
      await writeFile(join(folder, names), `subjectAltName=DNS:${name}\n`);
      const by = ['-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial', '-days', '2'];
      await openssl('x509', '-req', '-in', request, ...by, '-extfile', names, '-out', cert);
      return {
        key: await readFile(join(folder, key), 'utf8'),
        cert: await readFile(join(folder, cert), 'utf8'),
      };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A server with a certificate of an authority. */
export interface HttpsPages extends AsyncDisposable {
  readonly url: string;
  /** From the next connection on, whoever it was that signed. */
  showCertificate(shown: { readonly key: string; readonly cert: string }): void;
}

/** Serves pages over HTTPS at `https://localhost:<free port>`. */
export async function startHttpsPages(
  shown: { readonly key: string; readonly cert: string },
  answer: RequestListener,
): Promise<HttpsPages> {
  // Every look is a connection of its own, so that a certificate that was changed is seen.
  const server = createServer(shown, (request, response) => {
    response.setHeader('connection', 'close');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    showCertificate: (next) => server.setSecureContext(next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

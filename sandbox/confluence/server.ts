import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { closeServer } from '../kit/http.ts';
import { controlRoutes } from './control.ts';
import { Desk } from './desk.ts';
import type { ConfluenceEnv } from './desk.ts';
import { authenticated, guarded } from './gate.ts';
import { pageRoutes } from './page.ts';
import { ConfluenceRefusal } from './refusal.ts';
import { restRoutes } from './rest.ts';

export interface ConfluenceSandbox {
  readonly url: string;
  readonly port: number;
  /** Stops at once, open connections included. What was confirmed is on disk. */
  close(): Promise<void>;
}

function application(desk: Desk): Hono<ConfluenceEnv> {
  const app = new Hono<ConfluenceEnv>();
  app.use('*', async (c, next) => {
    c.header('X-Firedrill-Sandbox', 'confluence');
    return next();
  });
  app.use('/wiki/api/*', authenticated(desk), guarded(desk));
  app.route('/wiki/api/v2', restRoutes(desk));
  app.route('/_sandbox', controlRoutes(desk));
  app.route('/', pageRoutes(desk));
  app.notFound((c) =>
    c.json(
      { errors: [{ status: 404, code: 'NOT_FOUND', title: `This sandbox has no ${c.req.method} ${c.req.path}` }] },
      404,
    ),
  );
  app.onError((error, c) => {
    if (error instanceof ConfluenceRefusal) return c.json(error.body(), error.status);
    // A mistake of the sandbox itself: it must not look like a Confluence that works.
    process.stderr.write(`confluence sandbox: ${error.stack ?? error.message}\n`);
    return c.json({ errors: [{ status: 500, code: 'SANDBOX_FAILED', title: error.message }] }, 500);
  });
  return app;
}

/**
 * Starts a stand-in for Confluence Cloud on 127.0.0.1.
 *
 * @param options.port - 0 takes any free port
 * @param options.dataDir - keeps the sites; made if missing; a restart on it knows every page again
 * @throws the system's error when the port is taken or the folder cannot be written
 */
export async function startConfluenceSandbox(options: { port: number; dataDir: string }): Promise<ConfluenceSandbox> {
  const desk = new Desk(options.dataDir);
  const listener = getRequestListener(application(desk).fetch);
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The Confluence sandbox has no port.');
  desk.baseUrl = `http://127.0.0.1:${address.port}`;
  return { url: desk.baseUrl, port: address.port, close: () => closeServer(server) };
}

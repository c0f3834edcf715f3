import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { credentials } from '../kit/basic-auth.ts';
import { controlRoutes } from './control.ts';
import { Desk, type JiraContext, type JiraEnv } from './desk.ts';
import { authenticated, guarded } from './gate.ts';
import { pageRoutes } from './page.ts';
import { JiraRefusal } from './refusal.ts';
import { issueRoutes } from './rest-issues.ts';
import { searchRoutes } from './rest-search.ts';
import { siteRoutes } from './rest-site.ts';
import { SiteBook } from './site-book.ts';

export interface JiraSandbox {
  readonly url: string;
  readonly port: number;
  /** Stops at once, open connections included. What was confirmed is on disk. */
  close(): Promise<void>;
}

function refused(error: Error, c: JiraContext): Response {
  if (error instanceof JiraRefusal) return c.json(error.body(), error.status as ContentfulStatusCode);
  // A mistake of the sandbox itself: it must not look like a Jira that works.
  process.stderr.write(`jira sandbox: ${error.stack ?? error.message}\n`);
  return c.json({ errorMessages: [`The Jira sandbox failed: ${error.message}`], errors: {} }, 500);
}

/** The whole web application of a sandbox. */
function application(desk: Desk): Hono<JiraEnv> {
  const app = new Hono<JiraEnv>();
  app.use('*', async (c, next) => {
    c.header('X-Firedrill-Sandbox', 'jira');
    return next();
  });
  app.get('/rest/api/3/serverInfo', (c) => {
    const site = credentials(c.req.header('authorization'));
    return c.json({
      baseUrl: desk.baseUrl,
      displayUrl: desk.baseUrl,
      version: '1001.0.0-SNAPSHOT',
      versionNumbers: [1001, 0, 0],
      deploymentType: 'Cloud',
      buildNumber: 100_300,
      buildDate: '2026-11-01T00:00:00.000+0000',
      serverTime: new Date().toISOString().replace('Z', '+0000'),
      scmInfo: 'firedrill-sandbox',
      serverTitle: site === undefined ? 'Jira (SIMULATED)' : `Jira of ${site.email} (SIMULATED)`,
      defaultLocale: { locale: 'en_US' },
      serverTimeZone: 'Etc/UTC',
    });
  });
  app.use('/rest/*', authenticated(desk), guarded(desk));
  app.route('/rest/api/3', siteRoutes(desk));
  app.route('/rest/api/3/search', searchRoutes(desk));
  app.route('/rest/api/3/issue', issueRoutes(desk));
  app.route('/_sandbox', controlRoutes(desk));
  app.route('/', pageRoutes(desk));
  app.notFound((c) =>
    c.json({ errorMessages: [`This sandbox has no ${c.req.method} ${c.req.path}.`], errors: {} }, 404),
  );
  app.onError((error, c) => refused(error, c));
  return app;
}

/**
 * Starts a stand-in for Jira Cloud on 127.0.0.1.
 *
 * @param options.port - 0 takes any free port
 * @param options.dataDir - keeps the sites; made if missing; a restart on it knows every issue again
 * @param options.instant - new sites have a search lag of 50 ms instead of 2 s, and quick transitions
 * @throws the system's error when the port is taken or the folder cannot be written
 */
export async function startJiraSandbox(options: {
  port: number;
  dataDir: string;
  instant: boolean;
}): Promise<JiraSandbox> {
  const desk = new Desk(new SiteBook(options));
  const listener = getRequestListener(application(desk).fetch);
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  desk.baseUrl = `http://127.0.0.1:${port}`;
  return {
    url: desk.baseUrl,
    port,
    async close() {
      await desk.webhooks.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

import { Server } from 'node:http';
import { App, SocketModeReceiver } from '@slack/bolt';
import { WebAPIPlatformError, WebClient } from '@slack/web-api';
import { FiredrillError } from '../../domain/errors.ts';
import type { SlackAppDeps } from './deps.ts';
import type { Engine } from './engine.ts';
import { FreshHttpReceiver } from './fresh-http-receiver.ts';
import { registerListeners } from './listeners/index.ts';
import { boltLogger } from './log.ts';
import { nativeSigning } from './native-signing.ts';
import { SlackPeople } from './slack-people.ts';

/** How Slack reaches us: over a WebSocket that we open, or by signed HTTP requests. */
export type SlackReach =
  | { readonly kind: 'socket'; readonly appToken: string }
  /** `port` 0 takes any free one; `host` default: all interfaces. */
  | { readonly kind: 'http'; readonly signingSecret: string; readonly port: number; readonly host?: string };

export interface SlackAppOptions {
  readonly botToken: string;
  /** Default https://slack.com/api/ */
  readonly apiUrl?: string;
  readonly reach: SlackReach;
  readonly engine: Engine;
  /** The app's Ed25519 private key, 64 hex. */
  readonly signerKey: string;
  /** What the slash command is called, as in the app's manifest: `/dr`. */
  readonly command: string;
  readonly log: SlackAppDeps['log'];
}

export interface SlackApp {
  /** Until Slack reaches us; answers the port of HTTP. @throws FiredrillError when Slack refuses token or app token; the SDK's error when it is not there */
  start(): Promise<{ readonly port?: number }>;
  stop(): Promise<void>;
}

/**
 * A Slack that is away while its socket is opened anew is asked until it is back: what the SDK gives up there is a
 * rejection that nobody can handle, and the end of the process.
 */
const reconnecting = { forever: true, factor: 1.5, minTimeout: 500, maxTimeout: 10_000 };

/** The app that people talk to; nothing is connected before `start`. */
export function createSlackApp(options: SlackAppOptions): SlackApp {
  const { botToken, reach, log } = options;
  const logger = boltLogger(log);
  const clientOptions = {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 5000,
    logger,
    ...(options.apiUrl === undefined
      ? {}
      : { slackApiUrl: options.apiUrl.endsWith('/') ? options.apiUrl : `${options.apiUrl}/` }),
  };
  const client = new WebClient(botToken, clientOptions);
  const app = new App({
    // Of one workspace, with one token: asking Slack who we are before every click would make clicks fail with it.
    authorize: () => Promise.resolve({ botToken }),
    ignoreSelf: false,
    clientOptions,
    logger,
    receiver:
      reach.kind === 'socket'
        ? new SocketModeReceiver({
            appToken: reach.appToken,
            logger,
            installerOptions: { clientOptions: { ...clientOptions, retryConfig: reconnecting } },
          })
        : new FreshHttpReceiver({ signingSecret: reach.signingSecret, port: reach.port, logger }),
  });
  const deps: SlackAppDeps = {
    engine: options.engine,
    people: new SlackPeople(client),
    sign: nativeSigning(options.signerKey),
    command: options.command,
    log,
  };
  registerListeners(app, deps);
  app.error((error) => {
    log('error', 'a listener failed', { error: error.stack ?? String(error) });
    return Promise.resolve();
  });
  return {
    async start() {
      try {
        await client.auth.test();
        if (reach.kind === 'socket') {
          await app.start();
          return {};
        }
        const server = await app.start({ port: reach.port, ...(reach.host === undefined ? {} : { host: reach.host }) });
        const address = server instanceof Server ? server.address() : null;
        return { port: typeof address === 'object' && address !== null ? address.port : reach.port };
      } catch (error) {
        throw startProblem(error);
      }
    },
    async stop() {
      await app.stop();
    },
  };
}

/** Slack knows us and says no: waiting would not help. */
function startProblem(error: unknown): unknown {
  if (!(error instanceof WebAPIPlatformError)) return error;
  const code = error.data.error;
  if (['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'ratelimited'].includes(code))
    return error;
  return new FiredrillError(
    {
      code: 'slack-sign-in',
      kind: 'input',
      what: `Slack does not let the app in: ${code}.`,
      means: 'Nobody can decide in Slack until this is mended; the command line works.',
      next: 'Check SLACK_BOT_TOKEN (xoxb-…) and SLACK_APP_TOKEN (xapp-…, with connections:write), then: firedrill doctor',
    },
    { cause: error },
  );
}

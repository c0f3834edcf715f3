import type { IncomingMessage, ServerResponse } from 'node:http';
import { HTTPReceiver } from '@slack/bolt';
import type { HTTPReceiverOptions } from '@slack/bolt';

/** Older or newer than this is not Slack speaking now, seconds. */
const windowS = 300;
/** Requests remembered; far more than people press in ten minutes. */
const remembered = 10_000;

/**
 * Bolt's HTTP receiver, which checks the signature, with a window in both directions: Bolt (5.1) refuses what is too old
 * but takes a timestamp of tomorrow, and the same request again and again. A signed click that leaked must not be good
 * for another day, nor twice.
 */
export class FreshHttpReceiver extends HTTPReceiver {
  readonly #taken = new Map<string, number>();
  /** Requests that are being answered, by signature; each ends when its answer is out, or will not come. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(options: HTTPReceiverOptions) {
    super(options);
    const listen = this.requestListener;
    this.requestListener = (request, response) => {
      if (!isFresh(request)) {
        response.writeHead(401).end();
        return;
      }
      const signature = signatureOf(request);
      if (signature === undefined) listen(request, response);
      else void this.#once(signature, response, () => listen(request, response));
    };
  }

  async #once(signature: string, response: ServerResponse, listen: () => void): Promise<void> {
    // What becomes of the same request decides whether this one still counts.
    for (let same = this.#underWay.get(signature); same !== undefined; same = this.#underWay.get(signature)) await same;
    if ((this.#taken.get(signature) ?? 0) > Date.now()) {
      // Acknowledged before: nobody is to be told that it failed, and nothing happens twice.
      response.writeHead(200).end();
      return;
    }
    const ended = new Promise<void>((resolve) => {
      response.once('close', () => {
        // Only what was accepted: a request that broke off, or was refused, may come again.
        if (response.writableFinished && response.statusCode === 200) this.#remember(signature);
        this.#underWay.delete(signature);
        resolve();
      });
    });
    this.#underWay.set(signature, ended);
    listen();
  }

  #remember(signature: string): void {
    if (this.#taken.size >= remembered) this.#taken.clear();
    this.#taken.set(signature, Date.now() + 2 * windowS * 1000);
  }
}

function isFresh(request: IncomingMessage): boolean {
  const seconds = Number(request.headers['x-slack-request-timestamp']);
  return Number.isFinite(seconds) && Math.abs(Date.now() / 1000 - seconds) <= windowS;
}

/** What Bolt compares of the header, and no more: it passes over whatever comes after a second `=`. */
function signatureOf(request: IncomingMessage): string | undefined {
  const signature = request.headers['x-slack-signature'];
  return typeof signature === 'string' ? signature.split('=')[1] : undefined;
}

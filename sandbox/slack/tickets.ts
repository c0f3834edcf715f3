import { randomBytes } from 'node:crypto';
import type { ResponseUrl } from './model.ts';
import { SlackError } from './slack-error.ts';
import type { Workspace } from './workspace.ts';

/** A trigger opens one modal, once, within three seconds. [doc: docs.slack.dev/interactivity/handling-user-interaction] */
const TRIGGER_LIFE_MS = 3_000;
/** A response URL works five times within thirty minutes. [same page] */
const RESPONSE_URL_LIFE_MS = 30 * 60_000;
const RESPONSE_URL_USES = 5;

interface Trigger {
  readonly workspaceKey: string;
  readonly user: string;
  readonly channel: string | undefined;
  /** The modal that was open when it was made, for views.push. */
  readonly viewId: string | undefined;
  readonly madeAtMs: number;
  used: boolean;
}

/** Trigger ids and response URLs: what an interaction hands to the app to answer with. */
export class Tickets {
  readonly #triggers = new Map<string, Trigger>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  makeTrigger(workspace: Workspace, user: string, channel?: string, viewId?: string): string {
    for (const [id, old] of this.#triggers) if (this.#now() - old.madeAtMs > 60_000) this.#triggers.delete(id);
    const id = `${this.#now()}.${Math.floor(Math.random() * 1e12)}.${randomBytes(16).toString('hex')}`;
    this.#triggers.set(id, {
      workspaceKey: workspace.state.key,
      user,
      channel,
      viewId,
      madeAtMs: this.#now(),
      used: false,
    });
    return id;
  }

  /** @throws SlackError `invalid_trigger_id`, `expired_trigger_id`, `exchanged_trigger_id` */
  exchange(
    workspace: Workspace,
    id: string,
  ): { user: string; channel: string | undefined; viewId: string | undefined } {
    const trigger = this.#triggers.get(id);
    if (trigger === undefined || trigger.workspaceKey !== workspace.state.key)
      throw new SlackError('invalid_trigger_id');
    if (trigger.used) throw new SlackError('exchanged_trigger_id');
    if (this.#now() - trigger.madeAtMs > TRIGGER_LIFE_MS) throw new SlackError('expired_trigger_id');
    trigger.used = true;
    return trigger;
  }

  makeResponseUrl(
    workspace: Workspace,
    at: { user: string; channel: string; messageTs?: string; threadTs?: string },
  ): ResponseUrl {
    const now = this.#now();
    const made: ResponseUrl = { id: randomBytes(18).toString('base64url'), ...at, madeAtMs: now, uses: 0 };
    workspace.state.responseUrls = [
      ...workspace.state.responseUrls.filter((one) => now - one.madeAtMs < 2 * RESPONSE_URL_LIFE_MS),
      made,
    ];
    return made;
  }

  /** @throws SlackError `expired_url`, `used_url` */
  useResponseUrl(workspace: Workspace, id: string): ResponseUrl {
    const found = workspace.state.responseUrls.find((one) => one.id === id);
    if (found === undefined || this.#now() - found.madeAtMs > RESPONSE_URL_LIFE_MS) throw new SlackError('expired_url');
    if (found.uses >= RESPONSE_URL_USES) throw new SlackError('used_url');
    found.uses += 1;
    return found;
  }
}

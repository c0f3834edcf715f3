import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Change, Issue, SiteState } from './model.ts';
import type { Shapes } from './shapes.ts';

export type WebhookEvent = 'jira:issue_created' | 'jira:issue_updated' | 'jira:issue_deleted' | 'comment_created';

const ATTEMPTS = 3;
const PAUSE_MS = 500;
const TIMEOUT_MS = 5000;

/** Tells the registered address of a site what happened to an issue; signed, and repeated with the same identifier. */
export class WebhookSender {
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();

  send(
    site: SiteState,
    event: WebhookEvent,
    issue: Issue,
    actor: string,
    shapes: Shapes,
    changes: readonly Change[],
  ): void {
    const hook = site.webhook;
    if (hook === null) return;
    const body = JSON.stringify({
      timestamp: Date.now(),
      webhookEvent: event,
      user: shapes.user(actor),
      issue: shapes.issue(issue, { fields: ['*all'], properties: [], expand: [] }),
      ...(changes.length === 0 ? {} : { changelog: { id: issue.history.at(-1)?.id ?? '', items: changes } }),
    });
    const headers: Record<string, string> = {
      'Content-Type': 'application/json',
      'User-Agent': 'Atlassian Webhook HTTP Client',
      'X-Atlassian-Webhook-Identifier': randomUUID(),
      'X-Atlassian-Webhook-Flow': 'Primary',
    };
    if (hook.secret !== undefined)
      headers['X-Hub-Signature'] = `sha256=${createHmac('sha256', hook.secret).update(body).digest('hex')}`;
    const delivery = this.#deliver(hook.url, headers, body);
    this.#running.add(delivery);
    void delivery.finally(() => this.#running.delete(delivery));
  }

  async #deliver(url: string, headers: Record<string, string>, body: string): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS && !this.#stop.signal.aborted; attempt += 1) {
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const retry = attempt === 0 ? {} : { 'X-Atlassian-Webhook-Retry': String(attempt) };
      // A receiver that is away is no fault of this site: Jira tries again and then gives up in silence.
      const answered = await fetch(url, { method: 'POST', headers: { ...headers, ...retry }, body, signal }).then(
        (response) => response.ok,
        () => false,
      );
      if (answered || this.#stop.signal.aborted) return;
      await Promise.race([
        sleep(PAUSE_MS),
        new Promise((resolve) => this.#stop.signal.addEventListener('abort', resolve, { once: true })),
      ]);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }
}

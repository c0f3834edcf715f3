import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { CallLog } from '../kit/calls.ts';
import { FaultBook } from '../kit/http-faults.ts';
import { addComment, moveIssue, NO_SUCH_ISSUE } from './issues.ts';
import { applyTransition, prepareTransition } from './transitions.ts';
import type { Change, Comment, Issue, Json, JsonObject, SiteState, StoredIssue } from './model.ts';
import { RateLimiter } from './rate-limits.ts';
import { JiraRefusal, notFound } from './refusal.ts';
import { Shapes } from './shapes.ts';
import type { SiteBook } from './site-book.ts';
import { WebhookSender, type WebhookEvent } from './webhooks.ts';

export type JiraEnv = { Bindings: HttpBindings; Variables: { site: SiteState; actor: string } };
export type JiraContext = Context<JiraEnv>;

/** Everything that the REST API, the control interface and the page share. */
export class Desk {
  readonly book: SiteBook;
  readonly faults = new FaultBook();
  readonly calls = new CallLog();
  readonly limiter = new RateLimiter();
  readonly webhooks = new WebhookSender();
  readonly #inTransition = new Set<string>();
  /** This sandbox's own address, for `self` links; known once it listens. */
  baseUrl = 'http://127.0.0.1';

  constructor(book: SiteBook) {
    this.book = book;
  }

  shapes(site: SiteState): Shapes {
    return new Shapes(site, this.baseUrl);
  }

  /** Writes a change down, then tells the webhook. Nothing is answered before it is on disk. */
  changed(site: SiteState, event: WebhookEvent, issue: Issue, actor: string, changes: readonly Change[] = []): void {
    this.book.save(site);
    this.webhooks.send(site, event, issue, actor, this.shapes(site), changes);
  }

  move(site: SiteState, stored: StoredIssue, actor: string, projectKey: string): void {
    this.changed(site, 'jira:issue_updated', stored.live, actor, moveIssue(site, stored, actor, projectKey));
  }

  /** An issue that is deleted is gone for good; its key is never given again. */
  remove(site: SiteState, stored: StoredIssue, actor: string): void {
    site.issues = site.issues.filter((one) => one !== stored);
    this.changed(site, 'jira:issue_deleted', stored.live, actor);
  }

  comment(site: SiteState, stored: StoredIssue, actor: string, body: Json | undefined): Comment {
    const comment = addComment(site, stored, actor, body);
    this.changed(site, 'comment_created', stored.live, actor);
    return comment;
  }

  /**
   * Moves an issue through its workflow. It takes `transitionMs`; whoever comes meanwhile with another one for the
   * same issue loses.
   *
   * @throws JiraRefusal 409 for the loser of a race, 400 for a transition that the issue does not have now
   */
  async transition(site: SiteState, stored: StoredIssue, actor: string, body: JsonObject): Promise<void> {
    const key = `${site.email} ${stored.live.id}`;
    if (this.#inTransition.has(key))
      throw new JiraRefusal(409, [
        'The issue could not be updated because another transition of it is in progress. Read the issue again and retry.',
      ]);
    const prepared = prepareTransition(site, stored.live, body);
    this.#inTransition.add(key);
    try {
      await new Promise((resolve) => setTimeout(resolve, site.transitionMs));
      // A reset may have emptied the site meanwhile; its issue must not come back.
      if (this.book.find(site.email) !== site) throw notFound(NO_SUCH_ISSUE);
      const changes = applyTransition(site, stored, actor, prepared);
      this.changed(site, 'jira:issue_updated', stored.live, actor, changes);
    } finally {
      this.#inTransition.delete(key);
    }
  }
}

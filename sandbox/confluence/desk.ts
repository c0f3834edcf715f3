import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { CallLog } from '../kit/calls.ts';
import { FaultBook } from '../kit/http-faults.ts';
import { newestOf } from './model.ts';
import type { SiteState, StoredPage } from './model.ts';
import { badRequest, ConfluenceRefusal } from './refusal.ts';
import { SiteBook } from './site-book.ts';
import { problemOfStorage } from './storage-html.ts';

export type ConfluenceEnv = { Bindings: HttpBindings; Variables: { email: string } };
export type ConfluenceContext = Context<ConfluenceEnv>;

export interface Edit {
  readonly id: string;
  readonly title?: string | undefined;
  readonly storage?: string | undefined;
  readonly space?: string | undefined;
  readonly visible?: boolean | undefined;
  readonly message?: string | undefined;
  readonly author: string;
  /** The version that the writer had read; another one since then is a conflict. Default: whatever is newest. */
  readonly basedOn?: number | undefined;
}

/** Everything that the REST API, the control interface and the pages share. */
export class Desk {
  readonly book: SiteBook;
  readonly faults = new FaultBook();
  readonly calls = new CallLog();
  /** This sandbox's own address; known once it listens. */
  baseUrl = 'http://127.0.0.1';

  constructor(dataDir: string) {
    this.book = new SiteBook(dataDir);
  }

  site(c: ConfluenceContext): SiteState {
    return this.book.of(c.get('email'));
  }

  /**
   * Writes a page, as somebody at a browser would: a new one, or the next version of one that is there. Nothing new to
   * say makes no version.
   *
   * @throws ConfluenceRefusal 400 for what is no page, 409 when somebody else was faster
   */
  write(email: string, edit: Edit): StoredPage {
    const site = this.book.of(email);
    const known = site.pages.find(({ id }) => id === edit.id);
    const newest = known === undefined ? undefined : newestOf(known);
    const { title = newest?.title, storage = newest?.storage } = edit;
    if (title === undefined || storage === undefined) throw badRequest('A new page needs a title and its storage.');
    const problem = problemOfStorage(storage);
    if (problem !== undefined) throw badRequest(problem);
    if (edit.basedOn !== undefined && edit.basedOn !== newest?.number)
      throw new ConfluenceRefusal(
        409,
        'CONFLICT',
        `The page was changed meanwhile: it is at version ${newest?.number ?? 0}.`,
      );
    const space = site.spaces.find(({ id, key }) =>
      edit.space === undefined ? id === (known?.spaceId ?? site.spaces[0]?.id) : key === edit.space,
    );
    if (space === undefined) throw badRequest(`There is no space ${edit.space ?? ''} on this site.`);
    const isNews = newest === undefined || newest.title !== title || newest.storage !== storage;
    const page: StoredPage = {
      id: edit.id,
      spaceId: space.id,
      visible: edit.visible ?? known?.visible ?? true,
      versions: [
        ...(known?.versions ?? []),
        ...(isNews
          ? [
              {
                number: (newest?.number ?? 0) + 1,
                title,
                storage,
                message: edit.message ?? '',
                author: edit.author,
                createdAt: new Date().toISOString(),
              },
            ]
          : []),
      ],
    };
    this.book.putPage(email, page);
    return page;
  }
}

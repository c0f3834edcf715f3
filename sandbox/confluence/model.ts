/** A space: where pages stand. */
export interface Space {
  readonly id: string;
  readonly key: string;
  readonly name: string;
}

/** What a page said from one edit to the next. Versions are never changed. */
export interface PageVersion {
  readonly number: number;
  readonly title: string;
  /** XHTML with Confluence's own macros. */
  readonly storage: string;
  readonly message: string;
  /** Name of who wrote it. */
  readonly author: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface StoredPage {
  readonly id: string;
  readonly spaceId: string;
  /** False: the API's user may not see it, and is told that there is none. */
  readonly visible: boolean;
  /** Oldest first; never empty. */
  readonly versions: readonly PageVersion[];
}

/** One site, as it lies on disk. The e-mail address of the API's user is its name. */
export interface SiteState {
  readonly email: string;
  /** Counts every change, for open browsers. */
  readonly revision: number;
  readonly spaces: readonly Space[];
  readonly pages: readonly StoredPage[];
  /** The only token that this site accepts; null accepts any. */
  readonly requireToken: string | null;
  /** Calls a second that it takes before it answers 429. */
  readonly callsPerSecond: number;
}

export const newestOf = (page: StoredPage): PageVersion => {
  const newest = page.versions.at(-1);
  if (newest === undefined) throw new Error(`Page ${page.id} has no version.`);
  return newest;
};

/** Confluence puts the title into the address. Nobody reads it: the id decides. */
export const addressOf = (site: SiteState, page: StoredPage): string => {
  const key = site.spaces.find(({ id }) => id === page.spaceId)?.key ?? '';
  return `/spaces/${key}/pages/${page.id}/${encodeURIComponent(newestOf(page).title).replaceAll('%20', '+')}`;
};

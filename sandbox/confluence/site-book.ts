import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { StateFile } from '../kit/state-file.ts';
import type { SiteState, StoredPage } from './model.ts';

/** A new site: one space for disaster recovery, and nothing in it. */
const newSite = (email: string): SiteState => ({
  email,
  revision: 1,
  spaces: [{ id: '65540', key: 'DR', name: 'Disaster recovery' }],
  pages: [],
  requireToken: null,
  callsPerSecond: 50,
});

/** Every site of this sandbox, one JSON file each. A change is on disk before its reply leaves. */
export class SiteBook {
  readonly #folder: string;
  readonly #sites = new Map<string, SiteState>();

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'confluence-sites');
    mkdirSync(this.#folder, { recursive: true });
    for (const name of readdirSync(this.#folder).filter((entry) => entry.endsWith('.json'))) {
      const site = new StateFile<SiteState>(join(this.#folder, name)).read();
      if (site !== undefined) this.#sites.set(site.email, site);
    }
  }

  /** The site of this user, made on first sight. */
  of(email: string): SiteState {
    const key = email.toLowerCase();
    const known = this.#sites.get(key);
    if (known !== undefined) return known;
    const site = newSite(key);
    this.#sites.set(key, site);
    return site;
  }

  find(email: string): SiteState | undefined {
    return this.#sites.get(email.toLowerCase());
  }

  all(): readonly SiteState[] {
    return [...this.#sites.values()];
  }

  /** @returns the site with what was changed */
  change(email: string, change: Partial<Omit<SiteState, 'email' | 'revision'>>): SiteState {
    const site = this.of(email);
    return this.#keep({ ...site, ...change, revision: site.revision + 1 });
  }

  /** Puts a page in the place of the one with its id, or beside the others. */
  putPage(email: string, page: StoredPage): SiteState {
    const { pages } = this.of(email);
    const known = pages.some(({ id }) => id === page.id);
    return this.change(email, {
      pages: known ? pages.map((other) => (other.id === page.id ? page : other)) : [...pages, page],
    });
  }

  reset(email: string): void {
    const { revision } = this.of(email);
    // The page of an open browser must see that something happened.
    this.#keep({ ...newSite(email.toLowerCase()), revision: revision + 1 });
  }

  #keep(site: SiteState): SiteState {
    const name = createHash('sha256').update(site.email).digest('hex').slice(0, 24);
    new StateFile<SiteState>(join(this.#folder, `${name}.json`)).write(site);
    this.#sites.set(site.email, site);
    return site;
  }
}

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ISSUE_TYPE_IDS, type SiteState } from './model.ts';

const LAG_MS = 2000;
/** `instant` is quick, never immediate: a caller that trusts search right after a create must still be found out. */
const INSTANT_LAG_MS = 50;

/** The account id of an e-mail address: the same on every start, so that tests and tickets can rely on it. */
export function accountIdOf(email: string): string {
  const hex = createHash('sha256').update(email.toLowerCase()).digest('hex');
  return `712020:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

function nameOf(email: string): string {
  const words = (email.split('@')[0] ?? email).split(/[._+-]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}

/** A new site: project DR with the usual types, priorities and workflow, and the API user as its only person. */
export function newSite(email: string, instant: boolean): SiteState {
  return {
    email,
    nextId: 10_001,
    revision: 1,
    issues: [],
    projects: [
      {
        id: '10000',
        key: 'DR',
        name: 'Disaster recovery',
        issueTypes: Object.entries(ISSUE_TYPE_IDS).map(([name, id]) => ({ id, name })),
        lastIssueNumber: 0,
      },
    ],
    users: [{ accountId: accountIdOf(email), displayName: nameOf(email), emailAddress: email, active: true }],
    statuses: [
      { id: '10000', name: 'To Do', category: 'new' },
      { id: '10001', name: 'In Progress', category: 'indeterminate' },
      { id: '10002', name: 'Done', category: 'done' },
    ],
    transitions: [
      { id: '11', name: 'To Do', to: 'To Do' },
      { id: '21', name: 'In Progress', to: 'In Progress' },
      { id: '31', name: 'Done', to: 'Done' },
    ],
    customFields: [],
    indexDelayMs: instant ? INSTANT_LAG_MS : LAG_MS,
    transitionMs: instant ? 20 : 80,
    requireToken: null,
    indexedProperties: 'all',
    rateLimits: {
      getPostPerSecond: 100,
      putDeletePerSecond: 50,
      burstSeconds: 3,
      issueWritesPer2s: 20,
      issueWritesPer30s: 100,
    },
    webhook: null,
  };
}

/**
 * Every site of this sandbox, one JSON file each.
 *
 * A change is on disk before its reply leaves: a killed sandbox knows everything that it ever confirmed.
 */
export class SiteBook {
  readonly #folder: string;
  readonly #instant: boolean;
  readonly #sites = new Map<string, SiteState>();

  constructor(options: { dataDir: string; instant: boolean }) {
    this.#folder = join(options.dataDir, 'jira-sites');
    this.#instant = options.instant;
    mkdirSync(this.#folder, { recursive: true });
    for (const name of readdirSync(this.#folder).filter((entry) => entry.endsWith('.json'))) {
      // A file of this folder is only ever moved into place whole, so one that cannot be read is a reason to stop.
      const site = JSON.parse(readFileSync(join(this.#folder, name), 'utf8')) as SiteState;
      this.#sites.set(site.email, site);
    }
  }

  /** The site of this user, made on first sight. */
  of(email: string): SiteState {
    const key = email.toLowerCase();
    const known = this.#sites.get(key);
    if (known !== undefined) return known;
    const site = newSite(key, this.#instant);
    this.#sites.set(key, site);
    return site;
  }

  find(email: string): SiteState | undefined {
    return this.#sites.get(email.toLowerCase());
  }

  all(): readonly SiteState[] {
    return [...this.#sites.values()];
  }

  reset(email: string): void {
    const before = this.of(email);
    // The page of an open browser must see that something happened.
    const site = { ...newSite(before.email, this.#instant), revision: before.revision + 1 };
    this.#sites.set(before.email, site);
    this.#write(site);
  }

  save(site: SiteState): void {
    site.revision += 1;
    this.#write(site);
  }

  #write(site: SiteState): void {
    const path = join(this.#folder, `${createHash('sha256').update(site.email).digest('hex').slice(0, 24)}.json`);
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(site));
    renameSync(temporary, path);
  }
}

import type { CatalogData } from './installation.ts';

/** Where everything is told: the channel of the example service. */
export const channel = 'C0JIRACLOUD';

/**
 * A service of its own, so that what is found in it is nobody else's: people and channel of the example service, and its
 * database, which nobody tests under this name.
 */
export function addService(catalog: CatalogData, id: string, more: Readonly<Record<string, unknown>> = {}): void {
  const example = catalog.services['jira-cloud'];
  const found = example?.resources.find(({ name }) => name === 'issues-db');
  if (example === undefined || found === undefined) throw new Error('The example catalog has no issues-db any more.');
  const { sentinel: _sentinel, hotQueries: _hotQueries, ...database } = found;
  const quiet = { ...database, checks: [{ check: 'connect' }] };
  catalog.services[id] = { ...example, name: id, documents: [], resources: [quiet], ...more };
}

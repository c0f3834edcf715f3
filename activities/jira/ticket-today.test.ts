import { expect, test } from 'vitest';
import { loadCatalog } from '../../catalog/load.ts';
import { ownerUnknownFinding } from '../../domain/people-check.ts';
import { exampleFinding, exampleTicket } from '../../views/example-notices.ts';
import { jiraScene } from './sandbox-harness.ts';
import { ticketToday } from './ticket-today.ts';

const loaded = await loadCatalog('examples/catalog.yaml');
const { catalog } = loaded;
const pinned = { ...exampleTicket, project: 'GONE', issueType: 'Typo', ownerEmail: 'left@example.com' };
const runId = 'restore-test/jira-cloud/issues-db/2026Q4';

test('where it goes and whose it is says the catalog of now, when it is due the run', () => {
  const { jira } = catalog.organisation;
  expect(ticketToday(catalog, exampleFinding, pinned)).toMatchObject({
    project: jira.project,
    issueType: jira.issueType,
    ownerEmail: 'jonas.weber@example.com',
    dueDate: pinned.dueDate,
    tier: pinned.tier,
  });
  const plain = { ...catalog, organisation: { ...catalog.organisation, jira: { ...jira, priorityByTier: {} } } };
  expect(ticketToday(plain, exampleFinding, { ...pinned, fields: { Team: 'x' } })).not.toMatchObject({
    priority: expect.anything() as unknown,
  });
});

test('the ticket of a vacant duty stays with whoever stands in; one of a service that is gone stays as it is', () => {
  const vacancy = ownerUnknownFinding(exampleFinding, 'left@example.com');
  expect(ticketToday(catalog, vacancy, pinned)).toMatchObject({ project: 'DR', ownerEmail: 'left@example.com' });
  expect(ticketToday(catalog, { ...exampleFinding, service: 'gone' }, pinned)).toEqual(pinned);
});

test('a ticket that could not be filed because the catalog was wrong is filed when the catalog is corrected', async () => {
  const { organisation } = catalog;
  const wrong = { ...organisation, jira: { ...organisation.jira, issueType: 'Typo' } };
  let now = { ...loaded, catalog: { ...catalog, organisation: wrong } };
  await using scene = await jiraScene({
    request: { ticket: { ...exampleTicket, issueType: 'Typo' } },
    catalog: () => Promise.resolve(now),
  });
  await expect(scene.file(runId)).rejects.toMatchObject({ status: 400, what: expect.stringContaining('issuetype') });
  now = loaded;
  expect(await scene.file(runId, 2)).toMatchObject({ key: 'DR-1', outcome: 'created' });
});

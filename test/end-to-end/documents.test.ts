import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AwsReadActivities } from '../../activities/aws/interface.ts';
import { checkDocuments } from '../../activities/documents/doctor.ts';
import type { DocumentActivities } from '../../activities/documents/index.ts';
import { catalogFactsOf, factResourcesOf } from '../../catalog/documents.ts';
import { loadCatalog } from '../../catalog/load.ts';
import { serviceOf } from '../../catalog/lookup.ts';
import type { Catalog } from '../../catalog/schema.ts';
import { compareFacts } from '../../domain/compare-facts.ts';
import type { ComparedFact } from '../../domain/compare-facts.ts';
import type { ReadDocument } from '../../domain/document.ts';
import { recoveryPageId } from '../../examples/documents.ts';
import { sandboxCredentials } from '../../examples/set-up.ts';
import { activitiesOf, documentSourcesOf } from '../../worker/activities-of.ts';
import { createControlCalls } from '../../worker/control-calls.ts';
import { confluence, until } from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

let world: World;
let catalog: Catalog;
let documents: DocumentActivities;
let aws: AwsReadActivities;
beforeAll(async () => {
  world = await createWorld({ source: false });
  const { config, temporal } = world;
  catalog = (await loadCatalog(world.catalogFile)).catalog;
  const options = {
    config,
    catalog: () => loadCatalog(world.catalogFile),
    control: createControlCalls(temporal, config.taskQueuePrefix),
    client: temporal,
    aws: { baseCredentials: sandboxCredentials(world.place.accountId) },
  };
  // Made as the worker makes them: with the roles, the account and the addresses of an installation.
  documents = (await activitiesOf('notify', options)) as DocumentActivities;
  aws = (await activitiesOf('aws-read', options)) as AwsReadActivities;
});
afterAll(() => world.close());

const readAll = async (service: string): Promise<readonly ReadDocument[]> =>
  await Promise.all(
    serviceOf(catalog, service).documents.map((document) =>
      documents.readDocument({
        document,
        resources: factResourcesOf(catalog, serviceOf(catalog, service)).map(({ resource }) => resource),
      }),
    ),
  );

/** What a review would compare: every document of the service, with what AWS, the catalog and Slack say now. */
async function compare(service: string): Promise<readonly ComparedFact[]> {
  const declared = serviceOf(catalog, service);
  const resources = factResourcesOf(catalog, declared);
  const read = await readAll(service);
  const live = await Promise.all(resources.map((resource) => aws.readLiveFacts(resource)));
  const { facts: channel } = await documents.channelFacts({ channel: declared.slackChannel });
  return compareFacts({
    tier: declared.tier,
    resources: resources.map(({ resource }) => resource),
    documents: declared.documents.map((spec, index) => ({
      spec,
      read: read[index] ?? { documentId: spec.id, stated: [] },
    })),
    known: [
      ...live.flatMap(({ facts }) => facts),
      ...channel,
      ...catalogFactsOf(catalog, declared, new Date().toISOString().slice(0, 10)),
    ],
  });
}
const wrong = (facts: readonly ComparedFact[]): readonly string[] =>
  facts
    .filter(({ outcome }) => outcome === 'different')
    .map(({ label, stated = '', known = '' }) => `${label}: ${stated} | ${known}`)
    .toSorted();

test('what the documents of the example company say is right, but for what is wrong on purpose', async () => {
  const facts = await compare('jira-cloud');
  expect(wrong(facts)).toEqual([
    'RTO: 8 h | 6 h',
    'contacts: Jonas Weber, Victor Contractor | Jonas Weber, Priya Raman',
    'issues-db: backup copy Region: eu-west-1 | none',
    'issues-db: backup retention: 35 days | 30 days',
    'issues-db: instance class: db.r6g.large | db.r6g.xlarge',
  ]);
  // The rest of the database is as documented, its key by its name and its endpoint included.
  const same = facts.filter(({ resource, outcome }) => resource === 'issues-db' && outcome === 'same');
  expect(same.map(({ name }) => name).toSorted()).toEqual([
    'encrypted',
    'endpoint',
    'engine',
    'engine-version',
    'kms-key',
    'multi-az',
    'point-in-time-recovery',
    'region',
    'security-groups',
  ]);
  expect(facts.find(({ name }) => name === 'restore-steps')).toMatchObject({ outcome: 'same', stated: '5 steps' });
  expect(facts.find(({ name }) => name === 'channel')).toMatchObject({ outcome: 'same' });
  // Clusters are not looked at yet, which a person has to answer.
  expect(facts.find(({ key }) => key.endsWith('search-cluster.region'))).toMatchObject({ outcome: 'unknown' });
  expect(wrong(await compare('identity'))).toEqual([]);
  expect(wrong(await compare('image-effects'))).toEqual([]);
});

test('every document of the example catalog can be read, without a problem in its facts', async () => {
  for (const service of ['identity', 'jira-cloud', 'image-effects'])
    for (const { documentId, problems, stated } of await readAll(service))
      expect([documentId, problems, stated.length > 2]).toEqual([documentId, [], true]);
  const declared = Object.values(catalog.services).flatMap((service) =>
    service.documents.map((document) => ({ service: service.id, document })),
  );
  expect(await checkDocuments(declared, await documentSourcesOf(world.config, catalog))).toEqual([
    expect.objectContaining({ name: 'Confluence', ok: true }),
    expect.objectContaining({ name: 'Documents', ok: true, detail: '5 of 5 of the catalog can be read' }),
  ]);
});

test('the Confluence page of Jira Cloud is one version further when somebody changed it, and another document', async () => {
  const page = async () => (await readAll('jira-cloud')).find(({ documentId }) => documentId.startsWith('recovery:'));
  const before = await page();
  expect(before).toMatchObject({
    title: 'Jira Cloud: backup and recovery',
    version: '1',
    documentId: `recovery:confluence/${recoveryPageId}`,
  });
  const { pages } = (await confluence(world, 'GET', 'pages')) as { pages: { storage: string }[] };
  const storage = pages[0]?.storage.replace('35 days', '30 days');
  await confluence(world, 'PUT', `pages/${recoveryPageId}`, {
    storage,
    by: 'Priya Raman',
    message: 'retention corrected',
  });
  const after = await page();
  expect(after).toMatchObject({ version: '2' });
  expect(after?.hash).not.toBe(before?.hash);
  expect(wrong(await compare('jira-cloud'))).not.toContainEqual(expect.stringContaining('35 days'));
});

test('Confluence that is down is asked again, and answers when it is back', async () => {
  await confluence(world, 'POST', 'faults', { path: '/wiki/api', kind: 'down' });
  await expect(readAll('jira-cloud')).rejects.toMatchObject({ code: 'document-unreachable', kind: 'busy' });
  await confluence(world, 'DELETE', 'faults');
  await until(async () => (await readAll('jira-cloud')).length === 2, 'Confluence answers again');
});

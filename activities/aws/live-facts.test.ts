import { afterAll, beforeAll, expect, test } from 'vitest';
import { factDefinitions, factNames } from '../../domain/recovery-facts.ts';
import { createAwsReadActivities } from './index.ts';
import { place, startAwsSandbox } from './sandbox-harness.ts';
import type { AwsSandbox } from './sandbox-harness.ts';

let aws: AwsSandbox;
beforeAll(async () => {
  aws = await startAwsSandbox({ databases: false });
  await aws.control('PUT', 'kms/keys', [{ keyId: '6f1c2b3a-1111-2222-3333-444455556666', alias: 'alias/issues' }]);
  await aws.createSource('issues-db-prod', {
    StorageEncrypted: true,
    KmsKeyId: 'alias/issues',
    BackupRetentionPeriod: 35,
  });
});
afterAll(() => aws.close());

const read = async (identifier: string, kind: 'rds-instance' | 'rds-cluster' = 'rds-instance') =>
  (
    await createAwsReadActivities({ clients: aws.clients('read') }).readLiveFacts({
      ...place,
      resource: 'issues-db',
      kind,
      identifier,
    })
  ).facts;
const ofResource = factNames.filter((name) => factDefinitions[name].of === 'resource');

test('every fact of a database is read from AWS, its key by all of its names', async () => {
  const facts = await read('issues-db-prod');
  expect(facts.map(({ name }) => name).toSorted()).toEqual(ofResource.toSorted());
  const known = Object.fromEntries(
    facts.map((fact) => [fact.name, 'value' in fact ? fact.value : `unknown: ${fact.unknown}`]),
  );
  expect(known).toMatchObject({
    region: 'eu-central-1',
    engine: 'postgres',
    'retention-days': '35 days',
    'point-in-time-recovery': 'yes',
    encrypted: 'yes',
    'kms-key': 'alias/issues',
    'backup-copy-region': 'none',
    endpoint: expect.stringMatching(/:\d+$/),
  });
  expect(facts.find(({ name }) => name === 'kms-key')).toMatchObject({
    accepts: expect.arrayContaining([expect.stringContaining(':key/6f1c2b3a-1111-2222-3333-444455556666')]),
  });
});

test('of a database that AWS does not know, and of a cluster, every fact is unknown and says why', async () => {
  for (const facts of [await read('nothing-here'), await read('a-cluster', 'rds-cluster')]) {
    expect(facts.map(({ name }) => name).toSorted()).toEqual(ofResource.toSorted());
    expect(facts.every((fact) => 'unknown' in fact && fact.unknown.length > 10)).toBe(true);
  }
});

import { stringify } from 'yaml';
import { CatalogError } from './catalog-error.ts';
import type { CatalogProblem } from './catalog-error.ts';
import { parseCatalog } from './parse.ts';
import type { LoadedCatalog } from './parse.ts';

/** Plain data of a catalog that a test may change before it is written as YAML. */
export type Draft = Record<string, DraftValue>;
// A test reaches deep into the draft by name; what is not there shows up as a failing test.
// oxlint-disable-next-line typescript/no-explicit-any
type DraftValue = any;

/** The smallest catalog that says everything once: service `shop` (tier 1) with an instance, on top of `login` (tier 0). */
export function draftCatalog(): Draft {
  return {
    organisation: {
      name: 'Acme',
      timeZone: 'Europe/Berlin',
      programme: 'simulated',
      jira: { project: 'DR' },
      slack: { programmeChannel: '#dr' },
      secondChannel: { webhookUrlEnv: 'SECOND_CHANNEL_URL' },
      evidence: { bucket: 'acme-evidence', accountId: '222222222222', region: 'eu-west-1', objectLock: 'COMPLIANCE' },
      policies: { allowedRegions: ['eu-west-1'] },
    },
    accounts: {
      main: {
        id: '222222222222',
        externalId: 'acme',
        roles: {
          read: 'arn:aws:iam::222222222222:role/read',
          isolated: 'arn:aws:iam::222222222222:role/isolated',
          evidence: 'arn:aws:iam::222222222222:role/evidence',
        },
      },
    },
    people: {
      anna: { name: 'Anna', email: 'anna@acme.example', slackId: 'U0ANNA' },
      ben: { name: 'Ben', email: 'ben@acme.example', slackId: 'U0BEN', publicKey: 'ab'.repeat(32) },
      cara: { name: 'Cara', email: 'cara@acme.example', slackId: 'U0CARA', roles: ['leadership'] },
    },
    roles: { 'incident-commander': { people: ['cara'], slackUserGroup: '@commanders' } },
    drillNetworks: {
      drills: {
        account: 'main',
        region: 'eu-west-1',
        vpcId: 'vpc-d1',
        subnetGroup: 'drills',
        securityGroupId: 'sg-d1',
        probeSecurityGroupId: 'sg-d2',
      },
    },
    services: {
      login: service({ tier: 0 }),
      shop: service({ tier: 1, dependencies: ['login'], resources: [instance()] }),
    },
  };
}

function service(more: Draft): Draft {
  return {
    name: 'A service',
    tier: 1,
    owner: 'anna',
    champion: 'ben',
    slackChannel: 'C0SHOP',
    documents: [{ kind: 'recovery', path: 'docs/recovery.md' }],
    impactAssessment: {
      document: 'docs/impact.md',
      date: '2026-01-10',
      owner: 'cara',
      maximumTolerableDowntime: '12h',
    },
    resources: [bucket()],
    ...more,
  };
}

export function instance(): Draft {
  return {
    name: 'orders-db',
    kind: 'rds-instance',
    account: 'main',
    region: 'eu-west-1',
    identifier: 'orders-prod',
    database: 'orders',
    productionVpcIds: ['vpc-p1'],
    backups: { expect: { pitr: true, snapshotEvery: '24h', retentionDays: 30 } },
    drillNetwork: 'drills',
    source: { userEnv: 'ORDERS_USER', passwordEnv: 'ORDERS_PASSWORD' },
    sentinel: true,
    checks: [{ check: 'connect' }, { check: 'row-count', table: 'orders', tolerancePercent: 1 }],
    smoke: { sql: 'SELECT count(*) FROM orders', expect: { atLeast: 1 } },
    hotQueries: [{ name: 'newest orders', sql: 'SELECT id FROM orders ORDER BY id DESC LIMIT 10', usableP95Ms: 50 }],
  };
}

export function bucket(): Draft {
  return {
    name: 'files',
    kind: 's3-bucket',
    account: 'main',
    region: 'eu-west-1',
    identifier: 'acme-files',
    backups: { expect: { pitr: true, retentionDays: 30 } },
  };
}

/** The draft as YAML, after a change. */
export function textWith(change: (draft: Draft) => void = () => undefined): string {
  const draft = draftCatalog();
  change(draft);
  return stringify(draft);
}

export const loadWith = (change?: (draft: Draft) => void, onDate = '2026-06-01'): LoadedCatalog =>
  parseCatalog(textWith(change), 'catalog.yaml', { onDate });

/** What is wrong with a draft after a change; empty when it loads. */
export const problemsWith = (change: (draft: Draft) => void): readonly CatalogProblem[] => problemsOf(textWith(change));

export function problemsOf(text: string): readonly CatalogProblem[] {
  try {
    parseCatalog(text, 'catalog.yaml');
    return [];
  } catch (error) {
    if (error instanceof CatalogError) return error.problems;
    throw error;
  }
}

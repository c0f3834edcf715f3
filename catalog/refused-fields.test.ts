import { describe, expect, test } from 'vitest';
import { problemsWith } from './testing.ts';
import type { Draft } from './testing.ts';

describe('what every field refuses', () => {
  test.each<[string, (draft: Draft) => void, string, string]>([
    [
      'a duration without a unit',
      (d) => (d['organisation'].policies.sentinelEvery = 60),
      'organisation.policies.sentinelEvery',
      'a duration',
    ],
    [
      'a duration of nothing',
      (d) => (d['organisation'].policies.sentinelEvery = '0s'),
      'organisation.policies.sentinelEvery',
      'a duration',
    ],
    [
      'a freeze that ends before it begins',
      (d) =>
        (d['organisation'].policies.freezes = [
          { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z', reason: 'x' },
        ]),
      'organisation.policies.freezes[0].to',
      'ends after it begins',
    ],
    [
      'a moment without a zone',
      (d) =>
        (d['organisation'].policies.freezes = [
          { from: '2026-02-01T00:00:00', to: '2026-03-01T00:00:00Z', reason: 'x' },
        ]),
      'organisation.policies.freezes[0].from',
      'a moment with its zone',
    ],
    [
      'a role that does not exist',
      (d) => (d['people'].cara.roles = ['boss']),
      'people.cara.roles[0]',
      'one of the roles',
    ],
    [
      'a seat that nobody may take',
      (d) => (d['organisation'].policies.gate = { seats: [[]] }),
      'organisation.policies.gate.seats[0]',
      'at least one role',
    ],
    ['a name with capitals', (d) => (d['people'].Anna = d['people'].anna), 'people.Anna', 'lower-case'],
    [
      'an account id that lost its quotes',
      (d) => (d['accounts'].main.id = 222_222_222_222),
      'accounts.main.id',
      'in quotes',
    ],
    [
      'a role ARN that is a user',
      (d) => (d['accounts'].main.roles.read = 'arn:aws:iam::222222222222:user/me'),
      'accounts.main.roles.read',
      'the ARN of an IAM role',
    ],
    [
      'a Slack name where an id is needed',
      (d) => (d['people'].anna.slackId = '@anna'),
      'people.anna.slackId',
      'a Slack member id',
    ],
    [
      'a channel without its #',
      (d) => (d['services'].shop.slackChannel = 'shop'),
      'services.shop.slackChannel',
      'a Slack channel',
    ],
    [
      'a public key that is too short',
      (d) => (d['people'].ben.publicKey = 'abcd'),
      'people.ben.publicKey',
      'an Ed25519 public key',
    ],
    ['an e-mail address without @', (d) => (d['people'].ben.email = 'ben'), 'people.ben.email', 'an e-mail address'],
    ['a role held by nobody', (d) => (d['roles'] = { sre: {} }), 'roles.sre', 'people, slackUserGroup, or both'],
    [
      'two second channels at once',
      (d) => (d['organisation'].secondChannel.webhookUrl = 'https://hooks.acme.example'),
      'organisation.secondChannel',
      'either webhookUrl or webhookUrlEnv',
    ],
    [
      'a kind of resource that is not known',
      (d) => (d['services'].shop.resources[0].kind = 'dynamodb-table'),
      'services.shop.resources[0].kind',
      'one of the kinds rds-instance',
    ],
    [
      'a resource without any check',
      (d) => (d['services'].shop.resources[0].checks = []),
      'services.shop.resources[0].checks',
      'at least one check',
    ],
    [
      'a check that is not known',
      (d) => (d['services'].shop.resources[0].checks = [{ check: 'ping' }]),
      'services.shop.resources[0].checks[0].check',
      'one of: connect',
    ],
    [
      'a smoke query that changes something',
      (d) => (d['services'].shop.resources[0].smoke.sql = 'DELETE FROM orders'),
      'services.shop.resources[0].smoke.sql',
      'one reading SQL statement',
    ],
    [
      'two statements in one',
      (d) => (d['services'].shop.resources[0].smoke.sql = 'SELECT 1; DROP TABLE orders'),
      'services.shop.resources[0].smoke.sql',
      'without a semicolon',
    ],
    [
      'an expectation of nothing',
      (d) => (d['services'].shop.resources[0].smoke.expect = {}),
      'services.shop.resources[0].smoke.expect',
      'proves nothing',
    ],
    [
      'an expectation that nothing can meet',
      (d) => (d['services'].shop.resources[0].smoke.expect = { atLeast: 5, atMost: 4 }),
      'services.shop.resources[0].smoke.expect',
      'not above atMost',
    ],
    [
      'a sentinel and a newestRow',
      (d) => (d['services'].shop.resources[0].newestRow = { sql: 'SELECT now()' }),
      'services.shop.resources[0].newestRow',
      'either sentinel or newestRow',
    ],
    [
      'an exception without an approver',
      (d) => (d['services'].shop.exception = { rto: '9h', rpo: '2h', until: '2026-12-31', reason: 'x' }),
      'services.shop.exception.approver',
      'a name',
    ],
    [
      'an exception that ends before it begins',
      (d) =>
        (d['services'].shop.exception = {
          rto: '9h',
          rpo: '2h',
          from: '2027-01-01',
          until: '2026-12-31',
          approver: 'cara',
          reason: 'x',
        }),
      'services.shop.exception.until',
      'not before the first',
    ],
    [
      'a document that is neither file nor page',
      (d) => (d['services'].shop.documents = [{ kind: 'recovery' }]),
      'services.shop.documents[0]',
      'one of path, url and confluence',
    ],
    [
      'targets that say nothing',
      (d) => (d['services'].shop.targets = {}),
      'services.shop.targets',
      'rto, rpo, or both',
    ],
  ])('%s', (_what, change, path, expected) => {
    const problem = problemsWith(change).find((candidate) => candidate.path === path);
    expect(problem?.expected).toContain(expected);
  });
});

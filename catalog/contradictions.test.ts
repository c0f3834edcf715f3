import { describe, expect, test } from 'vitest';
import { instance, loadWith, problemsWith } from './testing.ts';
import type { Draft } from './testing.ts';

/** A second account, with a network of its own. */
const secondAccount = (draft: Draft): void => {
  draft['accounts'].drill = {
    id: '333333333333',
    roles: { read: 'arn:aws:iam::333333333333:role/read', isolated: 'arn:aws:iam::333333333333:role/isolated' },
  };
  draft['drillNetworks'].elsewhere = { ...draft['drillNetworks'].drills, account: 'drill' };
};

describe('a catalog that contradicts itself is refused', () => {
  test('with the reason, when copies would go to another account', () => {
    const problems = problemsWith((draft) => {
      secondAccount(draft);
      draft['services'].shop.resources[0].drillNetwork = 'elsewhere';
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain('Restoring into another account is refused for now: automated backups');
    expect(problems[0]?.expected).toBe('a drill network in account main');
  });

  test.each<[string, (draft: Draft) => void, string, string]>([
    [
      'a role of another account',
      (d) => (d['accounts'].main.roles.read = 'arn:aws:iam::999999999999:role/read'),
      'accounts.main.roles.read',
      'another account than 222222222222',
    ],
    [
      'two names for one account',
      (d) => (d['accounts'].again = d['accounts'].main),
      'accounts.again.id',
      'the same id as main',
    ],
    [
      'evidence in an unknown account',
      (d) => (d['organisation'].evidence.accountId = '999999999999'),
      'organisation.evidence.accountId',
      'is not declared',
    ],
    [
      'evidence that no role may write',
      (d) => delete d['accounts'].main.roles.evidence,
      'accounts.main.roles',
      'names no role that may write',
    ],
    [
      'two people behind one Slack id',
      (d) => (d['people'].ben.slackId = 'U0ANNA'),
      'people.ben.slackId',
      'a click would count for either',
    ],
    [
      'two people with one key',
      (d) => (d['people'].cara.publicKey = d['people'].ben.publicKey),
      'people.cara.publicKey',
      'a signature would count for either',
    ],
    [
      'a gate that ends before it escalates',
      (d) => (d['organisation'].policies.gate = { finalDeadline: '8h' }),
      'organisation.policies.gate.finalDeadline',
      'not after its last escalation',
    ],
    [
      'an exercise that ends before it escalates',
      (d) => (d['organisation'].policies.exercise = { beginWithin: '3d' }),
      'organisation.policies.exercise.beginWithin',
      'must be begun is not longer than its last escalation',
    ],
    [
      'an event of an exercise that escalates before anybody was asked about it again',
      (d) =>
        (d['organisation'].policies.exercise = { escalateUnanswered: [{ after: '20m', roles: ['service-owner'] }] }),
      'organisation.policies.exercise.escalateUnanswered',
      'would escalate before',
    ],
    [
      'a hot-wash that may last longer than its exercise',
      (d) => (d['organisation'].policies.exercise = { closeWithin: '20d' }),
      'organisation.policies.exercise.closeWithin',
      'later than its final deadline',
    ],
    [
      'a drill network outside the allowed Regions',
      (d) => (d['organisation'].policies.allowedRegions = ['eu-central-1']),
      'drillNetworks.drills.region',
      'no drills in eu-west-1',
    ],
    [
      'a shared network against the policy',
      (d) => (d['drillNetworks'].drills.shared = true),
      'drillNetworks.drills.shared',
      'which policy does not allow',
    ],
    [
      'a drill network that is production',
      (d) => (d['services'].shop.resources[0].productionVpcIds = ['vpc-d1']),
      'drillNetworks.drills.vpcId',
      'is a production VPC',
    ],
    [
      'one group for copies and probe',
      (d) => (d['drillNetworks'].drills.probeSecurityGroupId = 'sg-d1'),
      'drillNetworks.drills.probeSecurityGroupId',
      'the same security group',
    ],
    [
      'a service that depends on itself',
      (d) => (d['services'].shop.dependencies = ['shop']),
      'services.shop.dependencies[0]',
      'depends on itself',
    ],
    [
      'a dependency listed twice',
      (d) => (d['services'].shop.dependencies = ['login', 'login']),
      'services.shop.dependencies[1]',
      'listed twice',
    ],
    [
      'a target looser than the tier',
      (d) => (d['services'].shop.targets = { rto: '7h' }),
      'services.shop.targets.rto',
      'must not be looser',
    ],
    [
      'two resources of one name',
      (d) => d['services'].shop.resources.push(instance()),
      'services.shop.resources[1].name',
      'two resources named orders-db',
    ],
    [
      'a network in another Region',
      (d) => {
        d['organisation'].policies.allowedRegions.push('us-east-1');
        d['drillNetworks'].drills.region = 'us-east-1';
      },
      'services.shop.resources[0].drillNetwork',
      'restored in their own Region',
    ],
    [
      'two checks of one name',
      (d) => d['services'].shop.resources[0].checks.push({ check: 'connect' }),
      'services.shop.resources[0].checks[2]',
      'Two checks are named "connect"',
    ],
  ])('%s', (_what, change, path, message) => {
    const problem = problemsWith(change).find((candidate) => candidate.path === path);
    expect(problem?.message).toContain(message);
  });

  test('but a shared network loads when policy allows it', () => {
    const { catalog } = loadWith((draft) => {
      draft['organisation'].policies.sharedVpcAllowed = true;
      draft['drillNetworks'].drills.shared = true;
      draft['services'].shop.resources[0].productionVpcIds = ['vpc-d1'];
    });
    expect(catalog.drillNetworks['drills']?.shared).toBe(true);
  });
});

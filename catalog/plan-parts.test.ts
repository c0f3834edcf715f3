import { expect, test } from 'vitest';
import { testableResourceOf } from './lookup.ts';
import { admissionOf, databaseSpecOf, limitsOf, planNetworkOf, ticketRulesOf } from './plan-parts.ts';
import { loadWith } from './testing.ts';
import type { Draft } from './testing.ts';

const partsOf = (change?: (draft: Draft) => void) => {
  const { catalog } = loadWith(change);
  return { catalog, ...testableResourceOf(catalog, { service: 'shop' }) };
};

test('the database of a plan carries the account id, not our name for the account', () => {
  const { catalog, service, resource } = partsOf();
  expect(databaseSpecOf(catalog, service, resource)).toEqual({
    accountId: '222222222222',
    region: 'eu-west-1',
    service: 'shop',
    resource: 'orders-db',
    identifier: 'orders-prod',
    databaseName: 'orders',
    tls: 'require',
  });
});

test('every VPC that any service calls production counts as production for every drill', () => {
  const { catalog, resource } = partsOf((draft) => {
    draft['services'].login.resources[0].productionVpcIds = ['vpc-a9', 'vpc-p1'];
  });
  expect(planNetworkOf(catalog, resource).productionVpcIds).toEqual(['vpc-a9', 'vpc-p1']);
});

test('the admission gate is required unless the policy waives it for the tier', () => {
  const required = partsOf();
  expect(admissionOf(required.catalog, required.service)).toMatchObject({
    kind: 'required',
    policy: {
      seats: [{ roles: ['service-owner', 'dr-champion', 'incident-commander'] }],
      excludeInitiator: true,
      remindAfterMs: [1_800_000, 7_200_000],
      finalDeadlineMs: 86_400_000,
    },
  });
  const waived = partsOf((draft) => {
    draft['organisation'].policies.admissionGate = { 1: 'waived' };
  });
  expect(admissionOf(waived.catalog, waived.service)).toEqual({
    kind: 'waived',
    reason: 'The policy for tier 1 waives the admission gate of isolated drills.',
  });
});

test('tickets are due by tier', () => {
  const { catalog, service } = partsOf((draft) => {
    draft['organisation'].jira.priorityByTier = { 1: 'High' };
    draft['organisation'].jira.dueInDaysByTier = { 1: 3 };
  });
  expect(ticketRulesOf(catalog, service)).toEqual({
    project: 'DR',
    issueType: 'Task',
    labels: ['firedrill'],
    dueInDays: 3,
    priority: 'High',
  });
});

test('limits have defaults that fit large databases', () => {
  expect(limitsOf(partsOf().catalog)).toMatchObject({
    restoreDeadlineMs: 8 * 3_600_000,
    pollEveryMs: 5000,
    leaseMs: 86_400_000,
  });
});

import { expect, test } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { resourceSupport } from '../catalog/lookup.ts';
import { productionVpcIds } from '../catalog/plan-parts.ts';
import { accountId, network, subnetGroups } from './network.ts';
import * as world from './world.ts';

const file = new URL('catalog.yaml', import.meta.url).pathname;
const { catalog, findings } = await loadCatalog(file, Date.parse('2026-11-22T12:00:00Z'));
const resources = Object.values(catalog.services).flatMap((service) => service.resources);

test('the example catalog loads, and shows what its backups cannot meet outside of the demo', () => {
  expect(findings.map(({ code, service, resource }) => [code, service, resource])).toEqual([
    ['backups-cannot-meet-rpo', 'image-effects', 'effects-db'],
  ]);
});

test('it has something in every tier of the demo, and something that cannot be tested yet', () => {
  expect(
    Object.values(catalog.services)
      .map(({ tier }) => tier)
      .toSorted((a, b) => a - b),
  ).toEqual([0, 1, 2, 3]);
  expect(resources.filter((resource) => !resourceSupport(resource).supported).map(({ kind }) => kind)).toEqual([
    'rds-cluster',
    'rds-cluster',
    's3-bucket',
    's3-bucket',
  ]);
});

test('every person, group and channel of the catalog is in the Slack workspace', () => {
  const users = world.slackWorkspace.users.map(({ id, real_name, email }) => [id, real_name, email]);
  for (const person of Object.values(catalog.people))
    expect(users).toContainEqual([person.slackId, person.name, person.email]);
  const channels = world.slackWorkspace.channels.map(({ id }) => id);
  expect(channels).toContain(catalog.organisation.slack.programmeChannel);
  for (const service of Object.values(catalog.services)) expect(channels).toContain(service.slackChannel);
  const groups = world.slackWorkspace.usergroups.map(({ id }) => id);
  for (const holders of Object.values(catalog.roles))
    if (holders.slackUserGroup !== undefined) expect(groups).toContain(holders.slackUserGroup);
});

test('one person of the workspace is not in the catalog, for clicks that must not count', () => {
  const known = new Set(Object.values(catalog.people).map(({ slackId }) => slackId));
  expect(world.slackWorkspace.users.filter(({ id }) => !known.has(id)).map(({ id }) => id)).toEqual(['U0VICTOR']);
});

test('everybody who may get a ticket is in Jira, and so is the project', () => {
  expect(world.jiraSite.projects.map(({ key }) => key)).toContain(catalog.organisation.jira.project);
  const emails = world.jiraSite.users.map(({ emailAddress }) => emailAddress).toSorted();
  expect(emails).toEqual(
    Object.values(catalog.people)
      .map(({ email }) => email)
      .toSorted(),
  );
});

test('roles, bucket and database of the catalog are in the account', () => {
  const { production } = catalog.accounts;
  expect(production?.id).toBe(accountId);
  const arns = world.iamRoles.map(({ name }) => `arn:aws:iam::${accountId}:role/${name}`);
  expect(Object.values(production?.roles ?? {}).toSorted()).toEqual(arns.toSorted());
  expect(new Set(world.iamRoles.map(({ externalId }) => externalId))).toEqual(new Set([production?.externalId]));
  expect(world.evidenceBucket.Bucket).toBe(catalog.organisation.evidence.bucket);
  expect(resources.map(({ identifier }) => identifier)).toContain(world.issuesInstance.DBInstanceIdentifier);
  expect(subnetGroups.map(({ DBSubnetGroupName }) => DBSubnetGroupName)).toContain(
    world.issuesInstance.DBSubnetGroupName,
  );
  expect(world.kmsKeys.map(({ alias }) => alias)).toContain(world.issuesInstance.KmsKeyId);
});

test('the drill network is isolated as the design defines it, and production is not', () => {
  const drills = catalog.drillNetworks['drills-frankfurt'];
  const routesOf = (vpcId: string | undefined) =>
    network.routeTables.filter(({ VpcId }) => VpcId === vpcId).flatMap(({ Routes = [] }) => Routes);
  expect(routesOf(drills?.vpcId).map(({ GatewayId }) => GatewayId)).toEqual(['local', expect.stringMatching(/^vpce-/)]);
  for (const vpcId of productionVpcIds(catalog))
    expect(routesOf(vpcId).map(({ DestinationCidrBlock }) => DestinationCidrBlock)).toContain('0.0.0.0/0');
  const group = network.securityGroups.find(({ GroupId }) => GroupId === drills?.securityGroupId);
  expect(group?.IpPermissionsEgress).toEqual([]);
  expect(
    group?.IpPermissions?.flatMap(({ UserIdGroupPairs = [] }) => UserIdGroupPairs.map(({ GroupId }) => GroupId)),
  ).toEqual([drills?.probeSecurityGroupId]);
  expect(group?.IpPermissions?.flatMap(({ IpRanges = [] }) => IpRanges)).toEqual([]);
  const subnetGroup = subnetGroups.find(({ DBSubnetGroupName }) => DBSubnetGroupName === drills?.subnetGroup);
  const vpcs = network.subnets
    .filter(({ SubnetId = '' }) => subnetGroup?.SubnetIds.includes(SubnetId))
    .map(({ VpcId }) => VpcId);
  expect(new Set(vpcs)).toEqual(new Set([drills?.vpcId]));
});

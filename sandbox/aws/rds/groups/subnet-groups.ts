import type {
  CreateDBSubnetGroupMessage,
  DBSubnetGroup,
  DBSubnetGroupMessage,
  DeleteDBSubnetGroupMessage,
  DescribeDBSubnetGroupsMessage,
} from '@aws-sdk/client-rds';

import { AwsFault } from '../../service.ts';
import type { NetworkLookup } from '../../service.ts';
import { fault } from '../faults.ts';
import { arnOf, nameFrom } from '../names.ts';
import { filtered, pageOf } from '../paging.ts';
import type { SubnetGroupRecord } from '../records.ts';
import type { Region } from '../store.ts';
import { tagsFrom } from '../tags.ts';

/** The group of that name. `default` exists by itself as long as there is a default VPC: all its subnets. */
export function subnetGroup(region: Region, lookup: NetworkLookup, name: string): SubnetGroupRecord {
  const wanted = nameFrom(name);
  const found =
    region.state.subnetGroups.find((group) => group.name === wanted) ?? defaultGroup(region, lookup, wanted);
  if (found === undefined) throw fault.subnetGroupNotFound(name);
  return found;
}

function defaultGroup(region: Region, lookup: NetworkLookup, name: string): SubnetGroupRecord | undefined {
  const network = lookup.network(region.accountId, region.region);
  if (name !== 'default' || network.defaultVpcId === undefined) return undefined;
  const subnets = network.subnets.filter((subnet) => subnet.vpcId === network.defaultVpcId);
  return {
    name: 'default',
    description: 'default',
    vpcId: network.defaultVpcId,
    subnetIds: subnets.map((subnet) => subnet.subnetId),
    tags: {},
  };
}

/** Zones that the group covers, in the order of its subnets; the first one is where a single instance goes. */
export function zonesOf(region: Region, lookup: NetworkLookup, group: SubnetGroupRecord): string[] {
  const { subnets } = lookup.network(region.accountId, region.region);
  return [
    ...new Set(
      subnets.filter((subnet) => group.subnetIds.includes(subnet.subnetId)).map((each) => each.availabilityZone),
    ),
  ];
}

export function createSubnetGroup(
  region: Region,
  lookup: NetworkLookup,
  input: CreateDBSubnetGroupMessage,
): { DBSubnetGroup: DBSubnetGroup } {
  const name = (input.DBSubnetGroupName ?? '').toLowerCase();
  if (!/^[a-z0-9 ._-]{1,255}$/u.test(name) || name === 'default') {
    throw fault.invalidValue(
      'The parameter DBSubnetGroupName is not valid: 1 to 255 letters, digits, periods, underscores, spaces or hyphens, and not "default".',
    );
  }
  if (region.state.subnetGroups.some((group) => group.name === name)) {
    throw new AwsFault('DBSubnetGroupAlreadyExists', `The DB subnet group '${name}' already exists.`);
  }
  if ((input.DBSubnetGroupDescription ?? '') === '') {
    throw new AwsFault('MissingParameter', 'The request must contain the parameter DBSubnetGroupDescription.');
  }
  const wanted = input.SubnetIds ?? [];
  const { subnets } = lookup.network(region.accountId, region.region);
  const found = subnets.filter((subnet) => wanted.includes(subnet.subnetId));
  const unknown = wanted.filter((id) => !found.some((subnet) => subnet.subnetId === id));
  if (unknown.length > 0 || wanted.length === 0) {
    throw new AwsFault(
      'InvalidSubnet',
      `Some input subnets in :[${wanted.join(', ')}] are invalid: ${unknown.join(', ') || 'none was given'}.`,
    );
  }
  const vpcs = [...new Set(found.map((subnet) => subnet.vpcId))];
  const [vpcId, secondVpcId] = vpcs;
  if (vpcId === undefined || secondVpcId !== undefined) {
    throw new AwsFault('InvalidSubnet', `The subnets are not all in the same VPC: ${vpcs.join(', ')}.`);
  }
  const zones = [...new Set(found.map((subnet) => subnet.availabilityZone))];
  if (zones.length < 2) {
    throw new AwsFault(
      'DBSubnetGroupDoesNotCoverEnoughAZs',
      `The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${zones.join(', ')}. Add subnets to cover at least 2 AZs.`,
    );
  }
  const group: SubnetGroupRecord = {
    name,
    description: input.DBSubnetGroupDescription ?? '',
    subnetIds: found.map((subnet) => subnet.subnetId),
    vpcId,
    tags: tagsFrom(input.Tags),
  };
  region.state.subnetGroups.push(group);
  region.save();
  return { DBSubnetGroup: subnetGroupShape(region, lookup, group) };
}

export function describeSubnetGroups(
  region: Region,
  lookup: NetworkLookup,
  input: DescribeDBSubnetGroupsMessage,
): DBSubnetGroupMessage {
  if (input.DBSubnetGroupName !== undefined) {
    return { DBSubnetGroups: [subnetGroupShape(region, lookup, subnetGroup(region, lookup, input.DBSubnetGroupName))] };
  }
  const implicit = defaultGroup(region, lookup, 'default');
  const all = filtered(
    [...(implicit === undefined ? [] : [implicit]), ...region.state.subnetGroups],
    input.Filters,
    {},
  );
  const { page, ...marker } = pageOf(
    all.sort((a, b) => (a.name < b.name ? -1 : 1)),
    (group) => group.name,
    input,
  );
  return { DBSubnetGroups: page.map((group) => subnetGroupShape(region, lookup, group)), ...marker };
}

export function deleteSubnetGroup(region: Region, input: DeleteDBSubnetGroupMessage): object {
  const name = nameFrom(input.DBSubnetGroupName ?? '');
  const index = region.state.subnetGroups.findIndex((group) => group.name === name);
  if (index === -1) throw fault.subnetGroupNotFound(name);
  if (region.state.instances.some((instance) => instance.settings.subnetGroup === name)) {
    throw new AwsFault(
      'InvalidDBSubnetGroupStateFault',
      `Cannot delete the subnet group '${name}' because at least one database instance is still using it.`,
    );
  }
  region.state.subnetGroups.splice(index, 1);
  region.save();
  return {};
}

export function subnetGroupShape(region: Region, lookup: NetworkLookup, group: SubnetGroupRecord): DBSubnetGroup {
  const { subnets } = lookup.network(region.accountId, region.region);
  return {
    DBSubnetGroupName: group.name,
    DBSubnetGroupDescription: group.description,
    VpcId: group.vpcId,
    SubnetGroupStatus: 'Complete',
    DBSubnetGroupArn: arnOf(region, 'subgrp', group.name),
    SupportedNetworkTypes: ['IPV4'],
    Subnets: group.subnetIds.map((id) => ({
      SubnetIdentifier: id,
      SubnetStatus: 'Active',
      SubnetOutpost: {},
      SubnetAvailabilityZone: { Name: subnets.find((subnet) => subnet.subnetId === id)?.availabilityZone },
    })),
  };
}

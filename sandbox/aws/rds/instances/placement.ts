import { AwsFault } from '../../service.ts';
import type { Rds } from '../context.ts';
import { fault } from '../faults.ts';
import { subnetGroup, zonesOf } from '../groups/subnet-groups.ts';
import type { InstanceSettings } from '../records.ts';
import type { Region } from '../store.ts';

interface PlacementRequest {
  readonly DBSubnetGroupName?: string | undefined;
  readonly VpcSecurityGroupIds?: string[] | undefined;
  readonly AvailabilityZone?: string | undefined;
  readonly MultiAZ?: boolean | undefined;
  readonly PubliclyAccessible?: boolean | undefined;
}

type Placement = Pick<
  InstanceSettings,
  | 'subnetGroup'
  | 'vpcSecurityGroupIds'
  | 'availabilityZone'
  | 'secondaryAvailabilityZone'
  | 'multiAz'
  | 'publiclyAccessible'
>;

/**
 * Where an instance goes when a request says it, and where RDS puts it when it does not: default subnet group, the VPC's
 * default security group, one zone, and public if the default VPC holds it.
 */
export function placementOf(rds: Rds, region: Region, input: PlacementRequest): Placement {
  const network = rds.network.network(region.accountId, region.region);
  if (input.DBSubnetGroupName === undefined && network.defaultVpcId === undefined) {
    throw new AwsFault('InvalidVPCNetworkStateFault', 'No default VPC for this user. Specify a DB subnet group.');
  }
  const group = subnetGroup(region, rds.network, input.DBSubnetGroupName ?? 'default');
  const zones = zonesOf(region, rds.network, group);
  const multiAz = input.MultiAZ ?? false;
  if (multiAz && input.AvailabilityZone !== undefined) {
    throw fault.invalidCombination('Requesting a specific availability zone is not valid for Multi-AZ instances.');
  }
  const zone = input.AvailabilityZone ?? zones[0];
  if (zone === undefined || !zones.includes(zone)) {
    throw new AwsFault(
      'InvalidVPCNetworkStateFault',
      `Cannot create a DB instance in ${zone ?? 'any zone'} because no subnets of DB subnet group '${group.name}' exist in that availability zone.`,
    );
  }
  const second = zones.find((each) => each !== zone);
  if (multiAz && second === undefined) {
    throw new AwsFault(
      'DBSubnetGroupDoesNotCoverEnoughAZs',
      `DB Subnet Group doesn't meet availability zone coverage requirement for Multi-AZ.`,
    );
  }
  return {
    subnetGroup: group.name,
    vpcSecurityGroupIds: securityGroups(rds, region, group.vpcId, input.VpcSecurityGroupIds),
    availabilityZone: zone,
    ...(multiAz && second !== undefined ? { secondaryAvailabilityZone: second } : {}),
    multiAz,
    publiclyAccessible: input.PubliclyAccessible ?? group.vpcId === network.defaultVpcId,
  };
}

/** Checked to exist and to lie in the instance's VPC; the VPC's group named `default` when none is given. */
export function securityGroups(
  rds: Rds,
  region: Region,
  vpcId: string,
  wanted: readonly string[] | undefined,
): string[] {
  const { securityGroups: known } = rds.network.network(region.accountId, region.region);
  if (wanted === undefined || wanted.length === 0) {
    const own = known.find((group) => group.vpcId === vpcId && group.groupName === 'default');
    return own === undefined ? [] : [own.groupId];
  }
  for (const id of wanted) {
    const found = known.find((group) => group.groupId === id);
    if (found === undefined) throw fault.invalidValue(`Invalid security group , groupId= ${id}, groupName=.`);
    if (found.vpcId !== vpcId) {
      throw fault.invalidCombination(
        `The DB instance and EC2 security group are in different VPCs. The DB instance is in ${vpcId} and the EC2 security group is in ${found.vpcId}`,
      );
    }
  }
  return [...wanted];
}

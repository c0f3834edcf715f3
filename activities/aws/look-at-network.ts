import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpnGatewaysCommand,
} from '@aws-sdk/client-ec2';
import { DescribeDBSubnetGroupsCommand } from '@aws-sdk/client-rds';
import type { DrillNetwork } from '../../domain/restore-plan.ts';
import type { AwsClients } from './aws-clients.ts';
import { isAwsCode } from './aws-faults.ts';
import type { InstanceLookup } from './describe-batch.ts';
import type { NetworkFacts } from './isolation.ts';

/** EC2 pages by token; every call at the shared pace, and shared with the runs that look at the same network just now. */
export async function lookAtNetwork(
  deps: { clients: AwsClients; instances: InstanceLookup },
  network: DrillNetwork,
  sourceVpcId: string,
): Promise<NetworkFacts> {
  const ec2 = deps.clients.ec2(network);
  const inVpc = [{ Name: 'vpc-id', Values: [network.vpcId] }];

  const pages = async <T>(
    doing: string,
    of: readonly string[],
    read: (token: { NextToken?: string }) => Promise<{ items: readonly T[] | undefined; next: string | undefined }>,
  ): Promise<T[]> => {
    const all: T[] = [];
    let token: string | undefined;
    do {
      const at = token === undefined ? {} : { NextToken: token };
      const page = await deps.instances.together(network, { doing, of: [...of, token] }, () => read(at));
      all.push(...(page.items ?? []));
      token = page.next;
    } while (token !== undefined && token !== '');
    return all;
  };

  const subnetsOfGroup = async () => {
    const group = await subnetGroup(deps, network);
    const subnetIds = (group?.Subnets ?? []).flatMap((subnet) => subnet.SubnetIdentifier ?? []);
    if (subnetIds.length === 0) return { group, subnets: [] };
    const subnets = await pages('reading the drill subnets', subnetIds, async () => {
      const page = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: subnetIds }));
      return { items: page.Subnets, next: page.NextToken };
    });
    return { group, subnets };
  };
  const peeringsBy = (side: 'requester' | 'accepter') =>
    pages('reading VPC peerings', [side, network.vpcId], async (at) => {
      const page = await ec2.send(
        new DescribeVpcPeeringConnectionsCommand({
          Filters: [{ Name: `${side}-vpc-info.vpc-id`, Values: [network.vpcId] }],
          ...at,
        }),
      );
      return { items: page.VpcPeeringConnections, next: page.NextToken };
    });
  const [{ group, subnets }, routeTables, requested, accepted, transitGatewayAttachments, vpnGateways, groupsIn] =
    await Promise.all([
      subnetsOfGroup(),
      pages('reading the drill VPC’s route tables', [network.vpcId], async (at) => {
        const page = await ec2.send(new DescribeRouteTablesCommand({ Filters: inVpc, ...at }));
        return { items: page.RouteTables, next: page.NextToken };
      }),
      peeringsBy('requester'),
      peeringsBy('accepter'),
      pages('reading transit gateway attachments', [network.vpcId], async (at) => {
        const page = await ec2.send(new DescribeTransitGatewayVpcAttachmentsCommand({ Filters: inVpc, ...at }));
        return { items: page.TransitGatewayVpcAttachments, next: page.NextToken };
      }),
      pages('reading VPN gateways', [network.vpcId], async () => {
        const page = await ec2.send(
          new DescribeVpnGatewaysCommand({ Filters: [{ Name: 'attachment.vpc-id', Values: [network.vpcId] }] }),
        );
        return { items: page.VpnGateways, next: undefined };
      }),
      pages('reading the drill VPC’s security groups', [network.vpcId], async (at) => {
        const page = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: inVpc, ...at }));
        return { items: page.SecurityGroups, next: page.NextToken };
      }),
    ]);
  return {
    sourceVpcId,
    subnetGroupVpcId: group?.VpcId,
    subnets,
    routeTables,
    peerings: [...requested, ...accepted],
    transitGatewayAttachments,
    vpnGateways,
    drillGroup: groupsIn.find((one) => one.GroupId === network.securityGroupId),
    otherGroups: groupsIn.filter((one) => one.GroupId !== network.securityGroupId),
  };
}

/** The drill's subnet group; undefined when RDS has none of that name. */
async function subnetGroup(deps: { clients: AwsClients; instances: InstanceLookup }, network: DrillNetwork) {
  try {
    const look = { doing: `reading the subnet group ${network.subnetGroup}`, of: [] };
    const reply = await deps.instances.together(network, look, () =>
      deps.clients.rds(network).send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: network.subnetGroup })),
    );
    return reply.DBSubnetGroups?.[0];
  } catch (error) {
    if (error instanceof Error && isAwsCode(error.cause, 'DBSubnetGroupNotFound')) return undefined;
    throw error;
  }
}

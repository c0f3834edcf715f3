import type {
  IpPermission,
  RouteTable,
  SecurityGroup,
  Subnet,
  TransitGatewayVpcAttachment,
  VpcPeeringConnection,
  VpnGateway,
} from '@aws-sdk/client-ec2';
import type { DrillNetwork } from '../../domain/restore-plan.ts';
import { cidrsOverlap } from './cidr.ts';

/** What EC2 and RDS say about a drill network; everything that isolation is judged by. */
export interface NetworkFacts {
  /** VPC of the database under test. */
  readonly sourceVpcId: string;
  readonly subnetGroupVpcId: string | undefined;
  readonly subnets: readonly Subnet[];
  /** All route tables of the drill VPC. */
  readonly routeTables: readonly RouteTable[];
  readonly peerings: readonly VpcPeeringConnection[];
  readonly transitGatewayAttachments: readonly TransitGatewayVpcAttachment[];
  readonly vpnGateways: readonly VpnGateway[];
  readonly drillGroup: SecurityGroup | undefined;
  /** All other groups of the VPC; looked at only when the VPC is shared. */
  readonly otherGroups: readonly SecurityGroup[];
}

/**
 * Why a network is not isolated, each in words; empty means isolated.
 *
 * The rule of design section 6: the drill VPC is not a production VPC; its routes are only `local` and gateway
 * endpoints; no peering, transit gateway or VPN; the drill security group has no egress and lets in only the probe's
 * group. In a shared VPC: the same rule for the group, and no other group admits the drill's addresses.
 */
export function whyNotIsolated(network: DrillNetwork, facts: NetworkFacts): readonly string[] {
  return [
    ...(network.shared ? othersThatAdmit(network, facts) : roadsOut(network, facts)),
    ...misplacedSubnets(network, facts),
    ...groupHoles(network, facts.drillGroup),
  ];
}

function roadsOut(network: DrillNetwork, facts: NetworkFacts): string[] {
  const reasons: string[] = [];
  if (network.productionVpcIds.includes(network.vpcId))
    reasons.push(`${network.vpcId} is declared as a production VPC`);
  if (facts.sourceVpcId === network.vpcId) reasons.push(`the database under test lives in ${network.vpcId} itself`);
  for (const table of tablesOf(facts)) {
    for (const route of table.Routes ?? []) {
      if (route.GatewayId === 'local' || route.GatewayId?.startsWith('vpce-')) continue;
      const to =
        route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? 'somewhere';
      const by =
        route.GatewayId ??
        route.NatGatewayId ??
        route.TransitGatewayId ??
        route.VpcPeeringConnectionId ??
        route.EgressOnlyInternetGatewayId ??
        route.NetworkInterfaceId ??
        'an unknown target';
      reasons.push(`route table ${table.RouteTableId ?? '?'} leads to ${to} through ${by}`);
    }
  }
  for (const one of facts.peerings) {
    if (!over.has(one.Status?.Code ?? ''))
      reasons.push(`VPC peering ${one.VpcPeeringConnectionId ?? '?'} is ${one.Status?.Code ?? 'there'}`);
  }
  for (const one of facts.transitGatewayAttachments) {
    if (!over.has(one.State ?? ''))
      reasons.push(`transit gateway attachment ${one.TransitGatewayAttachmentId ?? '?'} is ${one.State ?? 'there'}`);
  }
  for (const one of facts.vpnGateways) {
    const here = one.VpcAttachments?.find((attachment) => attachment.VpcId === network.vpcId);
    if (here !== undefined && !over.has(here.State ?? ''))
      reasons.push(`VPN gateway ${one.VpnGatewayId ?? '?'} is ${here.State ?? 'attached'}`);
  }
  return reasons;
}

/** States in which a connection leads nowhere any more. */
const over = new Set([
  'deleted',
  'deleting',
  'rejected',
  'rejecting',
  'expired',
  'failed',
  'failing',
  'detached',
  'detaching',
]);

/** The tables that the drill's subnets use: their own, or the VPC's main one. */
function tablesOf(facts: NetworkFacts): RouteTable[] {
  const main = facts.routeTables.filter((table) =>
    table.Associations?.some((association) => association.Main === true),
  );
  const used = facts.subnets.flatMap((subnet) => {
    const own = facts.routeTables.filter((table) =>
      table.Associations?.some((association) => association.SubnetId === subnet.SubnetId),
    );
    return own.length > 0 ? own : main;
  });
  return [...new Set(used)];
}

function misplacedSubnets(network: DrillNetwork, facts: NetworkFacts): string[] {
  const reasons: string[] = [];
  if (facts.subnetGroupVpcId !== network.vpcId) {
    reasons.push(
      `the subnet group ${network.subnetGroup} lies in ${facts.subnetGroupVpcId ?? 'no VPC'}, not in ${network.vpcId}`,
    );
  }
  if (facts.subnets.length === 0)
    reasons.push(`the subnet group ${network.subnetGroup} has no subnet that could be looked at`);
  const elsewhere = facts.subnets.filter((subnet) => subnet.VpcId !== network.vpcId);
  if (elsewhere.length > 0)
    reasons.push(`subnets ${elsewhere.map((subnet) => subnet.SubnetId).join(', ')} are not in ${network.vpcId}`);
  if (!network.shared && facts.routeTables.length === 0)
    reasons.push(`${network.vpcId} shows no route table, so its roads out are not known`);
  return reasons;
}

function groupHoles(network: DrillNetwork, group: SecurityGroup | undefined): string[] {
  const id = network.securityGroupId;
  if (group === undefined) return [`the drill security group ${id} does not exist`];
  const reasons: string[] = [];
  if (group.VpcId !== network.vpcId)
    reasons.push(`the drill security group ${id} belongs to ${group.VpcId ?? 'no VPC'}, not to ${network.vpcId}`);
  if (!(group.IpPermissionsEgress ?? []).every(leadsNowhere))
    reasons.push(`the drill security group ${id} has egress rules; it must have none`);
  let admitsProbe = false;
  for (const permission of group.IpPermissions ?? []) {
    const ranges = [
      ...(permission.IpRanges ?? []).map((range) => range.CidrIp ?? '?'),
      ...(permission.Ipv6Ranges ?? []).map((range) => range.CidrIpv6 ?? '?'),
      ...(permission.PrefixListIds ?? []).map((list) => list.PrefixListId ?? '?'),
    ];
    if (ranges.length > 0) reasons.push(`the drill security group ${id} lets in ${ranges.join(', ')}`);
    for (const pair of permission.UserIdGroupPairs ?? []) {
      if (pair.GroupId === network.probeSecurityGroupId) admitsProbe = true;
      else
        reasons.push(
          `the drill security group ${id} lets in the group ${pair.GroupId ?? '?'}, which is not the probe's`,
        );
    }
  }
  if (!admitsProbe)
    reasons.push(
      `the drill security group ${id} does not let in the probe's group ${network.probeSecurityGroupId}, so the copy could not be looked at`,
    );
  return reasons;
}

/**
 * A rule to 127.0.0.1 alone leads nowhere. CloudFormation cannot make a group without egress, and its documentation gives
 * this rule as the way to say "none" (AWS::EC2::SecurityGroup, SecurityGroupEgress).
 */
const leadsNowhere = (permission: IpPermission): boolean =>
  (permission.IpRanges ?? []).every((range) => range.CidrIp === '127.0.0.1/32') &&
  (permission.Ipv6Ranges ?? []).length === 0 &&
  (permission.PrefixListIds ?? []).length === 0 &&
  (permission.UserIdGroupPairs ?? []).length === 0;

/** In a shared VPC only groups isolate: nothing there may accept what comes from the drill's addresses. */
function othersThatAdmit(network: DrillNetwork, facts: NetworkFacts): string[] {
  const drillCidrs = facts.subnets
    .flatMap((subnet) => [
      subnet.CidrBlock,
      ...(subnet.Ipv6CidrBlockAssociationSet ?? []).map((one) => one.Ipv6CidrBlock),
    ])
    .filter((cidr) => cidr !== undefined);
  return facts.otherGroups.flatMap((group) => {
    const how = (group.IpPermissions ?? []).flatMap((permission) => [
      ...(permission.UserIdGroupPairs ?? []).flatMap((pair) =>
        pair.GroupId === network.securityGroupId ? ['the drill group'] : [],
      ),
      ...[
        ...(permission.IpRanges ?? []).map((range) => range.CidrIp),
        ...(permission.Ipv6Ranges ?? []).map((range) => range.CidrIpv6),
      ].flatMap((cidr) => (cidr !== undefined && drillCidrs.some((drill) => cidrsOverlap(cidr, drill)) ? [cidr] : [])),
      // What a prefix list holds is not looked up; not knowing is not isolated.
      ...(permission.PrefixListIds ?? []).map((list) => `prefix list ${list.PrefixListId ?? '?'}`),
    ]);
    return how.length === 0
      ? []
      : [
          `security group ${group.GroupId ?? '?'} in the shared VPC admits the drill's addresses (${[...new Set(how)].join(', ')})`,
        ];
  });
}

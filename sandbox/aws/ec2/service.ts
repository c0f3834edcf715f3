import type { IpPermission, SecurityGroup, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { StateFile } from '../../kit/state-file.ts';
import type { AwsService, CallContext, Network, NetworkLookup } from '../service.ts';
import type { DescribeInput } from './describe.ts';
import { describe } from './describe.ts';
import { checkNetworkDocument, checkReferences, emptyNetwork, mergeNetworks } from './network-document.ts';
import type { NetworkDocument } from './network-state.ts';
import { completeNetwork, defaultNetwork, idOf, zoneId, zoneLetters } from './network-state.ts';
import { availabilityZones, describeCalls, securityGroupRules } from './shapes.ts';

export interface Ec2ServiceOptions {
  /** Where the networks are kept over a restart; in memory only when left out. */
  readonly statePath?: string;
}

/** Describe calls over a network that control sets; nothing here can be created through EC2 itself. */
export function createEc2Service(options: Ec2ServiceOptions = {}): AwsService & NetworkLookup {
  const networks = new Networks(options.statePath);
  const set = (context: CallContext, document: NetworkDocument) => {
    checkReferences(document);
    networks.set(context.accountId, context.region, document);
    return Promise.resolve(networks.get(context.accountId, context.region));
  };
  const operations: Record<string, (input: DescribeInput, context: CallContext) => Promise<object>> = {
    DescribeSecurityGroupRules: (input, context) => {
      const rules = networks
        .get(context.accountId, context.region)
        .securityGroups.flatMap((group) => rulesOf(group, context));
      return Promise.resolve(describe(rules, input, securityGroupRules));
    },
    DescribeAvailabilityZones: (input, { region }) =>
      Promise.resolve(describe(zonesOf(region), input, availabilityZones)),
  };
  for (const [name, shape] of Object.entries(describeCalls)) {
    operations[name] = (input, { accountId, region }) =>
      Promise.resolve(describe(networks.get(accountId, region)[shape.collection], input, shape));
  }
  return {
    operations,
    control: {
      'GET network': (_body: unknown, { accountId, region }) => Promise.resolve(networks.get(accountId, region)),
      'PUT network': async (body: unknown, context) => set(context, { ...emptyNetwork, ...checkNetworkDocument(body) }),
      'PATCH network': async (body: unknown, context) =>
        set(context, mergeNetworks(networks.raw(context.accountId, context.region), checkNetworkDocument(body))),
    },
    network: (accountId, region) => summary(networks.get(accountId, region), region),
    reset: (accountId) => {
      networks.reset(accountId);
      return Promise.resolve();
    },
  };
}

class Networks {
  readonly #file: StateFile<Record<string, NetworkDocument>> | undefined;
  readonly #set: Record<string, NetworkDocument>;

  constructor(path: string | undefined) {
    this.#file = path === undefined ? undefined : new StateFile(path);
    this.#set = this.#file?.read() ?? {};
  }

  /** As control set it. */
  raw(accountId: string, region: string): NetworkDocument {
    return this.#set[`${accountId}/${region}`] ?? defaultNetwork(accountId, region);
  }

  /** With what every real network has besides. */
  get(accountId: string, region: string): NetworkDocument {
    return completeNetwork(this.raw(accountId, region), accountId, region);
  }

  set(accountId: string, region: string, document: NetworkDocument): void {
    this.#set[`${accountId}/${region}`] = document;
    this.#file?.write(this.#set);
  }

  reset(accountId: string): void {
    for (const place of Object.keys(this.#set)) if (place.startsWith(`${accountId}/`)) delete this.#set[place];
    this.#file?.write(this.#set);
  }
}

function summary(document: NetworkDocument, region: string): Network {
  const vpcs = document.vpcs.map((vpc) => ({
    vpcId: vpc.VpcId ?? '',
    cidrBlock: vpc.CidrBlock ?? '',
    isDefault: vpc.IsDefault ?? false,
  }));
  const securityGroups = document.securityGroups.map((group) => ({
    groupId: group.GroupId ?? '',
    groupName: group.GroupName ?? '',
    vpcId: group.VpcId ?? '',
  }));
  const defaultVpcId = vpcs.find((vpc) => vpc.isDefault)?.vpcId;
  const defaultGroup = securityGroups.find((group) => group.vpcId === defaultVpcId && group.groupName === 'default');
  return {
    vpcs,
    subnets: document.subnets.map((subnet) => ({
      subnetId: subnet.SubnetId ?? '',
      vpcId: subnet.VpcId ?? '',
      availabilityZone: subnet.AvailabilityZone ?? '',
      cidrBlock: subnet.CidrBlock ?? '',
    })),
    securityGroups,
    availabilityZones: zoneLetters.map((letter) => `${region}${letter}`),
    ...(defaultVpcId !== undefined && { defaultVpcId }),
    ...(defaultGroup && { defaultSecurityGroupId: defaultGroup.groupId }),
  };
}

function zonesOf(region: string): readonly object[] {
  return zoneLetters.map((letter) => ({
    ZoneName: `${region}${letter}`,
    ZoneId: zoneId(`${region}${letter}`, region),
    ZoneType: 'availability-zone',
    RegionName: region,
    GroupName: `${region}-zg-1`,
    NetworkBorderGroup: region,
    OptInStatus: 'opt-in-not-required',
    State: 'available',
    Messages: [],
  }));
}

/** EC2 shows each range, prefix list or group of a permission as a rule of its own. */
function rulesOf(group: SecurityGroup, context: CallContext): readonly SecurityGroupRule[] {
  const both = [
    ...(group.IpPermissions ?? []).map((permission) => ({ permission, IsEgress: false })),
    ...(group.IpPermissionsEgress ?? []).map((permission) => ({ permission, IsEgress: true })),
  ];
  return both.flatMap(({ permission, IsEgress }) =>
    targetsOf(permission, context).map((target) => {
      const identity = JSON.stringify([
        IsEgress,
        permission.IpProtocol,
        permission.FromPort,
        permission.ToPort,
        target,
      ]);
      const SecurityGroupRuleId = idOf('sgr', group.GroupId ?? '', identity);
      return {
        SecurityGroupRuleId,
        SecurityGroupRuleArn: `arn:aws:ec2:${context.region}:${context.accountId}:security-group-rule/${SecurityGroupRuleId}`,
        GroupId: group.GroupId,
        GroupOwnerId: group.OwnerId,
        IsEgress,
        IpProtocol: permission.IpProtocol,
        // Minus one is how EC2 says "all ports" here, where a permission leaves them out.
        FromPort: permission.FromPort ?? -1,
        ToPort: permission.ToPort ?? -1,
        Tags: [],
        ...target,
      };
    }),
  );
}

function targetsOf(permission: IpPermission, context: CallContext): readonly SecurityGroupRule[] {
  return [
    ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) => ({ CidrIpv4: CidrIp, Description })),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => ({ CidrIpv6, Description })),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId, Description }) => ({ PrefixListId, Description })),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId, UserId, Description }) => ({
      ReferencedGroupInfo: { GroupId, UserId: UserId ?? context.accountId },
      Description,
    })),
  ];
}

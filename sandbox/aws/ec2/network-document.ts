import * as ec2 from '@aws-sdk/client-ec2';
import { NormalizedSchema } from '@smithy/core/schema';
import { ControlError } from '../../kit/control.ts';
import type { Collection, NetworkDocument } from './network-state.ts';

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

// Each part of the document, the SDK's schema of its items, and the member that identifies one.
const collections: Readonly<Record<Collection, { readonly schema: SchemaRef; readonly id: string }>> = {
  vpcs: { schema: ec2.Vpc$, id: 'VpcId' },
  subnets: { schema: ec2.Subnet$, id: 'SubnetId' },
  routeTables: { schema: ec2.RouteTable$, id: 'RouteTableId' },
  peerings: { schema: ec2.VpcPeeringConnection$, id: 'VpcPeeringConnectionId' },
  securityGroups: { schema: ec2.SecurityGroup$, id: 'GroupId' },
  vpcEndpoints: { schema: ec2.VpcEndpoint$, id: 'VpcEndpointId' },
  transitGatewayAttachments: { schema: ec2.TransitGatewayVpcAttachment$, id: 'TransitGatewayAttachmentId' },
  vpnGateways: { schema: ec2.VpnGateway$, id: 'VpnGatewayId' },
  vpnConnections: { schema: ec2.VpnConnection$, id: 'VpnConnectionId' },
  internetGateways: { schema: ec2.InternetGateway$, id: 'InternetGatewayId' },
  networkInterfaces: { schema: ec2.NetworkInterface$, id: 'NetworkInterfaceId' },
};

export const collectionNames = Object.keys(collections) as readonly Collection[];

export const emptyNetwork: NetworkDocument = {
  vpcs: [],
  subnets: [],
  routeTables: [],
  peerings: [],
  securityGroups: [],
  vpcEndpoints: [],
  transitGatewayAttachments: [],
  vpnGateways: [],
  vpnConnections: [],
  internetGateways: [],
  networkInterfaces: [],
};

/**
 * Checks a document against the SDK's own shapes, so that a misspelt member is not silently missing from a reply.
 *
 * @throws ControlError with every problem and its path
 */
export function checkNetworkDocument(body: unknown): Partial<NetworkDocument> {
  const problems: string[] = [];
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ControlError('The network document must be a JSON object.');
  for (const [name, items] of Object.entries(body)) {
    if (!Object.hasOwn(collections, name)) {
      problems.push(`${name}: not a part of the network document; it has ${collectionNames.join(', ')}`);
      continue;
    }
    const { schema, id } = collections[name as Collection];
    if (!Array.isArray(items)) {
      problems.push(`${name}: must be a list`);
      continue;
    }
    items.forEach((item: unknown, index) => {
      checkShape(NormalizedSchema.of(schema), item, `${name}.${index}`, problems);
      if (idIn(item, id) === undefined) problems.push(`${name}.${index}.${id}: is missing`);
    });
  }
  if (problems.length > 0) throw new ControlError(`The network document is not usable: ${problems.join('; ')}`);
  return body;
}

/** Later items replace earlier ones with the same id; the rest stays. */
export function mergeNetworks(base: NetworkDocument, changes: Partial<NetworkDocument>): NetworkDocument {
  const merged: Record<string, readonly object[]> = { ...base };
  for (const name of collectionNames) {
    const { id } = collections[name];
    const added: readonly object[] = changes[name] ?? [];
    const replaced = new Set(added.map((item) => idIn(item, id)));
    merged[name] = [...base[name].filter((item) => !replaced.has(idIn(item, id))), ...added];
  }
  return merged as unknown as NetworkDocument;
}

/** @throws ControlError when something lies in a VPC or belongs to a group that the network does not have */
export function checkReferences(network: NetworkDocument): void {
  const problems: string[] = [];
  const vpcs = new Set(network.vpcs.map((vpc) => vpc.VpcId));
  const subnets = new Set(network.subnets.map((subnet) => subnet.SubnetId));
  const inVpc = [
    'subnets',
    'routeTables',
    'securityGroups',
    'vpcEndpoints',
    'transitGatewayAttachments',
    'networkInterfaces',
  ] as const;
  for (const name of inVpc) {
    network[name].forEach((item, index) => {
      if (!vpcs.has(item.VpcId)) problems.push(`${name}.${index}.VpcId: there is no VPC ${item.VpcId}`);
    });
  }
  network.routeTables.forEach((table, index) => {
    for (const { SubnetId } of table.Associations ?? []) {
      if (SubnetId !== undefined && !subnets.has(SubnetId))
        problems.push(`routeTables.${index}.Associations: there is no subnet ${SubnetId}`);
    }
  });
  if (problems.length > 0) throw new ControlError(`The network does not hang together: ${problems.join('; ')}`);
}

function idIn(item: unknown, id: string): unknown {
  return typeof item === 'object' && item !== null ? (item as Record<string, unknown>)[id] : undefined;
}

function checkShape(schema: NormalizedSchema, value: unknown, path: string, problems: string[]): void {
  if (schema.isStructSchema()) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      problems.push(`${path}: must be an object`);
      return;
    }
    const members = new Map(schema.structIterator());
    for (const [name, field] of Object.entries(value)) {
      const member = members.get(name);
      if (member) checkShape(member, field, `${path}.${name}`, problems);
      else problems.push(`${path}.${name}: ${schema.getName()} has no such member`);
    }
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) problems.push(`${path}: must be a list`);
    else
      value.forEach((item: unknown, index) => checkShape(schema.getValueSchema(), item, `${path}.${index}`, problems));
  } else {
    const expected = schema.isBooleanSchema() ? 'boolean' : schema.isNumericSchema() ? 'number' : 'string';
    if (typeof value !== expected)
      problems.push(`${path}: must be a ${schema.isTimestampSchema() ? 'time as ISO text' : expected}`);
  }
}

import type { DatabaseSpec, DrillNetwork, RestoreLimits, RestorePlan } from '../domain/restore-plan.ts';
import { accountOf, drillNetworkOf } from './lookup.ts';
import type { Catalog, RdsInstance, Service } from './schema.ts';

/** The database under test, in the form that a plan pins. */
export function databaseSpecOf(catalog: Catalog, service: Service, resource: RdsInstance): DatabaseSpec {
  return {
    accountId: accountOf(catalog, resource.account).id,
    region: resource.region,
    service: service.id,
    resource: resource.name,
    identifier: resource.identifier,
    databaseName: resource.database,
    tls: resource.connection.tls,
  };
}

/** The network for copies of a resource. Every VPC that any resource calls production counts as production. */
export function planNetworkOf(catalog: Catalog, resource: RdsInstance): DrillNetwork {
  const network = drillNetworkOf(catalog, resource.drillNetwork);
  return {
    accountId: accountOf(catalog, network.account).id,
    region: network.region,
    name: network.name,
    vpcId: network.vpcId,
    subnetGroup: network.subnetGroup,
    securityGroupId: network.securityGroupId,
    probeSecurityGroupId: network.probeSecurityGroupId,
    shared: network.shared,
    productionVpcIds: productionVpcIds(catalog),
  };
}

export function productionVpcIds(catalog: Catalog): readonly string[] {
  const resources = Object.values(catalog.services).flatMap((service) => service.resources);
  return [...new Set(resources.flatMap((resource) => resource.productionVpcIds))].toSorted();
}

export const limitsOf = (catalog: Catalog): RestoreLimits => catalog.organisation.policies.limits;

/** Whether somebody must say yes before a drill of this service, and by which rules. */
export function admissionOf(catalog: Catalog, service: Service): RestorePlan['admission'] {
  const { admissionGate, gate } = catalog.organisation.policies;
  if (admissionGate[service.tier] === 'waived') {
    return {
      kind: 'waived',
      reason: `The policy for tier ${service.tier} waives the admission gate of isolated drills.`,
    };
  }
  const { seats, ...rest } = gate;
  return { kind: 'required', policy: { ...rest, seats: seats.map((roles) => ({ roles })) } };
}

/** Where findings of a service become tickets, and when they are due. */
export function ticketRulesOf(catalog: Catalog, service: Service): RestorePlan['jira'] {
  const { jira } = catalog.organisation;
  const priority = jira.priorityByTier[service.tier];
  return {
    project: jira.project,
    issueType: jira.issueType,
    labels: jira.labels,
    dueInDays: jira.dueInDaysByTier[service.tier],
    ...(priority === undefined ? {} : { priority }),
    ...(Object.keys(jira.fields).length === 0 ? {} : { fields: jira.fields }),
  };
}

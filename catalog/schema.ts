import { z } from 'zod';
import {
  AccountSchema,
  DrillNetworkSchema,
  OrganisationSchema,
  PersonSchema,
  RolesSchema,
} from './organisation-schema.ts';
import { NameSchema } from './scalars.ts';
import { ServiceSchema, TiersSchema } from './service-schema.ts';

export type {
  Account,
  DrillNetworkDeclaration,
  Organisation,
  Person,
  Policies,
  RoleHolders,
} from './organisation-schema.ts';
export type { Newest, RdsCluster, RdsInstance, Resource, S3Bucket, Service, TierTarget } from './service-schema.ts';

/** Things by name, each told its own name, so that one can be handed around without its key. */
const named = <Value extends z.ZodType<object>, Key extends string>(value: Value, key: Key, what: string) =>
  z
    .record(NameSchema, value, { error: `${what} by name` })
    .transform(
      (entries) =>
        Object.fromEntries(
          Object.entries(entries).map(([name, entry]) => [name, { ...(entry as object), [key]: name }]),
        ) as Record<string, z.output<Value> & { readonly [K in Key]: string }>,
    );

/** The whole catalog: what is protected and who answers for it. */
export const CatalogSchema = z.strictObject(
  {
    organisation: OrganisationSchema,
    accounts: named(AccountSchema, 'name', 'accounts'),
    people: named(PersonSchema, 'id', 'people'),
    roles: RolesSchema.prefault({}),
    tiers: TiersSchema.prefault({}),
    drillNetworks: named(DrillNetworkSchema, 'name', 'drill networks').prefault({}),
    services: named(ServiceSchema, 'id', 'services'),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type' ? 'a catalog: organisation, accounts, people, services' : undefined,
  },
);
export type Catalog = z.output<typeof CatalogSchema>;

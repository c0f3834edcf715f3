import type { AwsClients, AwsPurpose, BaseCredentials } from '../activities/aws/aws-clients.ts';
import { createAwsClients } from '../activities/aws/aws-clients.ts';
import type { Catalog } from '../catalog/schema.ts';
import type { Config } from '../config/index.ts';

/** Below every `startToCloseTimeout` of an AWS activity (30 s for a look, 60 s for a change), so no call outlives its attempt. */
const requestTimeoutMs = 15_000;

/** Where the credentials come from that assume the roles; without it the SDK's own chain. */
export interface AwsOptions {
  readonly baseCredentials?: BaseCredentials;
}

/** Which role of an account a purpose acts as. */
const roleNameOf = (purpose: AwsPurpose): 'read' | 'isolated' | 'evidence' => {
  switch (purpose) {
    case 'read':
    case 'doctor':
      return 'read';
    case 'isolated':
    case 'sweeper':
      return 'isolated';
    case 'evidence':
      return 'evidence';
  }
};

/**
 * SDK clients that act as the role which the catalog names for a purpose, and as nothing else.
 *
 * @param catalog - read once: an account or role that is added later needs a restart of the worker
 */
export function awsClientsFor(
  purpose: AwsPurpose,
  catalog: Catalog,
  config: Config,
  options: AwsOptions = {},
): AwsClients {
  const role = roleNameOf(purpose);
  return createAwsClients({
    purpose,
    roleFor: (accountId) => {
      const account = Object.values(catalog.accounts).find(({ id }) => id === accountId);
      const roleArn = account?.roles[role];
      if (!account || roleArn === undefined) return undefined;
      return { roleArn, ...(account.externalId === undefined ? {} : { externalId: account.externalId }) };
    },
    ...(config.aws.endpointUrl === undefined ? {} : { endpoint: config.aws.endpointUrl }),
    endpoints: {
      ...(config.aws.endpointUrlRds === undefined ? {} : { rds: config.aws.endpointUrlRds }),
      ...(config.aws.endpointUrlS3 === undefined ? {} : { s3: config.aws.endpointUrlS3 }),
    },
    ...(options.baseCredentials ? { baseCredentials: options.baseCredentials } : {}),
    requestTimeoutMs,
  });
}

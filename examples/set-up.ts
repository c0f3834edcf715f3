import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { DBInstance } from '@aws-sdk/client-rds';
import { accountId as exampleAccountId, network, region, subnetGroups } from './network.ts';
import { evidenceBucket, iamRoles, issuesInstance, jiraSite, kmsKeys, slackWorkspace } from './world.ts';

/** Where the stand-ins answer, and as whom the example company is set up there. */
export interface CompanyPlace {
  readonly awsUrl: string;
  readonly slackUrl: string;
  readonly jiraUrl: string;
  /** Account and token are Jira's. Default: the company has no Confluence. */
  readonly confluenceUrl?: string;
  /** Twelve digits; default that of the example catalog. Tests take their own, so that they do not meet. */
  readonly accountId?: string;
  readonly slackBotToken: string;
  readonly jiraEmail: string;
  readonly jiraApiToken: string;
}

/** Access key of the sandbox account: any id that holds the account's digits. */
export const sandboxCredentials = (accountId: string = exampleAccountId) => ({
  accessKeyId: `AKIA${accountId}`,
  secretAccessKey: 'sandbox-has-no-secrets',
});

/** Calls the control interface of the AWS stand-in for one account. */
export async function awsControl(
  place: Pick<CompanyPlace, 'awsUrl' | 'accountId'>,
  method: string,
  path: string,
  body: unknown = {},
): Promise<unknown> {
  return await send(
    method,
    `${place.awsUrl}/_sandbox/${path}?account=${place.accountId ?? exampleAccountId}&region=${region}`,
    body,
    {},
  );
}

/** Puts the example company into the stand-ins: network, keys, roles, bucket, workspace, Jira site. Safe to repeat. */
export async function setUpCompany(place: CompanyPlace): Promise<void> {
  await awsControl(place, 'PUT', 'ec2/network', network);
  await awsControl(place, 'PUT', 'kms/keys', kmsKeys);
  for (const role of iamRoles) await awsControl(place, 'POST', 'sts/roles', role);
  await send('PUT', `${place.slackUrl}/_sandbox/workspace`, slackWorkspace, {
    authorization: `Bearer ${place.slackBotToken}`,
  });
  await send('PUT', `${place.jiraUrl}/_sandbox/site`, jiraSite, {
    authorization: `Basic ${Buffer.from(`${place.jiraEmail}:${place.jiraApiToken}`).toString('base64')}`,
  });
  const rds = rdsClient(place);
  const s3 = new S3Client({
    endpoint: place.awsUrl,
    region,
    forcePathStyle: true,
    credentials: sandboxCredentials(place.accountId),
  });
  try {
    for (const group of subnetGroups)
      await rds
        .send(new CreateDBSubnetGroupCommand(group))
        .catch(unlessNamed('DBSubnetGroupAlreadyExistsFault', 'DBSubnetGroupAlreadyExists'));
    await s3
      .send(new CreateBucketCommand(evidenceBucket))
      .catch(unlessNamed('BucketAlreadyOwnedByYou', 'BucketAlreadyExists'));
  } finally {
    rds.destroy();
    s3.destroy();
  }
}

/**
 * Creates the database under test through the RDS API, and waits until it is available.
 *
 * @param masterPassword - eight characters at least
 * @returns where it listens
 */
export async function createIssuesInstance(
  place: Pick<CompanyPlace, 'awsUrl' | 'accountId'>,
  masterPassword: string,
  deadlineMs = 120_000,
): Promise<{ host: string; port: number; user: string; database: string }> {
  const rds = rdsClient(place);
  const { DBInstanceIdentifier, MasterUsername: user, DBName: database } = issuesInstance;
  try {
    await rds
      .send(new CreateDBInstanceCommand({ ...issuesInstance, MasterUserPassword: masterPassword }))
      .catch(unlessNamed('DBInstanceAlreadyExistsFault', 'DBInstanceAlreadyExists'));
    const giveUpAtMs = Date.now() + deadlineMs;
    for (;;) {
      const instance: DBInstance | undefined = (
        await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))
      ).DBInstances?.[0];
      const { Address: host, Port: port } = instance?.Endpoint ?? {};
      if (instance?.DBInstanceStatus === 'available' && host !== undefined && port !== undefined)
        return { host, port, user, database };
      if (Date.now() > giveUpAtMs)
        throw new Error(
          `The example database is still ${instance?.DBInstanceStatus ?? 'unknown'} after ${Math.round(deadlineMs / 1000)} s.`,
        );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    rds.destroy();
  }
}

const rdsClient = (place: Pick<CompanyPlace, 'awsUrl' | 'accountId'>): RDSClient =>
  new RDSClient({ endpoint: place.awsUrl, region, credentials: sandboxCredentials(place.accountId) });

const unlessNamed =
  (...names: string[]) =>
  (error: unknown): void => {
    if (!(error instanceof Error) || !names.includes(error.name)) throw error;
  };

async function send(method: string, url: string, body: unknown, headers: Record<string, string>): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return text === '' ? undefined : JSON.parse(text);
}

import { EC2Client } from '@aws-sdk/client-ec2';
import { KMSClient } from '@aws-sdk/client-kms';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsPlace } from '../../domain/restore-plan.ts';
import { noRoleForAccount, unexpectedEndpoint } from './aws-errors.ts';
import { keepAwsDateOf } from './aws-clock.ts';
import { recordCallsOf } from './call-recorder.ts';

/** Which of the separate roles of design section 9 a set of clients acts as; it is in every session name. */
export type AwsPurpose = 'read' | 'isolated' | 'evidence' | 'sweeper' | 'doctor';

/** Credentials that are only good for assuming roles. Absent: the SDK's own chain (environment, profile, instance). */
export interface BaseCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Whose rights the clients have, and where AWS is. */
export interface AwsClientsOptions {
  readonly purpose: AwsPurpose;
  /** Role of this purpose in an account, from the catalog. `undefined`: the account is not ours to touch, calls are refused. */
  readonly roleFor: (accountId: string) => { readonly roleArn: string; readonly externalId?: string } | undefined;
  /** Where all of AWS is, when it is not the vendor's; a sandbox. */
  readonly endpoint?: string;
  /** Single services elsewhere (`AWS_ENDPOINT_URL_RDS`, `AWS_ENDPOINT_URL_S3`); they win over `endpoint`. */
  readonly endpoints?: { readonly rds?: string; readonly s3?: string };
  /** Who assumes the role; default the SDK's own chain. */
  readonly baseCredentials?: BaseCredentials;
  /** Must be below the activity's startToCloseTimeout, so that a call never outlives its attempt. Milliseconds. */
  readonly requestTimeoutMs: number;
}

/** SDK clients per account and Region; made on first use and kept. Every call goes through AssumeRole. */
export interface AwsClients {
  readonly purpose: AwsPurpose;
  /** True when any endpoint is not `*.amazonaws.com`: what such a run proves, it proves in a simulation only. */
  readonly simulated: boolean;
  /** Where AWS is, for the evidence: the configured endpoint, or `amazonaws.com`. */
  readonly endpoint: string;
  rds(place: AwsPlace): RDSClient;
  ec2(place: AwsPlace): EC2Client;
  kms(place: AwsPlace): KMSClient;
  s3(place: AwsPlace): S3Client;
  sts(place: AwsPlace): STSClient;
  destroy(): void;
}

interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Asked for again this long before AWS would refuse the old ones; milliseconds. */
const refreshBeforeMs = 5 * 60_000;

/** True for a vendor endpoint, in any partition. */
export function isVendorHost(host: string): boolean {
  return /(^|\.)amazonaws\.com(\.cn)?$/.test(host);
}

/**
 * @throws FiredrillError `no-role-for-account` from the first call into an account that `roleFor` does not know
 */
export function createAwsClients(options: AwsClientsOptions): AwsClients {
  const given = [options.endpoint, options.endpoints?.rds, options.endpoints?.s3].filter((url) => url !== undefined);
  const simulated = given.some((url) => !isVendorHost(new URL(url).hostname));
  const made = new Map<string, { destroy(): void }>();
  const sessions = new Map<string, Promise<Session>>();
  const callers = new Map<string, string>();

  const common = (region: string, endpoint: string | undefined) => ({
    region,
    maxAttempts: 1, // retries belong to Temporal, where they are visible
    requestHandler: {
      requestTimeout: options.requestTimeoutMs,
      connectionTimeout: Math.min(5_000, options.requestTimeoutMs),
      throwOnRequestTimeout: true,
    },
    ...(endpoint === undefined ? {} : { endpoint }),
  });

  /** One per kind, account and Region. */
  const once = <C extends { destroy(): void }>(kind: string, place: AwsPlace, make: () => C): C => {
    const key = `${kind} ${place.accountId} ${place.region}`;
    const known = made.get(key);
    if (known !== undefined) return known as C;
    const client = make();
    refuseSurprisingHosts(client, simulated);
    keepAwsDateOf(client);
    recordCallsOf(client, {
      service: kind.replace(/^base-/, ''),
      region: place.region,
      callerArn: () => callers.get(place.accountId),
    });
    made.set(key, client);
    return client;
  };

  const assume = async (place: AwsPlace): Promise<Session> => {
    const role = options.roleFor(place.accountId);
    if (role === undefined) throw noRoleForAccount(place.accountId, options.purpose);
    const base = once('base-sts', place, () => {
      const { baseCredentials } = options;
      return new STSClient({
        ...common(place.region, options.endpoint),
        ...(baseCredentials === undefined ? {} : { credentials: baseCredentials }),
      });
    });
    const reply = await base.send(
      new AssumeRoleCommand({
        RoleArn: role.roleArn,
        RoleSessionName: `firedrill-${options.purpose}`,
        ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = reply.Credentials ?? {};
    if (
      AccessKeyId === undefined ||
      SecretAccessKey === undefined ||
      SessionToken === undefined ||
      Expiration === undefined
    ) {
      throw noRoleForAccount(place.accountId, options.purpose);
    }
    if (reply.AssumedRoleUser?.Arn !== undefined) callers.set(place.accountId, reply.AssumedRoleUser.Arn);
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  };

  /** One session per account, shared by its clients; a failed one is forgotten, so that the next attempt asks again. */
  const credentials = (place: AwsPlace) => async (): Promise<Session> => {
    const current = await sessions.get(place.accountId);
    if (current !== undefined && current.expiration.getTime() - refreshBeforeMs > Date.now()) return current;
    const pending = assume(place);
    sessions.set(place.accountId, pending);
    try {
      return await pending;
    } catch (error) {
      if (sessions.get(place.accountId) === pending) sessions.delete(place.accountId);
      throw error;
    }
  };

  const asRole = (place: AwsPlace, endpoint: string | undefined) => ({
    ...common(place.region, endpoint),
    credentials: credentials(place),
  });
  const rdsEndpoint = options.endpoints?.rds ?? options.endpoint;
  const s3Endpoint = options.endpoints?.s3 ?? options.endpoint;

  return {
    purpose: options.purpose,
    simulated,
    endpoint: given.length === 0 ? 'amazonaws.com' : [...new Set(given)].join(' '),
    rds: (place) => once('rds', place, () => new RDSClient(asRole(place, rdsEndpoint))),
    ec2: (place) => once('ec2', place, () => new EC2Client(asRole(place, options.endpoint))),
    kms: (place) => once('kms', place, () => new KMSClient(asRole(place, options.endpoint))),
    s3: (place) =>
      once(
        's3',
        place,
        () =>
          new S3Client({ ...asRole(place, s3Endpoint), ...(s3Endpoint === undefined ? {} : { forcePathStyle: true }) }),
      ),
    sts: (place) => once('sts', place, () => new STSClient(asRole(place, options.endpoint))),
    destroy: () => {
      for (const client of made.values()) client.destroy();
      made.clear();
    },
  };
}

/**
 * The SDK reads `AWS_ENDPOINT_URL` and profiles by itself. A run that believes it talks to the vendor must not reach a
 * sandbox through them: its evidence would not be headed SIMULATED.
 */
function refuseSurprisingHosts(client: object, simulated: boolean): void {
  const guard =
    (next: (args: unknown) => Promise<unknown>) =>
    async (args: { readonly request: { readonly hostname?: string } }) => {
      const host = args.request.hostname ?? '';
      if (!simulated && !isVendorHost(host)) throw unexpectedEndpoint(host);
      return next(args);
    };
  (client as { middlewareStack: { add(middleware: never, options: object): void } }).middlewareStack.add(
    guard as never,
    {
      step: 'finalizeRequest',
      name: 'firedrillEndpointGuard',
      priority: 'low',
    },
  );
}

/**
 * The contract between the wire (parsing, signing scope, faults, replies) and the services behind it.
 *
 * A service knows typed inputs and outputs of its operations, shaped as the AWS SDK's own types; it never sees HTTP.
 */

/** Who is calling, where, and when; given to every operation. */
export interface CallContext {
  /** Twelve digits. All state is kept per account and Region. */
  readonly accountId: string;
  readonly region: string;
  /** ARN of the caller: a user, or an assumed role with its session name. */
  readonly callerArn: string;
  readonly requestId: string;
}

/** One operation of a service: typed input in, typed output back, `AwsFault` for everything the real service refuses. */
export type Operation = (input: never, context: CallContext) => Promise<object>;

/** A service by the name that stands in the signature's credential scope (`rds`, `sts`, `ec2`, `kms`, `s3`). */
export interface AwsService {
  readonly operations: Readonly<Record<string, Operation>>;
  /**
   * Control calls of this service, reached as `METHOD /_sandbox/<service>/<name>?account=…&region=…` with a JSON body.
   * Each gets the parsed JSON body (or `{}`) and answers JSON.
   */
  readonly control?: Readonly<Record<string, (body: never, context: CallContext) => Promise<object>>>;
  /** Forgets everything of one account, stops its servers, deletes its files. */
  reset?(accountId: string): Promise<void>;
  /** What is still there in an account, for "list leftovers": ARNs with their status and tags. */
  leftovers?(accountId: string): Promise<readonly Leftover[]>;
  close?(): Promise<void>;
}

export interface Leftover {
  readonly arn: string;
  readonly kind: string;
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What the real service would answer with its own error code, HTTP status and text. */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** What RDS needs to know of EC2: where a subnet group can lie, and which security group an instance gets by default. */
export interface NetworkLookup {
  network(accountId: string, region: string): Network;
}

/** One account's network in one Region. A new account has a default VPC with three subnets, as a real one does. */
export interface Network {
  readonly vpcs: readonly { readonly vpcId: string; readonly cidrBlock: string; readonly isDefault: boolean }[];
  readonly subnets: readonly {
    readonly subnetId: string;
    readonly vpcId: string;
    readonly availabilityZone: string;
    readonly cidrBlock: string;
  }[];
  readonly securityGroups: readonly { readonly groupId: string; readonly groupName: string; readonly vpcId: string }[];
  readonly availabilityZones: readonly string[];
  /** The VPC used when a request names no subnet group; absent when control removed it. */
  readonly defaultVpcId?: string;
  /** The group named `default` of the default VPC. */
  readonly defaultSecurityGroupId?: string;
}

/** What RDS needs to know of KMS: whether a snapshot's or an instance's key can be used. */
export interface KeyLookup {
  /**
   * @param key - key id, key ARN, `alias/…` or alias ARN; an ARN carries its own account and Region
   * @returns undefined when there is no such key
   */
  keyState(key: string, accountId: string, region: string): KeyInfo | undefined;
}

export interface KeyInfo {
  readonly keyId: string;
  readonly arn: string;
  readonly state: KeyState;
  readonly multiRegion: boolean;
}

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

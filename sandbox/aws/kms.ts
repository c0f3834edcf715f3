import { createHash } from 'node:crypto';
import type {
  DescribeKeyRequest,
  DescribeKeyResponse,
  KeyMetadata,
  ListAliasesRequest,
  ListAliasesResponse,
} from '@aws-sdk/client-kms';
import { z } from 'zod';
import { checkControl } from '../kit/control.ts';
import { StateFile } from '../kit/state-file.ts';
import type { AwsService, CallContext, KeyInfo, KeyLookup } from './service.ts';
import { AwsFault } from './service.ts';

/** A customer key as control sets it. */
export const KeySchema = z.strictObject({
  keyId: z.string().regex(/^[\w-]{1,64}$/, 'must be a key id: letters, digits and -'),
  alias: z
    .string()
    .regex(/^alias\/[\w/-]+$/, 'must start with alias/')
    .refine((alias) => !alias.startsWith('alias/aws/'), 'alias/aws/… belongs to AWS')
    .optional(),
  state: z.enum(['Enabled', 'Disabled', 'PendingDeletion']).default('Enabled'),
  multiRegion: z.boolean().default(false),
});
type Key = z.infer<typeof KeySchema> & { readonly createdAt: string };

export interface KmsServiceOptions {
  /** Where the keys are kept over a restart; in memory only when left out. */
  readonly statePath?: string;
}

/** DescribeKey and ListAliases, over keys that control sets. `alias/aws/rds` is always there. */
export function createKmsService(options: KmsServiceOptions = {}): AwsService & KeyLookup {
  const keys = new Keys(options.statePath);
  return {
    operations: {
      DescribeKey: (input: DescribeKeyRequest, context) => Promise.resolve(describeKey(input, context, keys)),
      ListAliases: (input: ListAliasesRequest, context) => Promise.resolve(listAliases(input, context, keys)),
    },
    control: {
      'PUT keys': (body: unknown, context) => {
        const list = checkControl(z.array(KeySchema), body);
        keys.set(context.accountId, context.region, list);
        return Promise.resolve({
          keys: list.map((key) => ({ arn: keyArn(context.accountId, context.region, key.keyId), ...key })),
        });
      },
      'GET keys': (_body: unknown, { accountId, region }) =>
        Promise.resolve({
          keys: keys.list(accountId, region).map((key) => ({ arn: keyArn(accountId, region, key.keyId), ...key })),
        }),
    },
    keyState: (key, accountId, region) => {
      const found = keys.find(key, accountId, region);
      return (
        found &&
        ({
          keyId: found.key.keyId,
          arn: found.arn,
          state: found.key.state,
          multiRegion: found.key.multiRegion,
        } satisfies KeyInfo)
      );
    },
    reset: (accountId) => {
      keys.reset(accountId);
      return Promise.resolve();
    },
  };
}

interface FoundKey {
  readonly key: Key;
  readonly arn: string;
  readonly accountId: string;
}

class Keys {
  readonly #file: StateFile<Record<string, readonly Key[]>> | undefined;
  readonly #byPlace: Record<string, readonly Key[]>;

  constructor(path: string | undefined) {
    this.#file = path === undefined ? undefined : new StateFile(path);
    this.#byPlace = this.#file?.read() ?? {};
  }

  list(accountId: string, region: string): readonly Key[] {
    return [...(this.#byPlace[`${accountId}/${region}`] ?? []), managedRdsKey(accountId, region)];
  }

  set(accountId: string, region: string, keys: readonly z.infer<typeof KeySchema>[]): void {
    const now = new Date().toISOString();
    const before = this.list(accountId, region);
    const createdAt = (keyId: string) => before.find((key) => key.keyId === keyId)?.createdAt ?? now;
    this.#byPlace[`${accountId}/${region}`] = keys.map((key) => ({ ...key, createdAt: createdAt(key.keyId) }));
    this.#file?.write(this.#byPlace);
  }

  find(reference: string, accountId: string, region: string): FoundKey | undefined {
    const arn = /^arn:aws:kms:([^:]+):(\d{12}):(.+)$/.exec(reference);
    const [place, account, name] = arn ? [arn[1] ?? '', arn[2] ?? '', arn[3] ?? ''] : [region, accountId, reference];
    const wanted = name.replace(/^key\//, '');
    const key = this.list(account, place).find((each) => each.keyId === wanted || each.alias === wanted);
    return key && { key, arn: keyArn(account, place, key.keyId), accountId: account };
  }

  reset(accountId: string): void {
    for (const place of Object.keys(this.#byPlace)) if (place.startsWith(`${accountId}/`)) delete this.#byPlace[place];
    this.#file?.write(this.#byPlace);
  }
}

function managedRdsKey(accountId: string, region: string): Key {
  const hex = createHash('sha256').update(`${accountId}/${region}/aws/rds`).digest('hex');
  const keyId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  return { keyId, alias: 'alias/aws/rds', state: 'Enabled', multiRegion: false, createdAt: '2024-01-01T00:00:00.000Z' };
}

function keyArn(accountId: string, region: string, keyId: string): string {
  return `arn:aws:kms:${region}:${accountId}:key/${keyId}`;
}

function describeKey(input: DescribeKeyRequest, context: CallContext, keys: Keys): DescribeKeyResponse {
  const reference = input.KeyId ?? '';
  const arn = /^arn:aws:kms:([^:]+):(\d{12}):/.exec(reference);
  if (arn && arn[1] !== context.region) throw notFound(`Invalid arn ${arn[1]}`);
  if (arn && arn[2] !== context.accountId) {
    throw new AwsFault(
      'AccessDeniedException',
      `User: ${context.callerArn} is not authorized to perform: kms:DescribeKey on resource: ${reference} because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
      400,
    );
  }
  const found = keys.find(reference, context.accountId, context.region);
  if (found) return { KeyMetadata: metadataOf(found) };
  const name = reference.replace(/^arn:aws:kms:[^:]+:\d{12}:/, '');
  const full = `arn:aws:kms:${context.region}:${context.accountId}:${name}`;
  if (name.startsWith('alias/')) throw notFound(`Alias ${full} is not found.`);
  throw notFound(
    `Key '${arn ? reference : `arn:aws:kms:${context.region}:${context.accountId}:key/${name}`}' does not exist`,
  );
}

/** All in one page: a real account has them a hundred at a time, and nobody here has that many. */
function listAliases({ KeyId: reference }: ListAliasesRequest, context: CallContext, keys: Keys): ListAliasesResponse {
  const { accountId, region } = context;
  // AWS takes an id or an ARN here, and no alias.
  const of = reference === undefined ? undefined : keys.find(reference, accountId, region);
  if (reference !== undefined && (of === undefined || reference.includes('alias/')))
    throw notFound(`Key '${reference}' does not exist`);
  const listed = of === undefined ? keys.list(accountId, region) : [of.key];
  return {
    Aliases: listed.flatMap(({ alias, keyId }) =>
      alias === undefined
        ? []
        : [{ AliasName: alias, AliasArn: `arn:aws:kms:${region}:${accountId}:${alias}`, TargetKeyId: keyId }],
    ),
    Truncated: false,
  };
}

function notFound(message: string): AwsFault {
  return new AwsFault('NotFoundException', message, 400);
}

const thirtyDaysMs = 30 * 24 * 3600 * 1000;

function metadataOf({ key, arn, accountId }: FoundKey): KeyMetadata {
  const region = arn.split(':')[3];
  return {
    AWSAccountId: accountId,
    KeyId: key.keyId,
    Arn: arn,
    CreationDate: new Date(key.createdAt),
    Enabled: key.state === 'Enabled',
    Description:
      key.alias === 'alias/aws/rds'
        ? 'Default key that protects my RDS database volumes when no other key is defined'
        : '',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.state,
    ...(key.state === 'PendingDeletion' && { DeletionDate: new Date(Date.parse(key.createdAt) + thirtyDaysMs) }),
    Origin: 'AWS_KMS',
    KeyManager: key.alias === 'alias/aws/rds' ? 'AWS' : 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: key.multiRegion,
    ...(key.multiRegion && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'PRIMARY',
        PrimaryKey: { Arn: arn, ...(region !== undefined && { Region: region }) },
      },
    }),
  };
}

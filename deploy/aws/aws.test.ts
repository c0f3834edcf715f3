import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import type { CollectionTag, ScalarTag } from 'yaml';
import { tagNames } from '../../activities/aws/drill-tags.ts';

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}
interface Template {
  readonly Parameters: Readonly<Record<string, object>>;
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
  >;
  readonly Outputs: Readonly<Record<string, object>>;
}

// CloudFormation's short forms, kept as { Ref: … } and { 'Fn::…': … } as in its JSON.
const functions = ['Ref', 'Sub', 'GetAtt', 'Select', 'GetAZs', 'Cidr'] as const;
const long = (name: string): string => (name === 'Ref' ? 'Ref' : `Fn::${name}`);
const customTags = functions.flatMap((name): (ScalarTag | CollectionTag)[] => [
  { tag: `!${name}`, resolve: (text: string) => ({ [long(name)]: text }) },
  {
    tag: `!${name}`,
    collection: 'seq',
    resolve: (sequence) => ({ [long(name)]: sequence }),
  },
]);

const file = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');
const document = parseDocument(await file('firedrill.yaml'), { customTags });
const template = JSON.parse(JSON.stringify(document.toJS())) as Template;
const policy = async (name: string): Promise<Policy> => JSON.parse(await file(`policies/${name}.json`)) as Policy;
const policies = { read: await policy('read'), isolated: await policy('isolated'), evidence: await policy('evidence') };

/** The template's text for what the JSON files leave to be filled in. */
const placeholders: Readonly<Record<string, string>> = {
  'AWS::AccountId': 'ACCOUNT_ID',
  DrillSubnetGroup: 'DRILL_SUBNET_GROUP',
  EvidenceBucket: 'EVIDENCE_BUCKET',
  ExternalId: 'EXTERNAL_ID',
  SourceDatabaseArns: 'SOURCE_DATABASE_ARN',
  ReadWorkerArn: 'WORKER_ROLE_ARN',
  IsolatedWorkerArn: 'WORKER_ROLE_ARN',
  EvidenceWorkerArn: 'WORKER_ROLE_ARN',
};
function withPlaceholders(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlaceholders);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: ref, 'Fn::Sub': sub } = value as { Ref?: string; 'Fn::Sub'?: string };
  if (ref !== undefined) return placeholders[ref];
  if (sub !== undefined)
    return sub.replaceAll(/\$\{([^}]+)\}/g, (_all, name: string) => placeholders[name] ?? `unknown ${name}`);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withPlaceholders(child)]));
}

function* namesUsed(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* namesUsed(item);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      if (key === 'Ref') yield String(child);
      else if (key === 'Fn::GetAtt') yield String(child).split('.')[0] ?? '';
      else if (key === 'Fn::Sub')
        for (const [, name = ''] of String(child).matchAll(/\$\{([^}.]+)[^}]*\}/g)) yield name;
      else yield* namesUsed(child);
    }
  }
}

const actionsOf = (statement: Statement): readonly string[] => [statement.Action].flat();
const covers = (pattern: string, action: string): boolean =>
  new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'i').test(action);
const grants = (role: Policy, action: string): boolean =>
  role.Statement.some(
    (statement) => statement.Effect === 'Allow' && actionsOf(statement).some((pattern) => covers(pattern, action)),
  );

describe('the CloudFormation template', () => {
  test('is well-formed, and every name in it is declared', () => {
    expect([...document.errors, ...document.warnings]).toEqual([]);
    const declared = new Set([...Object.keys(template.Parameters), ...Object.keys(template.Resources)]);
    const used = [...namesUsed(template)].filter((name) => !name.startsWith('AWS::'));
    expect(used.length).toBeGreaterThan(40);
    expect(used.filter((name) => !declared.has(name))).toEqual([]);
    expect(Object.keys(template.Parameters).filter((name) => !used.includes(name))).toEqual([]);
  });

  test.each([
    ['ReadRole', 'read'],
    ['IsolatedRole', 'isolated'],
    ['EvidenceRole', 'evidence'],
  ] as const)(
    'gives %s the policy of policies/%s.json, and trusts one worker with the external id',
    async (logicalId, name) => {
      const properties = template.Resources[logicalId]?.Properties ?? {};
      const [inline] = properties['Policies'] as readonly { readonly PolicyDocument: unknown }[];
      expect(withPlaceholders(inline?.PolicyDocument)).toEqual(policies[name]);
      expect(withPlaceholders(properties['AssumeRolePolicyDocument'])).toEqual(await policy('trust'));
    },
  );

  test('makes a drill VPC that nothing leads out of', () => {
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    const ways = types.filter((type) => /Gateway|Peering|VPN|TransitGateway|EC2::Route$/.test(type));
    expect(ways).toEqual([]);
    const endpoints = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::EC2::VPCEndpoint');
    expect(endpoints.map(({ Properties }) => Properties['VpcEndpointType'])).toEqual(['Gateway']);
    const ingress = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::EC2::SecurityGroupIngress');
    expect(ingress.map(({ Properties }) => Properties['SourceSecurityGroupId'])).toEqual([
      { 'Fn::GetAtt': 'ProbeGroup.GroupId' },
    ]);
  });

  test('makes an evidence bucket that is locked, versioned, closed to the public and kept when the stack goes', () => {
    expect(template.Resources['EvidenceBucket']).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        ObjectLockEnabled: true,
        ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: { Ref: 'EvidenceLockMode' } } } },
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
  });
});

describe('the policies', () => {
  test('allow every AWS call that firedrill makes', async () => {
    const folder = new URL('../../activities/aws/', import.meta.url);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !/\.test\.ts$|harness/.test(name));
    const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
    const calls = texts.flatMap((text) =>
      [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-(\w+)'/g)].flatMap(
        ([, imported = '', service = '']) =>
          [...imported.matchAll(/(\w+)Command\b/g)].map(([, operation = '']) => `${service}:${operation}`),
      ),
    );
    // Who one is may always be asked; assuming these roles is the workers' own permission.
    const free = ['sts:GetCallerIdentity', 'sts:AssumeRole'];
    expect(calls).toContain('rds:RestoreDBInstanceToPointInTime');
    const denied = calls.filter(
      (call) => !free.includes(call) && !Object.values(policies).some((role) => grants(role, call)),
    );
    expect(denied).toEqual([]);
  });

  test('let the reading role change nothing', () => {
    const actions = policies.read.Statement.flatMap(actionsOf);
    expect(actions.filter((action) => !/^\w+:(?:Describe|List)/.test(action))).toEqual([]);
  });

  test('let the isolated role act on drill copies only: by name, and by the tag that the code sets', () => {
    const key = tagNames.mode;
    const changing = policies.isolated.Statement.filter(
      (statement) =>
        statement.Effect === 'Allow' &&
        actionsOf(statement).some((action) => /^rds:(?!Describe|List|Restore)/.test(action)),
    );
    expect(changing.length).toBeGreaterThan(2);
    for (const statement of changing) {
      expect(statement.Resource).toBe('arn:aws:rds:*:ACCOUNT_ID:db:drdrill-*');
      const tag = statement.Condition?.['StringEquals'] ?? {};
      expect(tag[`aws:ResourceTag/${key}`] ?? tag[`aws:RequestTag/${key}`]).toBe('drill');
    }
    const restoring = policies.isolated.Statement.filter((statement) =>
      actionsOf(statement).some((action) => action.startsWith('rds:Restore')),
    );
    const targets = restoring
      .flatMap((statement) => [statement.Resource].flat())
      .filter((arn) => String(arn).includes(':db:'));
    expect(targets).toEqual(['arn:aws:rds:*:ACCOUNT_ID:db:drdrill-*']);
  });

  test.each([
    'rds:DeleteDBInstance',
    'rds:DeleteDBSnapshot',
    'rds:DeleteDBCluster',
    'rds:ModifyDBInstance',
    'rds:RebootDBInstance',
    'rds:PromoteReadReplica',
    'rds:FailoverDBCluster',
  ])('deny the isolated role %s on everything that is not a copy', (action) => {
    const deny = policies.isolated.Statement.filter(
      (statement) => statement.Effect === 'Deny' && statement.NotResource === 'arn:aws:rds:*:ACCOUNT_ID:db:drdrill-*',
    );
    expect(deny.some((statement) => actionsOf(statement).some((pattern) => covers(pattern, action)))).toBe(true);
  });

  test('deny no call that the isolated role needs on a drill copy of its own', () => {
    const unconditional = policies.isolated.Statement.filter(
      ({ Effect, NotResource, Condition }) => Effect === 'Deny' && NotResource === undefined && Condition === undefined,
    );
    for (const action of [
      'rds:RestoreDBInstanceToPointInTime',
      'rds:AddTagsToResource',
      'rds:ModifyDBInstance',
      'rds:DeleteDBInstance',
      'kms:CreateGrant',
    ]) {
      expect(unconditional.flatMap(actionsOf).filter((pattern) => covers(pattern, action))).toEqual([]);
    }
  });

  test('let nobody take evidence away', () => {
    for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention']) {
      expect(Object.values(policies).some((role) => grants(role, action))).toBe(false);
      const denies = policies.evidence.Statement.filter(({ Effect }) => Effect === 'Deny').flatMap(actionsOf);
      expect(denies).toContain(action);
    }
    expect(
      ['s3:PutObject', 's3:PutObjectRetention', 's3:GetObject'].every((action) => grants(policies.evidence, action)),
    ).toBe(true);
  });

  test.each(Object.entries(policies))("of %s fits into a role's inline policy", (_name, role) => {
    expect(JSON.stringify(role).length).toBeLessThan(10_240);
  });
});

import { databaseGroup } from './network.ts';

/**
 * The outside world of Example Cloud Ltd, as plain data for the sandbox: what stands in `catalog.yaml` as an id is here as a
 * thing. A test keeps the two in step.
 */

/** Customer keys: what production and its snapshots are encrypted with, and what evidence is. */
export const kmsKeys = [
  { keyId: '0b1111a0-0000-4000-8000-000000000001', alias: 'alias/production-databases' },
  { keyId: '0e1111a0-0000-4000-8000-000000000001', alias: 'alias/dr-evidence' },
];

/** `CreateDBInstance` for the database under test; only the password is missing. */
export const issuesInstance = {
  DBInstanceIdentifier: 'issues-db-prod',
  DBInstanceClass: 'db.r6g.xlarge',
  Engine: 'postgres',
  EngineVersion: '18',
  DBName: 'issues',
  MasterUsername: 'issues_admin',
  AllocatedStorage: 200,
  StorageType: 'gp3',
  StorageEncrypted: true,
  KmsKeyId: 'alias/production-databases',
  MultiAZ: true,
  BackupRetentionPeriod: 30,
  CopyTagsToSnapshot: true,
  DeletionProtection: true,
  PubliclyAccessible: false,
  DBSubnetGroupName: 'production-databases',
  VpcSecurityGroupIds: [databaseGroup],
  Tags: [
    { Key: 'service', Value: 'jira-cloud' },
    { Key: 'environment', Value: 'production' },
  ],
};

const onlyDrills = (action: string, kind: string) => ({ action, resource: `arn:aws:rds:*:*:${kind}:drdrill-*` });

/** IAM roles as the sandbox understands them; `deploy/aws/` has the policies that mean the same in a real account. */
export const iamRoles = [
  {
    name: 'firedrill-read',
    externalId: 'example-cloud-firedrill',
    allow: [
      'rds:Describe*',
      'rds:List*',
      'ec2:Describe*',
      'kms:DescribeKey',
      'kms:ListAliases',
      'sts:GetCallerIdentity',
    ],
    deny: [],
  },
  {
    name: 'firedrill-isolated',
    externalId: 'example-cloud-firedrill',
    allow: [
      'rds:Describe*',
      'rds:List*',
      'kms:DescribeKey',
      'sts:GetCallerIdentity',
      onlyDrills('rds:RestoreDBInstanceFromDBSnapshot', 'db'),
      onlyDrills('rds:RestoreDBInstanceToPointInTime', 'db'),
      onlyDrills('rds:ModifyDBInstance', 'db'),
      onlyDrills('rds:StartDBInstance', 'db'),
      onlyDrills('rds:DeleteDBInstance', 'db'),
      onlyDrills('rds:AddTagsToResource', 'db'),
    ],
    deny: ['rds:DeleteDBSnapshot', 'rds:DeleteDBCluster', 'rds:DeleteDBInstanceAutomatedBackup'],
  },
  {
    name: 'firedrill-evidence',
    externalId: 'example-cloud-firedrill',
    allow: [
      's3:PutObject',
      's3:PutObjectRetention',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:GetBucketObjectLockConfiguration',
      'sts:GetCallerIdentity',
    ],
    deny: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention'],
  },
];

const people = [
  { id: 'U0AMARA', name: 'amara', real_name: 'Amara Okafor', tz: 'Africa/Lagos' },
  { id: 'U0DANIEL', name: 'daniel', real_name: 'Daniel Kim', tz: 'America/New_York' },
  { id: 'U0HANNAH', name: 'hannah', real_name: 'Hannah Lindqvist', tz: 'Europe/Stockholm' },
  { id: 'U0JONAS', name: 'jonas', real_name: 'Jonas Weber', tz: 'Europe/Berlin' },
  { id: 'U0LIN', name: 'lin', real_name: 'Lin Zhao', tz: 'Asia/Singapore' },
  { id: 'U0PRIYA', name: 'priya', real_name: 'Priya Raman', tz: 'Asia/Kolkata' },
  { id: 'U0RUTH', name: 'ruth', real_name: 'Ruth Adeyemi', tz: 'Europe/London' },
  { id: 'U0SOFIA', name: 'sofia', real_name: 'Sofia Marques', tz: 'Europe/Lisbon' },
  { id: 'U0TOMAS', name: 'tomas', real_name: 'Tomas Novak', tz: 'Europe/Prague' },
  // Somebody whom the catalog does not know: a click of theirs is refused and noted.
  { id: 'U0VICTOR', name: 'victor', real_name: 'Victor Contractor', tz: 'Europe/Berlin' },
].map((person) => ({ ...person, email: `${person.real_name.toLowerCase().replace(' ', '.')}@example.com` }));

/** Body of the Slack sandbox's `PUT /_sandbox/workspace`. */
export const slackWorkspace = {
  name: 'Example Cloud',
  domain: 'example-cloud',
  users: people,
  channels: [
    { id: 'C0DRPROGRAMME', name: 'dr-programme', topic: 'Every drill, every quarter' },
    { id: 'C0JIRACLOUD', name: 'jira-cloud-dr', topic: 'Disaster recovery of Jira Cloud' },
    { id: 'C0IDENTITY', name: 'identity-dr', topic: 'Disaster recovery of Identity' },
    { id: 'C0IMAGES', name: 'image-effects-dr', topic: 'Disaster recovery of Image Effects and usage analytics' },
    { id: 'C0GENERAL', name: 'general', topic: 'Company-wide', app_is_member: false },
  ],
  usergroups: [
    {
      id: 'S0COMMANDERS',
      handle: 'incident-commanders',
      name: 'Incident commanders on duty',
      users: ['U0DANIEL', 'U0HANNAH'],
    },
  ],
  app: {
    name: 'firedrill',
    commands: ['/dr'],
    events: ['app_home_opened'],
    scopes: ['commands', 'chat:write', 'users:read', 'usergroups:read', 'channels:read', 'channels:history'],
  },
};

/** Body of the Jira sandbox's `PUT /_sandbox/site`: one project, and the people who get tickets. */
export const jiraSite = {
  projects: [{ key: 'DR', name: 'Disaster recovery', issueTypes: ['Task', 'Bug'] }],
  users: people
    .filter(({ id }) => id !== 'U0VICTOR')
    .map(({ id, real_name, email }) => ({
      accountId: `712020:example-${id.toLowerCase()}`,
      displayName: real_name,
      emailAddress: email,
    })),
};

/** Bucket for evidence, with Object Lock. */
export const evidenceBucket = { Bucket: 'example-cloud-dr-evidence', ObjectLockEnabledForBucket: true };

/** What a code means, in words that follow a colon in a title. Codes stay in the finding's cause and in the journal. */
const words: Readonly<Record<string, string>> = {
  // The backup.
  stuck: 'the restore was not done in time',
  'key-not-accessible': 'its key cannot be used',
  'preflight-key-access': 'its key cannot be used',
  'no-usable-recovery-point': 'there is no usable recovery point',
  'recovery-point-gone': 'its recovery point is gone',
  'pitr-not-enabled': 'continuous backup is off',
  'restore-refused': 'AWS refused the restore',
  'restore-ended-badly': 'the restore ended in a bad state',
  'copy-vanished': 'the copy vanished while it was being tested',
  'copy-login-refused': 'the copy refused the login',
  'copy-database-missing': 'the database is missing in the copy',
  'copy-unreachable': 'the copy could not be reached',
  'copy-damaged': 'the copy is damaged',
  // Our own side.
  'source-not-found': 'AWS has no such database',
  'source-not-supported': 'this kind of database is not supported yet',
  'quota-reached': 'our quota is used up',
  'preflight-quota': 'our quota is used up',
  'preflight-source-login': 'the login for the source does not work',
  'recovery-network-unfit': 'the drill network does not fit',
  'recovery-group-missing': 'a group that the restore needs is missing',
  'aws-busy': 'AWS kept turning calls away',
  'aws-permission-missing': 'a role of ours lacks a permission',
  'aws-credentials-refused': 'AWS refused our credentials',
  'no-role-for-account': 'no role is declared for the account',
  'no-answer': 'no worker answered',
  'query-not-usable': 'a declared query cannot be used',
  'tls-not-trusted': 'the certificate of the copy is not trusted',
  unexpected: 'something unexpected went wrong in firedrill',
  // Rules and people.
  'aborted-by-person': 'a person stopped it',
  cancelled: 'it was cancelled in Temporal',
  dropped: 'it was dropped',
  'drills-stopped': 'all drills were stopped',
  locked: 'another run works on the same resource',
  'preflight-isolation': 'the drill network is not isolated',
  'preflight-region': 'its Region is not allowed',
  'preflight-budget': 'it would cost more than its budget',
  'preflight-freeze': 'a freeze is on',
  'preflight-incident': 'an incident is open',
};

export const causeWords = (code: string): string => words[code] ?? code.replaceAll('-', ' ');

const identifierAndRegion = 'The identifier in the catalog and the Region.';
const permissions = 'The permissions of the drill roles (firedrill doctor says which is missing).';
const quota = 'The quotas of the drill account, and what already uses them (firedrill sweep).';

/** Where to look first when a test could not be held, by what stopped it. */
const firstLooks: Readonly<Record<string, string>> = {
  'source-not-found': identifierAndRegion,
  'source-not-supported': 'The engine of this resource in the catalog; declare it as untested until it is supported.',
  'quota-reached': quota,
  'preflight-quota': quota,
  'preflight-source-login': 'The login of firedrill source on this database.',
  'recovery-network-unfit': 'The subnet and security groups of the drill network in the catalog.',
  'recovery-group-missing': 'The groups of the drill network in the catalog, and whether they exist in that account.',
  'aws-busy': 'The health page of AWS for that time, and what else calls the same API in that account.',
  'aws-permission-missing': permissions,
  'aws-credentials-refused': permissions,
  'no-role-for-account': 'The role ARN of the account in the catalog.',
  'no-answer': 'Whether a worker serves every queue (firedrill doctor), and its log for that time.',
  'query-not-usable': 'The query in the catalog: it has to answer exactly one value.',
};

export const firstLook = (code: string): string =>
  firstLooks[code] ?? 'Our own side: quotas, permissions of the drill roles, workers (firedrill doctor).';

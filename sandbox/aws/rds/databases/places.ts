import path from 'node:path';

/** Which account and Region something belongs to. */
export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

/** Where the files of instances and snapshots lie below the data root. */
export interface Places {
  readonly root: string;
  account(accountId: string): string;
  instance(scope: Scope, dbiResourceId: string): string;
  data(scope: Scope, dbiResourceId: string): string;
  /** The instance's write-ahead log as it was shipped; outlives the instance when its automated backups are kept. */
  archive(scope: Scope, dbiResourceId: string): string;
  snapshot(scope: Scope, key: string): string;
  template(major: number): string;
}

export function placesBelow(root: string): Places {
  const account = (accountId: string): string => path.join(root, 'accounts', accountId);
  const instance = (scope: Scope, dbi: string): string =>
    path.join(account(scope.accountId), scope.region, 'instances', dbi);
  return {
    root,
    account,
    instance,
    data: (scope, dbi) => path.join(instance(scope, dbi), 'data'),
    archive: (scope, dbi) => path.join(instance(scope, dbi), 'archive'),
    snapshot: (scope, key) => path.join(account(scope.accountId), scope.region, 'snapshots', key),
    template: (major) => path.join(root, 'templates', String(major)),
  };
}

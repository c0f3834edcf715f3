import type { Catalog } from '../../catalog/schema.ts';

/** Variables that the catalog names for the logins of `firedrill source`; each may also come as `<NAME>_FILE`. */
export function sourceLoginVariables(catalog: Catalog): readonly string[] {
  const resources = Object.values(catalog.services).flatMap((service) => service.resources);
  const names = resources.flatMap((resource) =>
    resource.kind === 'rds-instance' ? [resource.source.userEnv, resource.source.passwordEnv] : [],
  );
  return [...new Set(names)].flatMap((name) => [name, `${name}_FILE`]);
}

/**
 * Databases that the source process cannot watch because their login is not set, in words:
 * `jira-cloud/issues-db: ISSUES_DB_SOURCE_USER and ISSUES_DB_SOURCE_PASSWORD not set`.
 */
export function missingLogins(catalog: Catalog, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const isSet = (name: string): boolean => [name, `${name}_FILE`].some((variable) => (env[variable] ?? '') !== '');
  return Object.values(catalog.services).flatMap((service) =>
    service.resources.flatMap((resource) => {
      if (resource.kind !== 'rds-instance') return [];
      const missing = [resource.source.userEnv, resource.source.passwordEnv].filter((name) => !isSet(name));
      return missing.length === 0 ? [] : [`${service.id}/${resource.name}: ${missing.join(' and ')} not set`];
    }),
  );
}

/** Those of them that are set. */
export function sourceLogins(
  catalog: Catalog,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    sourceLoginVariables(catalog).flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

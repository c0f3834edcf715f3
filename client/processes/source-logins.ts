import type { Catalog } from '../../catalog/schema.ts';

/** Variables that the catalog names for the logins of `firedrill source`; each may also come as `<NAME>_FILE`. */
export function sourceLoginVariables(catalog: Catalog): readonly string[] {
  const resources = Object.values(catalog.services).flatMap((service) => service.resources);
  const names = resources.flatMap((resource) =>
    resource.kind === 'rds-instance' ? [resource.source.userEnv, resource.source.passwordEnv] : [],
  );
  return [...new Set(names)].flatMap((name) => [name, `${name}_FILE`]);
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

import { serviceOf } from '../../catalog/lookup.ts';
import { rolesOf } from '../../catalog/people.ts';
import type { Catalog } from '../../catalog/schema.ts';
import type { Runbook } from '../../runbooks/runbook.ts';

/** Who may start a runbook for a service, owner and champion first. */
export function startersOf(catalog: Catalog, service: string, { mayStart }: Runbook): readonly string[] {
  const { owner, champion } = serviceOf(catalog, service);
  const others = Object.keys(catalog.people).filter((id) =>
    rolesOf(catalog, id, service).roles.some((role) => mayStart.includes(role)),
  );
  return [...new Set([owner, champion, ...others])];
}

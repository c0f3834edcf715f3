import { isDeepStrictEqual } from 'node:util';
import type { AwsIsolatedActivities, RestoreRequest } from '../activities/aws/interface.ts';
import { testableResourceOf } from '../catalog/lookup.ts';
import type { LoadedCatalog } from '../catalog/parse.ts';
import { databaseSpecOf, planNetworkOf } from '../catalog/plan-parts.ts';
import type { Catalog } from '../catalog/schema.ts';
import { FiredrillError } from '../domain/errors.ts';

/**
 * Restores only what today's catalog declares, from where and into where it says: a plan is an argument of a workflow, and
 * whoever can start one could write production's network into it.
 */
export const onlyWhatIsDeclared = (
  activities: AwsIsolatedActivities,
  catalog: () => Promise<LoadedCatalog>,
): AwsIsolatedActivities => ({
  ...activities,
  async restoreDatabase(request) {
    const difference = undeclaredIn((await catalog()).catalog, request);
    if (difference !== undefined) throw new NotDeclaredError(request, difference);
    return await activities.restoreDatabase(request);
  },
});

/** What a restore asks for that the catalog does not, in words. */
function undeclaredIn(catalog: Catalog, request: RestoreRequest): string | undefined {
  const { service, resource } = testableResourceOf(catalog, request);
  const declared = databaseSpecOf(catalog, service, resource);
  const network = planNetworkOf(catalog, resource);
  if (request.sourceIdentifier !== declared.identifier) return `the database ${request.sourceIdentifier}`;
  if (request.accountId !== network.accountId) return `the account ${request.accountId}`;
  if (request.region !== network.region) return `the Region ${request.region}`;
  if (!isDeepStrictEqual(request.network, network))
    return `the network ${request.network.name}, as the run was told of it`;
  return undefined;
}

/** The catalog does not say this, or not any more. */
export class NotDeclaredError extends FiredrillError {
  override readonly name = 'NotDeclaredError';
  constructor({ service, resource }: RestoreRequest, what: string) {
    super({
      code: 'not-declared',
      kind: 'refused',
      what: `Refused to restore ${service}/${resource}: the catalog does not declare ${what}.`,
      means: 'Nothing was created; the run ends as aborted.',
      next: 'If the catalog was changed since the run started, start it again; otherwise find out who started it.',
    });
  }
}

import { personOf, serviceOf } from '../../catalog/lookup.ts';
import type { LoadedCatalog } from '../../catalog/parse.ts';
import { rolesOf } from '../../catalog/people.ts';
import type { Catalog } from '../../catalog/schema.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { roles } from '../../domain/gate.ts';
import type { AuthenticDecision, Role, SignedDecision } from '../../domain/gate.ts';
import { openSigned } from '../../domain/signing.ts';
import type { RecordActivities } from './interface.ts';

type Result = Awaited<ReturnType<RecordActivities['authenticate']>>;

export interface AuthenticateDeps {
  readonly catalog: () => Promise<LoadedCatalog>;
  /** Public keys of the processes that sign for people, by signer name, as they are today. */
  readonly signers: Readonly<Record<string, string>>;
  /**
   * Members (Slack ids) of a Slack user group, asked now. Throws when Slack does not answer: then the role does not count.
   */
  readonly membersOfGroup: (group: string) => Promise<readonly string[]>;
}

/** Who decided is proved here: the signature against today's keys, and for personal keys the roles from today's catalog. */
export const createAuthenticateActivities = (deps: AuthenticateDeps): Pick<RecordActivities, 'authenticate'> => ({
  async authenticate({ decision, service }) {
    return decision.via === 'personal-key' ? await personal(deps, decision, service) : bySigner(deps, decision);
  },
});

function bySigner(deps: AuthenticateDeps, signed: SignedDecision): Result {
  const publicKey = Object.hasOwn(deps.signers, signed.signer) ? deps.signers[signed.signer] : undefined;
  if (publicKey === undefined) return refused(signed, `No public key is registered for the signer "${signed.signer}".`);
  return opened(signed, publicKey, (decision) => decision);
}

async function personal(deps: AuthenticateDeps, signed: SignedDecision, service: string): Promise<Result> {
  const { catalog } = await deps.catalog();
  const person = Object.hasOwn(catalog.people, signed.signer) ? personOf(catalog, signed.signer) : undefined;
  if (!person)
    return {
      ok: false,
      code: 'unknown-person',
      claimedPerson: signed.signer,
      text: `The catalog knows nobody called "${signed.signer}".`,
    };
  if (person.publicKey === undefined)
    return {
      ok: false,
      code: 'unknown-person',
      claimedPerson: person.id,
      text: `${person.name} has no public key in the catalog; add one made by: firedrill keys new`,
    };
  const held = await heldRoles(deps, catalog, person, service);
  return opened(signed, person.publicKey, (decision) => ({
    ...decision,
    personId: person.id,
    personName: person.name,
    roles: held,
  }));
}

function opened(
  signed: SignedDecision,
  publicKey: string,
  complete: (decision: AuthenticDecision) => AuthenticDecision,
): Result {
  try {
    const statement = openSigned(signed, publicKey);
    if (signed.via === 'personal-key' && statement.personId !== signed.signer)
      return refused(signed, `A key of ${signed.signer} cannot sign for ${statement.personId}.`);
    return { ok: true, decision: complete({ ...statement, via: signed.via, receivedAtMs: Date.now() }) };
  } catch (error) {
    if (error instanceof FiredrillError) return refused(signed, error.what);
    throw error;
  }
}

async function heldRoles(
  deps: AuthenticateDeps,
  catalog: Catalog,
  person: { readonly id: string; readonly slackId: string },
  service: string,
): Promise<Role[]> {
  const held = new Set<Role>();
  // What concerns no single service counts for those who hold the role for any.
  const services = service === '*' ? Object.keys(catalog.services) : [serviceOf(catalog, service).id];
  const groups = new Map<string, Role>();
  for (const id of services) {
    const found = rolesOf(catalog, person.id, id);
    for (const role of found.roles) held.add(role);
    for (const { role, slackUserGroup } of found.groupsToResolve) groups.set(slackUserGroup, role);
  }
  for (const [group, role] of groups) {
    if ((await deps.membersOfGroup(group)).includes(person.slackId)) held.add(role);
  }
  return roles.filter((role) => held.has(role));
}

const refused = (signed: SignedDecision, text: string): Result => ({
  ok: false,
  code: 'bad-signature',
  claimedPerson: signed.signer,
  text,
});

import { personOf } from '../../catalog/lookup.ts';
import type { LoadedCatalog } from '../../catalog/parse.ts';
import { rolesNow } from '../../catalog/people.ts';
import type { AuthenticDecision, DecisionStatement, SignedDecision } from '../../domain/gate.ts';
import { BadSignatureError, openSigned } from '../../domain/signing.ts';
import type { RecordActivities } from './interface.ts';

type Result = Awaited<ReturnType<RecordActivities['authenticate']>>;
type Refusal = Extract<Result, { ok: false }>;

export interface AuthenticateDeps {
  readonly catalog: () => Promise<LoadedCatalog>;
  /** Public keys of the processes that sign for people, by signer name, as they are today. */
  readonly signers: Readonly<Record<string, string>>;
  /** Members (Slack ids) of a Slack user group, now or as Slack last said: with Slack down, people still decide by their own keys. */
  readonly membersOfGroup: (group: string) => Promise<readonly string[]>;
}

/** Who decided is proved here: the signature against today's keys, and for personal keys the roles from today's catalog. */
export const createAuthenticateActivities = (deps: AuthenticateDeps): Pick<RecordActivities, 'authenticate'> => ({
  async authenticate({ decision, service }) {
    return decision.via === 'personal-key' ? await byPerson(deps, decision, service) : bySigner(deps, decision);
  },
});

/** The signer has looked up person and roles at the click; its key vouches for both. */
function bySigner(deps: AuthenticateDeps, signed: SignedDecision): Result {
  const publicKey = Object.hasOwn(deps.signers, signed.signer) ? deps.signers[signed.signer] : undefined;
  if (publicKey === undefined)
    return refusal('bad-signature', signed.signer, `No public key is registered for the signer "${signed.signer}".`);
  const statement = provedStatement(signed, publicKey);
  return 'ok' in statement ? statement : { ok: true, decision: authentic(signed, statement) };
}

/** Name and roles come from the catalog and not from the statement: a key proves who somebody is, not what they may do. */
async function byPerson(deps: AuthenticateDeps, signed: SignedDecision, service: string): Promise<Result> {
  const { catalog } = await deps.catalog();
  if (!Object.hasOwn(catalog.people, signed.signer))
    return refusal('unknown-person', signed.signer, `The catalog knows nobody called "${signed.signer}".`);
  const person = personOf(catalog, signed.signer);
  if (person.publicKey === undefined)
    return refusal(
      'unknown-person',
      person.id,
      `${person.name} has no public key in the catalog; add one made by: firedrill keys new`,
    );
  const statement = provedStatement(signed, person.publicKey);
  if ('ok' in statement) return statement;
  const roles = await rolesNow(catalog, person, service === '*' ? undefined : service, deps.membersOfGroup);
  const decision = authentic(signed, statement);
  return { ok: true, decision: { ...decision, personId: person.id, personName: person.name, roles } };
}

const authentic = ({ via }: SignedDecision, statement: DecisionStatement): AuthenticDecision => ({
  ...statement,
  via,
  receivedAtMs: Date.now(),
});

function provedStatement(signed: SignedDecision, publicKey: string): DecisionStatement | Refusal {
  try {
    return openSigned(signed, publicKey);
  } catch (error) {
    if (error instanceof BadSignatureError) return refusal('bad-signature', signed.signer, error.what);
    throw error;
  }
}

const refusal = (code: Refusal['code'], claimedPerson: string, text: string): Refusal => ({
  ok: false,
  code,
  claimedPerson,
  text,
});

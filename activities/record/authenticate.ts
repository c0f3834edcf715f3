import { personOf } from '../../catalog/lookup.ts';
import type { LoadedCatalog } from '../../catalog/parse.ts';
import { rolesNow } from '../../catalog/people.ts';
import type { SlackNow } from '../../catalog/people.ts';
import type { DecisionStatement, SignedDecision } from '../../domain/gate.ts';
import { BadSignatureError, openAct, openSigned } from '../../domain/signing.ts';
import type { RecordActivities } from './interface.ts';

type Refusal = Extract<Awaited<ReturnType<RecordActivities['authenticate']>>, { ok: false }>;

/** What a proof is made from, as it is at the moment of the click. */
export interface AuthenticateDeps {
  readonly catalog: () => Promise<LoadedCatalog>;
  /** Public keys of the processes that sign for people, by signer name, as they are today. */
  readonly signers: Readonly<Record<string, string>>;
  /** What Slack says now, or said last: with Slack down, people still decide by their own keys. */
  readonly slack: SlackNow;
}

/** Who decided is proved here: the signature against today's keys, and for personal keys the roles from today's catalog. */
export const createAuthenticateActivities = (
  deps: AuthenticateDeps,
): Pick<RecordActivities, 'authenticate' | 'authenticateAct'> => ({
  async authenticate({ decision, service }) {
    const proved = await prove(deps, decision, service, openSigned);
    return 'ok' in proved ? proved : { ok: true, decision: { ...proved, via: decision.via, receivedAtMs: Date.now() } };
  },
  async authenticateAct({ act, service }) {
    const proved = await prove(deps, act, service, openAct);
    return 'ok' in proved ? proved : { ok: true, statement: proved };
  },
});

type Opened = Pick<DecisionStatement, 'personId' | 'personName' | 'roles'>;
type Opener<T extends Opened> = (signed: SignedDecision, publicKey: string) => T;

const prove = async <T extends Opened>(
  deps: AuthenticateDeps,
  signed: SignedDecision,
  service: string,
  open: Opener<T>,
): Promise<T | Refusal> =>
  signed.via === 'personal-key' ? await byPerson(deps, signed, service, open) : bySigner(deps, signed, open);

/** The signer has looked up person and roles at the click; its key vouches for both. */
function bySigner<T extends Opened>(deps: AuthenticateDeps, signed: SignedDecision, open: Opener<T>): T | Refusal {
  const publicKey = Object.hasOwn(deps.signers, signed.signer) ? deps.signers[signed.signer] : undefined;
  if (publicKey === undefined)
    return refusal('bad-signature', signed.signer, `No public key is registered for the signer "${signed.signer}".`);
  return provedStatement(signed, publicKey, open);
}

/** Name and roles come from the catalog and not from the statement: a key proves who somebody is, not what they may do. */
async function byPerson<T extends Opened>(
  deps: AuthenticateDeps,
  signed: SignedDecision,
  service: string,
  open: Opener<T>,
): Promise<T | Refusal> {
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
  const statement = provedStatement(signed, person.publicKey, open);
  if ('ok' in statement) return statement;
  const roles = await rolesNow(catalog, person, service === '*' ? undefined : service, deps.slack);
  return { ...statement, personId: person.id, personName: person.name, roles };
}

function provedStatement<T extends Opened>(signed: SignedDecision, publicKey: string, open: Opener<T>): T | Refusal {
  try {
    return open(signed, publicKey);
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

import { randomUUID } from 'node:crypto';
import type { LoadedCatalog } from '../../catalog/parse.ts';
import { personOf } from '../../catalog/lookup.ts';
import type { Config } from '../../config/index.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { ActStatement, SignedAct } from '../../domain/act.ts';
import type { DecisionStatement, SignedDecision } from '../../domain/gate.ts';
import { publicKeyOf, signAct, signStatement } from '../../domain/signing.ts';

/** Who sits at this command line, by the catalog. */
export interface Person {
  readonly personId: string;
  readonly name: string;
}

/**
 * The person of FIREDRILL_PERSON. With a key, it must be the one that the catalog has.
 *
 * @param candidates - ids of people whom it could be, for the hint when nobody is named; default everybody
 * @throws FiredrillError `no-person`, `no-such-person`, `not-your-key`
 */
export function personAtWork(
  config: Config,
  { catalog }: Pick<LoadedCatalog, 'catalog'>,
  candidates: readonly string[] = Object.keys(catalog.people),
): Person {
  if (config.person === undefined) {
    throw new FiredrillError({
      code: 'no-person',
      kind: 'input',
      what: 'It is not known who you are.',
      means: 'Nothing was done: every start and decision has a name.',
      next: `Set FIREDRILL_PERSON to your id in the catalog (${candidates.slice(0, 6).join(', ')}${candidates.length > 6 ? ', …' : ''}), for example: export FIREDRILL_PERSON=${candidates[0] ?? 'ada-lovelace'}`,
    });
  }
  const person = personOf(catalog, config.person);
  if (
    config.personKey !== undefined &&
    person.publicKey !== undefined &&
    publicKeyOf(config.personKey) !== person.publicKey
  ) {
    throw new FiredrillError({
      code: 'not-your-key',
      kind: 'refused',
      what: `The key in FIREDRILL_PERSON_KEY is not the one that the catalog has for ${person.name}.`,
      means: 'Nothing was done.',
      next: 'Use your own key, or have the public half of the new one (firedrill keys new) put into the catalog.',
    });
  }
  return { personId: person.id, name: person.name };
}

/** What is decided; who, when and the click's id are added. */
export type DecisionRequest = Pick<DecisionStatement, 'runId' | 'gateId' | 'round' | 'choice'> & {
  readonly reason?: string | undefined;
  readonly confirmed?: string | undefined;
};

/**
 * Signs a decision with the person's own key. Roles are left out: whoever verifies looks them up in the catalog.
 *
 * @throws FiredrillError `no-person`, `no-person-key`, `not-your-key`, `bad-key`
 */
export function signDecision(
  config: Config,
  loaded: Pick<LoadedCatalog, 'catalog'>,
  request: DecisionRequest,
): { readonly signed: SignedDecision; readonly decisionId: string } {
  const { personId, name, key } = personWithKey(config, loaded);
  const decisionId = randomUUID();
  const { reason, confirmed, ...rest } = request;
  const statement: DecisionStatement = {
    v: 1,
    decisionId,
    ...rest,
    ...(reason === undefined ? {} : { reason }),
    ...(confirmed === undefined ? {} : { confirmed }),
    personId,
    personName: name,
    roles: [],
    clickedAtMs: Date.now(),
  };
  return { signed: signStatement(statement, key, 'personal-key', personId), decisionId };
}

/** Signs an act of a review or an exercise likewise. Errors as for `signDecision`. */
export function signPersonalAct(
  config: Config,
  loaded: Pick<LoadedCatalog, 'catalog'>,
  request: Pick<ActStatement, 'runId' | 'actId' | 'act'>,
): SignedAct {
  const { personId, name, key } = personWithKey(config, loaded);
  const clickedAtMs = Date.now();
  const statement: ActStatement = {
    v: 1,
    purpose: 'act',
    ...request,
    personId,
    personName: name,
    roles: [],
    clickedAtMs,
  };
  return signAct(statement, key, 'personal-key', personId);
}

function personWithKey(config: Config, loaded: Pick<LoadedCatalog, 'catalog'>): Person & { readonly key: string } {
  const person = personAtWork(config, loaded);
  if (config.personKey !== undefined) return { ...person, key: config.personKey };
  throw new FiredrillError({
    code: 'no-person-key',
    kind: 'refused',
    what: 'A decision on the command line is signed with your own key, and there is none.',
    means: 'Nothing was decided.',
    next: 'Set FIREDRILL_PERSON_KEY_FILE to your key file (made once with: firedrill keys new), or decide in Slack.',
  });
}

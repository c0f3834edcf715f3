import { personBySlackId, rolesNow } from '../../catalog/people.ts';
import type { SlackNow } from '../../catalog/people.ts';
import type { Catalog, Person } from '../../catalog/schema.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { Role } from '../../domain/gate.ts';
import type { SlackAppDeps } from './deps.ts';
import type { SlackPeople } from './slack-people.ts';

/** Somebody who clicked is not somebody who may: unknown, deactivated, a guest or a bot. The attempt is kept. */
export class NotEligibleError extends FiredrillError {
  override readonly name = 'NotEligibleError';
  constructor(code: 'unknown-person' | 'guest' | 'deactivated' | 'bot', what: string, next: string) {
    super({ code, kind: 'refused', what, means: 'Nothing was decided or started; the attempt is on record.', next });
  }
}

/**
 * The person of the current catalog behind a Slack user, and the roles they hold at the click, user groups included. Slack
 * is asked about both at once.
 *
 * @param stopsSomething - true for what only ever stops a run: that stays possible while Slack cannot be asked about
 *   the person, because stopping must never be harder than going on
 * @param serviceIn - id of the service that the roles are for; none for what concerns no single one (kill switch)
 * @throws NotEligibleError
 * @throws FiredrillError `busy` when Slack cannot be asked, `input` when the catalog cannot be read, and what `serviceIn`
 *   throws: only to somebody who is eligible
 */
export async function identify(
  deps: SlackAppDeps,
  userId: string,
  stopsSomething: boolean,
  serviceIn: (catalog: Catalog) => string | undefined,
): Promise<Known & { readonly roles: readonly Role[] }> {
  const { catalog, person } = await personBehind(deps, userId);
  const roles = rolesAtClick(deps, catalog, person, serviceIn);
  // Looked at below, and not at all when the account itself does not count.
  void roles.catch(() => {});
  await requireMember(deps, userId, stopsSomething);
  return { catalog, person, roles: await roles };
}

/**
 * The person behind a Slack user, whose roles are not asked about.
 *
 * @throws as `identify`
 */
export async function memberOfCatalog(deps: SlackAppDeps, userId: string): Promise<Known> {
  const known = await personBehind(deps, userId);
  await requireMember(deps, userId, false);
  return known;
}

export interface Known {
  readonly catalog: Catalog;
  readonly person: Person;
}

async function personBehind(deps: SlackAppDeps, userId: string): Promise<Known> {
  const { catalog } = await deps.engine.catalog();
  const person = personBySlackId(catalog, userId);
  if (person === undefined) {
    throw new NotEligibleError(
      'unknown-person',
      `The catalog does not know you (Slack id ${userId}).`,
      'Ask whoever keeps the catalog to add you, with this Slack id and your role.',
    );
  }
  return { catalog, person };
}

async function requireMember(deps: SlackAppDeps, userId: string, stopsSomething: boolean): Promise<void> {
  const standing = await deps.people.standingOf(userId).catch((cause: unknown) => {
    deps.log('warn', 'Slack could not be asked about a person', { user: userId, error: String(cause) });
    if (stopsSomething) return 'member' as const;
    throw new FiredrillError(
      {
        code: 'slack-unreachable',
        kind: 'busy',
        what: 'Slack did not say whether your account is a full member, and without that nothing is approved or started.',
        means: 'Nothing was decided or started.',
        next: 'Try again in a minute, or use the command line with your own key: firedrill approve RUN',
      },
      { cause },
    );
  });
  switch (standing) {
    case 'member':
      return;
    case 'guest':
      throw new NotEligibleError(
        'guest',
        'Guests of this workspace cannot decide about drills.',
        'Ask a full member who holds the role.',
      );
    case 'deactivated':
      throw new NotEligibleError(
        'deactivated',
        'This Slack account was deactivated.',
        'Ask somebody else who holds the role.',
      );
    case 'bot':
      throw new NotEligibleError('bot', 'A bot cannot decide about drills.', 'A person has to press the button.');
  }
}

const rolesAtClick = async (
  deps: SlackAppDeps,
  catalog: Catalog,
  person: Person,
  serviceIn: (catalog: Catalog) => string | undefined,
): Promise<readonly Role[]> => await rolesNow(catalog, person, serviceIn(catalog), slackNow(deps));

/** What roles depend on in Slack. What it does not say now does not count; a person's other roles do. */
const slackNow = (deps: SlackAppDeps): SlackNow =>
  slackBy(deps, {
    standing: (slackId) => deps.people.standingOf(slackId),
    members: (group) => deps.people.membersOf(group),
  });

/**
 * The same for what is shown and decides nothing. A champion of many services could stand in for many people: asked about all of them
 * at each look, Slack would have no answer left for those who decide.
 */
export const slackToShow = (deps: SlackAppDeps): SlackNow =>
  slackBy(deps, {
    standing: (slackId) => deps.people.standingToShow(slackId),
    members: (group) => deps.people.membersToShow(group),
  });

interface Asking {
  readonly standing: SlackPeople['standingOf'];
  readonly members: SlackPeople['membersOf'];
}

function slackBy(deps: SlackAppDeps, { standing, members }: Asking): SlackNow {
  const unlessSilent = async <T>(about: string, ask: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      deps.log('warn', 'Slack did not say what a role depends on; that role does not count for this click', {
        about,
        error: String(error),
      });
      return otherwise;
    }
  };
  return {
    membersOf: (group) => unlessSilent(`user group ${group}`, () => members(group), []),
    hasLeft: (slackId) =>
      unlessSilent(`account ${slackId}`, async () => (await standing(slackId)) === 'deactivated', false),
  };
}

import { roles } from '../domain/gate.ts';
import type { Role } from '../domain/gate.ts';
import { serviceOf } from './lookup.ts';
import type { Catalog, Person } from './schema.ts';

/** The person behind a Slack member id; nobody when the catalog does not know it, and then no click of it counts. */
export function personBySlackId(catalog: Catalog, slackId: string): Person | undefined {
  return Object.values(catalog.people).find((person) => person.slackId === slackId);
}

/** The person with a registered public key (hex). */
export function personByPublicKey(catalog: Catalog, publicKey: string): Person | undefined {
  return Object.values(catalog.people).find((person) => person.publicKey === publicKey);
}

/** What a person may do for a service, as far as the catalog alone can say. */
export interface HeldRoles {
  readonly roles: readonly Role[];
  /** Roles that the person also holds if they are in the Slack user group now: to be asked at the click. */
  readonly groupsToResolve: readonly { readonly role: Role; readonly slackUserGroup: string }[];
}

/**
 * Roles of a person for a service: owner, champion and deputy of that very service, roles named for the organisation, and the
 * person's own. Owning one service gives no say over another.
 *
 * @returns no roles for a person that the catalog does not know
 * @throws FiredrillError `no-such-service`
 */
export function rolesOf(catalog: Catalog, personId: string, serviceId: string): HeldRoles {
  const service = serviceOf(catalog, serviceId);
  const person = Object.hasOwn(catalog.people, personId) ? catalog.people[personId] : undefined;
  if (person === undefined) return { roles: [], groupsToResolve: [] };
  const held = roles.filter(
    (role) =>
      person.roles.includes(role) ||
      catalog.roles[role]?.people.includes(personId) === true ||
      (role === 'service-owner' && service.owner === personId) ||
      (role === 'dr-champion' && service.champion === personId) ||
      (role === 'deputy' && service.deputies.includes(personId)),
  );
  const groupsToResolve = roles.flatMap((role) => {
    const group = catalog.roles[role]?.slackUserGroup;
    return group === undefined || held.includes(role) ? [] : [{ role, slackUserGroup: group }];
  });
  return { roles: held, groupsToResolve };
}

/** Who holds one of some roles for a service: people to mention, and Slack user groups to mention or resolve. */
export function holdersOf(
  catalog: Catalog,
  wanted: readonly Role[],
  serviceId: string,
): { readonly people: readonly Person[]; readonly slackUserGroups: readonly string[] } {
  const people = Object.values(catalog.people).filter((person) =>
    rolesOf(catalog, person.id, serviceId).roles.some((role) => wanted.includes(role)),
  );
  const groups = wanted.flatMap((role) => catalog.roles[role]?.slackUserGroup ?? []);
  return { people, slackUserGroups: [...new Set(groups)] };
}

/** What Slack says at the moment of a decision. */
export interface SlackNow {
  /** Slack ids of the people in a user group; asked once per group, and only where it can add a role. */
  readonly membersOf: (slackUserGroup: string) => Promise<readonly string[]>;
  /** Whether an account was deactivated; asked only about those for whom the person stands in. */
  readonly hasLeft: (slackId: string) => Promise<boolean>;
}

/**
 * Roles of a person now, user groups of Slack and the duties of those who have left included: what a decision or a start is
 * judged by.
 *
 * @param service - a service's id; without it, what concerns no single service counts for those who hold the role for any
 * @throws FiredrillError `no-such-service`, and what `slack` throws
 */
export async function rolesNow(
  catalog: Catalog,
  person: Pick<Person, 'id' | 'slackId'>,
  service: string | undefined,
  slack: SlackNow,
): Promise<readonly Role[]> {
  const services = service === undefined ? Object.keys(catalog.services) : [service];
  const held = services.map((id) => rolesOf(catalog, person.id, id));
  const found = new Set(held.flatMap((one) => one.roles));
  const open = held.flatMap((one) => one.groupsToResolve).filter(({ role }) => !found.has(role));
  const groups = [...new Set(open.map(({ slackUserGroup }) => slackUserGroup))];
  const duties = service === undefined ? [] : dutiesStoodInFor(catalog, person.id, service, found);
  const allLeft = async (gone: readonly Person[]): Promise<boolean> =>
    (await Promise.all(gone.map(({ slackId }) => slack.hasLeft(slackId)))).every(Boolean);
  await Promise.all([
    ...groups.map(async (group) => {
      if (!(await slack.membersOf(group)).includes(person.slackId)) return;
      for (const { role, slackUserGroup } of open) if (slackUserGroup === group) found.add(role);
    }),
    ...duties.map(async ({ role, holder, deputies }) => {
      if ((await allLeft([holder])) && (await allLeft(deputies))) found.add(role);
    }),
  ]);
  return roles.filter((role) => found.has(role));
}

/**
 * People of a service who hold one of some roles now, those included who hold it because somebody has left.
 *
 * @throws FiredrillError `no-such-service`, and what `slack` throws
 */
export async function onDutyNow(
  catalog: Catalog,
  wanted: readonly Role[],
  serviceId: string,
  slack: SlackNow,
): Promise<readonly Person[]> {
  const { owner, champion, deputies } = serviceOf(catalog, serviceId);
  const around = [...new Set([owner, champion, ...deputies])].flatMap((id) => catalog.people[id] ?? []);
  const held = await Promise.all(around.map((person) => rolesNow(catalog, person, serviceId, slack)));
  return around.filter((_, index) => held[index]?.some((role) => wanted.includes(role)));
}

/**
 * Duties that become the person's when their holder leaves: a deputy's; where there is none, or all have left, too, the other of
 * owner and champion has both. The same order as in the daily look at people (`domain/people-check.ts`).
 */
function dutiesStoodInFor(
  catalog: Catalog,
  personId: string,
  serviceId: string,
  held: ReadonlySet<Role>,
): readonly { readonly role: Role; readonly holder: Person; readonly deputies: readonly Person[] }[] {
  const { owner, champion, deputies } = serviceOf(catalog, serviceId);
  const isDeputy = deputies.includes(personId);
  const haveLeft = isDeputy ? [] : deputies.flatMap((id) => catalog.people[id] ?? []);
  return [
    { role: 'service-owner' as const, holder: owner, other: champion },
    { role: 'dr-champion' as const, holder: champion, other: owner },
  ].flatMap(({ role, holder: id, other }) => {
    const holder = catalog.people[id];
    const standsIn = isDeputy || personId === other;
    return holder === undefined || held.has(role) || !standsIn ? [] : [{ role, holder, deputies: haveLeft }];
  });
}

/** A duty of somebody who has left. */
export interface DutyTakenOver {
  readonly service: string;
  readonly role: 'service-owner' | 'dr-champion';
  readonly left: Person;
}

/**
 * Duties that are this person's because whoever the catalog names for them has left: of the first deputy who is there, else of the
 * other of owner and champion. One person for each, unlike the roles that `rolesNow` gives to every deputy.
 *
 * @throws what `slack` throws
 */
export async function dutiesTakenOver(
  catalog: Catalog,
  personId: string,
  { hasLeft }: Pick<SlackNow, 'hasLeft'>,
): Promise<readonly DutyTakenOver[]> {
  const possible = Object.values(catalog.services).flatMap(({ id: service, owner, champion, deputies }) =>
    [
      { role: 'service-owner' as const, holder: owner, other: champion },
      { role: 'dr-champion' as const, holder: champion, other: owner },
    ].flatMap(({ role, holder, other }) => {
      const left = catalog.people[holder];
      const inOrder = [...deputies, other];
      const place = inOrder.indexOf(personId);
      if (left === undefined || holder === personId || place < 0) return [];
      return [
        { duty: { service, role, left }, before: inOrder.slice(0, place).flatMap((id) => catalog.people[id] ?? []) },
      ];
    }),
  );
  const found = await Promise.all(
    possible.map(async ({ duty, before }) => {
      // Nobody else is asked about while the holder is there.
      if (!(await hasLeft(duty.left.slackId))) return [];
      const gone = await Promise.all(before.map(({ slackId }) => hasLeft(slackId)));
      return gone.every(Boolean) ? [duty] : [];
    }),
  );
  return found.flat();
}

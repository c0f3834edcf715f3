import type { Finding } from './finding.ts';
import { makeFinding } from './fingerprint.ts';
import { wholeService } from './modes.ts';
import type { TicketRequest } from './notice.ts';
import type { ReviewPerson } from './review.ts';
import { roleName } from './role-text.ts';
import type { Tier } from './target.ts';

/** Somebody of the catalog, as Slack and Jira know them today. */
export interface PersonStanding {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly slackId: string;
  /** `unknown`: there is no such account in the workspace. */
  readonly slack: 'active' | 'deactivated' | 'unknown';
  /** `unknown`: Jira does not find the address, or may not show it to us; that alone proves nothing. */
  readonly jira: 'active' | 'deactivated' | 'unknown';
}

/** Who answers for a service, and what its tickets need. */
export interface ServiceDuties {
  readonly service: string;
  readonly tier: Tier;
  readonly owner: string;
  readonly champion: string;
  /** In the order in which they stand in. */
  readonly deputies: readonly string[];
  readonly slackChannel: string;
  readonly ticket: Omit<TicketRequest, 'ownerEmail' | 'championEmail'>;
}

/** The duties whose vacancy is a gap. */
export type DutyRole = 'service-owner' | 'dr-champion';

/** What is looked at when a duty turns out to be vacant: one gap per service and duty, whoever meets it. */
export const dutyCheck = (role: DutyRole): string => `people:${role}`;

/** The duty that a finding is about; nothing for other findings. */
export const dutyOf = ({ check }: Pick<Finding, 'check'>): DutyRole | undefined =>
  (['service-owner', 'dr-champion'] as const).find((role) => dutyCheck(role) === check);

/** A vacant duty as a gap. Nobody's word closes it: the catalog, Slack and Jira are asked. */
const vacantDuty = (service: string, role: DutyRole) =>
  ({
    service,
    resource: wholeService,
    check: dutyCheck(role),
    cause: 'vacant',
    proof: {
      kind: 'recheck',
      check: dutyCheck(role),
      sentence: `The catalog names a ${roleName(role)} of ${service} who has an account in Slack ${role === 'service-owner' ? 'and can be given tickets in Jira' : 'and Jira'}.`,
    },
  }) as const;

/** A duty of a service whose person is not there any more. */
export interface Vacancy {
  readonly service: ServiceDuties;
  readonly role: DutyRole;
  readonly left: PersonStanding;
  readonly why: 'left' | 'not-in-slack';
  /** Who has the duty meanwhile; nobody when all who could are gone, too. */
  readonly standIn?: PersonStanding;
}

/** Who has a duty in whose place, in names. */
export interface DutyMoved {
  readonly role: DutyRole;
  readonly left: string;
  readonly standIn: string;
}

/** The same as an open run is told of it. `reviewer`: to whom a review was handed on, which is no role of the catalog. */
export interface DutyNews extends Omit<DutyMoved, 'role'> {
  readonly role: DutyRole | 'reviewer';
  readonly leftId: string;
  /** Absent when the catalog knows nobody of that id any more. */
  readonly leftSlackId?: string;
  readonly standInId: string;
}

/** A documentation review that waits for somebody. */
export interface OpenReview {
  readonly runId: string;
  readonly service: string;
  readonly asks: ReviewPerson;
  /** Who handed it on, the last one first: they may answer all the same. */
  readonly handedOnBy: readonly ReviewPerson[];
}

/** A tabletop exercise under way, and who holds its roles. */
export interface OpenExercise {
  readonly runId: string;
  readonly holders: readonly { readonly personId: string; readonly name: string; readonly roles: readonly string[] }[];
}

/**
 * Those of the people who hold roles of an exercise who are not there any more: Slack has no account of theirs, or the catalog does
 * not know them.
 *
 * @param people - as they are known today; who is not among them is not in the catalog
 */
export const holdersGone = (
  { holders }: OpenExercise,
  people: readonly Pick<PersonStanding, 'personId' | 'slack'>[],
): OpenExercise['holders'] =>
  holders.filter(({ personId }) => !people.some((person) => person.personId === personId && person.slack === 'active'));

/** `Ann Smith, facilitator of the exercise tabletop-exercise/…, has left; the channel was asked to take it over.` */
export const holderGoneText = (runId: string, { name, roles }: OpenExercise['holders'][number]): string =>
  `${name}, ${roles.join(' and ')} of ${runId}, has left; who takes part was told to take it over.`;

/** Why somebody cannot be asked any more; nothing while they can. Not to be found in Jira is no reason. */
export function absenceOf({ slack, jira }: Pick<PersonStanding, 'slack' | 'jira'>): Vacancy['why'] | undefined {
  if (slack === 'deactivated' || jira === 'deactivated') return 'left';
  return slack === 'unknown' ? 'not-in-slack' : undefined;
}

/**
 * Every owner and champion who has left, with the person who stands in: the first deputy who is there, else the other of the
 * two.
 */
export function vacanciesOf(services: readonly ServiceDuties[], people: readonly PersonStanding[]): readonly Vacancy[] {
  const byId = new Map(people.map((person) => [person.personId, person]));
  const present = (personId: string): PersonStanding[] => {
    const person = byId.get(personId);
    return person !== undefined && absenceOf(person) === undefined ? [person] : [];
  };
  return services.flatMap((service) => {
    const { owner, champion, deputies } = service;
    const duties = [
      { role: 'service-owner', holder: owner, other: champion },
      { role: 'dr-champion', holder: champion, other: owner },
    ] as const;
    return duties.flatMap(({ role, holder, other }): Vacancy[] => {
      const left = byId.get(holder);
      const why = left === undefined ? undefined : absenceOf(left);
      if (left === undefined || why === undefined) return [];
      const [standIn] = [...deputies, other].flatMap(present);
      return [{ service, role, left, why, ...(standIn === undefined ? {} : { standIn }) }];
    });
  });
}

/**
 * Whoever a review asks and who cannot answer any more: they have left, or the catalog does not know them. Owner and champion of
 * the catalog are not among them: for those their vacancy speaks.
 *
 * @param people - as they are known today; who is not among them is not in the catalog
 * @returns nothing while they are there, or when nobody could answer in their place
 */
export function reviewerGone(
  review: OpenReview,
  duties: Pick<ServiceDuties, 'owner' | 'champion' | 'deputies'>,
  people: readonly PersonStanding[],
): { readonly left: ReviewPerson; readonly leftSlackId?: string; readonly standIn: PersonStanding } | undefined {
  const { owner, champion, deputies } = duties;
  const left = review.asks;
  if (left.personId === owner || left.personId === champion) return undefined;
  const there = (personId: string): PersonStanding[] =>
    people.filter((person) => person.personId === personId && person.slack === 'active');
  if (there(left.personId).length > 0) return undefined;
  const handedOnBy = review.handedOnBy.map(({ personId }) => personId);
  const [standIn] = [...handedOnBy, champion, ...deputies, owner].flatMap(there);
  const leftSlackId = people.find(({ personId }) => personId === left.personId)?.slackId;
  return standIn === undefined ? undefined : { left, ...(leftSlackId === undefined ? {} : { leftSlackId }), standIn };
}

/** `Jonas Weber has left; Lin Zhao stands in as service owner`. */
export const standsInText = ({ role, left, standIn }: Pick<DutyNews, 'role' | 'left' | 'standIn'>): string =>
  role === 'reviewer'
    ? `${left} cannot be asked any more; ${standIn} is asked instead`
    : `${left} has left; ${standIn} stands in as ${roleName(role)}`;

/** `Jonas Weber, service owner of jira-cloud, has left; Lin Zhao stands in.` */
export function vacancyText({ service, role, left, why, standIn }: Vacancy): string {
  const gone = why === 'left' ? 'has left' : 'has no account in Slack';
  const instead = standIn === undefined ? 'nobody stands in' : `${standIn.name} stands in`;
  return `${left.name}, ${roleName(role)} of ${service.service}, ${gone}; ${instead}.`;
}

/** A vacant duty as a finding; it stays the same one until the duty is held again. */
export function vacancyFinding(vacancy: Vacancy, runId: string): Finding {
  const { service, role, left, why, standIn } = vacancy;
  const duty = roleName(role);
  return makeFinding({
    ...vacantDuty(service.service, role),
    severity: service.tier <= 1 || standIn === undefined ? 'high' : 'medium',
    title: `no ${duty}: ${left.name} ${why === 'left' ? 'has left' : 'cannot be found in Slack'}`,
    found: `${vacancyText(vacancy)} Slack says ${left.slack}, Jira says ${left.jira}.`,
    matters:
      standIn === undefined
        ? `Nobody would be asked as ${duty}: approvals wait for the last escalation, reviews for nobody, tickets lie.`
        : `A deputy bridges days, not quarters: in a disaster people look for the ${duty} whom the catalog names.`,
    lookFirst: `Name another ${duty} of ${service.service} in the catalog, and deputies who are there.`,
    runId,
  });
}

/**
 * A ticket was to be filed, and Jira knows nobody by the owner's address who can be given it. The same gap as an owner who has
 * left, because often it is: one finding and one ticket, whoever notices first.
 */
export const ownerUnknownFinding = (about: Pick<Finding, 'service' | 'runId' | 'title'>, email: string): Finding =>
  makeFinding({
    ...vacantDuty(about.service, 'service-owner'),
    severity: 'medium',
    title: `no service owner: ${email} is unknown to Jira`,
    found: `No account in Jira by the address ${email} can be given a ticket. Met when a ticket was filed about: ${about.title}.`,
    matters: 'Findings of this service are assigned to nobody, so that nobody remedies them before a disaster.',
    lookFirst:
      'Whether the person has left, has another address in Jira, or no access to the project; then the owner in the catalog. Tickets that are assigned to nobody are assigned by hand.',
    runId: about.runId,
  });

/** What the ticket of a vacancy needs: it goes to whoever stands in, not to somebody who has left. */
export function vacancyTicket(
  { service, role, left, standIn }: Vacancy,
  people: readonly PersonStanding[],
): TicketRequest {
  const emailOf = (personId: string): string =>
    people.find((person) => person.personId === personId)?.email ?? left.email;
  const instead = standIn?.email ?? left.email;
  return {
    ...service.ticket,
    ownerEmail: role === 'service-owner' ? instead : emailOf(service.owner),
    championEmail: role === 'dr-champion' ? instead : emailOf(service.champion),
  };
}

import { condition, log, patched, workflowInfo } from '@temporalio/workflow';
import {
  holderGoneText,
  holdersGone,
  reviewerGone,
  vacanciesOf,
  vacancyFinding,
  vacancyText,
  vacancyTicket,
} from '../domain/people-check.ts';
import type { PersonStanding, ServiceDuties, Vacancy } from '../domain/people-check.ts';
import type { NoticeAddress, TicketFiled } from '../domain/notice.ts';
import { wholeService } from '../domain/modes.ts';
import { hear, memberOf } from './hear.ts';
import { ticketFiledSignal } from './messages.ts';
import { notifyActivities, peopleActivities, recordActivities } from './proxies.ts';

/** How long one look waits for a ticket: the next one asks again. */
const ticketWithinMs = 10 * 60_000;

/** What one look at people came to; also what the next one knows of it. */
export interface PeopleReport {
  readonly looked: number;
  readonly vacancies: readonly {
    readonly fingerprint: string;
    readonly service: string;
    readonly text: string;
    readonly ticket?: string;
    /** Tickets that changed hands this time. */
    readonly reassigned: readonly string[];
    /** Tickets that the one who stands in for the champion watches since. */
    readonly watched?: readonly string[];
  }[];
  /** Who holds a role of a tabletop exercise under way and has left, in a sentence each. */
  readonly exercises?: readonly string[];
}

/**
 * Once a day: who answers for a service and is not there any more, by Slack and Jira. What is vacant is a finding, told in
 * the service's channel on the first day; the person's open tickets go to whoever stands in, every day until somebody else is
 * named in the catalog. Decides nothing else about anybody.
 */
export async function peopleCheck(): Promise<PeopleReport> {
  const { workflowId, lastResult } = workflowInfo();
  const filed = new Map<string, TicketFiled>();
  hear(ticketFiledSignal, (sent) => {
    const fingerprint = memberOf(sent, 'fingerprint');
    if (typeof fingerprint === 'string' && typeof memberOf(sent, 'key') === 'string')
      filed.set(fingerprint, sent as TicketFiled);
  });
  const look = peopleActivities();
  const { people, services, simulated } = (await look.lookAtPeople()).value;
  const known = ticketsBefore(lastResult);

  const vacancies: PeopleReport['vacancies'][number][] = [];
  for (const vacancy of vacanciesOf(services, people)) {
    const { fingerprint } = vacancyFinding(vacancy, workflowId);
    await tellThoseWhoAsk(vacancy);
    const ticket = known.get(fingerprint) ?? (await tell(vacancy, people, simulated));
    vacancies.push({
      fingerprint,
      service: vacancy.service.service,
      text: vacancyText(vacancy),
      ...(ticket === undefined ? {} : { ticket }),
      reassigned: await handOver(vacancy),
      ...(await handOverWatch(vacancy)),
    });
  }
  if (patched('reviews ask whoever is there')) await tellReviews(services, people);
  const exercises = patched('exercises hear who has left') ? await tellExercises(people) : [];
  return { looked: people.length, vacancies, ...(exercises.length === 0 ? {} : { exercises }) };

  /** On the first day: the ticket, and the service's channel. Answers the ticket's key. */
  async function tell(
    vacancy: Vacancy,
    all: readonly PersonStanding[],
    isSimulated: boolean,
  ): Promise<string | undefined> {
    const finding = vacancyFinding(vacancy, workflowId);
    const ticket = vacancyTicket(vacancy, all);
    const { service, slackChannel } = vacancy.service;
    const address: NoticeAddress = {
      slackChannel,
      runId: workflowId,
      executionId: workflowInfo().firstExecutionRunId,
      service,
      resource: wholeService,
      simulated: isSimulated,
      mode: 'drill',
    };
    const order = { finding, ticket, simulated: isSimulated, replyTo: workflowId, filedBefore: false };
    await recordActivities().orderTicket(order);
    if (!(await condition(() => filed.has(finding.fingerprint), ticketWithinMs)))
      log.warn('the ticket of a vacancy takes long; the next look asks for it again', { service });
    const answer = filed.get(finding.fingerprint);
    const { deliverToSlack } = notifyActivities();
    const { messages } = (
      await deliverToSlack({ address, notice: { kind: 'finding', number: 1, finding, ticket }, known: {} })
    ).value;
    if (answer === undefined) return undefined;
    const { key, url, outcome } = answer;
    const { title } = finding;
    await deliverToSlack({
      address,
      notice: { kind: 'ticket-filed', number: 2, fingerprint: finding.fingerprint, title, key, url, outcome },
      known: messages,
    });
    return key;
  }

  /** Runs that wait for the one who left tell whoever stands in. Who is gone from Jira alone still decides in Slack, and nobody in their place. */
  async function tellThoseWhoAsk({ service, role, left, standIn }: Vacancy): Promise<void> {
    if (standIn === undefined || left.slack === 'active') return;
    const moved = {
      role,
      left: left.name,
      leftId: left.personId,
      leftSlackId: left.slackId,
      standIn: standIn.name,
      standInId: standIn.personId,
    };
    await recordActivities().tellDutyMoved({ service: service.service, moved, slackId: standIn.slackId });
  }

  /** Reviews that were handed on to somebody who has left since, or whose champion the catalog does not name any more. */
  async function tellReviews(duties: readonly ServiceDuties[], onDuty: readonly PersonStanding[]): Promise<void> {
    const { reviews } = (await recordActivities().openReviews()).value;
    const asked = reviews.flatMap(({ asks, handedOnBy }) => [asks, ...handedOnBy].map(({ personId }) => personId));
    const everybody = await withOthers(onDuty, asked);
    for (const review of reviews) {
      const service = duties.find((one) => one.service === review.service);
      const gone = service === undefined ? undefined : reviewerGone(review, service, everybody);
      if (gone === undefined) continue;
      const { left, leftSlackId, standIn } = gone;
      const moved = {
        role: 'reviewer' as const,
        left: left.name,
        leftId: left.personId,
        ...(leftSlackId === undefined ? {} : { leftSlackId }),
        standIn: standIn.name,
        standInId: standIn.personId,
      };
      const { service: id, runId } = review;
      await recordActivities().tellDutyMoved({ service: id, runId, moved, slackId: standIn.slackId });
    }
  }

  /** Exercises of which somebody holds a role who has left since: those who are there take it over. */
  async function tellExercises(onDuty: readonly PersonStanding[]): Promise<readonly string[]> {
    const { exercises } = (await recordActivities().openExercises()).value;
    const holders = exercises.flatMap((one) => one.holders.map(({ personId }) => personId));
    const everybody = await withOthers(onDuty, holders);
    const told: string[] = [];
    for (const exercise of exercises) {
      const gone = holdersGone(exercise, everybody);
      if (gone.length === 0) continue;
      const { runId } = exercise;
      await recordActivities().tellHoldersLeft({ runId, personIds: gone.map(({ personId }) => personId) });
      told.push(...gone.map((holder) => holderGoneText(runId, holder)));
    }
    return told;
  }

  /** Who was looked at, and these people, too, as far as the catalog knows them. */
  async function withOthers(
    onDuty: readonly PersonStanding[],
    personIds: readonly string[],
  ): Promise<readonly PersonStanding[]> {
    const known = new Set(onDuty.map(({ personId }) => personId));
    const others = new Set(personIds.filter((personId) => !known.has(personId)));
    if (others.size === 0) return onDuty;
    return [...onDuty, ...(await look.lookAtPeople({ people: [...others] })).value.people];
  }

  /** Tickets of the owner go to whoever stands in. */
  async function handOver({ service, role, left, standIn, ...vacancy }: Vacancy): Promise<readonly string[]> {
    if (role !== 'service-owner' || standIn === undefined) return [];
    const { keys } = (await recordActivities().ticketsOfService({ service: service.service })).value;
    const reason = vacancyText({ service, role, left, standIn, ...vacancy });
    const request = { keys, leftEmail: left.email, toEmail: standIn.email, reason };
    return (await look.reassignTickets(request)).value.reassigned;
  }
}

/** What the champion only watches, whoever stands in watches. */
async function handOverWatch({
  service,
  role,
  standIn,
  ...vacancy
}: Vacancy): Promise<{ watched?: readonly string[] }> {
  if (role !== 'dr-champion' || standIn === undefined) return {};
  const { keys } = (await recordActivities().ticketsOfService({ service: service.service })).value;
  const reason = vacancyText({ service, role, standIn, ...vacancy });
  return (await peopleActivities().watchTickets({ keys, email: standIn.email, reason })).value;
}

/** Tickets that earlier looks have filed, by fingerprint: a vacancy is told once, and not every day. */
function ticketsBefore(lastResult: unknown): ReadonlyMap<string, string> {
  const before = memberOf(lastResult, 'vacancies');
  return new Map(
    (Array.isArray(before) ? before : []).flatMap((one: unknown) => {
      const [fingerprint, ticket] = [memberOf(one, 'fingerprint'), memberOf(one, 'ticket')];
      return typeof fingerprint === 'string' && typeof ticket === 'string' ? [[fingerprint, ticket] as const] : [];
    }),
  );
}

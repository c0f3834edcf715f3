import { answeredForBy, owedEachQuarter, quarterNow } from '../../catalog/owed.ts';
import { dutiesTakenOver } from '../../catalog/people.ts';
import type { DutyTakenOver } from '../../catalog/people.ts';
import type { Catalog, Person } from '../../catalog/schema.ts';
import { obligationState } from '../../domain/obligation.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import { homeView, mineMessage, ticketsMessage } from '../../views/slack/home.ts';
import type { MineView } from '../../views/slack/home.ts';
import type { Answer } from './answer.ts';
import type { SlackAppDeps } from './deps.ts';
import { slackToShow } from './identify.ts';
import { insteadOf, waitingExercises, waitingFindings, waitingGates, waitingReviews } from './waiting.ts';
import { whoLooks } from './who-looks.ts';

const whoIs = async (deps: SlackAppDeps, userId: string) => {
  const { catalog, person } = await whoLooks(deps, userId);
  return { catalog, person, takenOver: await dutiesTakenOver(catalog, person.id, slackToShow(deps)) };
};

/** Somebody, and what is theirs in the place of others. */
interface Whose {
  readonly catalog: Catalog;
  readonly person: Person;
  readonly takenOver: readonly DutyTakenOver[];
}

/** `/dr mine`: what waits for this person, what they owe, what is in their name. @throws FiredrillError */
export async function mine(deps: SlackAppDeps, userId: string): Promise<Answer> {
  const whose = await whoIs(deps, userId);
  return mineMessage(await mineOf(deps, whose, await deps.engine.openRuns()), Date.now());
}

/** `/dr tickets`. @throws FiredrillError */
export async function tickets(deps: SlackAppDeps, userId: string): Promise<Answer> {
  return ticketsMessage({ tickets: await ticketsOf(deps, await whoIs(deps, userId)) }, Date.now());
}

/** What the Home tab shows this person. @throws FiredrillError */
export async function home(deps: SlackAppDeps, userId: string): Promise<Answer> {
  const whose = await whoIs(deps, userId);
  const runs = await deps.engine.openRuns();
  return homeView({ ...(await mineOf(deps, whose, runs)), runs }, Date.now(), deps.command);
}

async function mineOf(deps: SlackAppDeps, whose: Whose, open: readonly RunProjection[]): Promise<MineView> {
  const { catalog, person, takenOver } = whose;
  const own = answeredForBy(catalog, person.id);
  const others = Object.values(catalog.services).filter(
    (service) => !own.includes(service) && takenOver.some((duty) => duty.service === service.id),
  );
  const { quarter, startMs, endMs } = quarterNow(catalog, Date.now());
  const [runs, gates, findings, ownTickets] = await Promise.all([
    deps.engine.runsBetween(
      [...own, ...others].map(({ id }) => id),
      startMs,
      endMs,
    ),
    waitingGates(deps, catalog, person, open, takenOver),
    waitingFindings(deps, catalog, person),
    ticketsOf(deps, whose),
  ]);
  const isSimulated = catalog.organisation.programme === 'simulated';
  const owes = [...own, ...others].flatMap((service) =>
    owedEachQuarter(service).map((obligation) => ({
      ...obligationState(obligation, runs, isSimulated),
      insteadOf: own.includes(service) ? [] : insteadOf(takenOver, service.id),
    })),
  );
  return {
    quarter,
    quarterEndMs: endMs,
    owes,
    gates,
    reviews: waitingReviews(person, open, takenOver),
    exercises: waitingExercises(person, open),
    findings,
    standsIn: takenOver.map(({ service, role, left }) => ({ service, role, left: left.name })),
    tickets: ownTickets,
  };
}

/** Tickets of gaps go to the service's owner, or to who stands in. */
async function ticketsOf(deps: SlackAppDeps, { catalog, person, takenOver }: Whose): Promise<MineView['tickets']> {
  const isOwn = (service: string): boolean => catalog.services[service]?.owner === person.id;
  const asOwner = takenOver.filter(({ role }) => role === 'service-owner');
  const services = Object.keys(catalog.services).filter(
    (id) => isOwn(id) || asOwner.some(({ service }) => service === id),
  );
  const lines = await deps.engine.ticketsOf(services);
  return lines.map((line) => ({ ...line, insteadOf: isOwn(line.service) ? [] : insteadOf(asOwner, line.service) }));
}

import { answeredForBy, owedEachQuarter, quarterNow } from '../../catalog/owed.ts';
import type { Catalog, Person } from '../../catalog/schema.ts';
import { obligationState } from '../../domain/obligation.ts';
import { homeView, mineMessage, ticketsMessage } from '../../views/slack/home.ts';
import type { MineView } from '../../views/slack/home.ts';
import type { TicketLine } from '../../store/read-services.ts';
import type { Answer } from './answer.ts';
import type { SlackAppDeps } from './deps.ts';
import { waitingGates, waitingReviews } from './gates-waiting.ts';
import { identify } from './identify.ts';

const whoIs = (deps: SlackAppDeps, userId: string) => identify(deps, userId, false, () => undefined);

/** `/dr mine`: what waits for this person, what they owe, what is in their name. @throws FiredrillError */
export async function mine(deps: SlackAppDeps, userId: string): Promise<Answer> {
  const { catalog, person } = await whoIs(deps, userId);
  return mineMessage(await mineOf(deps, catalog, person), Date.now());
}

/** `/dr tickets`. @throws FiredrillError */
export async function tickets(deps: SlackAppDeps, userId: string): Promise<Answer> {
  const { catalog, person } = await whoIs(deps, userId);
  return ticketsMessage({ tickets: await ticketsOf(deps, catalog, person) });
}

/** What the Home tab shows this person. @throws FiredrillError */
export async function home(deps: SlackAppDeps, userId: string): Promise<Answer> {
  const { catalog, person } = await whoIs(deps, userId);
  const [own, runs] = await Promise.all([mineOf(deps, catalog, person), deps.engine.openRuns()]);
  return homeView({ ...own, runs }, Date.now());
}

async function mineOf(deps: SlackAppDeps, catalog: Catalog, person: Person): Promise<MineView> {
  const services = answeredForBy(catalog, person.id);
  const { quarter, startMs, endMs } = quarterNow(catalog, Date.now());
  const [runs, gates, reviews, ownTickets] = await Promise.all([
    deps.engine.runsBetween(
      services.map(({ id }) => id),
      startMs,
      endMs,
    ),
    waitingGates(deps, catalog, person),
    waitingReviews(deps, person),
    ticketsOf(deps, catalog, person),
  ]);
  const isSimulated = catalog.organisation.programme === 'simulated';
  const owes = services.flatMap(owedEachQuarter).map((obligation) => obligationState(obligation, runs, isSimulated));
  return { quarter, quarterEndMs: endMs, owes, gates, reviews, tickets: ownTickets };
}

/** Tickets of gaps go to the service's owner. */
const ticketsOf = async (deps: SlackAppDeps, catalog: Catalog, person: Person): Promise<readonly TicketLine[]> =>
  await deps.engine.ticketsOf(
    Object.values(catalog.services)
      .filter(({ owner }) => owner === person.id)
      .map(({ id }) => id),
  );

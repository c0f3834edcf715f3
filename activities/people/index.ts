import type { WebClient } from '@slack/web-api';
import type { LoadedCatalog } from '../../catalog/parse.ts';
import { activityContext } from '../activity-context.ts';
import type { JiraSite } from '../jira/index.ts';
import { createJiraTransport } from '../jira/transport.ts';
import type { PeopleActivities } from './interface.ts';
import { dutyHeld } from './duty-held.ts';
import { dutiesOf, standingsOf } from './look-at-people.ts';
import { reassignTickets, watchTickets } from './reassign-tickets.ts';

export interface PeopleActivitiesOptions {
  /** The catalog as it is now. */
  readonly catalog: () => Promise<LoadedCatalog>;
  readonly slack: Pick<WebClient, 'users'>;
  readonly jira: JiraSite;
  readonly simulated: boolean;
  /** Where problems go that stop nothing; default the activity's own log. */
  readonly warn?: (text: string) => void;
}

/** Activities of the daily look at people, for the `notify` queue. Called once per worker. */
export function createPeopleActivities(options: PeopleActivitiesOptions): PeopleActivities {
  const jira = createJiraTransport(options.jira);
  const warn = options.warn ?? ((text) => activityContext()?.log.warn(text));
  // A worker that is told to stop is told here.
  const onProgress = (): void => activityContext()?.cancellationSignal.throwIfAborted();
  return {
    async lookAtPeople(request) {
      const { catalog } = await options.catalog();
      const people = await standingsOf(catalog, { slack: options.slack, jira }, onProgress, request?.people);
      return { people, services: dutiesOf(catalog, Date.now()), simulated: options.simulated };
    },
    async reassignTickets(request) {
      return { reassigned: await reassignTickets(jira, request, { warn, onProgress }) };
    },
    async watchTickets(request) {
      return { watched: await watchTickets(jira, request, { warn, onProgress }) };
    },
    async dutyHeld(request) {
      return await dutyHeld((await options.catalog()).catalog, { slack: options.slack, jira }, request);
    },
  };
}

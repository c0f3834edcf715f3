import { activityContext } from '../activity-context.ts';
import { createWatchActivities } from './changed-tickets.ts';
import { fileTicket } from './file-ticket.ts';
import { createFollowActivities } from './follow-ticket.ts';
import type { JiraActivities } from './interface.ts';
import { createJiraTransport } from './transport.ts';
import type { JiraSite } from './transport.ts';

export { checkJira } from './doctor.ts';
export type { JiraSite } from './transport.ts';
export type * from './interface.ts';

export interface JiraActivitiesOptions extends JiraSite {
  /** Where a person opens a run, for the remote link; without it the ticket names the CLI's command. */
  readonly runUrl?: (runId: string) => string;
  /** How long Jira's search may lag behind a new ticket; default 10,000. */
  readonly searchLagMs?: number;
  /** Where problems go that stop nothing; default the activity's own log. */
  readonly warn?: (text: string) => void;
}

/** Activities that file tickets, for the `notify` queue. Called once per worker. */
export function createJiraActivities(options: JiraActivitiesOptions): JiraActivities {
  const client = createJiraTransport(options);
  const warn = options.warn ?? ((text) => activityContext()?.log.warn(text));
  return {
    ...createWatchActivities(client),
    ...createFollowActivities(client),
    async fileTicket({ finding, ticket, simulated, knownKeys, filedBefore = false }) {
      const info = activityContext()?.info;
      return await fileTicket(
        {
          client,
          baseUrl: options.baseUrl,
          runUrl: options.runUrl,
          // Outside a worker nobody knows what was tried before.
          mayBeThere: filedBefore || info === undefined || info.attempt > 1,
          searchLagMs: options.searchLagMs ?? 10_000,
          warn,
        },
        { finding, ticket, simulated, knownKeys },
      );
    },
  };
}

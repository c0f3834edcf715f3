import type { LoadedCatalog } from '../../catalog/parse.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { Finding } from '../../domain/finding.ts';
import type { TicketRequest } from '../../domain/notice.ts';
import { activityContext } from '../activity-context.ts';
import { createWatchActivities } from './changed-tickets.ts';
import { createDuplicateActivities } from './duplicates.ts';
import { fileTicket } from './file-ticket.ts';
import { createFollowActivities } from './follow-ticket.ts';
import type { JiraActivities } from './interface.ts';
import { ticketToday } from './ticket-today.ts';
import { createJiraTransport } from './transport.ts';
import type { JiraSite } from './transport.ts';

export { checkJira } from './doctor.ts';
export type { JiraSite } from './transport.ts';
export type * from './interface.ts';

export interface JiraActivitiesOptions extends JiraSite {
  /** Where a person opens a run, for the remote link; without it the ticket names the CLI's command. */
  readonly runUrl?: (runId: string) => string;
  /** The catalog as it is now, by which tickets are filed; without it by what was pinned with their run. */
  readonly catalog?: () => Promise<LoadedCatalog>;
  /** How long Jira's search may lag behind a new ticket; default 10,000. */
  readonly searchLagMs?: number;
  /** Where problems go that stop nothing; default the activity's own log. */
  readonly warn?: (text: string) => void;
}

/** Activities that file tickets, for the `notify` queue. Called once per worker. */
export function createJiraActivities(options: JiraActivitiesOptions): JiraActivities {
  const client = createJiraTransport(options);
  const warn = options.warn ?? ((text) => activityContext()?.log.warn(text));
  const today = async (finding: Finding, pinned: TicketRequest): Promise<TicketRequest> => {
    if (options.catalog === undefined) return pinned;
    try {
      return ticketToday((await options.catalog()).catalog, finding, pinned);
    } catch (error) {
      // A catalog that cannot be read now keeps no ticket from being filed.
      if (!(error instanceof FiredrillError)) throw error;
      warn(`A ticket about ${finding.service} is filed by what its run pinned: ${error.what}`);
      return pinned;
    }
  };
  return {
    ...createWatchActivities(client),
    ...createFollowActivities(client),
    ...createDuplicateActivities(client),
    async fileTicket({ finding, ticket: pinned, simulated, knownKeys, filedBefore = false }) {
      const ticket = await today(finding, pinned);
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

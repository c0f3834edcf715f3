import type { Finding } from '../../domain/finding.ts';
import type { TicketRequest } from '../../domain/notice.ts';

/** Queue `notify`: one ticket per finding fingerprint. */
export interface JiraActivities {
  /**
   * Creates the ticket, or comments on the open one with the same fingerprint (issue property `firedrill`, found with
   * reconcile). Safe to repeat: a lost reply never makes a second ticket or a second comment for the same run. Called by the
   * gap's own workflow only, one run after the other.
   *
   * @param request.knownKeys - tickets of this gap that the search may not show yet
   */
  fileTicket(request: {
    finding: Finding;
    ticket: TicketRequest;
    simulated: boolean;
    knownKeys: readonly string[];
    /** True when this may have been filed without the delivery's knowing: the search gets its time to show it. */
    filedBefore?: boolean;
  }): Promise<{
    key: string;
    url: string;
    outcome: 'created' | 'commented';
    /** The owner's e-mail address, when Jira knows nobody by it who can be given the ticket: it is assigned to nobody. */
    ownerUnknown?: string;
  }>;
}

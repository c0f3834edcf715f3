import type { PersonStanding, ServiceDuties } from '../../domain/people-check.ts';

/** Queue `notify`: who is still there, by Slack and Jira, and whose tickets have to go to somebody else. */
export interface PeopleActivities {
  /**
   * Everybody who answers for a service by the catalog of this moment, as Slack and Jira know them. Changes nothing.
   *
   * @param request.people - these instead, by their ids; those whom the catalog does not know are not in the answer
   */
  lookAtPeople(request?: { readonly people: readonly string[] }): Promise<{
    readonly people: readonly PersonStanding[];
    readonly services: readonly ServiceDuties[];
    readonly simulated: boolean;
  }>;
  /**
   * Gives those of these tickets that are open, and lie with nobody or with somebody who cannot work on them any more, to somebody else,
   * with a comment that says why. Safe to repeat. Answers the keys of those that changed hands.
   *
   * @param request.leftEmail - who has left; tickets of anybody whose account is deactivated count as theirs
   */
  reassignTickets(request: {
    readonly keys: readonly string[];
    readonly leftEmail: string;
    readonly toEmail: string;
    readonly reason: string;
  }): Promise<{ readonly reassigned: readonly string[] }>;
}

import type { DutyRole, PersonStanding, ServiceDuties } from '../../domain/people-check.ts';

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
  /**
   * Has somebody watch those of these tickets that are open, with a comment that says why. Safe to repeat. Answers the keys of those
   * that they did not watch before.
   */
  watchTickets(request: {
    readonly keys: readonly string[];
    readonly email: string;
    readonly reason: string;
  }): Promise<{ readonly watched: readonly string[] }>;
  /**
   * Whether the catalog of this moment names somebody for a duty who is there: with an account in Slack, and as owner one that can
   * be given tickets in Jira.
   *
   * @returns `held`, a sentence that says by whom; nothing while the duty is vacant
   */
  dutyHeld(request: { readonly service: string; readonly role: DutyRole }): Promise<{ readonly held?: string }>;
}

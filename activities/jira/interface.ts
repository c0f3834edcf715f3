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
  /**
   * Which tickets look different from what they looked like last time, or have a second open one of the same gap beside them:
   * one question for a hundred of them.
   */
  changedTickets(request: {
    watched: readonly WatchedTicket[];
  }): Promise<{ changed: readonly { readonly fingerprint: string; readonly looks: string }[] }>;
  /** A ticket as it is now, read directly; its key may be another one after a move. */
  readTicket(request: { key: string }): Promise<TicketSeen>;
  /** Other open tickets of a gap than the one that is followed are closed, with a word that says where it is followed. */
  closeDuplicates(request: { fingerprint: string; key: string }): Promise<{ closed: readonly string[] }>;
  /** A comment, once per id. `said` is false when the ticket is gone. */
  sayOnTicket(request: { key: string; news: TicketNews }): Promise<{ said: boolean }>;
  /**
   * Says why, and moves the ticket by its workflow: to the named status, or else to the first one of the category that its
   * workflow lets it go to. Where a screen asks for a resolution, it gets one. A workflow that has no way there, or asks for
   * more, is an answer and no error. An open ticket that is to be open stays where people have put it.
   */
  moveTicket(request: { key: string; to: 'open' | 'done'; statusName?: string; news: TicketNews }): Promise<
    | {
        outcome: 'moved' | 'already';
        status: string;
        /** Of the status where it is now; absent in answers of before this was told. */
        isDone?: boolean;
      }
    | { outcome: 'gone' }
    | { outcome: 'impossible'; why: string }
  >;
}

export type TicketSeen =
  | { readonly there: true; readonly key: string; readonly status: string; readonly isDone: boolean }
  | { readonly there: false };

/** News of a finding: with an id of its own, so that a repeated attempt says it once. */
export interface TicketNews {
  readonly id: string;
  readonly text: string;
}

/** A ticket that is followed, and what it looked like when its finding was last told. */
export interface WatchedTicket {
  readonly fingerprint: string;
  readonly key: string;
  readonly looks?: string;
}

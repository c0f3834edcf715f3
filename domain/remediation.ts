import type { Finding } from './finding.ts';
import type { TicketRequest } from './notice.ts';
import type { WindowOpening } from './test-window.ts';

/** Who is called for help with a finding that stays open, in this order. */
export const callLevels = ['champion', 'owner', 'leadership'] as const;
export type CallLevel = (typeof callLevels)[number];

/** What a person says about a finding. */
export interface Voice {
  readonly personId: string;
  readonly personName: string;
}

/** A risk that the company lives with until the end of a day (YYYY-MM-DD, UTC). */
export interface Acceptance {
  /** Who asked for it, and who agreed. */
  readonly by: readonly Voice[];
  readonly until: string;
  /** Of whoever asked for it. */
  readonly reason: string;
  /** Of whoever agreed, when it is another one. */
  readonly agreedReason?: string;
}

/** The opening of its service's window in which a re-test is to start. */
export interface RetestPlan extends WindowOpening {
  /** It touches live resources: it starts then and at no other moment, whoever asks. Else it starts by itself. */
  readonly live?: true;
  /** Who asked for it, and will be its initiator. */
  readonly askedBy?: Voice;
}

/** Everything that happens to a finding from the day on which it was raised; its own journal, one chain per workflow. */
export type RemediationEvent =
  | { readonly type: 'raised'; readonly finding: Finding; readonly ticket: TicketRequest; readonly simulated: boolean }
  /** A later run met the same gap. */
  | { readonly type: 'recurred'; readonly finding: Finding }
  | {
      readonly type: 'ticket-filed';
      readonly key: string;
      readonly url: string;
      readonly outcome: 'created' | 'commented';
    }
  | { readonly type: 'ticket-moved'; readonly key: string; readonly status: string; readonly isDone: boolean }
  /** Deleted, or moved out of our sight. A new one is filed. */
  | { readonly type: 'ticket-gone'; readonly key: string }
  /** There was a second ticket of the same gap. */
  | { readonly type: 'duplicate-closed'; readonly key: string }
  /** Jira knows nobody by the owner's address: a finding of its own. */
  | { readonly type: 'owner-unknown'; readonly email: string }
  /** Somebody closed the ticket without its proof. */
  | { readonly type: 'reopened'; readonly key: string; readonly reason: string }
  /** The site let us not move the ticket. */
  | { readonly type: 'not-moved'; readonly key: string; readonly why: string }
  | { readonly type: 'called'; readonly level: CallLevel }
  /** A finished run looked at it, and it is not remedied. */
  | { readonly type: 'rechecked'; readonly runId: string; readonly sentence: string }
  | { readonly type: 'retest-started'; readonly runId: string; readonly askedBy?: Voice }
  /** A re-test waits for its service's window. */
  | ({ readonly type: 'retest-planned' } & RetestPlan)
  | { readonly type: 'retest-not-started'; readonly code: string; readonly text: string }
  | { readonly type: 'attested'; readonly by: Voice; readonly evidence: string; readonly comment?: string }
  | {
      readonly type: 'acceptance-asked';
      readonly by: Voice;
      readonly roles: readonly string[];
      readonly until: string;
      readonly reason: string;
    }
  | ({ readonly type: 'risk-accepted' } & Acceptance)
  | { readonly type: 'acceptance-ended'; readonly until: string }
  | { readonly type: 'act-refused'; readonly kind: string; readonly personId: string; readonly code: string }
  | {
      readonly type: 'closed';
      readonly how: Finding['proof']['kind'];
      readonly sentence: string;
      readonly runId?: string;
    }
  /** The first entry of a chain that goes on where another one, which the store has otherwise, stopped. */
  | { readonly type: 'resumed'; readonly view: RemediationView };

/** One entry of a finding's chain, in the words that are hashed. */
export interface RemediationBody {
  readonly fingerprint: string;
  readonly chainId: string;
  readonly number: number;
  /** Workflow time. */
  readonly atMs: number;
  readonly event: RemediationEvent;
}

/** One entry as the store takes it: `hash` = SHA-256 over `prev` and `body`, as in a run's journal. */
export interface RemediationEntry {
  readonly fingerprint: string;
  readonly chainId: string;
  readonly number: number;
  readonly prev: string;
  readonly hash: string;
  readonly body: string;
}

/** A finding as people see it, folded from its events alone. Plain JSON. */
export interface RemediationView {
  readonly finding: Finding;
  readonly ticketRequest: TicketRequest;
  readonly simulated: boolean;
  readonly state: 'open' | 'accepted' | 'closed';
  readonly raisedAtMs: number;
  /** When it was last met by a run: only what was begun after that can prove it remedied. */
  readonly metAtMs: number;
  /** Since when it is open without a break: its age. */
  readonly openSinceMs: number;
  readonly timesMet: number;
  readonly ticket?: {
    readonly key: string;
    readonly url: string;
    readonly status?: string;
    readonly isDone: boolean;
  };
  readonly ticketsGone: readonly string[];
  readonly reopened: number;
  readonly called?: { readonly level: CallLevel; readonly atMs: number };
  readonly ownerUnknown?: string;
  readonly retest?: { readonly runId: string; readonly startedAtMs: number };
  /** When a re-test is to start. */
  readonly retestPlanned?: RetestPlan;
  /** The newest finished run that looked at it since it was met, and did not prove it. */
  readonly rechecked?: { readonly runId: string; readonly sentence: string };
  /** One person has said that it is remedied; a second one has to confirm it. */
  readonly attestation?: { readonly by: Voice; readonly evidence: string; readonly atMs: number };
  readonly acceptanceAsked?: {
    readonly by: Voice;
    readonly roles: readonly string[];
    readonly until: string;
    readonly reason: string;
  };
  readonly acceptance?: Acceptance;
  readonly closed?: {
    readonly how: Finding['proof']['kind'];
    readonly sentence: string;
    readonly atMs: number;
    readonly runId?: string;
  };
}

/** The view with one event more; `raised` or `resumed` begins it. */
export function foldRemediation(
  view: RemediationView | undefined,
  event: RemediationEvent,
  atMs: number,
): RemediationView | undefined {
  if (event.type === 'resumed') return event.view;
  if (event.type === 'raised') {
    const { finding, ticket, simulated } = event;
    return {
      finding,
      ticketRequest: ticket,
      simulated,
      state: 'open',
      raisedAtMs: atMs,
      metAtMs: atMs,
      openSinceMs: atMs,
      timesMet: 1,
      ticketsGone: [],
      reopened: 0,
    };
  }
  return view === undefined ? undefined : changed(view, event, atMs);
}

function changed(
  view: RemediationView,
  event: Exclude<RemediationEvent, { type: 'raised' | 'resumed' }>,
  atMs: number,
): RemediationView {
  switch (event.type) {
    case 'recurred': {
      // What was said to be remedied is not.
      const { attestation: _said, ...rest } = view;
      return { ...rest, finding: event.finding, metAtMs: atMs, timesMet: view.timesMet + 1 };
    }
    case 'ticket-filed':
      return { ...view, ticket: { key: event.key, url: event.url, isDone: false } };
    case 'ticket-moved': {
      const url = view.ticket?.url.replace(/[^/]*$/, event.key) ?? '';
      return { ...view, ticket: { key: event.key, url, status: event.status, isDone: event.isDone } };
    }
    case 'ticket-gone': {
      const { ticket: _gone, ...rest } = view;
      return { ...rest, ticketsGone: [...view.ticketsGone, event.key] };
    }
    case 'owner-unknown':
      return { ...view, ownerUnknown: event.email };
    case 'reopened':
      return { ...view, reopened: view.reopened + 1 };
    case 'not-moved':
    case 'duplicate-closed':
    case 'act-refused':
      return view;
    case 'retest-planned': {
      const { type: _, ...retestPlanned } = event;
      return { ...view, retestPlanned };
    }
    case 'retest-not-started': {
      const { retestPlanned: _planned, ...rest } = view;
      return rest;
    }
    case 'called':
      return { ...view, called: { level: event.level, atMs } };
    case 'rechecked':
      return { ...view, rechecked: { runId: event.runId, sentence: event.sentence } };
    case 'retest-started': {
      const { retestPlanned: _planned, ...rest } = view;
      return { ...rest, retest: { runId: event.runId, startedAtMs: atMs } };
    }
    case 'attested':
      return { ...view, attestation: { by: event.by, evidence: event.evidence, atMs } };
    case 'acceptance-asked': {
      const { by, roles, until, reason } = event;
      return { ...view, acceptanceAsked: { by, roles, until, reason } };
    }
    case 'risk-accepted': {
      const { acceptanceAsked: _asked, ...rest } = view;
      const { type: _, ...acceptance } = event;
      return { ...rest, state: 'accepted', acceptance };
    }
    case 'acceptance-ended': {
      const { acceptance: _ended, called: _called, ...rest } = view;
      return { ...rest, state: 'open', openSinceMs: atMs };
    }
    case 'closed': {
      const { how, sentence, runId } = event;
      const { retestPlanned: _planned, ...rest } = view;
      return {
        ...rest,
        state: 'closed',
        closed: { how, sentence, atMs, ...(runId === undefined ? {} : { runId }) },
      };
    }
  }
}

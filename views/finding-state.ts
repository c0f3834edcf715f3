import type { RemediationView } from '../domain/remediation.ts';

/** `open`, `accepted until 2027-01-31`, `closed (recheck)`, `ticket pending`. */
export function stateOf(view: RemediationView | undefined): string {
  if (view === undefined) return 'not followed yet';
  switch (view.state) {
    case 'open':
      return view.ticket === undefined ? 'open, ticket pending' : 'open';
    case 'accepted':
      return `accepted until ${view.acceptance?.until ?? ''}`;
    case 'closed':
      return `closed (${view.closed?.how ?? ''})`;
  }
}

/** Open after the last day of its due date. */
export const isOverdue = (view: RemediationView | undefined, nowMs: number): boolean =>
  view?.state === 'open' && Date.parse(view.ticketRequest.dueDate) + 86_400_000 <= nowMs;

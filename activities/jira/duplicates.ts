import type { Client } from 'jira.js/core';
import { duplicateText } from '../../domain/finding-words.ts';
import { moveTicket } from './follow-ticket.ts';
import type { JiraActivities } from './interface.ts';
import { ticketsOf } from './known-tickets.ts';

/**
 * Closes what is a second ticket of a gap. Jira creates without a key that would make it happen once: where its answer is lost,
 * and its search stays behind for longer than we wait, there are two. Safe to repeat.
 */
export const createDuplicateActivities = (client: Client): Pick<JiraActivities, 'closeDuplicates'> => ({
  async closeDuplicates({ fingerprint, key }) {
    const tickets = await ticketsOf(client, fingerprint, [key]);
    const closed: string[] = [];
    // Whoever has moved the one that is followed has given it another key; then nobody knows here which is which.
    if (!tickets.some((ticket) => ticket.key === key)) return { closed };
    for (const other of tickets.filter((ticket) => ticket.open && ticket.key !== key)) {
      const news = { id: `twice-${key}`, text: duplicateText(key) };
      const { outcome } = await moveTicket(client, { key: other.key, to: 'done', news });
      if (outcome === 'moved' || outcome === 'already') closed.push(other.key);
    }
    return { closed };
  },
});

import type { Catalog } from '../../catalog/schema.ts';
import { personOf } from '../../catalog/lookup.ts';
import { ticketRulesOf } from '../../catalog/plan-parts.ts';
import type { Finding } from '../../domain/finding.ts';
import type { TicketRequest } from '../../domain/notice.ts';
import { dutyOf } from '../../domain/people-check.ts';

/**
 * What a ticket needs by the catalog of now. A ticket may wait for months, or be filed again after somebody deleted it: what
 * was pinned when its run began would then name an owner who has moved on, and a project or an issue type that was wrong
 * would stay wrong however often it is corrected. The due date stays: it counts from the day of the run.
 */
export function ticketToday(catalog: Catalog, finding: Finding, pinned: TicketRequest): TicketRequest {
  // A service that was taken out of the catalog leaves its findings as they are.
  const service = Object.hasOwn(catalog.services, finding.service) ? catalog.services[finding.service] : undefined;
  if (service === undefined) return pinned;
  const { priority: _priority, fields: _fields, ...rest } = pinned;
  const { dueInDays: _dueInDays, ...rules } = ticketRulesOf(catalog, service);
  const people = {
    ownerEmail: personOf(catalog, service.owner).email,
    championEmail: personOf(catalog, service.champion).email,
  };
  // A vacant duty is the ticket of whoever stands in, not of the person whom the catalog still names.
  return { ...rest, ...rules, ...(dutyOf(finding) === undefined ? people : {}) };
}

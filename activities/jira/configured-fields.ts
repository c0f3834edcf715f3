import type { Client } from 'jira.js/core';
import type { Finding } from '../../domain/finding.ts';
import type { TicketFieldValue, TicketRequest } from '../../domain/notice.ts';
import { contentFor, createScreen, creatableTypes, fieldCalled } from './site-fields.ts';

/**
 * The further fields that the catalog wants on every ticket, by their ids and in the form of their types. One that the site
 * does not have, or that cannot hold its value, is left out: a ticket with less is better than none, and `doctor` names it.
 */
export async function configuredFields(
  client: Client,
  finding: Finding,
  ticket: TicketRequest,
  warn: (text: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  const wanted = Object.entries(ticket.fields ?? {});
  if (wanted.length === 0) return {};
  const type = (await creatableTypes(client, ticket.project)).find(({ name }) => name === ticket.issueType);
  if (type === undefined) return {}; // The create itself says so, with what to do.
  const screen = await createScreen(client, ticket.project, type.id);
  const contents: Record<string, unknown> = {};
  for (const [name, value] of wanted) {
    const field = fieldCalled(screen, name);
    const content =
      field === undefined
        ? ({ ok: false, why: 'it is not on the create screen' } as const)
        : contentFor(field, filledIn(value, finding, ticket));
    if (field !== undefined && content.ok) contents[field.fieldId] = content.content;
    else if (!content.ok)
      warn(`A ticket in ${ticket.project} is filed without "${name}": ${content.why}. See: firedrill doctor`);
  }
  return contents;
}

function filledIn(value: TicketFieldValue, finding: Finding, ticket: TicketRequest): TicketFieldValue {
  const words: Readonly<Record<string, string>> = {
    service: finding.service,
    resource: finding.resource,
    tier: String(ticket.tier),
    severity: finding.severity,
    run: finding.runId,
    fingerprint: finding.fingerprint,
  };
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
      Object.hasOwn(words, name) ? (words[name] ?? whole) : whole,
    );
  if (typeof value === 'string') return fill(value);
  return typeof value === 'object' ? value.map(fill) : value;
}

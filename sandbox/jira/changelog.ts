import { PRIORITIES, type Change, type Json, type SiteState } from './model.ts';
import type { FieldValues } from './fields.ts';

const shown = (site: SiteState, accountId: string | null): string | null =>
  site.users.find((user) => user.accountId === accountId)?.displayName ?? null;
const written = (value: Json | undefined): string | null =>
  value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value);

/** What differs between two states of the fields, as Jira's changelog words it. */
export function changesBetween(site: SiteState, before: FieldValues, after: FieldValues): Change[] {
  const change = (
    field: string,
    fieldId: string,
    from: string | null,
    fromString: string | null,
    to: string | null,
    toString: string | null,
  ): Change => ({ field, fieldId, from, fromString, to, toString });
  const priorityId = (name: string): string | null => PRIORITIES.find((priority) => priority.name === name)?.id ?? null;
  const changes: Change[] = [];
  if (before.issueType !== after.issueType)
    changes.push(change('issuetype', 'issuetype', null, before.issueType, null, after.issueType));
  if (before.summary !== after.summary)
    changes.push(change('summary', 'summary', null, before.summary, null, after.summary));
  if (JSON.stringify(before.description) !== JSON.stringify(after.description))
    changes.push(
      change(
        'description',
        'description',
        null,
        before.description === null ? null : 'earlier text',
        null,
        after.description === null ? null : 'new text',
      ),
    );
  if (before.priority !== after.priority)
    changes.push(
      change(
        'priority',
        'priority',
        priorityId(before.priority),
        before.priority,
        priorityId(after.priority),
        after.priority,
      ),
    );
  if (before.labels.join(' ') !== after.labels.join(' '))
    changes.push(change('labels', 'labels', null, before.labels.join(' '), null, after.labels.join(' ')));
  if (before.duedate !== after.duedate)
    changes.push(change('duedate', 'duedate', before.duedate, before.duedate, after.duedate, after.duedate));
  for (const field of ['assignee', 'reporter'] as const) {
    const [from, to] = [before[field], after[field]];
    if (from !== to) changes.push(change(field, field, from, shown(site, from), to, shown(site, to)));
  }
  for (const field of site.customFields) {
    const [from, to] = [written(before.custom[field.id]), written(after.custom[field.id])];
    if (from !== to) changes.push(change(field.name, field.id, null, from, null, to));
  }
  return changes;
}

import { hasUnprintable, requireFieldDocument } from './adf.ts';
import {
  isObject,
  PRIORITIES,
  type CustomField,
  type Issue,
  type Json,
  type JsonObject,
  type Project,
  type SiteState,
  textOf,
} from './model.ts';
import { badFields, JiraRefusal } from './refusal.ts';

/** The part of an issue that fields can set. */
export type FieldValues = Pick<
  Issue,
  'issueType' | 'summary' | 'description' | 'priority' | 'labels' | 'duedate' | 'assignee' | 'reporter' | 'custom'
>;
type Errors = Record<string, string>;

const NOT_ON_SCREEN = (name: string): string =>
  `Field '${name}' cannot be set. It is not on the appropriate screen, or unknown.`;

function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

function byIdOrName<T extends { readonly id: string; readonly name: string }>(
  list: readonly T[],
  value: Json,
): T | undefined {
  if (!isObject(value)) return undefined;
  if (value['id'] !== undefined) return list.find((item) => item.id === textOf(value['id']));
  return list.find(
    (item) => typeof value['name'] === 'string' && item.name.toLowerCase() === value['name'].toLowerCase(),
  );
}

function person(site: SiteState, value: Json, field: string, errors: Errors): string | null | undefined {
  if (value === null) return null;
  const accountId = isObject(value) ? (value['accountId'] ?? value['id']) : undefined;
  if (accountId === null) return null;
  if (accountId === undefined) {
    errors[field] = isObject(value) ? `accountId or id must be specified` : 'data was not an object';
    return undefined;
  }
  const user = site.users.find((candidate) => candidate.accountId === accountId);
  if (user !== undefined && user.active) return user.accountId;
  errors[field] =
    user === undefined ? 'Specify a valid value for ' + field : `User '${user.accountId}' cannot be assigned issues.`;
  return undefined;
}

function labels(value: Json, errors: Errors): readonly string[] | undefined {
  if (value === null) return [];
  if (!Array.isArray(value) || !(value as readonly Json[]).every((label) => typeof label === 'string')) {
    errors['labels'] = 'data was not an array';
    return undefined;
  }
  const list = value as readonly string[];
  const spaced = list.find((label) => /\s/.test(label));
  if (spaced !== undefined) errors['labels'] = `The label '${spaced}' contains spaces which is invalid.`;
  const long = list.find((label) => label.length > 255);
  if (long !== undefined) errors['labels'] = `The label '${long}' exceeds the maximum length for a single label (255).`;
  return errors['labels'] === undefined ? [...new Set(list.filter((label) => label !== ''))] : undefined;
}

function summary(value: Json, errors: Errors): string | undefined {
  if (value === null || value === '' || (typeof value === 'string' && value.trim() === ''))
    errors['summary'] = 'You must specify a summary of the issue.';
  else if (typeof value !== 'string') errors['summary'] = 'Operation value must be a string';
  else if (/[\n\r]/.test(value)) errors['summary'] = 'The summary is invalid because it contains newline characters.';
  else if (hasUnprintable(value)) errors['summary'] = 'The summary contains illegal characters.';
  else if (value.length > 255) errors['summary'] = "Summary can't exceed 255 characters.";
  else return value.trim();
  return undefined;
}

function custom(field: CustomField, value: Json, errors: Errors): Json | undefined {
  if (value === null) {
    if (field.required) errors[field.id] = `${field.name} is required.`;
    return null;
  }
  switch (field.type) {
    case 'string':
      if (typeof value === 'string' && value.length <= 255) return value;
      errors[field.id] =
        typeof value === 'string'
          ? 'The entered text is too long. It exceeds the allowed limit of 255 characters.'
          : 'Operation value must be a string';
      return undefined;
    case 'textarea':
      return requireFieldDocument(value, field.id);
    case 'number':
      if (typeof value === 'number') return value;
      errors[field.id] = 'Operation value must be a number';
      return undefined;
    case 'date':
      if (typeof value === 'string' && isDay(value)) return value;
      errors[field.id] = `Error parsing date string: ${textOf(value)}`;
      return undefined;
    case 'select': {
      const option = isObject(value)
        ? field.options.find(
            (name, index) => name === value['value'] || String(optionId(field, index)) === textOf(value['id']),
          )
        : undefined;
      if (option !== undefined) return option;
      errors[field.id] = isObject(value)
        ? `Option value '${textOf(value['value'] ?? value['id'])}' is not valid`
        : "Specify a valid 'id' or 'name' for " + field.name;
      return undefined;
    }
    case 'labels': {
      const own: Errors = {};
      const list = labels(value, own);
      if (own['labels'] !== undefined) errors[field.id] = own['labels'];
      return list;
    }
  }
}

/** Option ids are stable: the field's own number, then the option's place. */
export const optionId = (field: CustomField, index: number): number =>
  Number(field.id.replace(/\D/g, '')) * 100 + index;

/**
 * Reads `fields` of a create or edit, everything that is wrong with it at once.
 *
 * @throws JiraRefusal 400 whose `errors` name each bad field
 */
export function readFields(site: SiteState, project: Project, fields: JsonObject, start: FieldValues): FieldValues {
  const errors: Errors = {};
  const next: FieldValues = { ...start, custom: { ...start.custom } };
  for (const [name, value] of Object.entries(fields)) {
    switch (name) {
      case 'project':
        break;
      case 'issuetype': {
        const type = byIdOrName(project.issueTypes, value);
        if (type === undefined) errors['issuetype'] = 'Specify a valid issue type';
        else next.issueType = type.name;
        break;
      }
      case 'summary':
        next.summary = summary(value, errors) ?? next.summary;
        break;
      case 'description':
        next.description = value === null ? null : (readDocument(value, errors) ?? next.description);
        break;
      case 'priority': {
        const priority = byIdOrName(PRIORITIES, value);
        if (priority === undefined)
          errors['priority'] =
            isObject(value) && value['name'] !== undefined
              ? `Priority name '${textOf(value['name'])}' is not valid`
              : 'Specify the Priority (id or name) in the string format';
        else next.priority = priority.name;
        break;
      }
      case 'labels':
        next.labels = labels(value, errors) ?? next.labels;
        break;
      case 'duedate':
        if (value === null) next.duedate = null;
        else if (typeof value === 'string' && isDay(value)) next.duedate = value;
        else errors['duedate'] = `Error parsing date string: ${textOf(value)}`;
        break;
      case 'assignee': {
        const who = person(site, value, 'assignee', errors);
        if (who !== undefined) next.assignee = who;
        break;
      }
      case 'reporter': {
        const who = person(site, value, 'reporter', errors);
        if (who === null) errors['reporter'] = 'Reporter is required.';
        else if (who !== undefined) next.reporter = who;
        break;
      }
      default: {
        const field = site.customFields.find((candidate) => candidate.id === name);
        const read = field === undefined ? undefined : custom(field, value, errors);
        if (field === undefined) errors[name] = NOT_ON_SCREEN(name);
        else if (read !== undefined) next.custom[name] = read;
      }
    }
  }
  if (Object.keys(errors).length > 0) throw badFields(errors);
  return next;
}

/** A wrong kind of value is reported beside the other fields; a broken document is refused at once, as Jira does. */
function readDocument(value: Json, errors: Errors): JsonObject | undefined {
  try {
    return requireFieldDocument(value, 'description');
  } catch (error) {
    const text = error instanceof JiraRefusal ? error.errors['description'] : undefined;
    if (text === undefined) throw error;
    errors['description'] = text;
    return undefined;
  }
}

/** What must be there at a create and is not. @throws JiraRefusal 400 whose `errors` name each missing field */
export function requireCreateFields(site: SiteState, fields: JsonObject): void {
  const errors: Errors = {};
  if (fields['summary'] === undefined) errors['summary'] = 'You must specify a summary of the issue.';
  if (fields['issuetype'] === undefined) errors['issuetype'] = 'Specify an issue type';
  for (const field of site.customFields)
    if (field.required && (fields[field.id] ?? null) === null) errors[field.id] = `${field.name} is required.`;
  if (Object.keys(errors).length > 0) throw badFields(errors);
}

/** Applies `update` operations (set, add, remove) by turning them into plain field values. */
export function foldUpdate(current: Issue, fields: JsonObject, update: JsonObject): JsonObject {
  const folded: Record<string, Json> = { ...fields };
  for (const [name, operations] of Object.entries(update)) {
    if (name === 'comment') continue;
    if (!Array.isArray(operations)) throw badFields({ [name]: 'data was not an array' });
    if (folded[name] !== undefined)
      throw new JiraRefusal(400, [], { [name]: `Field '${name}' cannot be set. It is in both 'fields' and 'update'.` });
    for (const operation of operations as readonly Json[]) {
      const entry = isObject(operation) ? Object.entries(operation)[0] : undefined;
      if (entry === undefined) throw badFields({ [name]: 'data was not an object' });
      const [verb, value] = entry;
      const list = (
        name === 'labels' ? ((folded[name] as readonly Json[] | undefined) ?? current.labels) : []
      ) as readonly Json[];
      if (verb === 'set') folded[name] = value;
      else if (name === 'labels' && verb === 'add') folded[name] = [...list, value];
      else if (name === 'labels' && verb === 'remove') folded[name] = list.filter((label) => label !== value);
      else throw badFields({ [name]: `Field does not support update '${verb}'` });
    }
  }
  return folded;
}

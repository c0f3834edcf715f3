import { plainText } from './adf.ts';
import {
  isObject,
  PRIORITIES,
  RESOLUTIONS,
  STATUS_CATEGORIES,
  type Issue,
  type Json,
  type SiteState,
  textOf,
} from './model.ts';
import type { Clause, Operand, Operator, Query } from './jql-parse.ts';
import { badRequest } from './refusal.ts';

export interface MatchContext {
  readonly site: SiteState;
  readonly me: string;
  readonly nowMs: number;
}
type Kind = 'name' | 'text' | 'time' | 'day' | 'number';
interface Field {
  readonly kind: Kind;
  /** The issue's values; empty means the field is EMPTY. Names are compared without case. */
  readonly values: (issue: Issue) => readonly (string | number)[];
  /** What an operand may be called (id, name); undefined: no such thing, which Jira refuses. */
  readonly resolve?: (text: string) => string | undefined;
}

const EQUALITY: readonly Operator[] = ['=', '!=', 'in', 'not in', 'is', 'is not'];
const ALLOWED: Readonly<Record<Kind, readonly Operator[]>> = {
  name: EQUALITY,
  text: ['~', '!~', 'is', 'is not'],
  time: [...EQUALITY, '<', '<=', '>', '>='],
  day: [...EQUALITY, '<', '<=', '>', '>='],
  number: [...EQUALITY, '<', '<=', '>', '>='],
};
const one = (value: string | null): readonly string[] => (value === null ? [] : [value]);
const ms = (value: string | null): readonly number[] => (value === null ? [] : [Date.parse(value)]);
const named =
  <T extends { readonly id: string; readonly name: string }>(list: readonly T[]) =>
  (text: string): string | undefined =>
    list.find((item) => item.name.toLowerCase() === text.toLowerCase() || item.id === text)?.name;

function property(name: string, context: MatchContext): Field | undefined {
  const parts = /^issue\.property\[([^\]]+)\](?:\.([\w.-]+))?$/i.exec(name);
  const key = parts?.[1]?.replace(/^(["'])(.*)\1$/, '$2');
  if (key === undefined) return undefined;
  const { indexedProperties } = context.site;
  if (indexedProperties !== 'all' && !indexedProperties.includes(key)) return undefined;
  const path = parts?.[2]?.split('.') ?? [];
  return {
    kind: 'name',
    values: (issue) => {
      let at: Json | undefined = issue.properties[key];
      for (const step of path) at = isObject(at) ? at[step] : undefined;
      const list: readonly (Json | undefined)[] = Array.isArray(at) ? (at as readonly Json[]) : [at];
      return list
        .filter((value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        .map(String);
    },
  };
}

function person(context: MatchContext): (text: string) => string | undefined {
  return (text) =>
    context.site.users.find(
      (user) =>
        user.accountId === text ||
        user.emailAddress.toLowerCase() === text.toLowerCase() ||
        user.displayName.toLowerCase() === text.toLowerCase(),
    )?.accountId;
}

function findField(name: string, context: MatchContext): Field {
  const { site } = context;
  const known = property(name, context) ?? customField(name, site);
  if (known !== undefined) return known;
  const types = site.projects.flatMap((project) => project.issueTypes);
  const categories = Object.values(STATUS_CATEGORIES).map((category) => ({ id: category.key, name: category.name }));
  const categoryOf = (issue: Issue): string =>
    STATUS_CATEGORIES[site.statuses.find((status) => status.name === issue.status)?.category ?? 'new'].name;
  const allText = (issue: Issue): readonly string[] => [
    issue.summary,
    plainText(issue.description ?? undefined),
    ...issue.comments.map((comment) => plainText(comment.body)),
  ];
  switch (name.toLowerCase()) {
    case 'project':
      return {
        kind: 'name',
        values: (issue) => [issue.projectKey],
        resolve: (text) =>
          site.projects.find(
            (p) => p.key === text.toUpperCase() || p.id === text || p.name.toLowerCase() === text.toLowerCase(),
          )?.key,
      };
    case 'key':
    case 'issuekey':
    case 'issue':
    case 'id':
      return {
        kind: 'name',
        values: (issue) => [issue.key],
        resolve: (text) =>
          site.issues.find(({ live }) => live.id === text || live.key === text.toUpperCase())?.live.key,
      };
    case 'labels':
      return { kind: 'name', values: (issue) => issue.labels };
    case 'status':
      return { kind: 'name', values: (issue) => [issue.status], resolve: named(site.statuses) };
    case 'statuscategory':
      return { kind: 'name', values: (issue) => [categoryOf(issue)], resolve: named(categories) };
    case 'priority':
      return { kind: 'name', values: (issue) => [issue.priority], resolve: named(PRIORITIES) };
    case 'issuetype':
    case 'type':
      return { kind: 'name', values: (issue) => [issue.issueType], resolve: named(types) };
    case 'resolution':
      return {
        kind: 'name',
        values: (issue) => one(issue.resolution),
        resolve: (text) => named(RESOLUTIONS)(text) ?? (text.toLowerCase() === 'unresolved' ? 'unresolved' : undefined),
      };
    case 'assignee':
      return { kind: 'name', values: (issue) => one(issue.assignee), resolve: person(context) };
    case 'reporter':
      return { kind: 'name', values: (issue) => [issue.reporter], resolve: person(context) };
    case 'creator':
      return { kind: 'name', values: (issue) => [issue.creator], resolve: person(context) };
    case 'watcher':
      return { kind: 'name', values: (issue) => issue.watchers, resolve: person(context) };
    case 'text':
      return { kind: 'text', values: allText };
    case 'summary':
      return { kind: 'text', values: (issue) => [issue.summary] };
    case 'description':
      return { kind: 'text', values: (issue) => one(issue.description === null ? null : plainText(issue.description)) };
    case 'comment':
      return { kind: 'text', values: (issue) => issue.comments.map((comment) => plainText(comment.body)) };
    case 'created':
    case 'createddate':
      return { kind: 'time', values: (issue) => ms(issue.created) };
    case 'updated':
    case 'updateddate':
      return { kind: 'time', values: (issue) => ms(issue.updated) };
    case 'resolved':
    case 'resolutiondate':
      return { kind: 'time', values: (issue) => ms(issue.resolved) };
    case 'due':
    case 'duedate':
      return { kind: 'day', values: (issue) => ms(issue.duedate) };
    default:
      throw badRequest(`Field '${name}' does not exist or you do not have permission to view it.`);
  }
}

function customField(name: string, site: SiteState): Field | undefined {
  const id = /^cf\[(\d+)\]$/i.exec(name)?.[1];
  const field = site.customFields.find(
    (candidate) =>
      candidate.id === `customfield_${id ?? ''}` ||
      candidate.id === name ||
      candidate.name.toLowerCase() === name.toLowerCase(),
  );
  if (field === undefined) return undefined;
  const raw = (issue: Issue): readonly Json[] => {
    const value = issue.custom[field.id] ?? null;
    return value === null ? [] : Array.isArray(value) ? (value as readonly Json[]) : [value];
  };
  if (field.type === 'string' || field.type === 'textarea')
    return {
      kind: 'text',
      values: (issue) => raw(issue).map((value) => (typeof value === 'string' ? value : plainText(value))),
    };
  if (field.type === 'number') return { kind: 'number', values: (issue) => raw(issue).map(Number) };
  if (field.type === 'date')
    return { kind: 'day', values: (issue) => raw(issue).map((value) => Date.parse(textOf(value))) };
  return { kind: 'name', values: (issue) => raw(issue).map(String) };
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const DAY_MS = 86_400_000;

/** A moment named in JQL: a date, a date with a time, or a period from now such as `-7d`. */
function moment(operand: Operand, fieldName: string, context: MatchContext): number {
  if (operand.kind === 'function') {
    const today = Math.floor(context.nowMs / DAY_MS) * DAY_MS;
    const offset = operand.args[0] === undefined ? 0 : (period(operand.args[0]) ?? 0);
    switch (operand.name.toLowerCase()) {
      case 'now':
        return context.nowMs;
      case 'startofday':
        return today + offset;
      case 'endofday':
        return today + DAY_MS - 1 + offset;
      default:
        throw badRequest(`Unable to find JQL function '${operand.name}(${operand.args.join(', ')})'.`);
    }
  }
  const text = operand.kind === 'value' ? operand.text : '';
  const ahead = period(text);
  if (ahead !== undefined) return context.nowMs + ahead;
  const parts = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?$/.exec(text);
  const at =
    parts === null
      ? Number.NaN
      : Date.UTC(
          Number(parts[1]),
          Number(parts[2]) - 1,
          Number(parts[3]),
          Number(parts[4] ?? 0),
          Number(parts[5] ?? 0),
        );
  if (Number.isNaN(at))
    throw badRequest(
      `Date value '${text}' for field '${fieldName}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`,
    );
  return at;
}

function period(text: string): number | undefined {
  const parts = /^([+-]?)((?:\d+[mhdw]\s*)+)$/.exec(text.trim());
  if (parts === null) return undefined;
  const size = [...(parts[2] ?? '').matchAll(/(\d+)([mhdw])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0),
    0,
  );
  return parts[1] === '-' ? -size : size;
}

/** Full-text search by words: all must be there; `word*` matches beginnings, an inner quotation a phrase. */
function textMatches(texts: readonly string[], wanted: string): boolean {
  const words =
    texts
      .join('\n')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const joined = ` ${words.join(' ')} `;
  const phrases = [...wanted.toLowerCase().matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => ({
    text: phrase ?? word ?? '',
    phrase: phrase !== undefined,
  }));
  return phrases.every(({ text, phrase }) => {
    const prefix = !phrase && text.endsWith('*');
    const parts = text.match(/[\p{L}\p{N}]+/gu) ?? [];
    return prefix ? words.some((word) => word.startsWith(parts.join(''))) : joined.includes(` ${parts.join(' ')} `);
  });
}

function operandValue(
  operand: Operand,
  name: string,
  field: Field,
  context: MatchContext,
): string | number | undefined {
  if (operand.kind === 'empty') return undefined;
  if (field.kind === 'time' || field.kind === 'day') return moment(operand, name, context);
  if (operand.kind === 'function') {
    if (operand.name.toLowerCase() === 'currentuser' && field.kind === 'name') return context.me.toLowerCase();
    throw badRequest(`Unable to find JQL function '${operand.name}(${operand.args.join(', ')})'.`);
  }
  if (field.kind === 'number') return Number(operand.text);
  if (field.kind === 'text' || field.resolve === undefined) return operand.text.toLowerCase();
  const resolved = field.resolve(operand.text);
  if (resolved !== undefined) return resolved.toLowerCase();
  if (['key', 'issuekey', 'issue', 'id'].includes(name.toLowerCase()))
    throw badRequest(`An issue with key '${operand.text}' does not exist for field '${name}'.`);
  throw badRequest(`The value '${operand.text}' does not exist for the field '${name}'.`);
}

type Predicate = (issue: Issue) => boolean;

function termsPredicate(clause: Extract<Clause, { kind: 'terms' }>, context: MatchContext): Predicate {
  const field = findField(clause.field, context);
  const { operator } = clause;
  if (!ALLOWED[field.kind].includes(operator))
    throw badRequest(`The operator '${operator}' is not supported by the '${clause.field}' field.`);
  const wanted = clause.operands.map((operand) => operandValue(operand, clause.field, field, context));
  const hasEmpty = clause.operands.some((operand) => operand.kind === 'empty') || wanted.includes('unresolved');
  if ((operator === 'is' || operator === 'is not') && !hasEmpty)
    throw badRequest(`The operator '${operator}' only supports 'EMPTY' and 'NULL' for the field '${clause.field}'.`);
  const values = (issue: Issue): readonly (string | number)[] =>
    field
      .values(issue)
      .map((value) => (typeof value === 'string' && field.kind === 'name' ? value.toLowerCase() : value));
  const equals: Predicate = (issue) => {
    const own = values(issue);
    return own.length === 0 ? hasEmpty : own.some((value) => wanted.includes(value));
  };
  switch (operator) {
    case '=':
    case 'in':
    case 'is':
      return equals;
    // In Jira an issue without a value is not "different from X": it is left out, unless EMPTY itself is excluded.
    case '!=':
    case 'not in':
    case 'is not':
      return (issue) => values(issue).length > 0 && !equals(issue);
    case '~':
      return (issue) => textMatches(values(issue).map(String), String(wanted[0] ?? ''));
    case '!~':
      return (issue) => values(issue).length > 0 && !textMatches(values(issue).map(String), String(wanted[0] ?? ''));
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const limit = Number(wanted[0]);
      return (issue) =>
        values(issue).some((value) => {
          const own = Number(value);
          if (operator === '<') return own < limit;
          if (operator === '<=') return own <= limit;
          return operator === '>' ? own > limit : own >= limit;
        });
    }
  }
}

function predicate(clause: Clause, context: MatchContext): Predicate {
  switch (clause.kind) {
    case 'and': {
      const parts = clause.parts.map((part) => predicate(part, context));
      return (issue) => parts.every((part) => part(issue));
    }
    case 'or': {
      const parts = clause.parts.map((part) => predicate(part, context));
      return (issue) => parts.some((part) => part(issue));
    }
    case 'not': {
      const part = predicate(clause.part, context);
      return (issue) => !part(issue);
    }
    case 'terms':
      return termsPredicate(clause, context);
  }
}

function sortKey(field: string, issue: Issue, context: MatchContext): string | number {
  const name = field.toLowerCase();
  if (['key', 'issuekey', 'id'].includes(name)) return Number(issue.id);
  // Highest has the lowest id, and "priority DESC" puts the highest first.
  if (name === 'priority') return -Number(PRIORITIES.find((priority) => priority.name === issue.priority)?.id ?? 9);
  return findField(field, context).values(issue)[0] ?? '';
}

/** The issues that a query finds, in its order (newest first without ORDER BY). @throws JiraRefusal 400 for unknown fields, values and operators */
export function runQuery(query: Query, issues: readonly Issue[], context: MatchContext): Issue[] {
  const matches = query.where === undefined ? () => true : predicate(query.where, context);
  for (const { field } of query.orderBy)
    if (!['key', 'issuekey', 'id'].includes(field.toLowerCase())) findField(field, context);
  const orders = query.orderBy.length > 0 ? query.orderBy : [{ field: 'key', descending: true }];
  return issues.filter(matches).sort((left, right) => {
    for (const { field, descending } of orders) {
      const [a, b] = [sortKey(field, left, context), sortKey(field, right, context)];
      const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
      if (order !== 0) return descending ? -order : order;
    }
    return Number(right.id) - Number(left.id);
  });
}

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
import { badRequest } from './refusal.ts';

export interface MatchContext {
  readonly site: SiteState;
  readonly me: string;
  readonly nowMs: number;
}
export type Kind = 'name' | 'text' | 'time' | 'day' | 'number';
export interface Field {
  readonly kind: Kind;
  /** The issue's values; empty means the field is EMPTY. Names are compared without case. */
  readonly values: (issue: Issue) => readonly (string | number)[];
  /** What an operand may be called (id, name); undefined: no such thing, which Jira refuses. */
  readonly resolve?: (text: string) => string | undefined;
}

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

export function findField(name: string, context: MatchContext): Field {
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

import { createHash } from 'node:crypto';
import { parseJql } from './jql-parse.ts';
import { runQuery } from './jql-match.ts';
import type { Issue, SiteState } from './model.ts';
import { badRequest } from './refusal.ts';
import type { Shapes } from './shapes.ts';

export interface SearchRequest {
  readonly jql: string;
  readonly maxResults: number;
  readonly nextPageToken: string | undefined;
  readonly fields: readonly string[];
  readonly properties: readonly string[];
  readonly expand: readonly string[];
  readonly reconcileIssues: readonly number[];
}

const MAX_RECONCILED = 50;
const MAX_IDS_PER_PAGE = 5000;
const MAX_ISSUES_PER_PAGE = 100;
const TOKEN_LIFE_MS = 7 * 24 * 3_600_000;

const hashOf = (jql: string): string => createHash('sha256').update(jql).digest('base64url').slice(0, 16);

function readToken(token: string, jql: string, nowMs: number): number {
  const [offset, hash, expires] = Buffer.from(token, 'base64url').toString('utf8').split(':');
  const start = Number(offset);
  if (hash !== hashOf(jql) || !Number.isInteger(start) || !(Number(expires) > nowMs))
    throw badRequest('The provided next page token is invalid or expired. Please provide a valid token.');
  return start;
}

/** The issue as the index knows it now, or as it is if the caller asked for it to be reconciled. */
function seen(site: SiteState, reconciled: ReadonlySet<number>, nowMs: number): Issue[] {
  return site.issues.flatMap(({ live, indexed }) => {
    if (reconciled.has(Number(live.id))) return [live];
    const visible = indexed.filter((version) => version.visibleAtMs <= nowMs).at(-1);
    return visible === undefined ? [] : [visible.issue];
  });
}

/**
 * `/rest/api/3/search/jql`: eventually consistent, bounded, paged by token, ids only unless fields are asked for.
 *
 * @throws JiraRefusal 400 for bad JQL, an unbounded query, a bad token or too many `reconcileIssues`
 */
export function search(site: SiteState, me: string, request: SearchRequest, shapes: Shapes): object {
  const nowMs = Date.now();
  const query = parseJql(request.jql);
  if (query.where === undefined)
    throw badRequest('Unbounded JQL queries are not allowed here. Please add a search restriction to your query.');
  if (request.reconcileIssues.length > MAX_RECONCILED)
    throw badRequest(`The maximum number of issues to reconcile is ${MAX_RECONCILED}.`);
  if (request.maxResults < 0) throw badRequest('The maxResults parameter must not be negative.');
  const start = request.nextPageToken === undefined ? 0 : readToken(request.nextPageToken, request.jql, nowMs);
  const found = runQuery(query, seen(site, new Set(request.reconcileIssues), nowMs), { site, me, nowMs });
  const idsOnly = request.fields.length === 0 || request.fields.every((field) => field === 'id');
  const size = Math.min(request.maxResults, idsOnly ? MAX_IDS_PER_PAGE : MAX_ISSUES_PER_PAGE);
  const page = found.slice(start, start + size);
  const end = start + page.length;
  const isLast = end >= found.length;
  const keyOnly = request.fields.length > 0 && request.fields.every((field) => field === 'id' || field === 'key');
  const issues = page.map((issue) => {
    if (idsOnly && request.properties.length === 0 && request.expand.length === 0) return { id: issue.id };
    const full = shapes.issue(issue, {
      fields: idsOnly || keyOnly ? [] : request.fields,
      properties: request.properties,
      expand: request.expand,
    });
    if (idsOnly) delete full['key'];
    return full;
  });
  const token = Buffer.from(`${end}:${hashOf(request.jql)}:${nowMs + TOKEN_LIFE_MS}`).toString('base64url');
  return { issues, ...(isLast ? {} : { nextPageToken: token }), isLast };
}

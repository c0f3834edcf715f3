import { describe, expect, test } from 'vitest';
import { createIssue, editIssue, findIssue } from './issues.ts';
import { runQuery } from './jql-match.ts';
import { parseJql } from './jql-parse.ts';
import type { JsonObject } from './model.ts';
import { accountIdOf, newSite } from './site-book.ts';

const site = newSite('bot@example.com', true);
const me = accountIdOf('bot@example.com');
const add = (summary: string, extra: JsonObject = {}, properties: JsonObject[] = []): void => {
  createIssue(site, me, {
    fields: { project: { key: 'DR' }, issuetype: { name: 'Task' }, summary, ...extra },
    properties,
  });
};
add('Backup of issues-db is stale', { labels: ['rpo', 'tier-1'], priority: { name: 'High' }, duedate: '2026-12-01' }, [
  { key: 'firedrill', value: { fingerprint: 'abc "x"', nested: { n: 4 } } },
]);
add('Wrong key for wiki-db', { labels: ['kms'], assignee: { accountId: me } });
add('Slow restore', {});
editIssue(site, findIssue(site, 'DR-3'), me, { fields: { priority: { name: 'Low' } } });
findIssue(site, 'DR-3').live.status = 'Done';

const find = (jql: string): string[] =>
  runQuery(
    parseJql(jql),
    site.issues.map(({ live }) => live),
    { site, me, nowMs: Date.now() },
  ).map((issue) => issue.key);

describe('JQL', () => {
  test.each([
    ['project = DR ORDER BY key', ['DR-1', 'DR-2', 'DR-3']],
    ['project = dr', ['DR-3', 'DR-2', 'DR-1']],
    ['key in (DR-1, "DR-3") order by key asc', ['DR-1', 'DR-3']],
    ['labels = rpo', ['DR-1']],
    ['labels in (rpo, kms) ORDER BY key', ['DR-1', 'DR-2']],
    ['labels is EMPTY', ['DR-3']],
    ['labels != rpo', ['DR-2']],
    ['statusCategory != Done ORDER BY created, key', ['DR-1', 'DR-2']],
    ['status = "To Do" AND NOT labels = kms', ['DR-1']],
    ['status = Done OR (labels = kms AND assignee = currentUser()) ORDER BY key', ['DR-2', 'DR-3']],
    ['summary ~ "stale backup"', ['DR-1']],
    ['summary ~ "\\"is stale\\""', ['DR-1']],
    ['text ~ "resto*"', ['DR-3']],
    ['issue.property[firedrill].fingerprint = "abc \\"x\\""', ['DR-1']],
    ['issue.property["firedrill"].nested.n = 4', ['DR-1']],
    ['issue.property[firedrill].fingerprint = "nobody"', []],
    ['issue.property[firedrill].nested.n = 4', ['DR-1']],
    ['created >= -1h AND updated >= startOfDay(-1d) AND priority = High', ['DR-1']],
    ['created >= "2999-01-01"', []],
    ['due <= 2026-12-31', ['DR-1']],
    ['assignee is EMPTY AND resolution = Unresolved ORDER BY priority DESC', ['DR-1', 'DR-3']],
  ])('%s', (jql, keys) => {
    expect(find(jql)).toEqual(keys);
  });

  test.each([
    ['nonsense = 1', "Field 'nonsense' does not exist or you do not have permission to view it."],
    ['project = XX', "The value 'XX' does not exist for the field 'project'."],
    ['status = Nowhere', "The value 'Nowhere' does not exist for the field 'status'."],
    ['key = DR-99', "An issue with key 'DR-99' does not exist for field 'key'."],
    ['project ~ DR', "The operator '~' is not supported by the 'project' field."],
    ['project = ', 'Expecting either a value, list or function before the end of the query.'],
    ['project DR', "Expecting operator but got 'DR'."],
    ['project = "DR', 'has not been completed'],
    ['(project = DR', "Expecting ')' before the end of the query."],
    ['assignee = bot@example.com', "The character '@' is a reserved JQL character."],
    ['created >= yesterday', "Date value 'yesterday' for field 'created' is invalid."],
    ['project = DR labels = x', "Expecting either 'OR' or 'AND' but got 'labels'."],
  ])('%s is refused in the words of Jira', (jql, message) => {
    expect(() => find(jql)).toThrow(message);
  });
});

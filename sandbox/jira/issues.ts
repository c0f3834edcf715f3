import { requireCommentDocument } from './adf.ts';
import { changesBetween } from './changelog.ts';
import { foldUpdate, readFields, requireCreateFields, type FieldValues } from './fields.ts';
import {
  isObject,
  jiraTime,
  type Change,
  type Comment,
  type Issue,
  type Json,
  type JsonObject,
  type SiteState,
  type Status,
  type StoredIssue,
  textOf,
} from './model.ts';
import { badFields, badRequest, JiraRefusal, notFound } from './refusal.ts';

export const NO_SUCH_ISSUE = 'Issue does not exist or you do not have permission to see it.';

export function findIssue(site: SiteState, idOrKey: string): StoredIssue {
  const key = idOrKey.toUpperCase();
  const found =
    site.issues.find(({ live }) => live.id === idOrKey || live.key === key) ??
    site.issues.find(({ live }) => live.formerKeys?.includes(key));
  if (found === undefined) throw notFound(NO_SUCH_ISSUE);
  return found;
}

export const takeId = (site: SiteState): string => String(site.nextId++);

/** Says that an issue changed now: search learns of it after the site's delay. */
export function touch(site: SiteState, stored: StoredIssue, items: readonly Change[], author: string): void {
  const now = new Date();
  stored.live.updated = jiraTime(now);
  if (items.length > 0) stored.live.history.push({ id: takeId(site), author, created: stored.live.updated, items });
  const visible = stored.indexed.filter((version) => version.visibleAtMs <= now.getTime()).at(-1);
  const waiting = stored.indexed.filter((version) => version.visibleAtMs > now.getTime());
  stored.indexed = [
    ...(visible === undefined ? [] : [visible]),
    ...waiting,
    { visibleAtMs: now.getTime() + site.indexDelayMs, issue: structuredClone(stored.live) },
  ];
}

export function objectOf(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw badRequest(`Can not deserialize value of '${name}': an object was expected.`);
  return value;
}

const MAX_PROPERTY_CHARACTERS = 32_768;

export function requirePropertyValue(key: string, value: Json | undefined): Json {
  if (key === '' || key.length > 255) throw badRequest('The property key must be between 1 and 255 characters.');
  if (value === undefined || value === null) throw badRequest('The property value must be a valid, non-empty JSON.');
  if (JSON.stringify(value).length > MAX_PROPERTY_CHARACTERS)
    throw badRequest('The property value is too long. The maximum length is 32768 characters.');
  return value;
}

function readProperties(value: Json | undefined): Record<string, Json> {
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value)) throw badRequest("Can not deserialize value of 'properties': a list was expected.");
  const properties: Record<string, Json> = {};
  for (const entry of value as readonly Json[]) {
    if (!isObject(entry) || typeof entry['key'] !== 'string')
      throw badRequest('Each property needs a key and a value.');
    properties[entry['key']] = requirePropertyValue(entry['key'], entry['value']);
  }
  return properties;
}

export function createIssue(site: SiteState, actor: string, body: JsonObject): Issue {
  const fields = objectOf(body, 'fields');
  const wanted = fields['project'];
  const project = isObject(wanted)
    ? site.projects.find((candidate) =>
        wanted['id'] === undefined ? candidate.key === wanted['key'] : candidate.id === textOf(wanted['id']),
      )
    : undefined;
  if (project === undefined)
    throw badFields({
      project: wanted === undefined ? 'Specify a valid project ID or key' : 'valid project is required',
    });
  const empty: FieldValues = {
    issueType: '',
    summary: '',
    description: null,
    priority: 'Medium',
    labels: [],
    duedate: null,
    assignee: null,
    reporter: actor,
    custom: {},
  };
  const blank = { ...empty, labels: [] } as unknown as Issue;
  const all = foldUpdate(blank, fields, objectOf(body, 'update'));
  requireCreateFields(site, all);
  const values = readFields(site, project, all, empty);
  const properties = readProperties(body['properties']);
  const now = jiraTime(new Date());
  const first = firstStatus(site);
  project.lastIssueNumber += 1;
  const live: Issue = {
    id: takeId(site),
    key: `${project.key}-${project.lastIssueNumber}`,
    projectKey: project.key,
    ...values,
    creator: actor,
    status: first.name,
    statusChanged: now,
    resolution: null,
    resolved: null,
    created: now,
    updated: now,
    properties,
    comments: [],
    remoteLinks: [],
    watchers: [actor],
    history: [],
  };
  const stored: StoredIssue = { live, indexed: [] };
  site.issues.push(stored);
  touch(site, stored, [], actor);
  return live;
}

/** A person moves an issue to another project: it gets the next key there, and the old one leads to it. */
export function moveIssue(site: SiteState, stored: StoredIssue, actor: string, projectKey: string): readonly Change[] {
  const project = site.projects.find(({ key }) => key === projectKey);
  if (project === undefined) throw badFields({ project: 'valid project is required' });
  const { live } = stored;
  const [key, from] = [live.key, live.projectKey];
  project.lastIssueNumber += 1;
  live.formerKeys = [...(live.formerKeys ?? []), key];
  live.key = `${project.key}-${project.lastIssueNumber}`;
  live.projectKey = project.key;
  const change = (field: string, before: string, after: string): Change => ({
    field,
    fieldId: field.toLowerCase(),
    from: before,
    fromString: before,
    to: after,
    toString: after,
  });
  const changes = [change('project', from, project.key), change('Key', key, live.key)];
  touch(site, stored, changes, actor);
  return changes;
}

function firstStatus(site: SiteState): Status {
  const first = site.statuses[0];
  if (first === undefined)
    throw new Error('A site without statuses cannot hold issues; give it some through PUT /_sandbox/site.');
  return first;
}

export function editIssue(site: SiteState, stored: StoredIssue, actor: string, body: JsonObject): readonly Change[] {
  const project = site.projects.find((candidate) => candidate.key === stored.live.projectKey);
  if (project === undefined) throw notFound(NO_SUCH_ISSUE);
  const update = objectOf(body, 'update');
  const after = readFields(site, project, foldUpdate(stored.live, objectOf(body, 'fields'), update), stored.live);
  const properties = readProperties(body['properties']);
  const comments = commentsToAdd(update);
  const changes = changesBetween(site, stored.live, after);
  Object.assign(stored.live, {
    issueType: after.issueType,
    summary: after.summary,
    description: after.description,
    priority: after.priority,
    labels: after.labels,
    duedate: after.duedate,
    assignee: after.assignee,
    reporter: after.reporter,
    custom: after.custom,
  });
  Object.assign(stored.live.properties, properties);
  for (const comment of comments) pushComment(site, stored, actor, comment);
  touch(site, stored, changes, actor);
  return changes;
}

export function commentsToAdd(update: JsonObject): readonly JsonObject[] {
  const operations = update['comment'];
  if (operations === undefined) return [];
  if (!Array.isArray(operations)) throw badFields({ comment: 'data was not an array' });
  return (operations as readonly Json[]).map((operation) => {
    const add = isObject(operation) ? operation['add'] : undefined;
    return requireCommentDocument(isObject(add) ? add['body'] : undefined);
  });
}

export function pushComment(site: SiteState, stored: StoredIssue, author: string, body: JsonObject): Comment {
  const now = jiraTime(new Date());
  const comment: Comment = { id: takeId(site), author, body, created: now, updated: now };
  stored.live.comments.push(comment);
  return comment;
}

export function addComment(site: SiteState, stored: StoredIssue, actor: string, body: Json | undefined): Comment {
  const comment = pushComment(site, stored, actor, requireCommentDocument(body));
  touch(site, stored, [], actor);
  return comment;
}

/** Creates a remote link, or updates the one with the same `globalId`: the second call says `created: false`. */
export function putRemoteLink(
  site: SiteState,
  stored: StoredIssue,
  actor: string,
  body: JsonObject,
): { id: number; created: boolean } {
  const object = body['object'];
  const errors: Record<string, string> = {};
  if (!isObject(object)) throw new JiraRefusal(400, [], { object: "'object' is required." });
  if (typeof object['title'] !== 'string' || object['title'] === '') errors['title'] = "'title' is required.";
  if (typeof object['url'] !== 'string' || object['url'] === '') errors['url'] = "'url' is required.";
  else if (!URL.canParse(object['url'])) errors['url'] = "'url' is not a valid URL.";
  const globalId = body['globalId'] ?? null;
  if (globalId !== null && (typeof globalId !== 'string' || globalId.length > 255))
    errors['globalId'] = "'globalId' must not exceed 255 characters.";
  if (Object.keys(errors).length > 0) throw badFields(errors);
  const index = globalId === null ? -1 : stored.live.remoteLinks.findIndex((link) => link.globalId === globalId);
  const known = stored.live.remoteLinks[index];
  const id = known?.id ?? Number(takeId(site));
  const link = {
    id,
    globalId: globalId === null ? null : textOf(globalId),
    application: isObject(body['application']) ? body['application'] : null,
    relationship: typeof body['relationship'] === 'string' ? body['relationship'] : null,
    object,
  };
  const title = textOf(object['title']);
  if (known === undefined) stored.live.remoteLinks.push(link);
  else stored.live.remoteLinks[index] = link;
  const from = known === undefined ? null : textOf(known.object['title']);
  touch(
    site,
    stored,
    from === title
      ? []
      : [
          {
            field: 'RemoteIssueLink',
            fieldId: '',
            from: known === undefined ? null : String(id),
            fromString: from,
            to: String(id),
            toString: title,
          },
        ],
    actor,
  );
  return { id, created: known === undefined };
}

import { optionId } from './fields.ts';
import {
  PRIORITIES,
  RESOLUTIONS,
  STATUS_CATEGORIES,
  type Comment,
  type CustomField,
  type HistoryEntry,
  type Issue,
  type IssueType,
  type Json,
  type Project,
  type RemoteLink,
  type SiteState,
  type Status,
  type Transition,
  textOf,
} from './model.ts';
import { screenField, transitionsOf } from './transitions.ts';

/** JSON of the REST API, as Jira Cloud writes it; `base` is the site's own address. */
export class Shapes {
  readonly #site: SiteState;
  readonly #base: string;
  constructor(site: SiteState, base: string) {
    this.#site = site;
    this.#base = base;
  }

  readonly #rest = (path: string): string => `${this.#base}/rest/api/3/${path}`;

  user(accountId: string | null): object | null {
    if (accountId === null) return null;
    const known = this.#site.users.find((user) => user.accountId === accountId);
    // People may be taken off a site; what they did keeps their id and loses their name.
    const user = known ?? { accountId, displayName: 'Former user', active: false };
    const avatar = this.#rest(`avatar/${encodeURIComponent(accountId)}`);
    return {
      self: this.#rest(`user?accountId=${encodeURIComponent(accountId)}`),
      accountId,
      accountType: 'atlassian',
      ...(known === undefined ? {} : { emailAddress: known.emailAddress }),
      avatarUrls: { '48x48': avatar, '24x24': avatar, '16x16': avatar, '32x32': avatar },
      displayName: user.displayName,
      active: user.active,
      timeZone: 'Etc/UTC',
    };
  }

  status(status: Status): object {
    const category = STATUS_CATEGORIES[status.category];
    return {
      self: this.#rest(`status/${status.id}`),
      description: '',
      iconUrl: `${this.#base}/`,
      name: status.name,
      id: status.id,
      statusCategory: { self: this.#rest(`statuscategory/${category.id}`), ...category },
    };
  }

  statusNamed(name: string): object | null {
    const status = this.#site.statuses.find((candidate) => candidate.name === name);
    return status === undefined ? null : this.status(status);
  }

  priority(name: string): object | null {
    const priority = PRIORITIES.find((candidate) => candidate.name === name);
    return priority === undefined
      ? null
      : {
          self: this.#rest(`priority/${priority.id}`),
          iconUrl: `${this.#base}/images/priority-${priority.id}.svg`,
          name: priority.name,
          id: priority.id,
        };
  }

  priorityDetails(): object[] {
    return PRIORITIES.map((priority) => ({
      ...this.priority(priority.name),
      description: priority.description,
      statusColor: priority.color,
      isDefault: priority.name === 'Medium',
    }));
  }

  issueType(type: IssueType): object {
    return {
      self: this.#rest(`issuetype/${type.id}`),
      id: type.id,
      description: '',
      iconUrl: `${this.#base}/images/issuetype-${type.id}.svg`,
      name: type.name,
      subtask: false,
      hierarchyLevel: 0,
    };
  }

  project(project: Project): object {
    const avatar = this.#rest(`universal_avatar/view/type/project/avatar/${project.id}`);
    return {
      self: this.#rest(`project/${project.id}`),
      id: project.id,
      key: project.key,
      name: project.name,
      projectTypeKey: 'software',
      simplified: false,
      avatarUrls: { '48x48': avatar, '24x24': avatar, '16x16': avatar, '32x32': avatar },
    };
  }

  projectDetails(project: Project): object {
    const lead = this.#site.users[0];
    return {
      expand: 'description,lead,issueTypes,url,projectKeys,permissions,insight',
      ...this.project(project),
      description: '',
      ...(lead === undefined ? {} : { lead: this.user(lead.accountId) }),
      components: [],
      issueTypes: project.issueTypes.map((type) => this.issueType(type)),
      assigneeType: 'UNASSIGNED',
      versions: [],
      roles: {},
      style: 'classic',
      isPrivate: false,
      properties: {},
    };
  }

  transition(transition: Transition, current: string, withFields = false): object {
    const screen = transition.screen ?? [];
    return {
      id: transition.id,
      name: transition.name,
      to: this.statusNamed(transition.to),
      hasScreen: screen.length > 0,
      isGlobal: transition.from === undefined,
      isInitial: false,
      isAvailable: true,
      isConditional: false,
      looped: transition.to === current,
      ...(withFields
        ? {
            fields: Object.fromEntries(
              screen.map((id) => [
                id,
                {
                  required: true,
                  hasDefaultValue: false,
                  key: id,
                  operations: ['set'],
                  ...screenField(this.#site, id),
                },
              ]),
            ),
          }
        : {}),
    };
  }

  comment(issue: Issue, comment: Comment): object {
    return {
      self: this.#rest(`issue/${issue.id}/comment/${comment.id}`),
      id: comment.id,
      author: this.user(comment.author),
      body: comment.body,
      updateAuthor: this.user(comment.author),
      created: comment.created,
      updated: comment.updated,
      jsdPublic: true,
    };
  }

  remoteLink(issue: Issue, link: RemoteLink): object {
    return {
      id: link.id,
      self: this.#rest(`issue/${issue.key}/remotelink/${link.id}`),
      ...(link.globalId === null ? {} : { globalId: link.globalId }),
      application: link.application ?? {},
      ...(link.relationship === null ? {} : { relationship: link.relationship }),
      object: link.object,
    };
  }

  change(entry: HistoryEntry): object {
    return {
      id: entry.id,
      author: this.user(entry.author),
      created: entry.created,
      items: entry.items.map((item) => ({
        ...item,
        fieldtype: item.fieldId.startsWith('customfield_') ? 'custom' : 'jira',
      })),
    };
  }

  customValue(field: CustomField, value: Json | undefined): Json {
    if (value === undefined || value === null) return null;
    if (field.type !== 'select') return value;
    const id = String(optionId(field, field.options.indexOf(textOf(value))));
    return { self: this.#rest(`customFieldOption/${id}`), value, id };
  }

  /** Every field of an issue; `pick` decides what a caller gets of it. */
  fields(issue: Issue): Record<string, unknown> {
    const project = this.#site.projects.find((candidate) => candidate.key === issue.projectKey);
    const type = project?.issueTypes.find((candidate) => candidate.name === issue.issueType);
    const resolution = RESOLUTIONS.find((known) => known.name === issue.resolution);
    const comments = issue.comments.map((comment) => this.comment(issue, comment));
    const status = this.#site.statuses.find((candidate) => candidate.name === issue.status);
    return {
      summary: issue.summary,
      issuetype: type === undefined ? null : this.issueType(type),
      project: project === undefined ? null : this.project(project),
      description: issue.description,
      priority: this.priority(issue.priority),
      labels: issue.labels,
      duedate: issue.duedate,
      assignee: this.user(issue.assignee),
      reporter: this.user(issue.reporter),
      creator: this.user(issue.creator),
      status: this.statusNamed(issue.status),
      statusCategory:
        status === undefined
          ? null
          : {
              self: this.#rest(`statuscategory/${STATUS_CATEGORIES[status.category].id}`),
              ...STATUS_CATEGORIES[status.category],
            },
      statuscategorychangedate: issue.statusChanged,
      resolution: resolution === undefined ? null : { self: this.#rest(`resolution/${resolution.id}`), ...resolution },
      resolutiondate: issue.resolved,
      created: issue.created,
      updated: issue.updated,
      watches: { self: this.#rest(`issue/${issue.key}/watchers`), watchCount: issue.watchers.length, isWatching: true },
      comment: {
        comments,
        self: this.#rest(`issue/${issue.id}/comment`),
        maxResults: comments.length,
        total: comments.length,
        startAt: 0,
      },
      issuelinks: [],
      subtasks: [],
      attachment: [],
      ...Object.fromEntries(
        this.#site.customFields.map((field) => [field.id, this.customValue(field, issue.custom[field.id])]),
      ),
    };
  }

  issue(
    issue: Issue,
    options: { fields: readonly string[]; properties: readonly string[]; expand: readonly string[] },
  ): Record<string, unknown> {
    const properties = options.properties.includes('*all')
      ? Object.keys(issue.properties)
      : options.properties.filter((key) => Object.hasOwn(issue.properties, key));
    const histories = issue.history.map((entry) => this.change(entry)).reverse();
    return {
      expand: 'renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations',
      id: issue.id,
      self: this.#rest(`issue/${issue.id}`),
      key: issue.key,
      ...(options.fields.length === 0 ? {} : { fields: pick(this.fields(issue), options.fields) }),
      ...(options.properties.length === 0
        ? {}
        : { properties: Object.fromEntries(properties.map((key) => [key, issue.properties[key]])) }),
      ...(options.expand.includes('changelog')
        ? { changelog: { startAt: 0, maxResults: histories.length, total: histories.length, histories } }
        : {}),
      ...(options.expand.includes('transitions')
        ? {
            transitions: transitionsOf(this.#site, issue).map((transition) =>
              this.transition(transition, issue.status),
            ),
          }
        : {}),
      ...(options.expand.includes('names')
        ? { names: Object.fromEntries(this.#site.customFields.map((field) => [field.id, field.name])) }
        : {}),
    };
  }
}

/** Fields that lists leave out unless they are named: they are long. */
const NOT_NAVIGABLE = new Set(['comment', 'attachment']);

function pick(fields: Record<string, unknown>, wanted: readonly string[]): Record<string, unknown> {
  const minus = new Set(wanted.filter((name) => name.startsWith('-')).map((name) => name.slice(1)));
  const plus = new Set(wanted.filter((name) => !name.startsWith('-')));
  const all = plus.has('*all') || plus.size === 0;
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name]) => !minus.has(name) && (all || plus.has(name) || (plus.has('*navigable') && !NOT_NAVIGABLE.has(name))),
    ),
  );
}

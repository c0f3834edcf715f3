import { Hono } from 'hono';
import type { Desk, JiraContext, JiraEnv } from './desk.ts';
import { optionId } from './fields.ts';
import { STATUS_CATEGORIES, type CustomField, type IssueType, type Project } from './model.ts';
import { badRequest, notFound } from './refusal.ts';

const CATEGORY_NAMES = { new: 'TODO', indeterminate: 'IN_PROGRESS', done: 'DONE' } as const;
const SYSTEM_FIELDS: readonly {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly items?: string;
}[] = [
  { id: 'summary', name: 'Summary', type: 'string' },
  { id: 'description', name: 'Description', type: 'string' },
  { id: 'issuetype', name: 'Issue Type', type: 'issuetype' },
  { id: 'project', name: 'Project', type: 'project' },
  { id: 'priority', name: 'Priority', type: 'priority' },
  { id: 'labels', name: 'Labels', type: 'array', items: 'string' },
  { id: 'duedate', name: 'Due date', type: 'date' },
  { id: 'assignee', name: 'Assignee', type: 'user' },
  { id: 'reporter', name: 'Reporter', type: 'user' },
  { id: 'status', name: 'Status', type: 'status' },
  { id: 'resolution', name: 'Resolution', type: 'resolution' },
  { id: 'created', name: 'Created', type: 'datetime' },
  { id: 'updated', name: 'Updated', type: 'datetime' },
];
const ON_CREATE = [
  'summary',
  'description',
  'issuetype',
  'project',
  'priority',
  'labels',
  'duedate',
  'assignee',
  'reporter',
];
const REQUIRED = new Set(['summary', 'issuetype', 'project', 'reporter']);

function schemaOf(field: CustomField): object {
  const type = {
    string: 'string',
    textarea: 'string',
    number: 'number',
    date: 'date',
    select: 'option',
    labels: 'array',
  }[field.type];
  const kind = {
    string: 'textfield',
    textarea: 'textarea',
    number: 'float',
    date: 'datepicker',
    select: 'select',
    labels: 'labels',
  }[field.type];
  return {
    type,
    ...(field.type === 'labels' ? { items: 'string' } : {}),
    custom: `com.atlassian.jira.plugin.system.customfieldtypes:${kind}`,
    customId: Number(field.id.replace(/\D/g, '')),
  };
}

function paged<T>(
  c: JiraContext,
  all: readonly T[],
  size: number,
): { maxResults: number; startAt: number; total: number; isLast: boolean; values: T[] } {
  const startAt = Number(c.req.query('startAt') ?? 0);
  const maxResults = Number(c.req.query('maxResults') ?? size);
  const values = all.slice(startAt, startAt + maxResults);
  return { maxResults, startAt, total: all.length, isLast: startAt + values.length >= all.length, values };
}

/** What a client asks of a site before it writes a ticket: who, which projects, types, fields, statuses. */
export function siteRoutes(desk: Desk): Hono<JiraEnv> {
  const app = new Hono<JiraEnv>();
  const projectOf = (c: JiraContext): Project => {
    const wanted = c.req.param('project') ?? '';
    const project = c
      .get('site')
      .projects.find((candidate) => candidate.key === wanted.toUpperCase() || candidate.id === wanted);
    if (project === undefined)
      throw notFound(
        /^\d+$/.test(wanted)
          ? `No project could be found with id '${wanted}'.`
          : `No project could be found with key '${wanted}'.`,
      );
    return project;
  };
  const shapes = (c: JiraContext): ReturnType<Desk['shapes']> => desk.shapes(c.get('site'));

  app.get('/myself', (c) =>
    c.json({
      ...shapes(c).user(c.get('actor')),
      locale: 'en_US',
      groups: { size: 1, items: [] },
      applicationRoles: { size: 1, items: [] },
      expand: 'groups,applicationRoles',
    }),
  );
  app.get('/user', (c) => {
    const accountId = c.req.query('accountId');
    if (accountId === undefined) throw badRequest('accountId query parameter must be provided.');
    if (!c.get('site').users.some((user) => user.accountId === accountId))
      throw notFound('Specified user does not exist or you do not have required permissions');
    return c.json(shapes(c).user(accountId));
  });
  app.on('GET', ['/user/search', '/user/assignable/search'], (c) => {
    const query = c.req.query('query')?.toLowerCase();
    const accountId = c.req.query('accountId');
    if (c.req.path.endsWith('/user/search') && query === undefined && accountId === undefined)
      throw badRequest('The query or accountId or username parameter must be provided.');
    const begins = (text: string): boolean =>
      text
        .toLowerCase()
        .split(/[\s@.]+/)
        .some((word) => word.startsWith(query ?? '')) || text.toLowerCase().startsWith(query ?? '');
    const found = c
      .get('site')
      .users.filter(
        (user) =>
          (accountId === undefined || user.accountId === accountId) &&
          (query === undefined || begins(user.displayName) || begins(user.emailAddress)),
      );
    // Only active people can be given work.
    const usable = c.req.path.includes('assignable') ? found.filter((user) => user.active) : found;
    return c.json(paged(c, usable, 50).values.map((user) => shapes(c).user(user.accountId)));
  });

  app.get('/project/search', (c) => {
    const query = c.req.query('query')?.toLowerCase();
    const keys = c.req.queries('keys')?.flatMap((value) => value.split(','));
    const found = c
      .get('site')
      .projects.filter(
        (project) =>
          (keys === undefined || keys.includes(project.key)) &&
          (query === undefined ||
            project.key.toLowerCase().includes(query) ||
            project.name.toLowerCase().includes(query)),
      );
    return c.json({
      self: c.req.url,
      ...paged(
        c,
        found.map((project) => shapes(c).projectDetails(project)),
        50,
      ),
    });
  });
  app.get('/project/:project', (c) => c.json(shapes(c).projectDetails(projectOf(c))));
  app.get('/project/:project/statuses', (c) =>
    c.json(
      projectOf(c).issueTypes.map((type) => ({
        ...shapes(c).issueType(type),
        statuses: c.get('site').statuses.map((status) => shapes(c).status(status)),
      })),
    ),
  );

  app.get('/issue/createmeta/:project/issuetypes', (c) => {
    const { values, ...page } = paged(
      c,
      projectOf(c).issueTypes.map((type) => shapes(c).issueType(type)),
      50,
    );
    return c.json({ maxResults: page.maxResults, startAt: page.startAt, total: page.total, issueTypes: values });
  });
  app.get('/issue/createmeta/:project/issuetypes/:type', (c) => {
    const project = projectOf(c);
    const type = project.issueTypes.find((candidate) => candidate.id === c.req.param('type'));
    if (type === undefined)
      throw notFound(`The issue type with id '${c.req.param('type')}' does not exist in project '${project.key}'.`);
    const { values, ...page } = paged(c, createFields(c, project, type), 50);
    return c.json({ maxResults: page.maxResults, startAt: page.startAt, total: page.total, fields: values });
  });
  function createFields(c: JiraContext, project: Project, type: IssueType): object[] {
    const allowed: Record<string, readonly object[]> = {
      issuetype: [shapes(c).issueType(type)],
      project: [shapes(c).project(project)],
      priority: shapes(c).priorityDetails(),
    };
    const system = SYSTEM_FIELDS.filter((field) => ON_CREATE.includes(field.id)).map((field) => ({
      required: REQUIRED.has(field.id),
      schema: { type: field.type, system: field.id, ...(field.items === undefined ? {} : { items: field.items }) },
      name: field.name,
      key: field.id,
      fieldId: field.id,
      hasDefaultValue: ['priority', 'reporter'].includes(field.id),
      operations: field.id === 'labels' ? ['add', 'set', 'remove'] : ['set'],
      ...(allowed[field.id] === undefined ? {} : { allowedValues: allowed[field.id] }),
    }));
    const custom = c.get('site').customFields.map((field) => ({
      required: field.required,
      schema: schemaOf(field),
      name: field.name,
      key: field.id,
      fieldId: field.id,
      hasDefaultValue: false,
      operations: ['set'],
      ...(field.type === 'select'
        ? {
            allowedValues: field.options.map((value, index) => ({
              self: `${desk.baseUrl}/rest/api/3/customFieldOption/${optionId(field, index)}`,
              value,
              id: String(optionId(field, index)),
            })),
          }
        : {}),
    }));
    return [...system, ...custom];
  }

  app.get('/priority', (c) => c.json(shapes(c).priorityDetails()));
  app.get('/priority/search', (c) => c.json({ self: c.req.url, ...paged(c, shapes(c).priorityDetails(), 50) }));
  app.get('/issuetype', (c) =>
    c.json([
      ...new Map(
        c
          .get('site')
          .projects.flatMap((project) => project.issueTypes)
          .map((type) => [type.id, shapes(c).issueType(type)]),
      ).values(),
    ]),
  );
  app.get('/field', (c) => {
    const system = SYSTEM_FIELDS.map((field) => ({
      id: field.id,
      key: field.id,
      name: field.name,
      custom: false,
      orderable: true,
      navigable: true,
      searchable: true,
      clauseNames: [field.id],
      schema: { type: field.type, system: field.id, ...(field.items === undefined ? {} : { items: field.items }) },
    }));
    const custom = c.get('site').customFields.map((field) => ({
      id: field.id,
      key: field.id,
      name: field.name,
      untranslatedName: field.name,
      custom: true,
      orderable: true,
      navigable: true,
      searchable: true,
      clauseNames: [`cf[${field.id.replace(/\D/g, '')}]`, field.name],
      schema: schemaOf(field),
    }));
    return c.json([...system, ...custom]);
  });
  app.get('/status', (c) => c.json(c.get('site').statuses.map((status) => shapes(c).status(status))));
  app.get('/status/:status', (c) => {
    const wanted = c.req.param('status');
    const status = c
      .get('site')
      .statuses.find((candidate) => candidate.id === wanted || candidate.name.toLowerCase() === wanted.toLowerCase());
    if (status === undefined) throw notFound(`The status with id '${wanted}' does not exist`);
    return c.json(shapes(c).status(status));
  });
  const flat = (c: JiraContext): object[] =>
    c.get('site').statuses.map((status) => ({
      id: status.id,
      name: status.name,
      statusCategory: CATEGORY_NAMES[status.category],
      scope: { type: 'GLOBAL' },
      description: '',
    }));
  app.get('/statuses', (c) => {
    const ids = c.req.queries('id') ?? [];
    return c.json(flat(c).filter((status) => 'id' in status && ids.includes(String(status.id))));
  });
  app.get('/statuses/search', (c) => c.json({ self: c.req.url, ...paged(c, flat(c), 200) }));
  app.get('/statuscategory', (c) =>
    c.json(
      Object.values(STATUS_CATEGORIES).map((category) => ({
        self: `${desk.baseUrl}/rest/api/3/statuscategory/${category.id}`,
        ...category,
      })),
    ),
  );
  return app;
}

import { getAllStatuses, getCurrentUser, getProject } from 'jira.js/cloud';
import type { Client } from 'jira.js/core';
import { z } from 'zod';
import type { JiraRules } from '../../catalog/jira-schema.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { Examination } from '../../domain/examination.ts';
import { assigneeByEmail } from './people.ts';
import { allowedNames, contentFor, createScreen, creatableTypes, fieldCalled } from './site-fields.ts';
import type { SiteField } from './site-fields.ts';
import { createJiraTransport } from './transport.ts';
import type { JiraSite } from './transport.ts';

/** Fields that every ticket of ours fills. */
const filled = ['project', 'issuetype', 'summary', 'description', 'labels', 'duedate', 'reporter'];
/** Fields without which a ticket cannot be found again or says too little. */
const needed = ['summary', 'description', 'labels'];
/** Fields without which a ticket would be filed, and not be what it should be. */
const wanted = { duedate: 'due date', assignee: 'assignee' } as const;

const StatusesSchema = z.array(
  z.object({
    name: z.string(),
    statuses: z.array(z.object({ name: z.string(), statusCategory: z.object({ key: z.string() }) })),
  }),
);

export interface JiraWanted extends Pick<
  JiraRules,
  'project' | 'issueType' | 'priorityByTier' | 'fields' | 'transitions'
> {
  /** E-mail addresses of service owners and champions: each must be somebody who can be given a ticket. */
  readonly people: readonly string[];
}

/**
 * Whether tickets can be filed and followed as the catalog says: sign-in, project, issue type with the right to create,
 * and every field, priority, status and person against the site's own metadata. Creates nothing.
 */
export async function checkJira(options: JiraSite & JiraWanted): Promise<readonly Examination[]> {
  const client = createJiraTransport(options);
  const done: Examination[] = [];
  const look = async <T>(name: string, work: () => Promise<T>, ok: (value: T) => string): Promise<T | undefined> => {
    try {
      const value = await work();
      done.push({ name, ok: true, detail: ok(value), fix: '' });
      return value;
    } catch (error) {
      if (!(error instanceof FiredrillError)) throw error;
      done.push({ name, ok: false, detail: error.what, fix: error.next });
      return undefined;
    }
  };
  const { project, issueType } = options;
  const me = await look(
    'Jira sign-in',
    () => getCurrentUser(client),
    (user) => `${user.displayName ?? options.email} at ${options.baseUrl}`,
  );
  if (me === undefined) return done;
  const found = await look(
    'Jira project',
    () => getProject(client, { projectIdOrKey: project }),
    (one) => `${project} (${one.name ?? ''})`,
  );
  if (found === undefined) return done;
  const type = await look(
    'Jira issue type',
    () => issueTypeId(client, options),
    () => `"${issueType}" can be created in ${project}`,
  );
  if (type === undefined) return done;
  const screen = await createScreen(client, project, type);
  const say = async (name: string, problem: Problem | undefined, detail: string): Promise<void> => {
    await look(
      name,
      () => (problem === undefined ? Promise.resolve() : Promise.reject(wrong(problem))),
      () => detail,
    );
  };
  await say('Jira fields', problemOfScreen(screen, options), 'every required field is one that we fill');
  await say('Jira priority', problemOfPriorities(screen, options), 'every tier has one that the site knows, or none');
  for (const [name, value] of Object.entries(options.fields))
    await say(`Jira field "${name}"`, problemOfField(screen, name, value, options), 'fits its type');
  await look(
    'Jira statuses',
    () => checkStatuses(client, options),
    () => 'tickets can be closed and opened again',
  );
  await look(
    'Jira people',
    () => checkPeople(client, options),
    () => 'every owner and champion can be given a ticket',
  );
  return done;
}

async function issueTypeId(client: Client, { project, issueType }: JiraWanted): Promise<string> {
  const issueTypes = await creatableTypes(client, project);
  const found = issueTypes.find(({ name }) => name === issueType);
  if (found !== undefined) return found.id;
  throw wrong({
    code: 'jira-issue-type',
    what: `Our Jira user cannot create a "${issueType}" in ${project}; it can create: ${issueTypes.map(({ name }) => name).join(', ') || 'nothing'}.`,
    next:
      issueTypes.length === 0
        ? `Give the user the permission "Create issues" in ${project}.`
        : 'Name one of these in the catalog: organisation.jira.issueType',
  });
}

/** Required fields that nobody fills, and fields of ours that the screen lacks. */
function problemOfScreen(screen: readonly SiteField[], { project, fields }: JiraWanted): Problem | undefined {
  const configured = Object.keys(fields).map((name) => fieldCalled(screen, name)?.fieldId);
  const unfilled = screen.filter(
    ({ required, hasDefaultValue, fieldId }) =>
      required && hasDefaultValue !== true && !filled.includes(fieldId) && !configured.includes(fieldId),
  );
  if (unfilled.length > 0)
    return {
      code: 'jira-required-fields',
      what: `${project} requires fields that nobody fills: ${unfilled.map(({ name, fieldId }) => `${name} (${fieldId})`).join(', ')}.`,
      next: 'Fill them in the catalog (organisation.jira.fields), give them a default, or make them optional for this issue type.',
    };
  const onScreen = (id: string): boolean => screen.some(({ fieldId }) => fieldId === id);
  const missing = needed.filter((id) => !onScreen(id));
  if (missing.length > 0)
    return {
      code: 'jira-missing-fields',
      what: `The create screen of ${project} lacks: ${missing.join(', ')}.`,
      next: 'Add them to the create screen of this issue type.',
    };
  const lost = Object.entries(wanted).flatMap(([id, words]) => (onScreen(id) ? [] : [`${words} (${id})`]));
  if (lost.length === 0) return undefined;
  return {
    code: 'jira-missing-fields',
    what: `The create screen of ${project} lacks: ${lost.join(', ')}. Tickets would be filed without.`,
    next: 'Add them to the create screen of this issue type.',
  };
}

function problemOfPriorities(
  screen: readonly SiteField[],
  { project, priorityByTier }: JiraWanted,
): Problem | undefined {
  const asked = Object.entries(priorityByTier);
  if (asked.length === 0) return undefined;
  const field = fieldCalled(screen, 'priority');
  if (field === undefined)
    return {
      code: 'jira-priority',
      what: `The create screen of ${project} lacks priority, and the catalog names one by tier.`,
      next: 'Add it to the screen, or take organisation.jira.priorityByTier out of the catalog.',
    };
  const names = allowedNames(field);
  const unknown = asked.filter(([, name]) => names !== undefined && !names.includes(name));
  if (unknown.length === 0) return undefined;
  return {
    code: 'jira-priority',
    what: `Jira knows no priority ${unknown.map(([tier, name]) => `"${name}" (tier ${tier})`).join(', ')}; it knows: ${names?.join(', ') ?? ''}.`,
    next: 'Name one of these in the catalog: organisation.jira.priorityByTier',
  };
}

function problemOfField(
  screen: readonly SiteField[],
  name: string,
  value: JiraWanted['fields'][string],
  { project }: JiraWanted,
): Problem | undefined {
  const field = fieldCalled(screen, name);
  if (field === undefined)
    return {
      code: 'jira-unknown-field',
      what: `The create screen of ${project} has no field "${name}"; it has: ${screen.map((one) => one.name).join(', ')}.`,
      next: `Correct organisation.jira.fields."${name}" in the catalog, or add the field to the screen.`,
    };
  const content = contentFor(field, value);
  if (content.ok) return undefined;
  return {
    code: 'jira-field-value',
    what: `"${name}" (${field.fieldId}) cannot hold ${JSON.stringify(value)}: ${content.why}.`,
    next: `Correct organisation.jira.fields."${name}" in the catalog.`,
  };
}

/** Statuses that the catalog names, and a category for each that it does not name. */
async function checkStatuses(client: Client, { project, issueType, transitions }: JiraWanted): Promise<void> {
  const types = StatusesSchema.parse(await getAllStatuses(client, { projectIdOrKey: project }));
  const statuses = types.find(({ name }) => name === issueType)?.statuses ?? [];
  for (const [when, name] of Object.entries(transitions)) {
    const status = statuses.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (status === undefined)
      throw wrong({
        code: 'jira-status',
        what: `A "${issueType}" of ${project} has no status "${name}"; it has: ${statuses.map((one) => one.name).join(', ')}.`,
        next: `Correct organisation.jira.transitions.${when} in the catalog.`,
      });
    const problem = problemOfCategory(when, status.statusCategory.key === 'done');
    if (problem !== undefined)
      throw wrong({
        code: 'jira-status',
        what: `"${name}" of ${project} ${problem}.`,
        next: `Name another status in the catalog: organisation.jira.transitions.${when}`,
      });
  }
  const has = (isDone: boolean): boolean =>
    statuses.some(({ statusCategory }) => (statusCategory.key === 'done') === isDone);
  if (has(true) && has(false)) return;
  throw wrong({
    code: 'jira-status',
    what: `A "${issueType}" of ${project} has no status of the category ${has(true) ? 'To Do or In Progress' : 'Done'}.`,
    next: "Add one to the issue type's workflow in Jira.",
  });
}

/** A risk that is accepted may stand in any status; what is opened again has to be open, and what is proved done. */
function problemOfCategory(when: string, isDone: boolean): string | undefined {
  if (when === 'reopened' && isDone)
    return 'is of the category Done, so a ticket that is to be opened again would stay closed';
  if (when === 'proved' && !isDone) return 'is not of the category Done, so a ticket that is proved would stay open';
  return undefined;
}

async function checkPeople(client: Client, { project, people }: JiraWanted): Promise<void> {
  const known = await Promise.all(people.map((email) => assigneeByEmail(client, project, email)));
  const unknown = people.filter((_, index) => known[index] === undefined);
  if (unknown.length === 0) return;
  throw wrong({
    code: 'jira-people',
    what: `In ${project} nobody can give a ticket to: ${unknown.join(', ')}.`,
    next: 'Correct their e-mail addresses in the catalog, or give them access to the project in Jira.',
  });
}

interface Problem {
  readonly code: string;
  readonly what: string;
  readonly next: string;
}

const wrong = ({ code, what, next }: Problem): FiredrillError =>
  new FiredrillError({
    code,
    kind: 'programme',
    what,
    means: 'Findings would not become tickets, or not such that they can be followed.',
    next,
  });

import { getCreateIssueMetaIssueTypeId, getCreateIssueMetaIssueTypes, getCurrentUser, getProject } from 'jira.js/cloud';
import type { Client } from 'jira.js/core';
import { z } from 'zod';
import { FiredrillError } from '../../domain/errors.ts';
import type { Examination } from '../../domain/examination.ts';
import { createJiraTransport } from './transport.ts';
import type { JiraSite } from './transport.ts';

/** Fields that every ticket of ours fills. */
const filled = ['project', 'issuetype', 'summary', 'description', 'labels', 'duedate', 'reporter'];
/** Fields without which a ticket cannot be found again or says too little. */
const needed = ['summary', 'description', 'labels'];

const IssueTypesSchema = z.object({ issueTypes: z.array(z.object({ id: z.string(), name: z.string() })) });
const FieldsSchema = z.object({
  fields: z.array(
    z.object({ fieldId: z.string(), name: z.string(), required: z.boolean(), hasDefaultValue: z.boolean().optional() }),
  ),
});

/** Whether tickets can be filed: sign-in, project, issue type with the right to create, and fields. Creates nothing. */
export async function checkJira(
  options: JiraSite & { readonly project: string; readonly issueType: string },
): Promise<readonly Examination[]> {
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
  const me = await look(
    'Jira sign-in',
    () => getCurrentUser(client),
    (user) => `${user.displayName ?? options.email} at ${options.baseUrl}`,
  );
  if (me === undefined) return done;
  const project = await look(
    'Jira project',
    () => getProject(client, { projectIdOrKey: options.project }),
    (found) => `${options.project} (${found.name ?? ''})`,
  );
  if (project === undefined) return done;
  const type = await look(
    'Jira issue type',
    () => issueTypeId(client, options),
    () => `"${options.issueType}" can be created in ${options.project}`,
  );
  if (type === undefined) return done;
  await look(
    'Jira fields',
    () => checkFields(client, options.project, type),
    () => 'every required field is one that we fill',
  );
  return done;
}

/** Only types that our user may create are listed, so this is the permission, too. */
async function issueTypeId(
  client: Client,
  { project, issueType }: { project: string; issueType: string },
): Promise<string> {
  const page: unknown = await getCreateIssueMetaIssueTypes(client, { projectIdOrKey: project, maxResults: 200 });
  const { issueTypes } = IssueTypesSchema.parse(page);
  const found = issueTypes.find(({ name }) => name === issueType);
  if (found !== undefined) return found.id;
  throw wrong(
    'jira-issue-type',
    `Our Jira user cannot create a "${issueType}" in ${project}; it can create: ${issueTypes.map(({ name }) => name).join(', ') || 'nothing'}.`,
    issueTypes.length === 0
      ? `Give the user the permission "Create issues" in ${project}.`
      : 'Name one of these in the catalog: organisation.jira.issueType',
  );
}

async function checkFields(client: Client, project: string, issueTypeId: string): Promise<void> {
  const page: unknown = await getCreateIssueMetaIssueTypeId(client, {
    projectIdOrKey: project,
    issueTypeId,
    maxResults: 200,
  });
  const { fields } = FieldsSchema.parse(page);
  const unfilled = fields.filter(
    (field) => field.required && field.hasDefaultValue !== true && !filled.includes(field.fieldId),
  );
  if (unfilled.length > 0) {
    throw wrong(
      'jira-required-fields',
      `${project} requires fields that we do not know: ${unfilled.map(({ name, fieldId }) => `${name} (${fieldId})`).join(', ')}.`,
      'Give them a default, make them optional for this issue type, or name another issue type in the catalog.',
    );
  }
  const missing = needed.filter((id) => !fields.some(({ fieldId }) => fieldId === id));
  if (missing.length > 0) {
    throw wrong(
      'jira-missing-fields',
      `The create screen of ${project} lacks: ${missing.join(', ')}.`,
      'Add them to the create screen of this issue type.',
    );
  }
}

const wrong = (code: string, what: string, next: string): FiredrillError =>
  new FiredrillError({ code, kind: 'programme', what, means: 'Findings would not become tickets.', next });

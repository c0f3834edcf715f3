import { getCreateIssueMetaIssueTypeId, getCreateIssueMetaIssueTypes } from 'jira.js/cloud';
import type { Client } from 'jira.js/core';
import { z } from 'zod';
import type { TicketFieldValue } from '../../domain/notice.ts';
import { adfDoc, paragraph } from '../../views/jira/adf.ts';

const IssueTypesSchema = z.object({ issueTypes: z.array(z.object({ id: z.string(), name: z.string() })) });
const AllowedSchema = z.looseObject({ name: z.string().optional(), value: z.string().optional() });
const FieldSchema = z.object({
  fieldId: z.string(),
  name: z.string(),
  required: z.boolean(),
  hasDefaultValue: z.boolean().optional(),
  schema: z.looseObject({ type: z.string(), items: z.string().optional(), custom: z.string().optional() }).optional(),
  allowedValues: z.array(AllowedSchema).optional(),
});
const FieldsSchema = z.object({ fields: z.array(FieldSchema) });

/** A field of a project's create screen, as the site's own metadata describe it. */
export type SiteField = z.infer<typeof FieldSchema>;

/** The issue types that our user may create in a project: only those are listed. @throws JiraError */
export async function creatableTypes(
  client: Client,
  project: string,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const page: unknown = await getCreateIssueMetaIssueTypes(client, { projectIdOrKey: project, maxResults: 200 });
  return IssueTypesSchema.parse(page).issueTypes;
}

/** The create screen of an issue type. @throws JiraError */
export async function createScreen(
  client: Client,
  project: string,
  issueTypeId: string,
): Promise<readonly SiteField[]> {
  const page: unknown = await getCreateIssueMetaIssueTypeId(client, {
    projectIdOrKey: project,
    issueTypeId,
    maxResults: 200,
  });
  return FieldsSchema.parse(page).fields;
}

/** Names of the values that a field may take; nothing when any will do. */
export const allowedNames = (field: SiteField): readonly string[] | undefined =>
  field.allowedValues?.flatMap(({ name, value }) => name ?? value ?? []);

/** The field of a name on the create screen (case does not matter) or of an id. */
export const fieldCalled = (screen: readonly SiteField[], nameOrId: string): SiteField | undefined =>
  screen.find(({ fieldId }) => fieldId === nameOrId) ??
  screen.find(({ name }) => name.toLowerCase() === nameOrId.toLowerCase());

/** A configured value in the form that the field's type asks for, or why it does not fit, in words. */
export type FieldContent =
  | { readonly ok: true; readonly content: unknown }
  | { readonly ok: false; readonly why: string };

const fits = (content: unknown): FieldContent => ({ ok: true, content });
const misfits = (why: string): FieldContent => ({ ok: false, why });

/** Puts a configured value into the form of its field. */
export function contentFor(field: SiteField, value: TicketFieldValue): FieldContent {
  const type = field.schema?.type ?? 'string';
  if (type === 'array') return listFor(field, typeof value === 'object' ? value : [String(value)]);
  if (typeof value === 'object') return misfits(`it takes one value (${type}), not a list`);
  switch (type) {
    case 'string': {
      const isRich = field.schema?.custom?.endsWith(':textarea') === true || field.fieldId === 'environment';
      return fits(isRich ? adfDoc(paragraph(String(value))) : String(value));
    }
    case 'number':
      return Number.isFinite(Number(value)) && value !== '' ? fits(Number(value)) : misfits('it takes a number');
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? fits(value) : misfits('it takes a date such as 2026-12-31');
    case 'option':
      return chosen(field, String(value), 'value');
    case 'priority':
    case 'securitylevel':
    case 'version':
    case 'component':
      return chosen(field, String(value), 'name');
    default:
      return misfits(`firedrill cannot fill fields of type "${type}"`);
  }
}

function listFor(field: SiteField, values: readonly string[]): FieldContent {
  const items = field.schema?.items ?? 'string';
  if (items === 'string') {
    const spaced = values.find((one) => /\s/.test(one));
    return spaced === undefined ? fits(values) : misfits(`"${spaced}" has spaces in it`);
  }
  if (!['option', 'component', 'version'].includes(items)) return misfits(`firedrill cannot fill lists of "${items}"`);
  const contents = values.map((one) => chosen(field, one, items === 'option' ? 'value' : 'name'));
  return contents.find(({ ok }) => !ok) ?? fits(contents.map((one) => (one.ok ? one.content : undefined)));
}

function chosen(field: SiteField, wanted: string, by: 'name' | 'value'): FieldContent {
  const names = allowedNames(field);
  if (names === undefined) return fits({ [by]: wanted });
  const name = names.find((one) => one.toLowerCase() === wanted.toLowerCase());
  return name === undefined
    ? misfits(`it has no value "${wanted}"; it has: ${names.join(', ') || 'none'}`)
    : fits({ [by]: name });
}

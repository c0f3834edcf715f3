import type { NormalizedSchema } from '@smithy/core/schema';
import { readScalar } from './values.ts';

/** A form with dotted keys (`Filters.Filter.1.Values.Value.2`) as a tree. */
export interface FormNode {
  text?: string;
  readonly children: Map<string, FormNode>;
}

export function parseForm(body: string): FormNode {
  const root: FormNode = { children: new Map() };
  for (const [key, text] of new URLSearchParams(body)) {
    let node = root;
    for (const part of key.split('.')) {
      const next: FormNode = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, next);
      node = next;
    }
    node.text = text;
  }
  return root;
}

/** EC2 names its members differently and flattens every list. */
export type FormDialect = 'query' | 'ec2-query';

/** Reads a structure's members; what the request does not mention is absent in the result. */
export function readFormStruct(
  schema: NormalizedSchema,
  node: FormNode,
  dialect: FormDialect,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  if (!schema.isStructSchema()) return input;
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(memberKey(name, member, dialect));
    if (child) input[name] = readFormValue(member, child, dialect, name);
  }
  return input;
}

function readFormValue(schema: NormalizedSchema, node: FormNode, dialect: FormDialect, member: string): unknown {
  if (schema.isStructSchema()) return readFormStruct(schema, node, dialect);
  if (schema.isListSchema()) return readFormList(schema, node, dialect, member);
  if (schema.isMapSchema()) return readFormMap(schema, node, dialect, member);
  return readScalar(schema, node.text ?? '', member);
}

function readFormList(schema: NormalizedSchema, node: FormNode, dialect: FormDialect, member: string): unknown[] {
  const item = schema.getValueSchema();
  const flat = dialect === 'ec2-query' || Boolean(schema.getMergedTraits().xmlFlattened);
  const items = flat ? node : node.children.get(item.getMergedTraits().xmlName ?? 'member');
  return numbered(items).map((child) => readFormValue(item, child, dialect, member));
}

function readFormMap(
  schema: NormalizedSchema,
  node: FormNode,
  dialect: FormDialect,
  member: string,
): Record<string, unknown> {
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const value = schema.getValueSchema();
  const valueName = value.getMergedTraits().xmlName ?? 'value';
  const flat = Boolean(schema.getMergedTraits().xmlFlattened);
  const map: Record<string, unknown> = {};
  for (const entry of numbered(flat ? node : node.children.get('entry'))) {
    const valueNode = entry.children.get(valueName);
    if (valueNode) map[entry.children.get(keyName)?.text ?? ''] = readFormValue(value, valueNode, dialect, member);
  }
  return map;
}

function numbered(node: FormNode | undefined): FormNode[] {
  if (!node) return [];
  return [...node.children]
    .filter(([key]) => /^\d+$/.test(key))
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

function memberKey(name: string, member: NormalizedSchema, dialect: FormDialect): string {
  const traits = member.getMergedTraits();
  if (dialect === 'query') return traits.xmlName ?? name;
  const ec2Name = traits['ec2QueryName'];
  if (typeof ec2Name === 'string') return ec2Name;
  const key = traits.xmlName ?? name;
  return key.charAt(0).toUpperCase() + key.slice(1);
}

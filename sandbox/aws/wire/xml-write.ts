import type { NormalizedSchema } from '@smithy/core/schema';
import { writeScalar } from './values.ts';

/** The members of a structure as XML elements, without the element around them. */
export function writeXmlMembers(
  schema: NormalizedSchema,
  value: object,
  isInBody: (member: NormalizedSchema) => boolean = () => true,
): string {
  if (!schema.isStructSchema()) return '';
  const fields = value as Record<string, unknown>;
  let xml = '';
  for (const [name, member] of schema.structIterator()) {
    const field = fields[name];
    if (field === undefined || field === null || !isInBody(member)) continue;
    xml += writeXmlElement(member.getMemberTraits().xmlName ?? name, member, field);
  }
  return xml;
}

/** One value as an XML element; a flattened list is as many elements as it has items. */
export function writeXmlElement(name: string, schema: NormalizedSchema, value: unknown): string {
  if (schema.isListSchema()) return writeList(name, schema, value);
  if (schema.isMapSchema()) return writeMap(name, schema, value);
  if (schema.isStructSchema()) return element(name, writeXmlMembers(schema, asObject(name, value)));
  return element(name, escapeXml(writeScalar(schema, value, 'iso')));
}

export function element(name: string, content: string): string {
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

/** Text that an XML parser gives back unchanged; carriage returns and other controls would be normalised if left bare. */
export function escapeXml(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what must not go out bare
  return text.replaceAll(/[&<>"'\u0000-\u001f\u007f-\u009f\u2028]/g, (char) => {
    const named = entities[char];
    return named ?? `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`;
  });
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function writeList(name: string, schema: NormalizedSchema, value: unknown): string {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, the service answered ${typeof value}`);
  const item = schema.getValueSchema();
  if (schema.getMergedTraits().xmlFlattened) return value.map((each) => writeXmlElement(name, item, each)).join('');
  const itemName = item.getMergedTraits().xmlName ?? 'member';
  return element(name, value.map((each) => writeXmlElement(itemName, item, each)).join(''));
}

function writeMap(name: string, schema: NormalizedSchema, value: unknown): string {
  const key = schema.getKeySchema();
  const item = schema.getValueSchema();
  const flat = Boolean(schema.getMergedTraits().xmlFlattened);
  const entries = Object.entries(asObject(name, value)).map(([entryKey, entryValue]) =>
    element(
      flat ? name : 'entry',
      writeXmlElement(key.getMergedTraits().xmlName ?? 'key', key, entryKey) +
        writeXmlElement(item.getMergedTraits().xmlName ?? 'value', item, entryValue),
    ),
  );
  return flat ? entries.join('') : element(name, entries.join(''));
}

function asObject(name: string, value: unknown): object {
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${name} must be an object, the service answered ${typeof value}`);
  return value;
}

import type { NormalizedSchema } from '@smithy/core/schema';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { AwsFault } from '../service.ts';
import { readScalar } from './values.ts';

// Values stay text (the schema says what they are) and keep their white space: an object key may be " ".
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  htmlEntities: true,
});

/** @returns what stands inside the document's root element */
export function parseXml(body: Buffer): unknown {
  const text = body.toString('utf8');
  if (XMLValidator.validate(text) !== true) throw malformed();
  const [root] = Object.values(parser.parse(text) as Record<string, unknown>);
  return root;
}

export function readXmlStruct(schema: NormalizedSchema, node: unknown): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const fields = isRecord(node) ? node : {};
  for (const [name, member] of schema.structIterator()) {
    const field = fields[member.getMemberTraits().xmlName ?? name];
    if (field !== undefined) result[name] = readXmlValue(member, field, name);
  }
  return result;
}

function readXmlValue(schema: NormalizedSchema, node: unknown, name: string): unknown {
  if (schema.isStructSchema()) return readXmlStruct(schema, node);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const flat = Boolean(schema.getMergedTraits().xmlFlattened);
    const items = flat ? node : isRecord(node) ? node[item.getMergedTraits().xmlName ?? 'member'] : undefined;
    if (items === undefined) return [];
    return (Array.isArray(items) ? items : [items]).map((each: unknown) => readXmlValue(item, each, name));
  }
  if (schema.isMapSchema()) throw new TypeError(`${name}: no S3 request has a map in its body`);
  if (typeof node !== 'string') throw malformed();
  return readScalar(schema, node, name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(): AwsFault {
  return new AwsFault(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    400,
  );
}

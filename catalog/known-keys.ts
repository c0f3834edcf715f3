import { z } from 'zod';
import { valueAt } from './source-document.ts';
import type { Path } from './source-document.ts';

/** The keys that a schema knows at a path of the data, for "did you mean". Empty where there is no fixed set. */
export function knownKeys(schema: z.ZodType, data: unknown, path: Path): readonly string[] {
  let current: z.ZodType | undefined = schema;
  for (const [depth, segment] of path.entries()) {
    current = childOf(unwrap(current, valueAt(data, path.slice(0, depth))), segment);
    if (current === undefined) return [];
  }
  const at = unwrap(current, valueAt(data, path));
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function childOf(schema: z.ZodType, segment: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<PropertyKey, z.ZodType>)[segment];
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  return undefined;
}

/** Through transforms, defaults and optionals to what the reader writes; of a union, the option that the data chose. */
function unwrap(schema: z.ZodType, data: unknown): z.ZodType {
  if (schema instanceof z.ZodPipe) return unwrap(schema.in as z.ZodType, data);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodExactOptional) {
    return unwrap(schema.unwrap() as z.ZodType, data);
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const key = schema.def.discriminator;
    const chosen = schema.options.find((option) => {
      const tag = childOf(unwrap(option as z.ZodType, data), key);
      return tag?.safeParse(valueAt(data, [key])).success === true;
    });
    return chosen === undefined ? schema : unwrap(chosen as z.ZodType, data);
  }
  return schema;
}

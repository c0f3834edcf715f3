import type { JsonObject } from './model.ts';

/** Collects problems in Slack's own words, each with the JSON pointer to its place. */
export class Problems {
  readonly found: string[] = [];
  add(text: string, pointer: string): void {
    this.found.push(`${text} [json-pointer:${pointer}]`);
  }
}

/** One rule of a field: looks at the value and adds what Slack would complain about. */
export type FieldRule = (value: unknown, pointer: string, problems: Problems) => void;

export interface ObjectRule {
  readonly required: readonly string[];
  readonly fields: Readonly<Record<string, FieldRule>>;
  /** Rules that need more than one field. */
  readonly whole?: (value: JsonObject, pointer: string, problems: Problems) => void;
}

export function checkObject(rule: ObjectRule, value: JsonObject, pointer: string, problems: Problems): void {
  for (const field of rule.required) {
    if (value[field] === undefined || value[field] === null) problems.add(`missing required field: ${field}`, pointer);
  }
  for (const [field, fieldValue] of Object.entries(value)) {
    const fieldRule = rule.fields[field];
    if (field === 'type' || fieldValue === undefined || fieldValue === null) continue;
    if (fieldRule === undefined) problems.add(`invalid additional property: ${field}`, pointer);
    else fieldRule(fieldValue, `${pointer}/${field}`, problems);
  }
  rule.whole?.(value, pointer, problems);
}

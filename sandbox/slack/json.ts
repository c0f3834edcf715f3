import type { JsonObject } from './model.ts';

/** Helpers to read what came over the wire: every one answers `undefined` when the value is of another kind. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(from: unknown, key: string): JsonObject | undefined {
  const value = isObject(from) ? from[key] : undefined;
  return isObject(value) ? value : undefined;
}

export function stringAt(from: unknown, key: string): string | undefined {
  const value = isObject(from) ? from[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

export function arrayAt(from: unknown, key: string): readonly unknown[] | undefined {
  const value = isObject(from) ? from[key] : undefined;
  return Array.isArray(value) ? value : undefined;
}

export function objectsAt(from: unknown, key: string): readonly JsonObject[] {
  return (arrayAt(from, key) ?? []).filter(isObject);
}

/** The text inside a text object (`{ type, text }`), or nothing. */
export function textAt(from: unknown, key: string): string | undefined {
  return stringAt(objectAt(from, key), 'text');
}

/** Parses JSON; `undefined` (which is no JSON value) when it is malformed. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

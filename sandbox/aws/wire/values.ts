import type { NormalizedSchema } from '@smithy/core/schema';

/** How a protocol writes a time where the model leaves it open. */
export type TimestampFormat = 'iso' | 'http-date' | 'epoch-seconds';

/** A request whose text does not fit its type; each protocol has its own words for it. */
export class MalformedValueError extends Error {
  override readonly name = 'MalformedValueError';
  readonly member: string;
  constructor(member: string, text: string, expected: string) {
    super(`Value (${text}) for parameter ${member} is invalid. It must be ${expected}.`);
    this.member = member;
  }
}

/** One scalar from its text in a form, a header, a query string or an XML element. */
export function readScalar(schema: NormalizedSchema, text: string, member: string): unknown {
  if (schema.isBooleanSchema()) {
    if (text === 'true') return true;
    if (text === 'false') return false;
    throw new MalformedValueError(member, text, 'true or false');
  }
  if (schema.isNumericSchema()) {
    const number = Number(text);
    if (text.trim() === '' || !Number.isFinite(number)) throw new MalformedValueError(member, text, 'a number');
    return number;
  }
  if (schema.isBigIntegerSchema()) {
    if (!/^-?\d+$/.test(text)) throw new MalformedValueError(member, text, 'an integer');
    return BigInt(text);
  }
  if (schema.isTimestampSchema()) return readTimestamp(text, member);
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  return text;
}

export function readTimestamp(text: string, member: string): Date {
  const time = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (!Number.isFinite(time)) throw new MalformedValueError(member, text, 'a time such as 2026-11-22T10:00:00Z');
  return new Date(time);
}

/** One scalar as text. */
export function writeScalar(schema: NormalizedSchema, value: unknown, openTimestamp: TimestampFormat): string {
  if (value instanceof Date) {
    const format = timestampFormat(schema, openTimestamp);
    if (format === 'iso') return value.toISOString();
    if (format === 'http-date') return value.toUTCString();
    return String(value.getTime() / 1000);
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return String(value);
}

// The numbers are Smithy's simple-schema codes: 4 leaves the format to the protocol, 5 to 7 fix it.
export function timestampFormat(schema: NormalizedSchema, open: TimestampFormat): TimestampFormat {
  const code: unknown = schema.getSchema();
  if (code === 5) return 'iso';
  if (code === 6) return 'http-date';
  if (code === 7) return 'epoch-seconds';
  return open;
}

import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsFault } from '../service.ts';
import type { OperationModel, ServiceModel } from './model.ts';
import { requiredMembers } from './model.ts';
import type { ParsedCall, WireReply, WireRequest } from './message.ts';
import { timestampFormat } from './values.ts';

/** A JSON 1.1 request: the operation in `X-Amz-Target`, the input as the body. */
export function readJsonRequest(request: WireRequest, model: ServiceModel): ParsedCall {
  const name = (request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '';
  const operation = model.operations.get(name);
  if (!operation)
    throw new AwsFault(
      'UnknownOperationException',
      `Unknown operation ${name === '' ? '(no X-Amz-Target header)' : name}`,
      400,
    );
  let body: unknown;
  try {
    body = request.body.length === 0 ? {} : JSON.parse(request.body.toString('utf8'));
  } catch {
    throw new AwsFault('SerializationException', 'The request body is not valid JSON', 400);
  }
  const input = fromJson(operation.input, body, name);
  if (!isRecord(input)) throw new AwsFault('SerializationException', 'The request body is not a JSON object', 400);
  const missing = requiredMembers(operation.input).filter((member) => input[member] === undefined);
  if (missing.length > 0) {
    const failures = missing.map((member) => {
      const camel = member.charAt(0).toLowerCase() + member.slice(1);
      return `Value null at '${camel}' failed to satisfy constraint: Member must not be null`;
    });
    const noun = missing.length === 1 ? '1 validation error' : `${missing.length} validation errors`;
    throw new AwsFault('ValidationException', `${noun} detected: ${failures.join('; ')}`, 400);
  }
  return { operation, input };
}

export function writeJsonReply(operation: OperationModel, output: object, requestId: string): WireReply {
  return json(200, operation.output.isUnitSchema() ? '' : JSON.stringify(toJson(operation.output, output)), requestId);
}

export function writeJsonFault(fault: AwsFault, requestId: string): WireReply {
  return json(fault.status, JSON.stringify({ __type: fault.code, message: fault.message }), requestId);
}

function json(status: number, body: string, requestId: string): WireReply {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId }, body };
}

function fromJson(schema: NormalizedSchema, value: unknown, at: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (schema.isStructSchema()) {
    const source = expectRecord(value, at);
    const result: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const read = fromJson(member, source[name], name);
      if (read !== undefined) result[name] = read;
    }
    return result;
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrongType(at, 'a list');
    return value.map((item: unknown) => fromJson(schema.getValueSchema(), item, at));
  }
  if (schema.isMapSchema()) {
    const item = schema.getValueSchema();
    return Object.fromEntries(
      Object.entries(expectRecord(value, at)).map(([key, each]) => [key, fromJson(item, each, at)]),
    );
  }
  return scalarFromJson(schema, value, at);
}

function scalarFromJson(schema: NormalizedSchema, value: unknown, at: string): unknown {
  if (schema.isTimestampSchema()) {
    const time = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
    if (Number.isNaN(time)) throw wrongType(at, 'a time');
    return new Date(time);
  }
  if (schema.isBlobSchema()) {
    if (typeof value !== 'string') throw wrongType(at, 'a base64 string');
    return Buffer.from(value, 'base64');
  }
  if (schema.isStringSchema() && typeof value !== 'string') throw wrongType(at, 'a string');
  if (schema.isBooleanSchema() && typeof value !== 'boolean') throw wrongType(at, 'a boolean');
  if (schema.isNumericSchema() && typeof value !== 'number') throw wrongType(at, 'a number');
  return value;
}

function toJson(schema: NormalizedSchema, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Date) {
    const format = timestampFormat(schema, 'epoch-seconds');
    if (format === 'epoch-seconds') return value.getTime() / 1000;
    return format === 'iso' ? value.toISOString() : value.toUTCString();
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (schema.isStructSchema()) {
    const source = value as Record<string, unknown>;
    const result: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) result[name] = toJson(member, source[name]);
    return result;
  }
  if (schema.isListSchema()) return (value as unknown[]).map((item) => toJson(schema.getValueSchema(), item));
  if (schema.isMapSchema()) {
    const item = schema.getValueSchema();
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toJson(item, each)]));
  }
  return value;
}

function expectRecord(value: unknown, at: string): Record<string, unknown> {
  if (!isRecord(value)) throw wrongType(at, 'an object');
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongType(at: string, expected: string): AwsFault {
  return new AwsFault('SerializationException', `${at} must be ${expected}`, 400);
}

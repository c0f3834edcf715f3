import { Readable } from 'node:stream';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsFault } from '../service.ts';
import { decodeBody } from './body.ts';
import type { ParsedCall, WireReply, WireRequest } from './message.ts';
import type { OperationModel, ServiceModel } from './model.ts';
import { readTarget, routeRest } from './rest-route.ts';
import { MalformedValueError, readScalar, writeScalar } from './values.ts';
import { parseXml, readXmlStruct } from './xml-read.ts';
import { element, escapeXml, writeXmlMembers } from './xml-write.ts';

/** An S3 request in path style: labels, query, headers and body, bound as the model says. */
export function readRestRequest(sent: WireRequest, model: ServiceModel): ParsedCall {
  const target = readTarget(sent.path);
  const operation = routeRest(sent, target, model);
  if (!operation) {
    throw new AwsFault(
      'MethodNotAllowed',
      `The specified method is not allowed against this resource: ${sent.method} ${sent.path}`,
      405,
    );
  }
  const request = decodeBody(sent);
  try {
    const input: Record<string, unknown> = {};
    if (target.bucket !== undefined) input['Bucket'] = target.bucket;
    if (target.key !== undefined) input['Key'] = target.key;
    readBindings(operation.input, request, input);
    return { operation, input };
  } catch (error) {
    if (error instanceof MalformedValueError) throw new AwsFault('InvalidArgument', error.message, 400);
    throw error;
  }
}

function readBindings(schema: NormalizedSchema, request: WireRequest, input: Record<string, unknown>): void {
  if (!schema.isStructSchema()) return;
  let hasBodyMembers = false;
  let hasPayload = false;
  for (const [name, member] of schema.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.httpLabel) continue;
    if (traits.httpQuery !== undefined) assign(input, name, member, request.query.get(traits.httpQuery) ?? undefined);
    else if (traits.httpHeader !== undefined)
      assign(input, name, member, request.headers[traits.httpHeader.toLowerCase()]);
    else if (traits.httpPrefixHeaders !== undefined) input[name] = prefixed(request.headers, traits.httpPrefixHeaders);
    else if (traits.httpPayload) {
      hasPayload = true;
      const payload = readPayload(member, request.body);
      if (payload !== undefined) input[name] = payload;
    } else hasBodyMembers = true;
  }
  if (hasBodyMembers && !hasPayload && request.body.length > 0) {
    const body = readXmlStruct(schema, parseXml(request.body));
    for (const [name, value] of Object.entries(body)) input[name] ??= value;
  }
}

function assign(
  input: Record<string, unknown>,
  name: string,
  member: NormalizedSchema,
  text: string | undefined,
): void {
  if (text === undefined) return;
  if (member.isListSchema()) {
    const item = member.getValueSchema();
    input[name] = text.split(',').map((each) => readScalar(item, each.trim(), name));
  } else {
    input[name] = readScalar(member, text, name);
  }
}

function readPayload(member: NormalizedSchema, body: Buffer): unknown {
  if (member.isBlobSchema()) return body;
  if (member.isStringSchema()) return body.toString('utf8');
  return body.length === 0 ? undefined : readXmlStruct(member, parseXml(body));
}

function prefixed(headers: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  const lower = prefix.toLowerCase();
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(lower))
      .map(([name, value]) => [name.slice(lower.length), value]),
  );
}

export function writeRestReply(
  operation: OperationModel,
  output: object,
  requestId: string,
  model: ServiceModel,
): WireReply {
  const fields = output as Record<string, unknown>;
  const headers: Record<string, string> = { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId };
  let status = operation.http?.status ?? 200;
  let body: WireReply['body'] = '';
  let hasBodyMembers = false;
  if (operation.output.isStructSchema()) {
    for (const [name, member] of operation.output.structIterator()) {
      const traits = member.getMergedTraits();
      const value = fields[name];
      if (inBody(member)) hasBodyMembers = true;
      if (value === undefined || value === null) continue;
      if (traits.httpHeader !== undefined) headers[traits.httpHeader.toLowerCase()] = headerText(member, value);
      else if (traits.httpPrefixHeaders !== undefined) addPrefixed(headers, traits.httpPrefixHeaders, value);
      else if (traits.httpPayload) {
        body = writePayload(member, value, model.xmlNamespace);
        if (member.isStructSchema()) headers['content-type'] = 'application/xml';
      }
    }
  }
  if (hasBodyMembers) {
    const root = operation.output.getMergedTraits().xmlName ?? operation.output.getName() ?? operation.name;
    body = document(root, writeXmlMembers(operation.output, output, inBody), model.xmlNamespace);
    headers['content-type'] = 'application/xml';
  }
  // Only GetObject with a range answers something else than the model's status.
  if (operation.name === 'GetObject' && fields['ContentRange'] !== undefined) status = 206;
  return { status, headers, body };
}

export function writeRestFault(
  fault: AwsFault,
  requestId: string,
  _model: Pick<ServiceModel, 'xmlNamespace'>,
  request: WireRequest,
): WireReply {
  const headers = { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId, 'content-type': 'application/xml' };
  if (request.method === 'HEAD' || fault.status === 304) return { status: fault.status, headers, body: '' };
  const content = [
    element('Code', escapeXml(fault.code)),
    element('Message', escapeXml(fault.message)),
    element('Resource', escapeXml(request.path)),
    element('RequestId', requestId),
    element('HostId', requestId),
  ].join('');
  return { status: fault.status, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${content}</Error>` };
}

function inBody(member: NormalizedSchema): boolean {
  const traits = member.getMergedTraits();
  return (
    traits.httpHeader === undefined &&
    traits.httpPrefixHeaders === undefined &&
    !traits.httpPayload &&
    !traits.httpResponseCode
  );
}

function headerText(member: NormalizedSchema, value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => headerText(member.getValueSchema(), each)).join(',');
  return writeScalar(member, value, 'http-date');
}

function addPrefixed(headers: Record<string, string>, prefix: string, value: unknown): void {
  for (const [name, text] of Object.entries(value as Record<string, string>))
    headers[prefix.toLowerCase() + name] = text;
}

function writePayload(member: NormalizedSchema, value: unknown, xmlNamespace: string): WireReply['body'] {
  if (typeof value === 'string' || value instanceof Uint8Array || value instanceof Readable) return value;
  const root = member.getMergedTraits().xmlName ?? member.getName() ?? member.getMemberName();
  return document(root, writeXmlMembers(member, value as object), xmlNamespace);
}

function document(root: string, content: string, xmlNamespace: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${xmlNamespace}">${content}</${root}>`;
}

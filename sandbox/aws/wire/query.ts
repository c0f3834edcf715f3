import { AwsFault } from '../service.ts';
import { parseForm, readFormStruct } from './form.ts';
import type { OperationModel, ServiceModel } from './model.ts';
import { requiredMembers } from './model.ts';
import type { ParsedCall, WireReply, WireRequest } from './message.ts';
import { MalformedValueError } from './values.ts';
import { element, escapeXml, writeXmlMembers } from './xml-write.ts';

/** A Query or EC2 Query request: `Action` and dotted parameters in a form, or in the query string of a GET. */
export function readQueryRequest(request: WireRequest, model: ServiceModel): ParsedCall {
  const form = parseForm(request.body.length > 0 ? request.body.toString('utf8') : request.query.toString());
  const action = form.children.get('Action')?.text;
  if (!action) throw new AwsFault('MissingAction', 'The request must contain the parameter Action', 400);
  const operation = model.operations.get(action);
  if (!operation) {
    const version = form.children.get('Version')?.text ?? model.version;
    throw new AwsFault('InvalidAction', `Could not find operation ${action} for version ${version}`, 400);
  }
  try {
    const input = readFormStruct(operation.input, form, model.protocol === 'ec2-query' ? 'ec2-query' : 'query');
    for (const name of requiredMembers(operation.input)) {
      if (input[name] === undefined)
        throw new AwsFault('MissingParameter', `The request must contain the parameter ${name}.`, 400);
    }
    return { operation, input };
  } catch (error) {
    if (error instanceof MalformedValueError) throw new AwsFault('MalformedInput', error.message, 400);
    throw error;
  }
}

export function writeQueryReply(
  operation: OperationModel,
  output: object,
  requestId: string,
  model: ServiceModel,
): WireReply {
  const result = operation.output.isUnitSchema()
    ? ''
    : element(`${operation.name}Result`, writeXmlMembers(operation.output, output));
  const metadata = element('ResponseMetadata', element('RequestId', requestId));
  return xml(
    200,
    `<${operation.name}Response xmlns="${model.xmlNamespace}">${result}${metadata}</${operation.name}Response>`,
    requestId,
  );
}

export function writeQueryFault(
  fault: AwsFault,
  requestId: string,
  model: Pick<ServiceModel, 'xmlNamespace'>,
): WireReply {
  const type = element('Type', fault.status < 500 ? 'Sender' : 'Receiver');
  const error = element(
    'Error',
    type + element('Code', escapeXml(fault.code)) + element('Message', escapeXml(fault.message)),
  );
  const request = element('RequestId', requestId);
  return xml(
    fault.status,
    `<ErrorResponse xmlns="${model.xmlNamespace}">${error}${request}</ErrorResponse>`,
    requestId,
  );
}

export function writeEc2Reply(
  operation: OperationModel,
  output: object,
  requestId: string,
  model: ServiceModel,
): WireReply {
  const content = element('requestId', requestId) + writeXmlMembers(operation.output, output);
  return xml(
    200,
    `<${operation.name}Response xmlns="${model.xmlNamespace}">${content}</${operation.name}Response>`,
    requestId,
  );
}

export function writeEc2Fault(fault: AwsFault, requestId: string): WireReply {
  const error = element('Error', element('Code', escapeXml(fault.code)) + element('Message', escapeXml(fault.message)));
  return xml(fault.status, element('Response', element('Errors', error) + element('RequestID', requestId)), requestId);
}

function xml(status: number, content: string, requestId: string): WireReply {
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${content}`,
  };
}

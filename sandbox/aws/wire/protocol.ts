import type { ProtocolName } from './model.ts';
import type { Protocol } from './message.ts';
import { readQueryRequest, writeEc2Fault, writeEc2Reply, writeQueryFault, writeQueryReply } from './query.ts';
import { readJsonRequest, writeJsonFault, writeJsonReply } from './json.ts';
import { readRestRequest, writeRestFault, writeRestReply } from './rest-xml.ts';

/** How each of AWS's wire formats is read and written. */
export const protocols: Readonly<Record<ProtocolName, Protocol>> = {
  query: { read: readQueryRequest, writeReply: writeQueryReply, writeFault: writeQueryFault },
  'ec2-query': { read: readQueryRequest, writeReply: writeEc2Reply, writeFault: writeEc2Fault },
  'json-1.1': { read: readJsonRequest, writeReply: writeJsonReply, writeFault: writeJsonFault },
  'rest-xml': { read: readRestRequest, writeReply: writeRestReply, writeFault: writeRestFault },
};

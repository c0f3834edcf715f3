import type { Readable } from 'node:stream';
import type { AwsFault } from '../service.ts';
import type { OperationModel, ServiceModel } from './model.ts';

/** A request as it came, its body complete. */
export interface WireRequest {
  readonly method: string;
  /** As sent, percent-encoded, without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | Readable;
}

/** An operation of the model with its typed input. */
export interface ParsedCall {
  readonly operation: OperationModel;
  readonly input: Record<string, unknown>;
}

export interface Protocol {
  /** @throws AwsFault for an unknown operation, a missing parameter or a value of the wrong type */
  read(request: WireRequest, model: ServiceModel): ParsedCall;
  writeReply(operation: OperationModel, output: object, requestId: string, model: ServiceModel): WireReply;
  writeFault(
    fault: AwsFault,
    requestId: string,
    model: Pick<ServiceModel, 'xmlNamespace'>,
    request: WireRequest,
  ): WireReply;
}

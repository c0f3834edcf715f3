import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultRegistry, InjectedFault } from '../kit/faults.ts';
import { accessesOf } from './access.ts';
import type { Caller } from './accounts.ts';
import { resolveCaller } from './accounts.ts';
import type { CallLog } from './calls.ts';
import { accessDenied, refusal } from './refusals.ts';
import type { RoleRegistry } from './roles.ts';
import { denialOf } from './roles.ts';
import type { AwsService, CallContext, Operation } from './service.ts';
import { AwsFault } from './service.ts';
import type { ParsedCall, WireReply, WireRequest } from './wire/message.ts';
import type { ServiceModel, ServiceName } from './wire/model.ts';
import { isServiceName, loadServiceModel } from './wire/model.ts';
import { protocols } from './wire/protocol.ts';
import type { SigningScope } from './wire/scope.ts';
import { readScope } from './wire/scope.ts';

/** The services by the name in the credential scope. */
export type AwsServices = Readonly<Partial<Record<ServiceName, AwsService>>>;

export interface DispatchParts {
  readonly services: AwsServices;
  readonly roles: RoleRegistry;
  readonly faults: FaultRegistry;
  readonly calls: CallLog;
  /** For what is the sandbox's own fault; people read it on stderr. */
  readonly log: (message: string) => void;
}

/** `cut`: the connection is to be closed without a word. */
export type DispatchResult = WireReply | 'cut';

/** One AWS request from signature to reply. */
export async function dispatch(request: WireRequest, parts: DispatchParts): Promise<DispatchResult> {
  const requestId = randomUUID();
  const scope = readScope(request);
  if (typeof scope === 'string') return unscoped(scope, request, requestId);
  const { service: name } = scope;
  const service = isServiceName(name) ? parts.services[name] : undefined;
  if (!isServiceName(name) || !service) return unknownService(name, request, requestId);
  const model = await loadServiceModel(name);
  const call = new Call(request, scope, requestId, model, service, parts);
  return call.answer();
}

class Call {
  readonly #request: WireRequest;
  readonly #scope: SigningScope;
  readonly #requestId: string;
  readonly #model: ServiceModel;
  readonly #service: AwsService;
  readonly #parts: DispatchParts;
  #caller: Caller | undefined;
  #operation = 'Unknown';
  #injected: InjectedFault | undefined;

  constructor(
    request: WireRequest,
    scope: SigningScope,
    requestId: string,
    model: ServiceModel,
    service: AwsService,
    parts: DispatchParts,
  ) {
    this.#request = request;
    this.#scope = scope;
    this.#requestId = requestId;
    this.#model = model;
    this.#service = service;
    this.#parts = parts;
  }

  async answer(): Promise<DispatchResult> {
    try {
      this.#caller = this.#authenticate();
      const parsed = protocols[this.#model.protocol].read(this.#request, this.#model);
      this.#operation = parsed.operation.name;
      return await this.#run(parsed, this.#caller);
    } catch (error) {
      const fault = this.#asFault(error);
      this.#record(fault.code);
      return this.#afterEffect(this.#writeFault(fault));
    }
  }

  #authenticate(): Caller {
    try {
      return resolveCaller(this.#scope, (accountId) => this.#parts.roles.sessionsValidAfterMs(accountId));
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      if (error.code === 'ExpiredToken') throw refusal('expired-token', this.#model.name);
      if (error.code === 'InvalidClientTokenId') throw refusal('invalid-token', this.#model.name);
      throw error;
    }
  }

  async #run(parsed: ParsedCall, caller: Caller): Promise<DispatchResult> {
    this.#injected = this.#parts.faults.take(caller.accountId, this.#model.name, this.#operation, parsed.input);
    if (this.#injected?.kind === 'hang-up') {
      this.#record('(hang-up)');
      return 'cut';
    }
    if (this.#injected?.kind === 'throttle' || this.#injected?.kind === 'error')
      throw this.#injectedFault(this.#injected);
    if (this.#injected?.kind === 'late-effect') await sleep(this.#injected.delayMs);
    this.#authorise(parsed.input, caller);
    const operation = this.#service.operations[this.#operation] as
      | ((input: object, context: CallContext) => ReturnType<Operation>)
      | undefined;
    if (!operation) throw this.#notImplemented();
    const output = await operation(parsed.input, {
      accountId: caller.accountId,
      region: this.#scope.region,
      callerArn: caller.arn,
      requestId: this.#requestId,
    });
    const reply = protocols[this.#model.protocol].writeReply(parsed.operation, output, this.#requestId, this.#model);
    this.#record();
    return this.#afterEffect(reply);
  }

  #authorise(input: Record<string, unknown>, caller: Caller): void {
    const role = caller.roleName === undefined ? undefined : this.#parts.roles.find(caller.accountId, caller.roleName);
    // Everybody may ask who they are.
    if (!role || this.#operation === 'GetCallerIdentity') return;
    const where = { accountId: caller.accountId, region: this.#scope.region };
    for (const access of accessesOf(this.#model.name, this.#operation, input, where)) {
      const denial = denialOf(role, access);
      if (denial) throw accessDenied(this.#model.name, { callerArn: caller.arn, ...access, denial });
    }
  }

  /** Faults that strike once the effect has happened, whether it succeeded or was refused. */
  async #afterEffect(reply: WireReply): Promise<DispatchResult> {
    if (this.#injected?.kind === 'lose-reply') {
      if (reply.body instanceof Readable) reply.body.destroy();
      return 'cut';
    }
    if (this.#injected?.kind === 'late-reply') await sleep(this.#injected.delayMs);
    if (this.#injected?.kind !== 'error-after') return reply;
    if (reply.body instanceof Readable) reply.body.destroy();
    return this.#writeFault(this.#injectedFault(this.#injected));
  }

  #injectedFault(injected: InjectedFault): AwsFault {
    const usual = injected.kind === 'throttle' ? refusal('throttled', this.#model.name) : undefined;
    const code = injected.code ?? usual?.code ?? 'InternalFailure';
    const status =
      injected.status ??
      this.#model.faults.get(code)?.status ??
      usual?.status ??
      (code === 'InternalFailure' ? 500 : 400);
    const message =
      injected.message ??
      usual?.message ??
      'The request processing has failed because of an unknown error, exception or failure.';
    return new AwsFault(code, message, status);
  }

  #notImplemented(): AwsFault {
    return new AwsFault(
      'NotImplemented',
      `firedrill's sandbox does not stand in for ${this.#model.name}:${this.#operation}. The real service has it; see sandbox/aws/README.md for what is here.`,
      501,
    );
  }

  #asFault(error: unknown): AwsFault {
    if (error instanceof AwsFault) return error;
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#parts.log(
      `${this.#model.name}:${this.#operation} failed inside the sandbox (request ${this.#requestId}): ${told}`,
    );
    return new AwsFault(
      'InternalFailure',
      `The sandbox itself failed; its log has the reason under request ${this.#requestId}.`,
      500,
    );
  }

  #writeFault(fault: AwsFault): WireReply {
    // The model knows code and status better than whoever threw; an injected status is meant as it stands.
    const known = this.#injected ? undefined : this.#model.faults.get(fault.code);
    const exact = known ? new AwsFault(known.code, fault.message, known.status ?? fault.status) : fault;
    return protocols[this.#model.protocol].writeFault(exact, this.#requestId, this.#model, this.#request);
  }

  #record(errorCode?: string): void {
    if (!this.#caller) return;
    this.#parts.calls.add(this.#caller.accountId, {
      time: new Date().toISOString(),
      service: this.#model.name,
      operation: this.#operation,
      region: this.#scope.region,
      caller: this.#caller.arn,
      requestId: this.#requestId,
      ...(errorCode !== undefined && { errorCode }),
      ...(this.#injected && { fault: this.#injected.id }),
    });
  }
}

function unscoped(problem: 'missing' | 'malformed', request: WireRequest, requestId: string): WireReply {
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const guess: ServiceName = request.headers['x-amz-target'] ? 'kms' : isForm ? 'rds' : 's3';
  const fault =
    problem === 'missing'
      ? refusal('missing-token', guess)
      : new AwsFault(
          'IncompleteSignature',
          'The Authorization header has no SigV4 credential scope (Credential=KEY/DATE/REGION/SERVICE/aws4_request).',
          400,
        );
  return writeInStyleOf(guess, fault, request, requestId);
}

function unknownService(name: string, request: WireRequest, requestId: string): WireReply {
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const isJson = (request.headers['content-type'] ?? '').includes('json');
  const fault = new AwsFault(
    'UnknownService',
    `firedrill's sandbox has no service "${name}". It stands in for rds, sts, ec2, kms and s3; other clients need their own endpoint.`,
    400,
  );
  return writeInStyleOf(isForm ? 'rds' : isJson ? 'kms' : 's3', fault, request, requestId);
}

function writeInStyleOf(style: ServiceName, fault: AwsFault, request: WireRequest, requestId: string): WireReply {
  const protocol = style === 'kms' ? 'json-1.1' : style === 's3' ? 'rest-xml' : 'query';
  return protocols[protocol].writeFault(fault, requestId, { xmlNamespace: '' }, request);
}

import type { FaultRegistry } from '../kit/faults.ts';
import { FaultRequestSchema } from '../kit/faults.ts';
import { checkControl, ControlError, parseControlBody } from '../kit/control.ts';
import { accountOfAccessKey } from './accounts.ts';
import type { CallLog } from './calls.ts';
import type { AwsServices } from './dispatch.ts';
import type { RoleRegistry } from './roles.ts';
import type { AwsService, CallContext } from './service.ts';
import { AwsFault } from './service.ts';
import type { WireRequest } from './wire/message.ts';
import { isServiceName } from './wire/model.ts';

export interface ControlParts {
  readonly services: AwsServices;
  readonly roles: RoleRegistry;
  readonly faults: FaultRegistry;
  readonly calls: CallLog;
  readonly log: (message: string) => void;
}

export interface ControlReply {
  readonly status: number;
  readonly body: object;
}

export const controlPrefix = '/_sandbox/';
const defaultRegion = 'us-east-1';

/** A call under `/_sandbox/`: what AWS has no API for. Every one is about a single account. */
export async function control(request: WireRequest, parts: ControlParts): Promise<ControlReply> {
  try {
    const accountId = scopeOf(request);
    const route = request.path.slice(controlPrefix.length).split('/').filter(Boolean);
    return { status: 200, body: await act(route, request, accountId, parts) };
  } catch (error) {
    if (error instanceof ControlError) return { status: error.status, body: { error: error.message } };
    if (error instanceof AwsFault) return { status: error.status, body: { error: error.message, code: error.code } };
    parts.log(
      `${request.method} ${request.path} failed inside the sandbox: ${error instanceof Error ? error.stack : String(error)}`,
    );
    return {
      status: 500,
      body: { error: `The sandbox itself failed: ${error instanceof Error ? error.message : String(error)}` },
    };
  }
}

function scopeOf(request: WireRequest): string {
  const account = request.query.get('account');
  if (account !== null) {
    if (!/^\d{12}$/.test(account))
      throw new ControlError(`account=${account} is not an account: it must be 12 digits.`);
    return account;
  }
  const accessKeyId = request.headers['x-sandbox-access-key'];
  if (accessKeyId) return accountOfAccessKey(accessKeyId);
  throw new ControlError(
    'Control is scoped to one account: add ?account=<12 digits>, or the header x-sandbox-access-key with an access key id.',
  );
}

async function act(
  route: readonly string[],
  request: WireRequest,
  accountId: string,
  parts: ControlParts,
): Promise<object> {
  const [first, second, ...more] = route;
  const { method } = request;
  if (first === 'reset' && method === 'POST') return reset(accountId, parts);
  if (first === 'leftovers' && method === 'GET')
    return { account: accountId, leftovers: await leftovers(accountId, parts) };
  if (first === 'calls' && method === 'GET') return { account: accountId, calls: parts.calls.list(accountId) };
  if (first === 'faults') return faults(method, second, request, accountId, parts.faults);
  if (first !== undefined && second !== undefined && isServiceName(first)) {
    const service = parts.services[first];
    if (service) return serviceControl(first, service, [second, ...more].join('/'), request, accountId);
  }
  throw new ControlError(
    `There is no control call ${method} ${request.path}. See sandbox/aws/README.md for the list.`,
    404,
  );
}

async function reset(accountId: string, parts: ControlParts): Promise<object> {
  for (const service of Object.values(parts.services)) await service.reset?.(accountId);
  parts.roles.reset(accountId);
  parts.faults.remove(accountId);
  parts.calls.reset(accountId);
  return { account: accountId, reset: true };
}

async function leftovers(accountId: string, parts: ControlParts): Promise<readonly object[]> {
  const found = await Promise.all(
    Object.entries(parts.services).map(async ([name, service]) =>
      ((await service.leftovers?.(accountId)) ?? []).map((leftover) => ({ service: name, ...leftover })),
    ),
  );
  return found.flat();
}

function faults(
  method: string,
  id: string | undefined,
  request: WireRequest,
  accountId: string,
  registry: FaultRegistry,
): object {
  if (method === 'POST' && id === undefined) {
    return registry.add(accountId, checkControl(FaultRequestSchema, parseControlBody(request.body)));
  }
  if (method === 'GET' && id === undefined) return { account: accountId, faults: registry.list(accountId) };
  if (method === 'DELETE') {
    const removed = registry.remove(accountId, id);
    if (id !== undefined && removed === 0) throw new ControlError(`Account ${accountId} has no fault ${id}.`, 404);
    return { removed };
  }
  throw new ControlError(`Faults take POST, GET and DELETE, not ${method} ${request.path}.`, 405);
}

async function serviceControl(
  name: string,
  service: AwsService,
  call: string,
  request: WireRequest,
  accountId: string,
): Promise<object> {
  const handlers = service.control ?? {};
  // A name may stand with its method (`GET network`) where reading and writing differ.
  const handler = handlers[`${request.method} ${call}`] ?? handlers[call];
  if (!handler) {
    const known = Object.keys(handlers).join(', ') || 'none';
    throw new ControlError(`${name} has no control call "${request.method} ${call}". It has: ${known}.`, 404);
  }
  const region = request.query.get('region') ?? defaultRegion;
  const context: CallContext = {
    accountId,
    region,
    callerArn: `arn:aws:iam::${accountId}:user/sandbox-control`,
    requestId: 'control',
  };
  return (handler as (body: unknown, context: CallContext) => Promise<object>)(parseControlBody(request.body), context);
}

import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsFault } from '../service.ts';
import type { OperationModel, ServiceModel } from './model.ts';
import { requiredMembers } from './model.ts';
import type { WireRequest } from './message.ts';

/** Where a path-style S3 request points: `/bucket/key/with/slashes`. */
export interface S3Target {
  readonly bucket?: string;
  readonly key?: string;
}

export function readTarget(path: string): S3Target {
  const [, bucket = '', ...rest] = path.split('/');
  const key = rest.join('/');
  return {
    ...(bucket !== '' && { bucket: decode(bucket) }),
    ...(key !== '' && { key: decode(key) }),
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AwsFault('InvalidURI', "Couldn't parse the specified URI.", 400);
  }
}

/**
 * The operation that a request means: by method, by what its path names, and by the query keys and required headers
 * of the model (`?versions`, `x-amz-copy-source`). The most specific one wins.
 */
export function routeRest(request: WireRequest, target: S3Target, model: ServiceModel): OperationModel | undefined {
  const hint = request.query.get('x-id');
  let best: { operation: OperationModel; score: number } | undefined;
  for (const operation of model.operations.values()) {
    const specificity = match(operation, request, target);
    if (specificity === undefined) continue;
    const score = specificity * 2 + (operation.name === hint ? 1 : 0);
    if (!best || score > best.score) best = { operation, score };
  }
  return best?.operation;
}

function match(operation: OperationModel, request: WireRequest, target: S3Target): number | undefined {
  const { http } = operation;
  if (!http || http.method !== request.method) return undefined;
  const [pattern = '', queryPattern = ''] = http.uri.split('?');
  const wantsKey = pattern.includes('{Key+}');
  if (pattern !== '/' && pattern !== '/{Key+}') return undefined;
  if (wantsKey !== (target.key !== undefined)) return undefined;
  if (hasBucket(operation.input) !== (target.bucket !== undefined)) return undefined;
  let specificity = 0;
  for (const [key, value] of new URLSearchParams(queryPattern)) {
    if (key === 'x-id') continue;
    if (!request.query.has(key) || (value !== '' && request.query.get(key) !== value)) return undefined;
    specificity += 1;
  }
  for (const member of required(operation.input)) {
    const { httpQuery, httpHeader } = member.getMergedTraits();
    if (httpQuery !== undefined && !request.query.has(httpQuery)) return undefined;
    if (httpHeader !== undefined && request.headers[httpHeader.toLowerCase()] === undefined) return undefined;
    if (httpQuery !== undefined || httpHeader !== undefined) specificity += 1;
  }
  return specificity;
}

function required(input: NormalizedSchema): NormalizedSchema[] {
  return requiredMembers(input).map((name) => input.getMemberSchema(name));
}

function hasBucket(input: NormalizedSchema): boolean {
  return requiredMembers(input).includes('Bucket');
}

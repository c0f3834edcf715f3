import type { Filter } from '@aws-sdk/client-ec2';
import { AwsFault } from '../service.ts';
import type { FilterPaths } from './filters.ts';
import { applyFilters } from './filters.ts';

/** What every describe call of EC2 has in common. */
export interface DescribeInput {
  readonly DryRun?: boolean;
  readonly Filters?: readonly Filter[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly [member: string]: unknown;
}

/** How one describe call differs from the others. */
export interface DescribeShape {
  /** The member of the reply that carries the list. */
  readonly output: string;
  /** The member of the request that carries ids, and of a resource that carries its id. */
  readonly ids: string;
  readonly id: string;
  /** What EC2 answers for an id that does not exist. */
  readonly notFound: { readonly code: string; readonly noun: string };
  readonly filters: FilterPaths;
  /** Older calls give everything at once. */
  readonly paged?: boolean;
}

/** Ids, then filters, then a page: the order and the refusals of EC2. */
export function describe(items: readonly object[], input: DescribeInput, shape: DescribeShape): object {
  if (input.DryRun) throw new AwsFault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  const ids = (input[shape.ids] as readonly string[] | undefined) ?? [];
  if (ids.length > 0 && input.MaxResults !== undefined) {
    const noun = shape.ids.charAt(0).toLowerCase() + shape.ids.slice(1);
    throw new AwsFault(
      'InvalidParameterCombination',
      `The parameter ${noun} cannot be used with the parameter maxResults`,
      400,
    );
  }
  const filtered = applyFilters(chosen(items, ids, shape), input.Filters, shape.filters);
  if (shape.paged === false) return { [shape.output]: filtered };
  return page(filtered, input, shape.output);
}

function chosen(items: readonly object[], ids: readonly string[], shape: DescribeShape): readonly object[] {
  if (ids.length === 0) return items;
  const byId = new Map(items.map((item) => [(item as Record<string, unknown>)[shape.id], item]));
  const missing = ids.filter((id) => !byId.has(id));
  if (missing.length > 0) {
    const { code, noun } = shape.notFound;
    const sentence =
      missing.length === 1
        ? `The ${noun} '${missing[0]}' does not exist`
        : `The ${noun}s '${missing.join(', ')}' do not exist`;
    throw new AwsFault(code, sentence, 400);
  }
  return items.filter((item) => ids.includes(String((item as Record<string, unknown>)[shape.id])));
}

const fewestPerPage = 5;
const mostPerPage = 1000;

function page(items: readonly object[], input: DescribeInput, output: string): object {
  const { MaxResults, NextToken } = input;
  if (MaxResults !== undefined && (MaxResults < fewestPerPage || MaxResults > mostPerPage)) {
    throw new AwsFault(
      'InvalidParameterValue',
      `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value between ${fewestPerPage} and ${mostPerPage}.`,
      400,
    );
  }
  const from = NextToken === undefined ? 0 : offsetOf(NextToken);
  const to = from + (MaxResults ?? mostPerPage);
  const more = to < items.length ? { NextToken: Buffer.from(`offset:${to}`).toString('base64') } : {};
  return { [output]: items.slice(from, to), ...more };
}

function offsetOf(token: string): number {
  const offset = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64').toString('utf8'))?.[1];
  if (offset === undefined) throw new AwsFault('InvalidParameterValue', `Invalid value '${token}' for NextToken`, 400);
  return Number(offset);
}

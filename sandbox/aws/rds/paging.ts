import { fault } from './faults.ts';

interface PageRequest {
  readonly MaxRecords?: number | undefined;
  readonly Marker?: string | undefined;
}

/**
 * One page of a list, 20–100 records, 100 by default. The marker holds the id of the last record seen, so that records
 * that come or go between two pages make none of the others appear twice or not at all.
 */
export function pageOf<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  request: PageRequest,
): { page: T[]; Marker?: string } {
  const size = request.MaxRecords ?? 100;
  if (size < 20 || size > 100) {
    throw fault.invalidValue(`Invalid value ${size} for MaxRecords. Must be between 20 and 100`);
  }
  let from = 0;
  if (request.Marker !== undefined && request.Marker !== '') {
    const last = Buffer.from(request.Marker, 'base64url').toString('utf8');
    from = items.findIndex((item) => idOf(item) === last) + 1;
    if (from === 0) {
      // The record it named is gone: go on with the first one behind its place.
      from = items.findIndex((item) => idOf(item) > last);
      if (from === -1) throw fault.invalidValue('The marker is not valid.');
    }
  }
  const page = items.slice(from, from + size);
  const last = page.at(-1);
  if (from + size >= items.length || last === undefined) return { page };
  return { page, Marker: Buffer.from(idOf(last)).toString('base64url') };
}

interface Filter {
  readonly Name: string | undefined;
  readonly Values: readonly string[] | undefined;
}

/** Keeps what passes every filter; a filter passes when one of its values does. Unknown names are refused, as in RDS. */
export function filtered<T>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  known: Readonly<Record<string, (item: T, value: string) => boolean>>,
): T[] {
  let kept = [...items];
  for (const { Name: name, Values: values } of filters ?? []) {
    const passes = name === undefined ? undefined : known[name];
    if (passes === undefined) throw fault.invalidValue(`Unrecognized filter name: ${String(name)}`);
    if (values === undefined || values.length === 0) {
      throw fault.invalidValue(`The filter ${String(name)} needs at least one value.`);
    }
    kept = kept.filter((item) => values.some((value) => passes(item, value)));
  }
  return kept;
}

import type { Filter, Tag } from '@aws-sdk/client-ec2';
import { AwsFault } from '../service.ts';

/** Filter name -> where its value stands in the resource; a dot steps into every element of a list. */
export type FilterPaths = Readonly<Record<string, string>>;

/**
 * The resources that meet every filter; one value of a filter is enough, and `*` and `?` are wildcards in it.
 *
 * @throws AwsFault InvalidParameterValue for a filter that the real call does not have either
 */
export function applyFilters<T extends object>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  paths: FilterPaths,
): readonly T[] {
  let kept = items;
  for (const { Name = '', Values = [] } of filters ?? []) {
    const read = reader(Name, paths);
    const patterns = Values.map(globPattern);
    kept = kept.filter((item) => read(item).some((value) => patterns.some((pattern) => pattern.test(value))));
  }
  return kept;
}

function reader(name: string, paths: FilterPaths): (item: object) => readonly string[] {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (item) => tagsOf(item).flatMap((tag) => (tag.Key === key ? [tag.Value ?? ''] : []));
  }
  if (name === 'tag-key') return (item) => tagsOf(item).flatMap((tag) => (tag.Key === undefined ? [] : [tag.Key]));
  const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
  if (path === undefined) throw new AwsFault('InvalidParameterValue', `The filter '${name}' is invalid`, 400);
  return (item) => valuesAt(item, path.split('.'));
}

function tagsOf(item: object): readonly Tag[] {
  const { Tags, TagSet } = item as { readonly Tags?: readonly Tag[]; readonly TagSet?: readonly Tag[] };
  return Tags ?? TagSet ?? [];
}

function valuesAt(value: unknown, path: readonly string[]): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  const [step, ...rest] = path;
  if (typeof value === 'object')
    return step === undefined ? [] : valuesAt((value as Record<string, unknown>)[step], rest);
  return step === undefined ? [String(value as string | number | boolean)] : [];
}

function globPattern(glob: string): RegExp {
  const escaped = glob.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

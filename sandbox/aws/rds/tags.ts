import type { Tag } from '@aws-sdk/client-rds';

import { fault } from './faults.ts';
import type { Tags } from './records.ts';

export const tagListOf = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** @throws AwsFault for an empty key, one that begins with `aws:`, or more than fifty */
export function tagsFrom(list: readonly Tag[] | undefined): Tags {
  const tags: Tags = {};
  for (const { Key: key, Value: value } of list ?? []) {
    if (key === undefined || key === '' || key.length > 128) {
      throw fault.invalidValue('Tag keys must have between 1 and 128 characters.');
    }
    if (key.toLowerCase().startsWith('aws:')) throw fault.invalidValue(`Tag keys must not begin with aws: ${key}`);
    tags[key] = value ?? '';
  }
  if (Object.keys(tags).length > 50) throw fault.invalidValue('A resource can have at most 50 tags.');
  return tags;
}

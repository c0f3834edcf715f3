import type {
  AddTagsToResourceMessage,
  ListTagsForResourceMessage,
  RemoveTagsFromResourceMessage,
  TagListMessage,
} from '@aws-sdk/client-rds';

import { fault } from './faults.ts';
import { instanceNamed, snapshotNamed } from './lookup.ts';
import { nameFrom } from './names.ts';
import { parameterGroup } from './groups/parameter-groups.ts';
import type { Tags } from './records.ts';
import type { Region } from './store.ts';
import { tagListOf, tagsFrom } from './tags.ts';

/** The tags of whatever the ARN names, to be changed in place. */
function tagsAt(region: Region, arn: string | undefined): Tags {
  const parts = (arn ?? '').split(':');
  if (parts[0] !== 'arn' || parts[2] !== 'rds' || parts[3] !== region.region || parts[4] !== region.accountId) {
    throw fault.invalidValue(`Invalid resource name: ${arn ?? ''}`);
  }
  const name = nameFrom(arn ?? '');
  switch (parts[5] ?? '') {
    case 'db':
      return instanceNamed(region, name).tags;
    case 'snapshot':
      return snapshotNamed(region, name).tags;
    case 'pg':
      return parameterGroup(region, name).tags;
    case 'subgrp': {
      const group = region.state.subnetGroups.find((each) => each.name === name);
      if (group === undefined) throw fault.subnetGroupNotFound(name);
      return group.tags;
    }
    case 'og': {
      const group = region.state.optionGroups.find((each) => each.name === name);
      if (group === undefined) throw fault.optionGroupNotFound(name);
      return group.tags;
    }
    default:
      throw fault.invalidValue(`Invalid resource name: ${arn ?? ''}`);
  }
}

export function addTags(region: Region, input: AddTagsToResourceMessage): object {
  const tags = tagsAt(region, input.ResourceName);
  const added = tagsFrom(input.Tags);
  tagsFrom(tagListOf({ ...tags, ...added }));
  Object.assign(tags, added);
  region.save();
  return {};
}

export function removeTags(region: Region, input: RemoveTagsFromResourceMessage): object {
  const tags = tagsAt(region, input.ResourceName);
  for (const key of input.TagKeys ?? []) delete tags[key];
  region.save();
  return {};
}

export const listTags = (region: Region, input: ListTagsForResourceMessage): TagListMessage => ({
  TagList: tagListOf(tagsAt(region, input.ResourceName)),
});

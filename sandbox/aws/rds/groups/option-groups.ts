import type {
  CreateOptionGroupMessage,
  DeleteOptionGroupMessage,
  DescribeOptionGroupsMessage,
  OptionGroup,
  OptionGroups,
} from '@aws-sdk/client-rds';

import { AwsFault } from '../../service.ts';
import { families } from '../engines.ts';
import { fault } from '../faults.ts';
import { arnOf, checkIdentifier, nameFrom } from '../names.ts';
import { filtered, pageOf } from '../paging.ts';
import type { OptionGroupRecord } from '../records.ts';
import type { Region } from '../store.ts';
import { tagsFrom } from '../tags.ts';

const defaultGroups = (): OptionGroupRecord[] =>
  families().map(({ engine, major }) => ({
    name: `default:${engine}-${major.replace('.', '-')}`,
    engine,
    majorVersion: major,
    description: `Default option group for ${engine} ${major}`,
    tags: {},
  }));

/** Checks that a group exists and fits the engine; `default:<engine>-<major>` exists by itself. */
export function fittingOptionGroup(region: Region, name: string, engine: string, major: string): string {
  const wanted = name.startsWith('arn:') ? nameFrom(name) : name.toLowerCase();
  const found = [...region.state.optionGroups, ...defaultGroups()].find((group) => group.name === wanted);
  if (found === undefined) throw fault.optionGroupNotFound(name);
  if (found.engine !== engine || found.majorVersion !== major) {
    throw fault.invalidCombination(
      `The option group ${found.name} is for ${found.engine} ${found.majorVersion} and cannot be used with ${engine} ${major}.`,
    );
  }
  return found.name;
}

export function createOptionGroup(region: Region, input: CreateOptionGroupMessage): { OptionGroup: OptionGroup } {
  const name = checkIdentifier('OptionGroupName', input.OptionGroupName, 255);
  if (region.state.optionGroups.some((group) => group.name === name)) {
    throw new AwsFault('OptionGroupAlreadyExistsFault', `An option group with name ${name} already exists.`);
  }
  const engine = input.EngineName ?? '';
  const majorVersion = input.MajorEngineVersion ?? '';
  if (!families().some((each) => each.engine === engine && each.major === majorVersion)) {
    throw fault.invalidValue(`Cannot find major version ${majorVersion} for ${engine}`);
  }
  const group: OptionGroupRecord = {
    name,
    engine,
    majorVersion,
    description: input.OptionGroupDescription ?? '',
    tags: tagsFrom(input.Tags),
  };
  region.state.optionGroups.push(group);
  region.save();
  return { OptionGroup: shapeOf(region, group) };
}

export function describeOptionGroups(region: Region, input: DescribeOptionGroupsMessage): OptionGroups {
  const all = filtered([...region.state.optionGroups, ...defaultGroups()], input.Filters, {}).filter(
    (group) =>
      (input.OptionGroupName === undefined || group.name === input.OptionGroupName.toLowerCase()) &&
      (input.EngineName === undefined || group.engine === input.EngineName) &&
      (input.MajorEngineVersion === undefined || group.majorVersion === input.MajorEngineVersion),
  );
  if (input.OptionGroupName !== undefined && all.length === 0) throw fault.optionGroupNotFound(input.OptionGroupName);
  const { page, ...marker } = pageOf(
    all.sort((a, b) => (a.name < b.name ? -1 : 1)),
    (group) => group.name,
    input,
  );
  return { OptionGroupsList: page.map((group) => shapeOf(region, group)), ...marker };
}

export function deleteOptionGroup(region: Region, input: DeleteOptionGroupMessage): object {
  const name = (input.OptionGroupName ?? '').toLowerCase();
  const group = region.state.optionGroups.find((each) => each.name === name);
  if (group === undefined) throw fault.optionGroupNotFound(name);
  const isUsed =
    region.state.instances.some((instance) => instance.settings.optionGroup === name) ||
    region.state.snapshots.some((snapshot) => snapshot.source.settings.optionGroup === name);
  if (isUsed) {
    throw new AwsFault(
      'InvalidOptionGroupStateFault',
      `The option group '${name}' cannot be deleted because it is in use by a DB instance or a DB snapshot.`,
    );
  }
  region.state.optionGroups = region.state.optionGroups.filter((each) => each !== group);
  region.save();
  return {};
}

const shapeOf = (region: Region, group: OptionGroupRecord): OptionGroup => ({
  OptionGroupName: group.name,
  OptionGroupDescription: group.description,
  EngineName: group.engine,
  MajorEngineVersion: group.majorVersion,
  Options: [],
  AllowsVpcAndNonVpcInstanceMemberships: true,
  OptionGroupArn: arnOf(region, 'og', group.name),
});

import type {
  CreateDBParameterGroupMessage,
  DBParameterGroup,
  DBParameterGroupDetails,
  DBParameterGroupNameMessage,
  DBParameterGroupsMessage,
  DeleteDBParameterGroupMessage,
  DescribeDBParameterGroupsMessage,
  DescribeDBParametersMessage,
  ModifyDBParameterGroupMessage,
  Parameter,
} from '@aws-sdk/client-rds';

import { AwsFault } from '../../service.ts';
import { families } from '../engines.ts';
import { fault } from '../faults.ts';
import { arnOf, checkIdentifier, nameFrom } from '../names.ts';
import { filtered, pageOf } from '../paging.ts';
import type { ParameterGroupRecord } from '../records.ts';
import type { Region } from '../store.ts';
import { tagsFrom } from '../tags.ts';
import type { ParameterInfo } from './parameters.ts';
import { isAllowed, POSTGRES_PARAMETERS } from './parameters.ts';

const PREFIX = 'default.';

const defaultGroups = (): ParameterGroupRecord[] =>
  [...new Set(families().map((each) => each.family))].map((family) => ({
    name: `${PREFIX}${family}`,
    family,
    description: `Default parameter group for ${family}`,
    parameters: {},
    tags: {},
  }));

/** The group of that name; `default.<family>` exists by itself. */
export function parameterGroup(region: Region, name: string): ParameterGroupRecord {
  const wanted = nameFrom(name);
  const found = [...region.state.parameterGroups, ...defaultGroups()].find((group) => group.name === wanted);
  if (found === undefined) throw fault.parameterGroupNotFound(name);
  return found;
}

/** Checks that a group exists and fits the engine's version. */
export function fittingParameterGroup(region: Region, name: string, family: string): string {
  const group = parameterGroup(region, name);
  if (group.family !== family) {
    throw fault.invalidCombination(
      `The parameter group ${group.name} with DBParameterGroupFamily ${group.family} cannot be used for this instance. Use a parameter group with DBParameterGroupFamily ${family}`,
    );
  }
  return group.name;
}

/** What a group means for the real server. Parameters that only RDS knows have no counterpart there. */
export function serverParameters(region: Region, name: string): Record<string, string> {
  const found = [...region.state.parameterGroups].find((group) => group.name === name);
  const settings: Record<string, string> = {};
  for (const [parameter, { value }] of Object.entries(found?.parameters ?? {})) {
    if (parameter.startsWith('rds.')) continue;
    const info = POSTGRES_PARAMETERS.find((each) => each.name === parameter);
    settings[parameter] = info?.dataType === 'boolean' ? (value === '1' ? 'on' : 'off') : value;
  }
  return settings;
}

export function createParameterGroup(
  region: Region,
  input: CreateDBParameterGroupMessage,
): { DBParameterGroup: DBParameterGroup } {
  const name = checkIdentifier('DBParameterGroupName', input.DBParameterGroupName, 255);
  if (region.state.parameterGroups.some((group) => group.name === name)) {
    throw new AwsFault('DBParameterGroupAlreadyExists', `Parameter group ${name} already exists`);
  }
  const family = input.DBParameterGroupFamily ?? '';
  if (!families().some((each) => each.family === family)) {
    throw fault.invalidValue(`ParameterGroupFamily ${family} is not a valid parameter group family`);
  }
  const group: ParameterGroupRecord = {
    name,
    family,
    description: input.Description ?? '',
    parameters: {},
    tags: tagsFrom(input.Tags),
  };
  region.state.parameterGroups.push(group);
  region.save();
  return { DBParameterGroup: shapeOf(region, group) };
}

export function describeParameterGroups(
  region: Region,
  input: DescribeDBParameterGroupsMessage,
): DBParameterGroupsMessage {
  if (input.DBParameterGroupName !== undefined) {
    return { DBParameterGroups: [shapeOf(region, parameterGroup(region, input.DBParameterGroupName))] };
  }
  const all = filtered([...region.state.parameterGroups, ...defaultGroups()], input.Filters, {
    'db-parameter-group-family': (group, value) => group.family === value,
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const { page, ...marker } = pageOf(all, (group) => group.name, input);
  return { DBParameterGroups: page.map((group) => shapeOf(region, group)), ...marker };
}

export function modifyParameterGroup(
  region: Region,
  input: ModifyDBParameterGroupMessage,
): DBParameterGroupNameMessage {
  const group = ownGroup(region, input.DBParameterGroupName ?? '', 'modified');
  const changes = input.Parameters ?? [];
  if (changes.length === 0 || changes.length > 20) {
    throw fault.invalidCombination('Between 1 and 20 parameters can be modified in one request.');
  }
  const checked = changes.map((change) => checkChange(group, change));
  for (const { name, value, applyMethod } of checked) group.parameters[name] = { value, applyMethod };
  region.save();
  return { DBParameterGroupName: group.name };
}

function checkChange(
  group: ParameterGroupRecord,
  change: Parameter,
): { name: string; value: string; applyMethod: 'immediate' | 'pending-reboot' } {
  const name = change.ParameterName ?? '';
  const info = parametersOf(group).find((each) => each.name === name);
  if (info === undefined) throw fault.invalidValue(`Could not find parameter with name: ${name}`);
  if (info.isModifiable === false) throw fault.invalidValue(`The parameter ${name} cannot be modified.`);
  const value = change.ParameterValue ?? '';
  if (!isAllowed(info, value)) {
    throw fault.invalidValue(
      `Invalid parameter value: ${value} for: ${name} allowed values are: ${info.allowed ?? 'any'}`,
    );
  }
  if (info.applyType === 'static' && change.ApplyMethod === 'immediate') {
    throw fault.invalidCombination('cannot use immediate apply method for static parameter');
  }
  return { name, value, applyMethod: change.ApplyMethod ?? 'pending-reboot' };
}

export function deleteParameterGroup(region: Region, input: DeleteDBParameterGroupMessage): object {
  const group = ownGroup(region, input.DBParameterGroupName ?? '', 'deleted');
  if (region.state.instances.some((instance) => instance.settings.parameterGroup === group.name)) {
    throw new AwsFault(
      'InvalidDBParameterGroupState',
      'One or more database instances are still members of this parameter group.',
    );
  }
  region.state.parameterGroups = region.state.parameterGroups.filter((each) => each !== group);
  region.save();
  return {};
}

export function describeParameters(region: Region, input: DescribeDBParametersMessage): DBParameterGroupDetails {
  const group = parameterGroup(region, input.DBParameterGroupName ?? '');
  const all = parametersOf(group)
    .map((info): Parameter => {
      const own = group.parameters[info.name];
      const value = own?.value ?? info.defaultValue;
      return {
        ParameterName: info.name,
        ...(value === undefined ? {} : { ParameterValue: value }),
        Description: info.description,
        Source: own !== undefined ? 'user' : info.defaultValue === undefined ? 'engine-default' : 'system',
        ApplyType: info.applyType,
        DataType: info.dataType,
        ...(info.allowed === undefined ? {} : { AllowedValues: info.allowed }),
        IsModifiable: info.isModifiable ?? true,
        ApplyMethod: own?.applyMethod ?? 'pending-reboot',
      };
    })
    .filter((parameter) => input.Source === undefined || parameter.Source === input.Source);
  const { page, ...marker } = pageOf(all, (parameter) => parameter.ParameterName ?? '', input);
  return { Parameters: page, ...marker };
}

/** Other engines are descriptions only, without parameters that could have an effect. */
const parametersOf = (group: ParameterGroupRecord): readonly ParameterInfo[] =>
  group.family.startsWith('postgres') ? POSTGRES_PARAMETERS : [];

function ownGroup(region: Region, name: string, verb: string): ParameterGroupRecord {
  const group = parameterGroup(region, name);
  if (group.name.startsWith(PREFIX)) {
    throw fault.invalidValue(`The parameter DBParameterGroupName is not valid: default groups cannot be ${verb}.`);
  }
  return group;
}

const shapeOf = (region: Region, group: ParameterGroupRecord): DBParameterGroup => ({
  DBParameterGroupName: group.name,
  DBParameterGroupFamily: group.family,
  Description: group.description,
  DBParameterGroupArn: arnOf(region, 'pg', group.name),
});

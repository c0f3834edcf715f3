import { expect, test } from 'vitest';
import { commandList } from './command-list.ts';

test('the list of commands says of each what it says of itself', async () => {
  const listed: Record<string, string> = {};
  const loaded: Record<string, string> = {};
  for (const { commands, load } of Object.values(commandList).flat()) {
    Object.assign(listed, commands);
    const made = await load();
    for (const command of [made(async () => undefined)].flat()) loaded[command.name()] = command.description();
  }
  expect(listed).toEqual(loaded);
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commandName, withCommandName } from './command-name.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firedrill-name-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function installIn(place: string): string {
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'firedrill'), '#!/bin/sh\n');
  chmodSync(join(place, 'firedrill'), 0o755);
  return place;
}

test('a firedrill on the PATH is called by its name', () => {
  expect(commandName({ PATH: ['/nowhere', installIn(join(folder, 'bin'))].join(delimiter) })).toBe('firedrill');
});

test('one that only npm sees, or none, is called through npx', () => {
  expect(commandName({ PATH: installIn(join(folder, 'node_modules', '.bin')) })).toBe('npx firedrill');
  expect(commandName({})).toBe('npx firedrill');
});

test.each([
  ['See what there is: firedrill status', 'See what there is: npx firedrill status'],
  ['Watch it:  firedrill status a/b/c', 'Watch it:  npx firedrill status a/b/c'],
  ['(firedrill up, or firedrill demo)', '(npx firedrill up, or npx firedrill demo)'],
  ['  $ firedrill demo --yes', '  $ npx firedrill demo --yes'],
  ['Usage: firedrill start [options]', 'Usage: npx firedrill start [options]'],
  ['firedrill is running already', 'firedrill is running already'],
  ['A run started by firedrill demo', 'A run started by firedrill demo'],
  ['npx firedrill status', 'npx firedrill status'],
  ['.firedrill up', '.firedrill up'],
])('"%s" becomes "%s"', (text, shown) => {
  expect(withCommandName(text, {})).toBe(shown);
});

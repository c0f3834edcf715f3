import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { LineCounter, isMap, isScalar, parseDocument } from 'yaml';
import type { Pair, Scalar, YAMLMap } from 'yaml';
import type { ConfigProblem } from './load.ts';
import { allSettings } from './settings.ts';

export interface YamlSetting {
  readonly value: string;
  readonly from: string;
  readonly folder: string;
}

/** Settings of a YAML file by key; what is unknown, secret or not a plain value becomes a problem with its line. */
export function readYamlSettings(
  path: string | undefined,
  problems: ConfigProblem[],
): ReadonlyMap<string, YamlSetting> {
  const found = new Map<string, YamlSetting>();
  if (path === undefined) return found;
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines });
  const at = (offset: number | undefined): string => `${basename(path)} line ${lines.linePos(offset ?? 0).line}`;
  for (const error of document.errors)
    problems.push({
      name: basename(path),
      from: at(error.pos[0]),
      expected: 'YAML',
      given: error.message.split('\n')[0] ?? error.code,
    });
  if (document.errors.length > 0 || document.contents === null) return found;
  if (!isMap(document.contents)) {
    problems.push({ name: basename(path), from: at(0), expected: 'settings, one per line', given: 'something else' });
    return found;
  }
  for (const { key, pair, offset } of leaves(document.contents, '')) {
    const setting = allSettings.find((one) => one.key === key);
    if (setting === undefined)
      problems.push({
        name: key,
        from: at(offset),
        expected: `one of ${openKeys.join(', ')}`,
        given: 'an unknown key',
      });
    else if (setting.secret)
      problems.push({
        name: key,
        from: at(offset),
        expected: `${setting.env} or ${setting.env}_FILE in the environment`,
        given: 'a secret in a file that people share (not shown)',
      });
    else if (!isPlain(pair.value))
      problems.push({ name: key, from: at(offset), expected: setting.expected, given: 'not a plain value' });
    else found.set(key, { value: String(pair.value.value), from: at(offset), folder: dirname(path) });
  }
  return found;
}

const isPlain = (value: unknown): value is Scalar<string | number | boolean> =>
  isScalar(value) && ['string', 'number', 'boolean'].includes(typeof value.value);

const openKeys = allSettings.filter(({ secret }) => secret === undefined).map(({ key }) => key);
const groups = new Set(allSettings.flatMap(({ key }) => (key.includes('.') ? [key.slice(0, key.indexOf('.'))] : [])));

interface Leaf {
  readonly key: string;
  readonly pair: Pair;
  readonly offset: number | undefined;
}

function leaves(map: YAMLMap, prefix: string): readonly Leaf[] {
  return map.items.flatMap((pair) => {
    const name = isScalar(pair.key) ? String(pair.key.value) : '?';
    const offset = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    const key = `${prefix}${name}`;
    if (prefix === '' && groups.has(name) && isMap(pair.value)) return leaves(pair.value, `${name}.`);
    return [{ key, pair, offset }];
  });
}

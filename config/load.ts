import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { FiredrillError } from '../domain/errors.ts';
import type { Config } from './config.ts';
import { refuseMixing } from './endpoints.ts';
import { allSettings, otherVariables } from './settings.ts';
import type { Setting, SettingKey } from './settings.ts';
import { readYamlSettings } from './yaml-settings.ts';

/** Values given on the command line, by setting. Secrets have no flag: command lines are visible to every process. */
export type ConfigFlags = Readonly<Partial<Record<SettingKey, string | undefined>>>;

export interface ConfigSources {
  readonly flags?: ConfigFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Default `firedrill.yaml` in `cwd`, when it is there. */
  readonly file?: string | undefined;
}

/** One thing that is wrong with what firedrill was told. */
export interface ConfigProblem {
  readonly name: string;
  /** `flag`, `environment FIREDRILL_HOME`, `firedrill.yaml line 3`. */
  readonly from: string;
  readonly expected: string;
  /** Never a secret's value. */
  readonly given: string;
}

/** The configuration cannot be used; every problem is in it. */
export class ConfigError extends FiredrillError {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(
      ({ name, from, expected, given }) => `  ${name} (${from}): expected ${expected}; given ${given}`,
    );
    super({
      code: 'bad-configuration',
      kind: 'input',
      what: `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${lines.join('\n')}\n`,
      means: 'Nothing was started.',
      next: 'Correct what is named above and start again.',
    });
    this.problems = problems;
  }
}

interface Given {
  readonly value: string;
  readonly from: string;
  readonly folder: string;
}

/**
 * Everything firedrill was told: flags over environment over `firedrill.yaml` over defaults. An empty variable counts as
 * not set.
 *
 * @throws ConfigError with all problems at once
 * @throws FiredrillError `mixed-endpoints`: real AWS with a stand-in Slack
 */
export function loadConfig(sources: ConfigSources): Config {
  const problems: ConfigProblem[] = [];
  const yaml = readYamlSettings(yamlFile(sources, problems), problems);
  const values: Record<string, unknown> = { temporal: {}, aws: {}, slack: {}, jira: {} };
  for (const setting of allSettings) {
    const given =
      fromFlag(setting, sources) ??
      fromEnvironment(setting, sources, problems) ??
      yaml.get(setting.key) ??
      fromDefault(setting, sources);
    if (given === undefined) continue;
    if (!setting.schema.safeParse(given.value).success) problems.push(unexpected(setting, given));
    else put(values, setting.key, setting.path ? resolve(given.folder, given.value) : given.value);
  }
  problems.push(...unknownVariables(sources.env));
  if (problems.length > 0) throw new ConfigError(problems);
  // The table above is what fills it; a test holds the two together.
  const config = values as unknown as Config;
  refuseMixing(config);
  return config;
}

function yamlFile({ file, env, cwd }: ConfigSources, problems: ConfigProblem[]): string | undefined {
  const asked = file ?? (env['FIREDRILL_CONFIG'] || undefined);
  const path = resolve(cwd, asked ?? 'firedrill.yaml');
  if (existsSync(path)) return path;
  if (asked !== undefined)
    problems.push({
      name: 'configuration file',
      from: file === undefined ? 'environment FIREDRILL_CONFIG' : 'flag --config',
      expected: 'a file that exists',
      given: path,
    });
  return undefined;
}

function fromFlag(setting: Setting & { readonly key: SettingKey }, { flags, cwd }: ConfigSources): Given | undefined {
  const value = setting.secret ? undefined : flags?.[setting.key];
  return value === undefined ? undefined : { value, from: 'flag', folder: cwd };
}

function fromEnvironment(setting: Setting, { env, cwd }: ConfigSources, problems: ConfigProblem[]): Given | undefined {
  const value = env[setting.env] || undefined;
  const file = setting.secret ? env[`${setting.env}_FILE`] || undefined : undefined;
  if (value !== undefined && file !== undefined) {
    problems.push({
      name: setting.key,
      from: `environment ${setting.env} and ${setting.env}_FILE`,
      expected: 'one of the two',
      given: 'both',
    });
    return undefined;
  }
  if (value !== undefined) return { value, from: `environment ${setting.env}`, folder: cwd };
  if (file === undefined) return undefined;
  const from = `environment ${setting.env}_FILE`;
  try {
    return { value: readFileSync(resolve(cwd, file), 'utf8').trim(), from, folder: cwd };
  } catch (error) {
    problems.push({
      name: setting.key,
      from,
      expected: 'a file that can be read',
      given: `${file} (${error instanceof Error ? error.message : String(error)})`,
    });
    return undefined;
  }
}

function fromDefault(setting: Setting & { readonly key: SettingKey }, { env, cwd }: ConfigSources): Given | undefined {
  const value =
    setting.key === 'cacheDir'
      ? join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'firedrill')
      : setting.default;
  return value === undefined ? undefined : { value, from: 'default', folder: cwd };
}

const unexpected = (setting: Setting, { value, from }: Given): ConfigProblem => ({
  name: setting.key,
  from,
  expected: setting.expected,
  given: setting.secret ? `${value.length} characters (a secret, not shown)` : JSON.stringify(value),
});

/** A misspelt variable would otherwise be a setting that silently does nothing. */
function unknownVariables(env: ConfigSources['env']): readonly ConfigProblem[] {
  const known = new Set([
    ...otherVariables,
    ...allSettings.flatMap(({ env: name, secret }) => (secret ? [name, `${name}_FILE`] : [name])),
  ]);
  return Object.keys(env)
    .filter((name) => name.startsWith('FIREDRILL_') && !known.has(name))
    .map((name) => ({
      name,
      from: `environment ${name}`,
      expected: `one of ${[...known].filter((one) => one.startsWith('FIREDRILL_')).join(', ')}`,
      given: 'an unknown variable',
    }));
}

/** `temporal.address` goes to `values.temporal.address`. */
function put(values: Record<string, unknown>, key: string, value: string): void {
  const [group, name] = key.split('.');
  if (group === undefined) return;
  if (name === undefined) values[group] = value;
  else values[group] = { ...(values[group] as Record<string, string> | undefined), [name]: value };
}

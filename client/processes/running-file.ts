import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../../config/index.ts';
import { identify, isAlive } from './process-identity.ts';

/** What a running installation tells other commands of the same home: addresses, and where its secrets lie. */
export const RunningSchema = z.strictObject({
  process: z.strictObject({ pid: z.int(), startedAt: z.string() }),
  catalog: z.string(),
  taskQueuePrefix: z.string(),
  temporal: z.strictObject({ address: z.string(), namespace: z.string(), ui: z.string().exactOptional() }),
  /** File with the store's address and password; readable by its owner only. */
  databaseUrlFile: z.string(),
  aws: z.strictObject({
    region: z.string(),
    endpointUrl: z.string().exactOptional(),
    endpointUrlRds: z.string().exactOptional(),
    endpointUrlS3: z.string().exactOptional(),
  }),
  slack: z.strictObject({ apiUrl: z.string(), page: z.string().exactOptional() }),
  jira: z.strictObject({ baseUrl: z.string().exactOptional(), page: z.string().exactOptional() }),
  confluence: z.strictObject({ baseUrl: z.string().exactOptional(), page: z.string().exactOptional() }).exactOptional(),
  webhook: z.string().exactOptional(),
  /** Stand-ins whose credentials are no secret. */
  sandbox: z
    .strictObject({
      aws: z.boolean(),
      slack: z.boolean(),
      jira: z.boolean(),
      confluence: z.boolean(),
      webhook: z.boolean(),
    })
    .exactOptional(),
});
export type Running = z.infer<typeof RunningSchema>;

const fileOf = (home: string): string => join(home, 'running.json');
const databaseUrlFileOf = (home: string): string => join(home, 'secrets', 'database-url');

/** Tells other commands where everything is. */
export function writeRunning(
  config: Config,
  more: {
    readonly temporalUi?: string;
    readonly slackPage?: string;
    readonly jiraPage?: string;
    readonly confluencePage?: string;
    readonly webhook?: string;
    readonly sandbox?: Running['sandbox'];
  },
): void {
  const self = identify(process.pid);
  const { address, namespace } = config.temporal;
  if (self === undefined || address === undefined || config.databaseUrl === undefined)
    throw new Error('Told where everything is before it was known.');
  const running: Running = {
    process: self,
    catalog: config.catalog,
    taskQueuePrefix: config.taskQueuePrefix,
    temporal: { address, namespace, ...(more.temporalUi === undefined ? {} : { ui: more.temporalUi }) },
    databaseUrlFile: databaseUrlFileOf(config.home),
    aws: config.aws,
    slack: { apiUrl: config.slack.apiUrl, ...(more.slackPage === undefined ? {} : { page: more.slackPage }) },
    jira: {
      ...(config.jira.baseUrl === undefined ? {} : { baseUrl: config.jira.baseUrl }),
      ...(more.jiraPage === undefined ? {} : { page: more.jiraPage }),
    },
    confluence: {
      ...(config.confluence?.baseUrl === undefined ? {} : { baseUrl: config.confluence.baseUrl }),
      ...(more.confluencePage === undefined ? {} : { page: more.confluencePage }),
    },
    ...(more.webhook === undefined ? {} : { webhook: more.webhook }),
    ...(more.sandbox === undefined ? {} : { sandbox: more.sandbox }),
  };
  writeWhole(running.databaseUrlFile, `${config.databaseUrl}\n`);
  writeWhole(fileOf(config.home), `${JSON.stringify(running, undefined, 2)}\n`);
}

export const removeRunning = (home: string): void => rmSync(fileOf(home), { force: true });

/** The installation that runs on this home, if its process lives. */
export function readRunning(home: string): Running | undefined {
  let text: string;
  try {
    text = readFileSync(fileOf(home), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = RunningSchema.safeParse(JSON.parse(text));
  return parsed.success && isAlive(parsed.data.process) ? parsed.data : undefined;
}

/** The store's address of a running installation. */
export const databaseUrlOf = (running: Running): string => readFileSync(running.databaseUrlFile, 'utf8').trim();

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

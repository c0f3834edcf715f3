import type { DBEngineVersion, DBEngineVersionMessage, DescribeDBEngineVersionsMessage } from '@aws-sdk/client-rds';

import type { PostgresMajor } from '../../../postgres/index.ts';
import { fault } from './faults.ts';
import { filtered, pageOf } from './paging.ts';

interface EngineVersion {
  readonly engine: string;
  readonly version: string;
  readonly major: string;
  readonly family: string;
  readonly description: string;
  readonly port: number;
  readonly license: string;
  readonly logTypes: readonly string[];
  readonly isDefault: boolean;
}

const postgres = (version: string, isDefault: boolean): EngineVersion => {
  const [major = ''] = version.split('.');
  return {
    engine: 'postgres',
    version,
    major,
    family: `postgres${major}`,
    description: 'PostgreSQL',
    port: 5432,
    license: 'postgresql-license',
    logTypes: ['iam-db-auth-error', 'postgresql', 'upgrade'],
    isDefault,
  };
};

const mysqlLike = (engine: string, version: string, description: string, isDefault: boolean): EngineVersion => {
  const major = version.split('.').slice(0, 2).join('.');
  return {
    engine,
    version,
    major,
    family: `${engine}${major}`,
    description,
    port: 3306,
    license: 'general-public-license',
    logTypes: ['audit', 'error', 'general', 'slowquery'],
    isDefault,
  };
};

/** PostgreSQL versions are those that really run here; the other engines are descriptions without a server. */
const ENGINES: readonly EngineVersion[] = [
  postgres('16.14', false),
  postgres('18.4', true),
  mysqlLike('mysql', '8.0.43', 'MySQL Community Edition', false),
  mysqlLike('mysql', '8.4.6', 'MySQL Community Edition', true),
  mysqlLike('mariadb', '11.4.7', 'MariaDB Community Edition', true),
];

/** Accepts a major version alone, and takes the engine's default without any. */
export function engineVersion(engine: string | undefined, version: string | undefined): EngineVersion {
  const ofEngine = ENGINES.filter((each) => each.engine === engine);
  if (ofEngine.length === 0) throw fault.invalidValue(`Invalid DB engine: ${String(engine)}`);
  const found =
    version === undefined
      ? ofEngine.find((each) => each.isDefault)
      : ofEngine.find((each) => each.version === version || each.major === version);
  if (found === undefined)
    throw fault.invalidCombination(`Cannot find version ${String(version)} for ${String(engine)}`);
  return found;
}

/** The major version whose programs serve this instance, or `undefined` for engines that have no server here. */
export function serverMajor(engine: string, version: string): PostgresMajor | undefined {
  if (engine !== 'postgres') return undefined;
  return version.startsWith('16.') ? 16 : 18;
}

export const defaultParameterGroup = (engine: string, version: string): string =>
  `default.${engineVersion(engine, version).family}`;

export const defaultOptionGroup = (engine: string, version: string): string =>
  `default:${engine}-${engineVersion(engine, version).major.replace('.', '-')}`;

export const families = (): readonly EngineVersion[] => ENGINES;

export function describeEngineVersions(input: DescribeDBEngineVersionsMessage): DBEngineVersionMessage {
  const wanted = filtered(ENGINES, input.Filters, {
    engine: (each, value) => each.engine === value,
    'engine-version': (each, value) => each.version === value,
    'db-parameter-group-family': (each, value) => each.family === value,
    status: (_, value) => value === 'available',
  }).filter(
    (each) =>
      (input.Engine === undefined || each.engine === input.Engine) &&
      (input.EngineVersion === undefined ||
        each.version === input.EngineVersion ||
        each.major === input.EngineVersion) &&
      (input.DBParameterGroupFamily === undefined || each.family === input.DBParameterGroupFamily) &&
      (input.DefaultOnly !== true || each.isDefault),
  );
  const { page, ...marker } = pageOf(wanted, (each) => `${each.engine}.${each.version}`, input);
  return { DBEngineVersions: page.map(versionOf), ...marker };
}

const versionOf = (each: EngineVersion): DBEngineVersion => ({
  Engine: each.engine,
  MajorEngineVersion: each.major,
  EngineVersion: each.version,
  DBParameterGroupFamily: each.family,
  DBEngineDescription: each.description,
  DBEngineVersionDescription: `${each.description} ${each.version}`,
  ExportableLogTypes: [...each.logTypes],
  SupportsLogExportsToCloudwatchLogs: true,
  SupportsReadReplica: true,
  SupportsParallelQuery: false,
  SupportsGlobalDatabases: false,
  Status: 'available',
});

/** Where sentinels stand: our own schema in the owner's database, created only if the login may. */
const sentinelSchema = 'firedrill';
export const sentinelTable = 'firedrill.firedrill_sentinel';

/** What the column `resource` holds. */
export const sentinelKey = (service: string, resource: string): string => `${service}/${resource}`;

/**
 * The grants an owner can give instead of letting us create it, and what we run when we may. `database_time` is written
 * by the database itself: T−1 is judged on its clock.
 */
export const createSentinelTable: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS ${sentinelSchema}`,
  `CREATE TABLE IF NOT EXISTS ${sentinelTable} (
    resource text NOT NULL,
    counter bigint NOT NULL,
    writer_time timestamptz NOT NULL,
    database_time timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (resource, counter)
  )`,
];

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from './connect.ts';
import type { TestPostgres } from './postgres-harness.ts';
import { startTestPostgres } from './postgres-harness.ts';
import { inReadOnly } from './read-only.ts';
import { readSchemaHash, schemaDifferences } from './schema-hash.ts';
import type { SchemaHash } from './schema-hash.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres('schema password', 16);
});
afterAll(() => server.close());

const statements = [
  `CREATE TYPE state AS ENUM ('open', 'done')`,
  `CREATE DOMAIN short AS text CHECK (length(VALUE) < 10)`,
  `CREATE TABLE projects (id int PRIMARY KEY, name short NOT NULL)`,
  `CREATE TABLE issues (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, project_id int REFERENCES projects, state state DEFAULT 'open', at timestamptz DEFAULT now())`,
  `CREATE INDEX by_project ON issues (project_id) WHERE state = 'open'`,
  `CREATE VIEW open_issues AS SELECT id FROM issues WHERE state = 'open'`,
  `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at = now(); RETURN NEW; END'`,
  `CREATE TRIGGER touched BEFORE UPDATE ON issues FOR EACH ROW EXECUTE FUNCTION touch()`,
  `CREATE TABLE parts (id int, day date) PARTITION BY RANGE (day)`,
  `CREATE TABLE parts_2026 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`,
];

/** Hash of a new database made by these statements. */
async function hashOf(sql: readonly string[]): Promise<SchemaHash> {
  await server.run('CREATE DATABASE subject');
  try {
    for (const statement of sql) await server.run(statement, 'subject');
    const connection = await connect(server.address('subject'), { applicationName: 'test', connectTimeoutMs: 2_000 });
    try {
      return await inReadOnly(connection, { statementTimeoutMs: 10_000 }, () => readSchemaHash(connection));
    } finally {
      await connection.close();
    }
  } finally {
    await server.run('DROP DATABASE subject WITH (FORCE)');
  }
}

describe('the schema hash (PostgreSQL 16)', () => {
  test('is the same for two databases made alike, whatever the search path, rows and object ids are', async () => {
    const one = await hashOf(statements);
    const other = await hashOf([
      'CREATE TABLE soon_gone (id int)',
      'DROP TABLE soon_gone',
      ...statements,
      `INSERT INTO projects VALUES (1, 'a')`,
      'ALTER DATABASE subject SET search_path = pg_catalog',
    ]);
    expect(schemaDifferences(one.objects, other.objects)).toBe('');
    expect(other.hash).toBe(one.hash);
  });

  test.each([
    ['a label of an enum', `ALTER TYPE state ADD VALUE 'late'`, 'type public.state'],
    ['a default', `ALTER TABLE issues ALTER COLUMN state SET DEFAULT 'done'`, 'table public.issues'],
    ['a constraint of a domain', `ALTER DOMAIN short ADD CHECK (VALUE <> '')`, 'type public.short'],
    ['a NOT NULL', 'ALTER TABLE issues ALTER COLUMN at SET NOT NULL', 'table public.issues'],
    ['a lost index', 'DROP INDEX by_project', 'table public.issues'],
    ['a lost foreign key', 'ALTER TABLE issues DROP CONSTRAINT issues_project_id_fkey', 'table public.issues'],
    ['a disabled trigger', 'ALTER TABLE issues DISABLE TRIGGER touched', 'table public.issues'],
    [
      'a changed function',
      `CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
      'function public.touch()',
    ],
    ['a view', `CREATE OR REPLACE VIEW open_issues AS SELECT id FROM issues`, 'view public.open_issues'],
    ['an unlogged table', 'ALTER TABLE parts_2026 SET UNLOGGED', 'table public.parts_2026'],
    ['row security', 'ALTER TABLE issues ENABLE ROW LEVEL SECURITY', 'table public.issues'],
  ])('sees %s', async (_what, change, object) => {
    const before = await hashOf(statements);
    const after = await hashOf([...statements, change]);
    expect(after.hash).not.toBe(before.hash);
    expect(schemaDifferences(before.objects, after.objects)).toBe(`${object} differs`);
  });
});

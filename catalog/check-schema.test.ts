import { describe, expect, test } from 'vitest';
import { CheckSchema } from './check-schema.ts';

describe('every check becomes exactly what the probe needs', () => {
  test.each([
    [{ check: 'connect' }, { kind: 'connect', name: 'connect', required: true }],
    [
      { check: 'engine-version', expected: '18' },
      { kind: 'engine-version', name: 'engine version', required: true, expected: '18' },
    ],
    [{ check: 'engine-version' }, { kind: 'engine-version', name: 'engine version', required: true }],
    [
      { check: 'schema-hash', required: false, name: 'same tables' },
      { kind: 'schema-hash', name: 'same tables', required: false },
    ],
    [
      { check: 'row-count', table: 'issues', tolerancePercent: 1.5 },
      { kind: 'row-count', name: 'row count issues', required: true, table: 'public.issues', tolerancePercent: 1.5 },
    ],
    [
      { check: 'referential-integrity', from: 'issues.project_id', to: 'core.projects.id' },
      {
        kind: 'referential-integrity',
        name: 'issues.project_id refers to core.projects.id',
        required: true,
        table: 'public.issues',
        column: 'project_id',
        references: { table: 'core.projects', column: 'id' },
      },
    ],
    [
      { check: 'query', name: 'one', sql: ' select 1; ', expect: { equals: 1 } },
      { kind: 'query', name: 'one', required: true, sql: 'select 1', expect: { equals: 1 } },
    ],
    [
      { check: 'immutable-checksum', name: 'old', table: 'audit.log', orderBy: 'id', where: 'id < 100' },
      { kind: 'immutable-checksum', name: 'old', required: true, table: 'audit.log', orderBy: 'id', where: 'id < 100' },
    ],
  ])('%j', (written, definition) => {
    expect(CheckSchema.parse(written)).toEqual(definition);
  });

  test.each([
    ['a tolerance below zero', { check: 'row-count', table: 'issues', tolerancePercent: -1 }],
    ['a tolerance that accepts everything and more', { check: 'row-count', table: 'issues', tolerancePercent: 101 }],
    ['a table with a statement in it', { check: 'row-count', table: 'issues; drop table x', tolerancePercent: 1 }],
    ['a reference without a column', { check: 'referential-integrity', from: 'issues', to: 'projects.id' }],
    ['a query without a name', { check: 'query', sql: 'select 1', expect: { equals: 1 } }],
    ['a query without an expectation', { check: 'query', name: 'one', sql: 'select 1' }],
    ['a field of another check', { check: 'connect', table: 'issues' }],
    [
      'a range without a condition',
      { check: 'immutable-checksum', name: 'x', table: 'issues', orderBy: 'id', where: ' ' },
    ],
    ['a version that is a number', { check: 'engine-version', expected: 18 }],
  ])('%s is refused', (_what, written) => {
    expect(CheckSchema.safeParse(written).success).toBe(false);
  });
});

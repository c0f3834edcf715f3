import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../domain/check.ts';
import { gapsOfChecks } from './check-gaps.ts';

const context = { resource: 'issues-db', tier: 'tier 1, RTO < 6 h, RPO < 1 h' };
const failed = (name: string, more: Partial<CheckResult> = {}): CheckResult => ({
  name,
  kind: 'row-count',
  required: true,
  outcome: 'failed',
  found: '90 rows',
  expected: '100 rows',
  startedAtMs: 0,
  finishedAtMs: 1,
  ...more,
});
const missing = (table: string): CheckResult =>
  failed(`rows of ${table}`, { found: `the table ${table} does not exist`, cause: 'missing', object: table });
const gapsFor = (checks: readonly CheckResult[]): string[] =>
  gapsOfChecks(checks, context).map(({ check, cause }) => `${check}/${cause}`);

describe('failed checks', () => {
  test('that miss tables are one finding, which names five of them and counts the others', () => {
    const tables = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => missing(`public.${name}`));
    const [gap, ...others] = gapsOfChecks([...tables, missing('public.a')], context);
    expect(others).toEqual([]);
    expect(gap).toMatchObject({ check: 'check:tables', cause: 'missing-tables' });
    expect(gap?.title).toBe('the restored issues-db lacks public.a, public.b, public.c, public.d, public.e and 2 more');
  });

  test('that meet damaged data are one finding, the same however many met it', () => {
    const damaged = (name: string): CheckResult => failed(name, { cause: 'damaged', found: 'a page is invalid' });
    expect(gapsFor([damaged('one')])).toEqual(['check:data/damaged']);
    expect(gapsFor([damaged('two'), damaged('three')])).toEqual(['check:data/damaged']);
  });

  test('for their own reasons are findings of their own, five at most, the last one for all that are left', () => {
    const checks = ['a', 'b', 'c', 'd', 'e'].map((name) => failed(name));
    expect(gapsFor(checks)).toEqual(checks.map(({ name }) => `check:${name}/failed`));
    const gaps = gapsOfChecks([...checks, failed('f'), failed('g')], context);
    expect(gaps.map(({ check }) => check)).toEqual(['check:a', 'check:b', 'check:c', 'check:d', 'check:others']);
    expect(gaps.at(-1)?.found).toBe('Also failed: e, f, g.');
  });

  test('that are not required, and checks that passed, are none', () => {
    expect(gapsFor([failed('a', { required: false }), failed('b', { outcome: 'passed' })])).toEqual([]);
  });

  test('say what was found and what was expected, as two sentences', () => {
    expect(gapsOfChecks([failed('rows')], context)[0]?.found).toBe(
      'Found in the restored copy: 90 rows. Expected: 100 rows.',
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprint, makeFinding } from './fingerprint.ts';

const gap = { service: 'jira-cloud', resource: 'issues-db', check: 'rpo', cause: 'missed' };

describe('the fingerprint of a gap', () => {
  test('is 24 hex digits, for ever the same: tickets are found again by it', () => {
    expect(fingerprint(gap)).toBe('14114d85d8ccf5d21d9106ab');
  });

  test('does not depend on the run, its numbers or its words', () => {
    const words = {
      severity: 'high',
      title: 't',
      found: 'f',
      matters: 'm',
      lookFirst: 'l',
      proof: { kind: 'attested', sentence: 's' },
    } as const;
    const one = makeFinding({ ...gap, ...words, runId: 'one' });
    const other = makeFinding({ ...gap, ...words, title: 'three hours', severity: 'low', runId: 'other' });
    expect(other.fingerprint).toBe(one.fingerprint);
    expect(one).toMatchObject({ ...gap, runId: 'one', fingerprint: fingerprint(gap) });
  });

  test('differs when any of its four parts does, also when text moves from one to the next', () => {
    const parts = fc
      .tuple(fc.string(), fc.string(), fc.string(), fc.string())
      .map(([service, resource, check, cause]) => ({ service, resource, check, cause }));
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(fingerprint(one) === fingerprint(other)).toBe(same);
      }),
    );
    expect(fingerprint({ ...gap, check: 'rpom', cause: 'issed' })).not.toBe(fingerprint(gap));
  });
});

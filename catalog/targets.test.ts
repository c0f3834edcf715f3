import { describe, expect, test } from 'vitest';
import { utcDate } from '../domain/time-text.ts';
import { targetFor } from './targets.ts';
import { loadWith } from './testing.ts';
import type { Draft } from './testing.ts';

const hours = (count: number): number => count * 3_600_000;
const target = (onDate: string, change?: (draft: Draft) => void) => targetFor(loadWith(change).catalog, 'shop', onDate);

describe('the target that binds a service on a day', () => {
  test.each([
    [0, 4, 1],
    [1, 6, 1],
    [2, 24, 8],
    [3, 72, 24],
  ])("of tier %i is the programme's table when the catalog says nothing: RTO %i h, RPO %i h", (tier, rto, rpo) => {
    const found = target('2026-06-01', (draft) => {
      draft['services'].shop.tier = tier;
    });
    expect(found).toEqual({ rtoMs: hours(rto), rpoMs: hours(rpo), inForceFrom: '1970-01-01', origin: 'tier' });
  });

  test('changes on the day on which a new one comes into force, not before', () => {
    const change = (draft: Draft): void => {
      draft['tiers'] = {
        1: [
          { rto: '4h', rpo: '30m', inForceFrom: '2026-07-01' },
          { rto: '5h', rpo: '45m', inForceFrom: '2026-01-01' },
        ],
      };
    };
    expect(target('2025-12-31', change).rtoMs).toBe(hours(6));
    expect(target('2026-06-30', change)).toMatchObject({ rtoMs: hours(5), inForceFrom: '2026-01-01' });
    expect(target('2026-07-01', change)).toMatchObject({ rtoMs: hours(4), inForceFrom: '2026-07-01' });
  });

  test("is the service's own where that is stricter, for RTO and RPO each", () => {
    const change = (draft: Draft): void => {
      draft['services'].shop.targets = { rto: '2h', inForceFrom: '2026-02-01' };
    };
    expect(target('2026-01-31', change).origin).toBe('tier');
    expect(target('2026-02-01', change)).toEqual({
      rtoMs: hours(2),
      rpoMs: hours(1),
      inForceFrom: '2026-02-01',
      origin: 'service',
    });
  });

  test("is the tier's where the service's own was overtaken", () => {
    const change = (draft: Draft): void => {
      draft['tiers'] = {
        1: [
          { rto: '1h', rpo: '10m', inForceFrom: '2020-01-01' },
          { rto: '6h', rpo: '1h', inForceFrom: '2026-01-01' },
        ],
      };
      draft['services'].shop.targets = { rto: '2h' };
    };
    expect(target('2025-06-01', change)).toMatchObject({ rtoMs: hours(1), origin: 'tier' });
    expect(target('2026-06-01', change)).toMatchObject({ rtoMs: hours(2), origin: 'service' });
  });

  test('is a dated exception from its first to its last day', () => {
    const change = (draft: Draft): void => {
      draft['services'].shop.targets = { rto: '2h' };
      draft['services'].shop.exception = {
        rto: '12h',
        rpo: '3h',
        from: '2026-03-01',
        until: '2026-03-31',
        approver: 'cara',
        reason: 'migration',
      };
    };
    expect(target('2026-02-28', change).origin).toBe('service');
    expect(target('2026-03-01', change)).toEqual({
      rtoMs: hours(12),
      rpoMs: hours(3),
      inForceFrom: '2026-03-01',
      origin: 'exception',
    });
    expect(target('2026-03-31', change).origin).toBe('exception');
    expect(target('2026-04-01', change).origin).toBe('service');
  });

  test("is nobody's for a service that is not there, and the nearest name is offered", () => {
    expect(() => targetFor(loadWith().catalog, 'shp', '2026-01-01')).toThrow(
      'The catalog has no service "shp". Nothing was done. Did you mean shop?',
    );
  });
});

test('the day of a moment is the day in UTC', () => {
  expect(utcDate(Date.parse('2026-12-31T23:30:00-02:00'))).toBe('2027-01-01');
});

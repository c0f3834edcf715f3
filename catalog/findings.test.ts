import { describe, expect, test } from 'vitest';
import { instance, loadWith } from './testing.ts';
import type { Draft } from './testing.ts';

const findingsWith = (change: (draft: Draft) => void, onDate?: string) => loadWith(change, onDate).findings;

describe('a catalog shows its own gaps', () => {
  test('and none when there are none', () => {
    expect(loadWith().findings).toEqual([]);
  });

  test('daily snapshots alone cannot meet tier 1', () => {
    const findings = findingsWith((draft) => {
      draft['services'].shop.resources[0].backups.expect = { pitr: false, snapshotEvery: '24h', retentionDays: 30 };
    });
    expect(findings).toEqual([
      {
        code: 'backups-cannot-meet-rpo',
        severity: 'high',
        service: 'shop',
        resource: 'orders-db',
        text: 'shop/orders-db cannot meet its RPO of less than 1 h (tier 1): snapshots only every 24 h.',
      },
    ]);
  });

  test.each([
    ['snapshots exactly as far apart as the RPO (met is strictly less)', '1h', true],
    ['snapshots closer together than the RPO', '59m', false],
  ])('%s', (_what, snapshotEvery, found) => {
    const findings = findingsWith((draft) => {
      draft['services'].shop.resources[0].backups.expect = { snapshotEvery, retentionDays: 30 };
    });
    expect(findings.map(({ code }) => code)).toEqual(found ? ['backups-cannot-meet-rpo'] : []);
  });

  test('point-in-time recovery cannot promise less than its five minutes of lag', () => {
    const findings = findingsWith((draft) => {
      draft['services'].shop.targets = { rpo: '5m' };
    });
    expect(findings.map(({ text }) => text)).toEqual([
      'shop/orders-db cannot meet its RPO of less than 5 min (tier 1): point-in-time recovery may lag by 5 min.',
    ]);
  });

  test('an exception in force makes the gap an accepted one, and its end makes it a gap again', () => {
    const change = (draft: Draft): void => {
      draft['services'].shop.resources[0].backups.expect = { snapshotEvery: '24h', retentionDays: 30 };
      draft['services'].shop.exception = {
        rto: '8h',
        rpo: '25h',
        until: '2026-06-30',
        approver: 'cara',
        reason: 'migration',
      };
    };
    expect(findingsWith(change, '2026-06-30')).toEqual([]);
    expect(findingsWith(change, '2026-07-01').map(({ code }) => code)).toEqual([
      'backups-cannot-meet-rpo',
      'exception-expired',
    ]);
  });

  test.each<[string, (draft: Draft) => void, string]>([
    [
      'no backups at all',
      (d) => (d['services'].shop.resources[0].backups.expect = { retentionDays: 30 }),
      'no-backups-declared',
    ],
    ['neither sentinel nor newestRow', (d) => delete d['services'].shop.resources[0].sentinel, 'rpo-not-measurable'],
    [
      'dependence on a worse tier',
      (d) =>
        Object.assign(d['services'].login, {
          tier: 2,
          impactAssessment: { ...d['services'].login.impactAssessment, maximumTolerableDowntime: '3d' },
        }),
      'depends-on-worse-tier',
    ],
    ['nothing to restore in quarterly scope', (d) => (d['services'].login.resources = []), 'nothing-to-test'],
    [
      'an RTO longer than can be borne',
      (d) => (d['services'].shop.impactAssessment.maximumTolerableDowntime = '5h'),
      'tolerable-downtime-below-rto',
    ],
    [
      'an assessment older than a year',
      (d) => (d['services'].shop.impactAssessment.date = '2025-05-31'),
      'assessment-outdated',
    ],
    ['owner and champion in one person', (d) => (d['services'].shop.champion = 'anna'), 'owner-is-champion'],
    ['no recovery document', (d) => (d['services'].shop.documents = []), 'no-recovery-document'],
    [
      'an escalation to a role that nobody holds',
      (d) => (d['organisation'].policies.gate = { escalateAfter: [{ after: '1h', roles: ['sre'] }] }),
      'escalation-reaches-nobody',
    ],
    [
      'an escalation to deputies where one service names none',
      (d) => {
        d['organisation'].policies.gate = { escalateAfter: [{ after: '1h', roles: ['deputy'] }] };
        d['services'].login.deputies = ['cara'];
      },
      'escalation-reaches-nobody',
    ],
    ['a database declared twice', (d) => d['services'].login.resources.push(instance()), 'declared-twice'],
  ])('%s', (_what, change, code) => {
    expect(findingsWith(change).map((finding) => finding.code)).toEqual([code]);
  });

  test('a critical service of tier 3 is as serious as one of tier 1', () => {
    const change = (critical: boolean) => (draft: Draft) => {
      draft['services'].shop = { ...draft['services'].shop, tier: 3, critical };
      delete draft['services'].shop.resources[0].sentinel;
    };
    expect(findingsWith(change(false))[0]?.severity).toBe('low');
    expect(findingsWith(change(true))[0]?.severity).toBe('high');
  });

  test('the worst come first', () => {
    const severities = findingsWith((draft) => {
      draft['services'].login.champion = 'anna';
      draft['services'].login.documents = [];
      delete draft['services'].shop.resources[0].sentinel;
    }).map(({ severity }) => severity);
    expect(severities).toEqual(['high', 'medium', 'low']);
  });
});

describe('a dependency cycle', () => {
  const cycles = (dependencies: Readonly<Record<string, readonly string[]>>): readonly string[] =>
    findingsWith((draft) => {
      const { login } = draft['services'];
      draft['services'] = Object.fromEntries(
        Object.entries(dependencies).map(([id, needs]) => [id, { ...login, dependencies: needs }]),
      );
    })
      .filter(({ code }) => code === 'dependency-cycle')
      .map(({ text }) => text.slice(0, text.indexOf(':')));

  test('is told once, from its first name, however it was found', () => {
    expect(cycles({ c: ['a'], b: ['c'], a: ['b'] })).toEqual(['a → b → c → a']);
  });

  test('is found beside another, and behind services that are in none', () => {
    expect(cycles({ a: ['b'], b: ['c', 'd'], c: ['b'], d: ['e'], e: ['d'] })).toEqual(['b → c → b', 'd → e → d']);
  });

  test('is not seen where services merely share a dependency', () => {
    expect(cycles({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toEqual([]);
  });
});

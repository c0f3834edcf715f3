import { randomInt } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { targets } from './installation.ts';
import { killTest } from './kill.ts';
import type { KillTestReport } from './kill.ts';

/** The whole campaign is `npm run test:kill`; here a short choice of it, another one every time. */
const seed = Number(process.env['FIREDRILL_KILL_SEED'] ?? randomInt(1, 1_000_000));
const kills = 8;

describe(`${kills} kills by lot, FIREDRILL_KILL_SEED=${seed}`, () => {
  let report: KillTestReport;
  beforeAll(async () => {
    report = await killTest({ seed, kills, installations: 1, runs: 4, say: (text) => console.log(text) });
  });

  test.each(targets)('of %s leave every run with the verdict it owes, nothing lost, doubled or left', (target) => {
    const results = report.results.filter((result) => result.target === target);
    expect(results.length).toBeGreaterThan(0);
    expect(results.flatMap(({ violations }) => violations)).toEqual([]);
  });

  test('leave an installation without locks, copies and processes', () => {
    expect(report.afterwards).toEqual([]);
  });
});

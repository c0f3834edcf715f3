import { describe, expect, test } from 'vitest';
import type { Inject, Scenario } from '../../domain/scenario.ts';
import { ansiPaint, noPaint, widthOf } from './paint.ts';
import { scenarioPage } from './scenario-page.ts';
import { scenarioTable } from './scenario-table.ts';

const words = 'Somebody says something that goes on for a while, since people do, about ${service} and what it means. ';
const inject: Inject = {
  id: 'first',
  title: words,
  minute: 0,
  incidentMs: 5 * 60_000,
  from: words,
  text: words.repeat(5),
  questions: [words, 'Why?'],
  options: [
    { id: 'run', text: words, tradeOff: words, expected: true },
    { id: 'stay', text: 'Stay', tradeOff: 'Smoke', expected: false },
  ],
  expect: [words],
  pitfalls: [words],
  section: words,
  facilitator: words,
  unavailable: { among: ['finder'] },
};
const scenario: Scenario = {
  name: 'small-fire-with-a-name-as-long-as-can-be',
  title: words,
  tests: words,
  minutes: 60,
  difficulty: 'easy',
  threats: ['facility'],
  suits: { tiers: [0, 1], resources: ['rds-instance'] },
  sources: [words],
  situation: words,
  objectives: [words],
  roles: [{ role: 'finder', does: words }],
  clock: { began: words, detectedAfterMs: 60_000, recovered: words },
  injects: [inject],
  hotWash: [words],
  draft: false,
};
const plain = (columns: number) => ({ columns, paint: noPaint });

describe('the page of a scenario', () => {
  test.each([60, 80, 120])('fits %i columns, in colours too, with texts of any length', (columns) => {
    for (const paint of [noPaint, ansiPaint])
      for (const line of scenarioPage({ scenario, origin: 'your own: x' }, { columns, paint }).split('\n'))
        expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  test('shows what is not filled in as a gap, and no code', () => {
    const text = scenarioPage({ scenario, origin: 'x' }, plain(100));
    expect(text).toContain('‹service›');
    expect(text).not.toContain('${');
  });

  test('marks a draft, who is taken out, and what a good runbook would choose by signs, not by colour alone', () => {
    const text = scenarioPage({ scenario: { ...scenario, draft: true }, origin: 'x' }, plain(100));
    expect(text).toContain('DRAFT');
    expect(text).toContain('Takes one person out, drawn among: finder');
    expect(text).toMatch(/✔ run: /);
    expect(text).not.toMatch(/✔ stay: /);
  });

  test('tells with whom it was filled and which target binds', () => {
    const services = [
      { id: 'shop', name: 'Shop', tier: 1, rtoMs: 6 * 3_600_000, rpoMs: 3_600_000, owner: 'a', champion: 'b' },
      { id: 'login', name: 'Login', tier: 0, rtoMs: 2 * 3_600_000, rpoMs: 3_600_000, owner: 'a', champion: 'b' },
    ] as const;
    const text = scenarioPage({ scenario, services, origin: 'x' }, plain(100));
    expect(text).toContain('with Shop, Login');
    expect(text).toMatch(/Target +2 h/);
  });
});

describe('the table of scenarios', () => {
  const rows = [
    { scenario, own: false },
    { scenario: { ...scenario, name: 'b', draft: true, replaces: 'c' }, own: true },
    { scenario: { ...scenario, name: 'd' }, own: false, misfit: words },
  ];
  test.each([60, 80, 120, 200])('fits %i columns', (columns) => {
    for (const line of scenarioTable(rows, { columns, paint: ansiPaint }).split('\n'))
      expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  test('says which are drafts, which are the company’s own, and which do not fit', () => {
    const text = scenarioTable(rows, plain(120)).replaceAll(/\s+/g, ' ');
    expect(text).toContain("(the company's own, for c, draft)");
    expect(text).toContain('not with this service: Somebody');
    expect(text).toContain('– d');
  });
});

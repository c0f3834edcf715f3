import { describe, expect, test } from 'vitest';
import { loadCatalog } from './load.ts';
import { answeredForBy, owedEachQuarter, quarterNow } from './owed.ts';

const { catalog } = await loadCatalog('examples/catalog.yaml');

describe('what is owed each quarter', () => {
  test('is owed by owner and champion of a service in quarterly scope', () => {
    expect(answeredForBy(catalog, 'jonas-weber').map(({ id }) => id)).toContain('jira-cloud');
    const [jira] = answeredForBy(catalog, 'priya-raman').filter(({ id }) => id === 'jira-cloud');
    expect(jira && owedEachQuarter(jira)).toEqual([
      { runbook: 'restore-test', service: 'jira-cloud', resource: 'issues-db' },
      { runbook: 'documentation-review', service: 'jira-cloud', resource: '-' },
    ]);
    const outside = Object.values(catalog.services).find(({ tier, critical }) => tier > 1 && !critical);
    expect(outside && owedEachQuarter(outside)).toEqual([]);
  });

  test('by the organisation’s own calendar, summer time included', () => {
    // Berlin is an hour ahead at New Year, two at the end of September.
    expect(quarterNow(catalog, Date.UTC(2026, 11, 31, 23, 30))).toEqual({
      quarter: '2027Q1',
      startMs: Date.UTC(2026, 11, 31, 23),
      endMs: Date.UTC(2027, 2, 31, 22),
    });
    expect(quarterNow(catalog, Date.UTC(2026, 8, 30, 21, 59)).quarter).toBe('2026Q3');
    expect(quarterNow(catalog, Date.UTC(2026, 8, 30, 22)).quarter).toBe('2026Q4');
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NameSchema } from './names.ts';
import { parseQuarter } from './quarter.ts';
import {
  drillName,
  isDrillName,
  isRunId,
  manualRunId,
  owedRunId,
  parseRunId,
  retestRunId,
  sharedRetestRunId,
} from './run-id.ts';

const subject = { runbook: 'restore-test', service: 'jira-cloud', resource: 'issues-db' } as const;
const nowMs = Date.parse('2026-11-22T18:15:00.789Z');

/** Names that the catalog accepts, up to the longest. */
const names = fc
  .array(fc.stringMatching(/^[a-z0-9]{1,12}$/), { minLength: 1, maxLength: 6 })
  .map((words) => words.join('-').slice(0, 40).replace(/-$/, ''));

describe('run ids', () => {
  test('say runbook, service, resource and quarter for an owed run', () => {
    expect(owedRunId(subject, parseQuarter('2026Q4'))).toBe('restore-test/jira-cloud/issues-db/2026Q4');
  });

  test('say the second and four random digits for a run by hand or a re-test', () => {
    expect(manualRunId(subject, nowMs, '9f3a')).toBe('restore-test/jira-cloud/issues-db/manual-20261122T181500Z-9f3a');
    expect(retestRunId(subject, nowMs, '0000')).toBe('restore-test/jira-cloud/issues-db/retest-20261122T181500Z-0000');
  });

  test('say - for the resource of a runbook that is about a whole service', () => {
    const runId = owedRunId({ runbook: 'restore-test', service: 'jira-cloud' }, parseQuarter('2026Q4'));
    expect(runId).toBe('restore-test/jira-cloud/-/2026Q4');
    expect(parseRunId(runId)).toEqual({
      runbook: 'restore-test',
      service: 'jira-cloud',
      occasion: { kind: 'owed', quarter: '2026Q4' },
    });
  });

  test('of a re-test that starts by itself are the same for all who wait for its window, until a run is over', () => {
    const subject = { runbook: 'restore-test', service: 'jira-cloud', resource: 'issues-db' } as const;
    const first = sharedRetestRunId(subject, nowMs, '');
    expect(first).toMatch(/^restore-test\/jira-cloud\/issues-db\/retest-20261122T181500Z-[0-9a-f]{4}$/);
    expect(sharedRetestRunId(subject, nowMs, '')).toBe(first);
    expect(sharedRetestRunId(subject, nowMs, first)).not.toBe(first);
    expect(sharedRetestRunId({ ...subject, resource: 'other-db' }, nowMs, '')).not.toBe(first);
    // Nobody may approve what they asked for: theirs is no run that somebody else has started.
    const asked = sharedRetestRunId(subject, nowMs, '', 'daniel-kim');
    expect(asked).not.toBe(first);
    expect(sharedRetestRunId(subject, nowMs, '', 'daniel-kim')).toBe(asked);
    expect(sharedRetestRunId(subject, nowMs, '', 'jonas-weber')).not.toBe(asked);
  });

  test('come apart into what they were made of', () => {
    const times = fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59Z') });
    const nonces = fc.stringMatching(/^[0-9a-f]{4}$/);
    fc.assert(
      fc.property(names, names, times, nonces, (service, resource, atMs, nonce) => {
        const of = { runbook: 'restore-test', service, resource } as const;
        const startedAtMs = Math.floor(atMs / 1_000) * 1_000;
        expect(parseRunId(manualRunId(of, atMs, nonce))).toEqual({
          ...of,
          occasion: { kind: 'manual', startedAtMs, nonce },
        });
        expect(parseRunId(retestRunId(of, atMs, nonce))).toEqual({
          ...of,
          occasion: { kind: 'retest', startedAtMs, nonce },
        });
      }),
    );
  });

  test.each([
    '',
    'restore-test/jira-cloud/issues-db',
    'restore-test/jira-cloud/issues-db/2026Q5',
    'restore-test/jira-cloud/issues-db/2026Q4/more',
    'restore-test/jira-cloud/issues-db/2026Q4 ',
    'unknown-book/jira-cloud/issues-db/2026Q4',
    'restore-test/Jira-cloud/issues-db/2026Q4',
    'restore-test/-/issues-db/2026Q4',
    'restore-test/jira--cloud/issues-db/2026Q4',
    'restore-test/jira-cloud/issues-db/manual-20261122T181500Z',
    'restore-test/jira-cloud/issues-db/manual-20261131T181500Z-9f3a',
    'restore-test/jira-cloud/issues-db/manual-20261122T181500Z-9F3A',
    'restore-test/jira-cloud/issues-db/other-20261122T181500Z-9f3a',
  ])('are parsed strictly: "%s" is refused with an example of a right one', (text) => {
    expect(isRunId(text)).toBe(false);
    expect(() => parseRunId(text)).toThrow(
      'is not the id of a run. Nothing was looked up or changed. Run ids look like restore-test/',
    );
  });

  test.each(['9f3', '9f3aa', 'XYZW', ''])('cannot be made with "%s" for four random digits', (random) => {
    expect(() => manualRunId(subject, nowMs, random)).toThrow('is not the id of a run');
  });
});

describe('names of services and resources', () => {
  test.each(['a', 'jira-cloud', '3scale', 'a'.repeat(40)])('may be "%s"', (name) => {
    expect(NameSchema.safeParse(name).success).toBe(true);
  });

  test.each(['', '-a', 'a-', 'a--b', 'A', 'a_b', 'a/b', 'a b', 'ä', 'a\n', 'a'.repeat(41)])(
    'may not be "%s"',
    (name) => {
      expect(NameSchema.safeParse(name).success).toBe(false);
      expect(() => owedRunId({ ...subject, service: name }, parseQuarter('2026Q4'))).toThrow(
        'cannot be the name of a service',
      );
    },
  );
});

describe('names of what a run creates', () => {
  test('tell service and resource to a person who finds one in the AWS console', () => {
    expect(drillName('jira-cloud', 'issues-db', 'restore-test/jira-cloud/issues-db/2026Q4', 'restore')).toMatch(
      /^drdrill-jira-cloud-issues-db-[0-9a-f]{12}$/,
    );
  });

  test('are within the rules of RDS for any service, resource, run and step', () => {
    fc.assert(
      fc.property(names, names, fc.string(), fc.string(), (service, resource, runId, step) => {
        const name = drillName(service, resource, runId, step);
        expect(name).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]$/);
        expect(name).not.toContain('--');
        expect(name.length).toBeLessThanOrEqual(63);
        expect(name.startsWith('drdrill-')).toBe(true);
        expect(isDrillName(name)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('do not end their parts in a hyphen when a long name is cut there', () => {
    expect(drillName('abcdefghijklmno-pqr', 'x', 'run', 'restore')).toMatch(/^drdrill-abcdefghijklmno-x-[0-9a-f]{12}$/);
  });

  test('are the same for the same run and step, so that a repeated create meets its first attempt', () => {
    expect(drillName('a', 'b', 'run', 'restore')).toBe(drillName('a', 'b', 'run', 'restore'));
  });

  test('differ between runs and between steps', () => {
    const made = [
      drillName('a', 'b', 'run1', 'restore'),
      drillName('a', 'b', 'run2', 'restore'),
      drillName('a', 'b', 'run', '1restore'),
    ];
    expect(new Set([...made, drillName('a', 'b', 'run1', 'copy')]).size).toBe(4);
  });

  test.each([
    'prod-issues-db',
    'drdrill-',
    'drdrill-a-b',
    'drdrill-a-b-12345',
    'drdrill-a-b-4b1f0c9d2e77-x',
    'xdrdrill-a-b-4b1f0c9d2e77',
  ])('"%s" is not one of ours', (name) => {
    expect(isDrillName(name)).toBe(false);
  });
});

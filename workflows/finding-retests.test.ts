import { expect, test } from 'vitest';
import type { RetestOpening } from '../domain/test-window.ts';
import { FindingRetests, waitsForWindow } from './finding-retests.ts';
import type { RemediationRecorder } from './remediation-recorder.ts';

const opening = (closesMs: number, runId: string): RetestOpening => ({
  opensMs: closesMs - 1000,
  closesMs,
  words: 'daily 09:00–15:00 UTC',
  isOpen: true,
  inMs: 0,
  runId,
});
const wanted = { runId: 'of-its-own', service: 'jira-cloud', resource: 'issues-db' };
// Nothing is recorded or said by what is tested here.
const retests = (): FindingRetests => new FindingRetests({} as RemediationRecorder, wanted, () => undefined);

test('in an opening of its window it is the run that all share who wait for it; without one, a run of its own', () => {
  expect(retests().wantedIn(undefined)).toEqual(wanted);
  expect(retests().wantedIn(opening(5000, 'shared'))).toEqual({ ...wanted, runId: 'shared' });
});

test('what is live is nothing to be started without an opening, whoever asked for it', () => {
  const askedBy = { personId: 'daniel-kim', personName: 'Daniel Kim', roles: [], via: 'slack' } as const;
  for (const live of [
    { ...wanted, liveSinceMs: 1 },
    { ...wanted, liveSinceMs: 1, askedBy },
  ]) {
    const about = new FindingRetests({} as RemediationRecorder, live, () => undefined);
    expect(waitsForWindow(live)).toBe(true);
    expect(about.wantedIn(undefined)).toBeUndefined();
    expect(about.wantedIn(opening(5000, 'shared'))).toEqual({ ...live, runId: 'shared' });
  }
  expect(waitsForWindow({ ...wanted, askedBy })).toBe(false);
});

test('a start that nobody answered is the same run for as long as its opening lasts, also when another run ended meanwhile', () => {
  const about = retests();
  const first = about.wantedIn(opening(5000, 'shared'));
  if (first === undefined) throw new Error('It is wanted.');
  about.unanswered(first, opening(5000, 'shared'));
  expect(about.wantedIn(opening(5000, 'shared-after-another'))).toEqual({ ...wanted, runId: 'shared' });
  // Also for somebody who asks for it meanwhile.
  expect(about.wantedIn(undefined)).toEqual({ ...wanted, runId: 'shared' });
  // It is carried over when the workflow begins anew.
  const next = new FindingRetests({} as RemediationRecorder, about.wanted, () => undefined);
  expect(next.wantedIn(opening(5000, 'shared-after-another'))).toEqual({ ...wanted, runId: 'shared' });
  expect(next.wantedIn(opening(9000, 'of-next-week'))).toEqual({ ...wanted, runId: 'of-next-week' });
});

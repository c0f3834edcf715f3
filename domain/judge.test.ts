import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from './check.ts';
import { judge } from './judge.ts';
import type { Ledger } from './ledger.ts';
import { type RunEnding, type VerdictFacts, recoveryVerdicts } from './verdict.ts';
import { aborted, check, failed, from, good, hour, ledger, minute, programme, second, t0Ms } from './judge-testing.ts';

describe('passed', () => {
  test('every required check passed, RTO and RPO met, cleanup proved', () => {
    expect(judge(good)).toEqual({
      verdict: 'passed',
      reason:
        'Restored and validated by 2 required checks, usable after 59 s (target less than 6 h), with at most 11 s of data lost (target less than 1 h), and the copy is gone.',
      rto: {
        clocks: {
          fromDisaster: { lowMs: 59_000, highMs: 59_400 },
          fromDeclaration: 'not-measured',
          fromCall: { lowMs: 51_000, highMs: 51_400 },
          waitingForPeopleMs: 0,
        },
        targetMs: 6 * hour,
        judgement: 'met',
      },
      rpo: {
        achieved: { lowMs: second, highMs: 11 * second },
        targetMs: hour,
        judgement: 'met',
        judgedAgainst: 'tier',
      },
      comparable: true,
    });
  });

  test('a check that is not required may fail, and is still shown', () => {
    expect(judge({ ...good, checks: [...good.checks, check('nice to have', 'failed', false)] }).verdict).toBe('passed');
  });

  test('a run that a person paused is not comparable: a flag beside the verdict, not a verdict', () => {
    expect(judge({ ...good, comparable: false })).toMatchObject({ verdict: 'passed', comparable: false });
  });
});

describe('failed', () => {
  test('a required check that failed, with what was found and expected', () => {
    expect(
      judge({ ...good, checks: [check('rows of issues', 'failed'), check('smoke query', 'passed')] }),
    ).toMatchObject({
      verdict: 'failed',
      reason: 'Check "rows of issues" failed: found 997,000 rows, expected 1,000,000 rows.',
    });
  });

  test('a required check that could not be run on the copy', () => {
    expect(
      judge({ ...good, checks: [check('rows of issues', 'could-not-run'), check('smoke query', 'passed')] }),
    ).toMatchObject({
      verdict: 'failed',
      reason: expect.stringContaining('could not be run on the copy'),
    });
  });

  test('many failed checks: three are named, the others counted', () => {
    const checks = ['a', 'b', 'c', 'd', 'e'].map((name) => check(name, 'failed'));
    const damaged = { ...check('z', 'failed'), found: 'a page is invalid', cause: 'damaged' } as const;
    expect(judge({ ...good, checks }).reason).toMatch(/^Check "a" failed: .*check "c" failed: .*; and 2 more\.$/);
    expect(judge({ ...good, checks: [damaged] }).reason).toBe('Check "z" failed: a page is invalid.');
  });

  test('a check that failed once is failed, though it passed later: retrying until green does not help', () => {
    expect(judge({ ...good, checks: [check('rows of issues', 'failed'), ...good.checks] }).verdict).toBe('failed');
  });

  test('what was to be tested failed: restore refused or stuck, no usable point, database unreachable', () => {
    expect(judge({ ...good, ending: failed, ledger: { T0: from(0) }, checks: [] })).toMatchObject({
      verdict: 'failed',
      reason: 'The restore was still "creating" after 2 h.',
      rto: { judgement: 'not-measured' },
      rpo: { judgement: 'not-measured' },
    });
  });

  test('cleanup not proved: data proven, cleanup not', () => {
    const judged = judge({ ...good, cleanup: 'not-proved' });
    expect(judged.verdict).toBe('failed');
    expect(judged.reason).toBe('Data proven, cleanup not: something that the run created may still be there.');
    expect(judged).toMatchObject({ rto: { judgement: 'met' }, rpo: { judgement: 'met' } });
  });

  test('says all that failed, in one sentence', () => {
    const { reason } = judge({
      ...good,
      ledger: { ...ledger, T6: from(7 * hour), 'T-1': from(-2 * hour) },
      cleanup: 'not-proved',
    });
    expect(reason).toBe(
      'RTO missed: usable after 7 h, and the target is less than 6 h; RPO missed: up to 2 h of data would be lost, and the target is less than 1 h; and cleanup is not proved.',
    );
  });
});

describe('inconclusive', () => {
  test("the programme's own fault: quota, our permissions, our workers", () => {
    expect(
      judge({ ...good, ending: programme, ledger: { T0: from(0) }, checks: [], cleanup: 'not-needed' }),
    ).toMatchObject({
      verdict: 'inconclusive',
      reason: 'The programme itself failed: Our quota of 40 instances is used up.',
    });
  });

  test('a ledger that contradicts itself: T6 may lie before T0', () => {
    expect(judge({ ...good, ledger: { ...ledger, T0: from(0, 10 * minute) } })).toMatchObject({
      verdict: 'inconclusive',
      rto: { judgement: 'not-measured' },
    });
  });
});

describe('unproven', () => {
  test('a required check without a baseline: no baseline, no claim', () => {
    expect(
      judge({ ...good, checks: [check('rows of issues', 'no-baseline'), check('smoke query', 'passed')] }),
    ).toMatchObject({
      verdict: 'unproven',
      reason: expect.stringContaining('no baseline to compare with for "rows of issues"'),
    });
  });

  test('a required check that did not run', () => {
    expect(judge({ ...good, checks: [check('smoke query', 'passed')] })).toMatchObject({
      verdict: 'unproven',
      reason: 'Not everything is proved: "rows of issues" did not run; RTO is not measured.',
    });
  });

  test('nothing required, so nothing validated: green is not a default', () => {
    expect(judge({ ...good, checks: [], requiredChecks: [] }).verdict).toBe('unproven');
  });

  test('nothing restored, as in a rehearsal', () => {
    expect(
      judge({
        ...good,
        ledger: {},
        checks: [],
        cleanup: 'not-needed',
        rpoNotMeasuredReason: 'a rehearsal restores nothing',
      }),
    ).toMatchObject({
      verdict: 'unproven',
      reason: 'Nothing was restored, so nothing is proved.',
    });
    const rehearsed = 'the point in time 18:03:59 UTC';
    expect(judge({ ...good, ledger: {}, checks: [], cleanup: 'not-needed', rehearsed }).reason).toBe(
      'Rehearsed: preflight passed and the point in time 18:03:59 UTC would be restored; nothing was restored, so nothing is proved.',
    );
    expect(judge({ ...good, cleanup: 'not-needed' }).verdict).toBe('unproven');
  });
});

describe('aborted', () => {
  test('by a person, with who and why', () => {
    expect(judge({ ...good, ending: aborted })).toMatchObject({
      verdict: 'aborted',
      reason: 'Aborted by Ann: The network is being changed.',
    });
  });

  test('because nobody decided', () => {
    expect(judge({ ...good, ending: { kind: 'aborted', reason: 'nobody decided' } }).reason).toBe(
      'Aborted: nobody decided.',
    );
  });

  test('tells when something may be left', () => {
    expect(judge({ ...good, ending: aborted, cleanup: 'not-proved' }).reason).toContain('; and cleanup is not proved.');
  });
});

describe('the order: aborted, failed, inconclusive, unproven, and only then passed', () => {
  const spoil = {
    aborted: (facts: VerdictFacts): VerdictFacts => ({ ...facts, ending: aborted }),
    failed: (facts: VerdictFacts): VerdictFacts => ({
      ...facts,
      checks: [check('rows of issues', 'failed'), check('smoke query', 'passed')],
    }),
    inconclusive: (facts: VerdictFacts): VerdictFacts => ({
      ...facts,
      ending: facts.ending.kind === 'completed' ? programme : facts.ending,
    }),
    unproven: (facts: VerdictFacts): VerdictFacts => ({ ...facts, rpoNotMeasuredReason: 'the writer was silent' }),
  };
  const order = ['aborted', 'failed', 'inconclusive', 'unproven'] as const;

  test.each(
    fc.sample(fc.subarray([...order], { minLength: 1 }), { numRuns: 60, seed: 1 }).map((list) => [list] as const),
  )('a run with %j is the first of them', (present) => {
    const facts = present.reduce((so, kind) => spoil[kind](so), good);
    expect(judge(facts).verdict).toBe(order.find((kind) => present.includes(kind)));
  });

  test('cleanup not proved is failed, before inconclusive and unproven', () => {
    expect(judge({ ...good, ending: programme, cleanup: 'not-proved' })).toMatchObject({
      verdict: 'failed',
      reason: expect.stringContaining('Cleanup is not proved'),
    });
    expect(judge({ ...good, rpoNotMeasuredReason: 'silent', cleanup: 'not-proved' })).toMatchObject({
      verdict: 'failed',
      reason: expect.stringContaining('RPO is not measured'),
    });
  });
});

describe('any facts', () => {
  const moments = fc.option(
    fc
      .tuple(
        fc.integer({ min: -10 * hour, max: 10 * hour }),
        fc.nat(hour),
        fc.constantFrom('probe' as const, 'simulated' as const),
      )
      .map(([low, width, source]) => from(low, low + width, source)),
    { nil: undefined },
  );
  const endings = fc.constantFrom<RunEnding>({ kind: 'completed' }, aborted, failed, programme);
  const anything = fc
    .record({
      ending: endings,
      moments: fc.record({ 'T-1': moments, T0: moments, T3: moments, T6: moments }),
      point: fc.constantFrom('latest' as const, 'random' as const),
      requested: fc.option(fc.integer({ min: t0Ms - 10 * hour, max: t0Ms }), { nil: undefined }),
      outcomes: fc.array(
        fc.tuple(
          fc.constantFrom('a', 'b'),
          fc.constantFrom<CheckOutcome>('passed', 'failed', 'no-baseline', 'could-not-run'),
        ),
      ),
      required: fc.subarray(['a', 'b']),
      silent: fc.boolean(),
      cleanup: fc.constantFrom('proved' as const, 'not-needed' as const, 'not-proved' as const),
      comparable: fc.boolean(),
    })
    .map((any): VerdictFacts => ({
      ...good,
      ending: any.ending,
      ledger: Object.fromEntries(Object.entries(any.moments).filter(([, moment]) => moment !== undefined)) as Ledger,
      point: any.point,
      ...(any.requested === undefined ? {} : { requestedPointMs: any.requested }),
      checks: any.outcomes.map(([name, outcome]) => check(name, outcome)),
      requiredChecks: any.required,
      ...(any.silent ? { rpoNotMeasuredReason: 'silent' } : {}),
      cleanup: any.cleanup,
      comparable: any.comparable,
    }));

  test('get a verdict and one sentence, and never an exception', () => {
    fc.assert(
      fc.property(anything, (facts) => {
        const judged = judge(facts);
        expect(recoveryVerdicts).toContain(judged.verdict);
        expect(judged.reason).toMatch(/^[A-Z].*[^.]\.$/s);
        expect(judged).toEqual(judge(facts));
      }),
      { numRuns: 500 },
    );
  });

  test('pass only if all of it is true: completed, checked, both met, cleaned up', () => {
    const mostlyGood = fc.oneof(
      anything,
      anything.map((facts) => ({ ...good, cleanup: facts.cleanup })),
      anything.map((facts) => ({ ...good, ledger: facts.ledger })),
    );
    fc.assert(
      fc.property(mostlyGood, (facts) => {
        const { verdict, rto, rpo } = judge(facts);
        const proved =
          facts.ending.kind === 'completed' &&
          facts.cleanup === 'proved' &&
          facts.requiredChecks.length > 0 &&
          facts.requiredChecks.every((name) => facts.checks.some((result) => result.name === name)) &&
          facts.checks.every((result) => result.outcome === 'passed') &&
          rto.clocks.fromDisaster !== 'not-measured' &&
          rto.clocks.fromDisaster.highMs < facts.target.rtoMs &&
          rpo.achieved !== 'not-measured' &&
          rpo.achieved.highMs < facts.target.rpoMs;
        expect(verdict === 'passed').toBe(proved);
      }),
      { numRuns: 1_000 },
    );
  });
});

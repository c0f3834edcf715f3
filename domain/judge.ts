import { achievedRpo, LedgerOrderError, recoveryClocks } from './clocks.ts';
import { formatDurationMs } from './duration-text.ts';
import { listOf } from './role-text.ts';
import type { RecoveryClocks } from './ledger.ts';
import type { Measured } from './time.ts';
import type { JudgedRecovery, Judgement, RpoResult, RtoResult, Verdict, VerdictFacts } from './verdict.ts';

/**
 * The verdict of a run, by the truth table of design section 7: `passed`, otherwise in this order `aborted`, `failed`,
 * `inconclusive`, `unproven`. A pure function of its facts that never throws: a ledger that contradicts itself is the
 * programme's own fault, and `inconclusive`.
 */
export function judge(facts: VerdictFacts): JudgedRecovery {
  const measured = measure(facts);
  const { verdict, reason } = verdictOf(facts, measured);
  return { verdict, reason, rto: measured.rto, rpo: measured.rpo, comparable: facts.comparable };
}

interface Measurement {
  readonly rto: RtoResult;
  readonly rpo: RpoResult;
  /** Why the ledger cannot be judged, when it contradicts itself. */
  readonly contradiction?: string;
}

/** A verdict and its one sentence. */
interface Outcome {
  readonly verdict: Verdict;
  readonly reason: string;
}

function verdictOf(facts: VerdictFacts, measured: Measurement): Outcome {
  const { ending } = facts;
  const left = facts.cleanup === 'not-proved';
  const also = left ? '; and cleanup is not proved' : '';
  if (ending.kind === 'aborted') {
    const who = ending.by === undefined ? '' : ` by ${ending.by}`;
    return { verdict: 'aborted', reason: sentence(`Aborted${who}: ${ending.reason}${also}`) };
  }

  const failures = failuresOf(facts, measured);
  if (failures.length > 0) return { verdict: 'failed', reason: sentence(`${failures.join('; ')}${also}`) };

  const gaps = gapsOf(facts, measured);
  const faults = faultsOf(facts, measured);
  if (left && faults.length === 0 && gaps.length === 0) {
    return {
      verdict: 'failed',
      reason: 'Data proven, cleanup not: something that the run created may still be there.',
    };
  }
  if (left) {
    const beside = [...faults, ...gaps].join('; ');
    return {
      verdict: 'failed',
      reason: sentence(`Cleanup is not proved: something that the run created may still be there; ${beside}`),
    };
  }
  if (faults.length > 0) return { verdict: 'inconclusive', reason: sentence(faults.join('; ')) };
  if (facts.cleanup === 'not-needed') return { verdict: 'unproven', reason: nothingRestored(facts) };
  if (gaps.length > 0) return { verdict: 'unproven', reason: sentence(`Not everything is proved: ${gaps.join('; ')}`) };
  return { verdict: 'passed', reason: proofOf(facts, measured) };
}

/** Where nothing was restored nothing could be checked or measured, so neither is listed. */
const nothingRestored = ({ rehearsed }: VerdictFacts): string =>
  rehearsed === undefined
    ? 'Nothing was restored, so nothing is proved.'
    : `Rehearsed: preflight passed and ${rehearsed} would be restored; nothing was restored, so nothing is proved.`;

/** What was to be tested does not work. */
function failuresOf(facts: VerdictFacts, { rto, rpo }: Measurement): readonly string[] {
  const failures: string[] = [];
  if (facts.ending.kind === 'failed') failures.push(withoutStop(facts.ending.reason));
  const failed = requiredResults(facts).filter(({ outcome }) => outcome === 'failed' || outcome === 'could-not-run');
  failures.push(...failed.slice(0, checksNamed).map(failureOf));
  if (failed.length > checksNamed) failures.push(`and ${failed.length - checksNamed} more`);
  if (rto.judgement === 'missed') {
    failures.push(
      `RTO missed: usable after ${worst(rto.clocks.fromDisaster)}, and the target is less than ${formatDurationMs(rto.targetMs)}`,
    );
  }
  if (rpo.judgement === 'missed') {
    const lost =
      rpo.judgedAgainst === 'tier'
        ? `up to ${worst(rpo.achieved)} of data would be lost`
        : `the data is up to ${worst(rpo.achieved)} away from the moment asked for`;
    failures.push(`RPO missed: ${lost}, and the target is less than ${formatDurationMs(rpo.targetMs)}`);
  }
  return failures;
}

/** A sentence that names every failed check is read by nobody; the findings and the report name them all. */
const checksNamed = 3;

function failureOf({ name, outcome, found, expected, cause }: VerdictFacts['checks'][number]): string {
  if (outcome === 'could-not-run') return `check "${name}" could not be run on the copy: ${found}`;
  return cause === undefined
    ? `check "${name}" failed: found ${found}, expected ${expected}`
    : `check "${name}" failed: ${found}`;
}

/** The programme's own fault: it says nothing about what was to be tested. */
function faultsOf({ ending }: VerdictFacts, { contradiction }: Measurement): readonly string[] {
  const faults: string[] = [];
  if (ending.kind === 'programme') faults.push(`the programme itself failed: ${withoutStop(ending.reason)}`);
  if (contradiction !== undefined) faults.push(withoutStop(contradiction));
  return faults;
}

/** Required, but not validated or not measured. */
function gapsOf(facts: VerdictFacts, { rto, rpo }: Measurement): readonly string[] {
  const gaps: string[] = [];
  if (facts.requiredChecks.length === 0) gaps.push('no check is required, so nothing was validated');
  const withoutBaseline = requiredResults(facts).filter((check) => check.outcome === 'no-baseline');
  if (withoutBaseline.length > 0) {
    gaps.push(`there was no baseline to compare with for ${quoted(withoutBaseline.map((check) => check.name))}`);
  }
  const notRun = facts.requiredChecks.filter((name) => !facts.checks.some((check) => check.name === name));
  if (notRun.length > 0) gaps.push(`${quoted(notRun)} did not run`);
  if (rto.judgement === 'not-measured') gaps.push('RTO is not measured');
  if (rpo.judgement === 'not-measured') gaps.push(`RPO is not measured: ${rpo.reason ?? 'T−1 is not known'}`);
  return gaps;
}

function proofOf(facts: VerdictFacts, { rto, rpo }: Measurement): string {
  const checks = requiredResults(facts).length;
  const data =
    rpo.judgedAgainst === 'tier'
      ? `with at most ${worst(rpo.achieved)} of data lost (target less than ${formatDurationMs(rpo.targetMs)})`
      : `within ${worst(rpo.achieved)} of the moment asked for`;
  const usable = `usable after ${worst(rto.clocks.fromDisaster)} (target less than ${formatDurationMs(rto.targetMs)})`;
  return `Restored and validated by ${checks} required ${checks === 1 ? 'check' : 'checks'}, ${usable}, ${data}, and the copy is gone.`;
}

function measure(facts: VerdictFacts): Measurement {
  const { target, ledger, waitingForPeopleMs } = facts;
  const contradictions: string[] = [];
  const noClocks: RecoveryClocks = {
    fromDisaster: 'not-measured',
    fromDeclaration: 'not-measured',
    fromCall: 'not-measured',
    waitingForPeopleMs,
  };
  const clocks = unlessContradictory(() => recoveryClocks(ledger, waitingForPeopleMs), noClocks, contradictions);
  const achieved = unlessContradictory<Measured>(() => achievedRpo(facts), 'not-measured', contradictions);
  // T6 means "required checks passed": without them there was no moment of being usable, whatever the ledger holds.
  const rtoJudgement = validated(facts) ? judgementOf(clocks.fromDisaster, target.rtoMs) : 'not-measured';
  const rpoReason =
    achieved === 'not-measured' ? (contradictions.at(-1) ?? facts.rpoNotMeasuredReason ?? whyNoRpo(facts)) : undefined;
  return {
    rto: { clocks, targetMs: target.rtoMs, judgement: rtoJudgement },
    rpo: {
      achieved,
      targetMs: target.rpoMs,
      judgement: judgementOf(achieved, target.rpoMs),
      judgedAgainst: facts.point === 'latest' ? 'tier' : 'requested-point',
      ...(rpoReason === undefined ? {} : { reason: rpoReason }),
    },
    ...(contradictions.length === 0 ? {} : { contradiction: contradictions.join(' ') }),
  };
}

/** `met` is strictly less than the target at the worse end of what is known. */
const judgementOf = (achieved: Measured, targetMs: number): Judgement => {
  if (achieved === 'not-measured') return 'not-measured';
  return achieved.highMs < targetMs ? 'met' : 'missed';
};

const whyNoRpo = ({ ledger, point, requestedPointMs }: VerdictFacts): string => {
  if (ledger['T-1'] === undefined) return 'T−1 is not known';
  if (point !== 'latest' && requestedPointMs === undefined) return 'the moment asked for is not known';
  return 'T0 is not known';
};

/** Results that count: of every required check, by its declaration or by its result. */
const requiredResults = ({ checks, requiredChecks }: VerdictFacts): VerdictFacts['checks'] =>
  checks.filter((check) => check.required || requiredChecks.includes(check.name));

const validated = (facts: VerdictFacts): boolean =>
  facts.requiredChecks.every((name) => facts.checks.some((check) => check.name === name)) &&
  requiredResults(facts).every((check) => check.outcome === 'passed');

function unlessContradictory<T>(measured: () => T, otherwise: T, contradictions: string[]): T {
  try {
    return measured();
  } catch (error) {
    if (!(error instanceof LedgerOrderError)) throw error;
    contradictions.push(`${error.what} ${error.means}`);
    return otherwise;
  }
}

const worst = (measured: Measured): string =>
  measured === 'not-measured' ? 'an unknown time' : formatDurationMs(measured.highMs);

const quoted = (names: readonly string[]): string =>
  listOf(
    names.map((name) => `"${name}"`),
    'and',
  );

const withoutStop = (text: string): string => text.replace(/\.$/, '');

/** Begins with a capital and ends with one full stop. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${withoutStop(text).slice(1)}.`;

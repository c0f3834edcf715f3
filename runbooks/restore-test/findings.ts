import type { CheckResult } from '../../domain/check.ts';
import { formatDurationMs } from '../../domain/duration-text.ts';
import type { Finding } from '../../domain/finding.ts';
import { makeFinding } from '../../domain/fingerprint.ts';
import type { RecoveryPoint } from '../../domain/recovery.ts';
import type { RestorePlan } from '../../domain/restore-plan.ts';
import type { JudgedRecovery, RunEnding } from '../../domain/verdict.ts';
import { causeWords, firstLook } from './cause-words.ts';
import { gapsOfChecks } from './check-gaps.ts';
import type { Gap } from './check-gaps.ts';

export interface RestoreTestOutcome {
  readonly plan: RestorePlan;
  readonly runId: string;
  readonly ending: RunEnding;
  readonly judged: JudgedRecovery;
  readonly checks: readonly CheckResult[];
  readonly point?: RecoveryPoint;
  /** What is still there and why, when cleanup was not proved. */
  readonly leftover?: string;
}

const recheck = (check: string, sentence: string): Finding['proof'] => ({ kind: 'recheck', check, sentence });
const retest = 'A new restore test of this resource that passes.';

/** Every gap that a restore test found, each with its own fingerprint: none when it passed. */
export function findingsOfRestoreTest(outcome: RestoreTestOutcome): Finding[] {
  const { plan, runId } = outcome;
  const gaps = [
    ...gapsOfEnding(outcome),
    ...gapsOfChecks(outcome.checks, { resource: plan.database.resource, tier: tierText(plan) }),
    ...gapsOfTargets(outcome),
    ...gapsOfCleanup(outcome),
  ];
  if (gaps.length === 0 && outcome.judged.verdict === 'unproven') gaps.push(unproven(outcome));
  return gaps.map((gap) =>
    makeFinding({ ...gap, service: plan.database.service, resource: plan.database.resource, runId }),
  );
}

const tierText = (plan: RestorePlan): string =>
  `tier ${plan.tier}, RTO < ${formatDurationMs(plan.target.rtoMs)}, RPO < ${formatDurationMs(plan.target.rpoMs)}`;

function gapsOfEnding({ plan, ending }: RestoreTestOutcome): Gap[] {
  const name = plan.database.resource;
  switch (ending.kind) {
    case 'completed':
      return [];
    case 'failed':
      return [
        {
          check: 'restore',
          cause: ending.code,
          severity: 'high',
          title: `${name} could not be restored: ${causeWords(ending.code)}`,
          found: ending.reason,
          matters: `In a disaster this backup would not have brought the service back (${tierText(plan)}).`,
          lookFirst:
            'The failed step in the evidence, then the events of the copy and of the source in AWS for that time.',
          proof: recheck('restore', retest),
        },
      ];
    case 'programme':
      return [
        {
          check: 'programme',
          cause: ending.code,
          severity: 'medium',
          title: `the restore test of ${name} could not be held: ${causeWords(ending.code)}`,
          found: ending.reason,
          matters: 'The backup was not judged: whether it can be restored in time is not known.',
          lookFirst: firstLook(ending.code),
          proof: recheck('restore', retest),
        },
      ];
    case 'aborted':
      return [gapOfAbort(name, ending)];
  }
}

function gapOfAbort(name: string, ending: Extract<RunEnding, { kind: 'aborted' }>): Gap {
  if (ending.code === 'nobody-decided') {
    return {
      check: 'gate:admission',
      cause: 'nobody-decided',
      severity: 'medium',
      title: `nobody decided whether to hold the restore test of ${name}`,
      found: ending.reason,
      matters: 'In a disaster this wait would have counted in the RTO; and the test is still owed.',
      lookFirst: 'Whether the people behind the roles of this gate were reachable, and whether reminders reached them.',
      proof: recheck('gate:admission', 'A new restore test of this resource that somebody decides in time.'),
    };
  }
  const cause = ending.code ?? (ending.by === undefined ? 'dropped' : 'aborted-by-person');
  return {
    check: 'held',
    cause,
    severity: 'low',
    title: `the restore test of ${name} was aborted: ${causeWords(cause)}`,
    found: ending.by === undefined ? ending.reason : `${ending.by} stopped it: ${ending.reason}`,
    matters: 'The test is still owed: an aborted run never fulfils it.',
    lookFirst: 'Why it was stopped; then hold it again.',
    proof: recheck('restore', retest),
  };
}

function gapsOfTargets({ plan, judged, point }: RestoreTestOutcome): Gap[] {
  const gaps: Gap[] = [];
  const { rto, rpo } = judged;
  if (rpo.judgement === 'missed' && rpo.achieved !== 'not-measured') {
    const lostMs = rpo.achieved.highMs;
    gaps.push({
      check: 'rpo',
      cause: 'missed',
      severity: 'high',
      title: `newest data in the restored copy was ${formatDurationMs(lostMs)} old (RPO < ${formatDurationMs(rpo.targetMs)})`,
      found: `At T0 the newest usable recovery point${point?.method === 'snapshot' ? ` (snapshot ${point.snapshotId})` : ''} held data up to ${formatDurationMs(lostMs)} before T0.`,
      matters: `In a disaster the service would have lost more than its tier allows (${tierText(plan)}).`,
      lookFirst:
        'When the last snapshot completed and whether continuous backup is on and keeps up (LatestRestorableTime).',
      proof: recheck('rpo', 'A new restore test from the latest point whose RPO is met.'),
    });
  }
  if (rto.judgement === 'missed' && rto.clocks.fromDisaster !== 'not-measured') {
    gaps.push({
      check: 'rto',
      cause: 'missed',
      severity: 'high',
      title: `recovery took ${formatDurationMs(rto.clocks.fromDisaster.highMs)} (RTO < ${formatDurationMs(rto.targetMs)})`,
      found: `From T0 until the copy was usable (T6) it took ${formatDurationMs(rto.clocks.fromDisaster.highMs)}.`,
      matters: `In a disaster the service would have been away for longer than its tier allows (${tierText(plan)}).`,
      lookFirst: 'The longest bar of the ledger in the evidence.',
      proof: recheck('rto', 'A new restore test whose RTO is met.'),
    });
  }
  return gaps;
}

function gapsOfCleanup({ plan, leftover }: RestoreTestOutcome): Gap[] {
  if (leftover === undefined) return [];
  return [
    {
      check: 'cleanup',
      cause: 'leftover',
      severity: 'high',
      title: `a restored copy of ${plan.database.resource} could not be deleted`,
      found: `Still there: ${leftover}`,
      matters: 'It holds production data outside production, and costs money until it is gone.',
      lookFirst: 'The state of that instance in AWS; firedrill sweep deletes it when its lease has run out.',
      proof: recheck('cleanup', 'AWS answers NotFound for the copy, and a new restore test cleans up by itself.'),
    },
  ];
}

function unproven({ plan, judged }: RestoreTestOutcome): Gap {
  return {
    check: 'proof',
    cause: 'not-validated',
    severity: 'medium',
    title: `${plan.database.resource} was restored, but not everything was proved`,
    found: judged.reason,
    matters: `What is not validated or not measured does not count as recoverable (${tierText(plan)}).`,
    lookFirst: 'Whether the source process was running and had taken a baseline before the recovery point.',
    proof: recheck('proof', retest),
  };
}

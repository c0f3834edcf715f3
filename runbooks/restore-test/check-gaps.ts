import type { CheckCause, CheckResult } from '../../domain/check.ts';
import type { Finding } from '../../domain/finding.ts';

/** A gap before it has its service, resource, run and fingerprint. */
export type Gap = Pick<Finding, 'check' | 'cause' | 'severity' | 'title' | 'found' | 'matters' | 'lookFirst' | 'proof'>;

/** What everybody can still read at a glance. */
const namedAtMost = 5;
const ownFindingsAtMost = 5;

export interface CheckGapContext {
  /** `issues-db`. */
  readonly resource: string;
  /** `tier 1, RTO < 6 h, RPO < 1 h`. */
  readonly tier: string;
}

/**
 * The gaps that failed required checks show: one per cause, not one per check. Check and cause never depend on how many
 * checks met it, so that the same cause is the same gap in every run.
 */
export function gapsOfChecks(checks: readonly CheckResult[], context: CheckGapContext): Gap[] {
  const failed = checks.filter(
    (check) => check.required && (check.outcome === 'failed' || check.outcome === 'could-not-run'),
  );
  const causes: readonly CheckCause[] = ['missing', 'damaged', 'no-connection'];
  const common = causes.flatMap((cause) => {
    const some = failed.filter((check) => check.cause === cause);
    return some.length === 0 ? [] : [gapOfCause(cause, some, context)];
  });
  const others = failed.filter((check) => check.cause === undefined);
  const tooMany = others.length > ownFindingsAtMost;
  const alone = tooMany ? others.slice(0, ownFindingsAtMost - 1) : others;
  const rest = tooMany ? others.slice(ownFindingsAtMost - 1) : [];
  return [
    ...common,
    ...alone.map((check) => gapOfCheck(check, context)),
    ...(rest.length === 0 ? [] : [gapOfRest(rest, context)]),
  ];
}

const lookAtTheSource =
  'Whether the source itself has the same fault, then the backup that was used and the ones before it.';

function gapOfCause(cause: CheckCause, checks: readonly CheckResult[], { resource, tier }: CheckGapContext): Gap {
  const names = namesOf(checks.map(({ name }) => name));
  const affected = `Checks that met it: ${names}.`;
  switch (cause) {
    case 'missing': {
      const objects = [...new Set(checks.flatMap(({ object }) => (object === undefined ? [] : [object])))];
      const what = objects.length === 0 ? 'tables or columns' : namesOf(objects);
      return {
        check: 'check:tables',
        cause: 'missing-tables',
        severity: 'high',
        title: `the restored ${resource} lacks ${what}`,
        found: `The restored copy lacks ${what}. ${affected}`,
        matters: `The backup restores, but without what the service needs (${tier}).`,
        lookFirst: 'Whether the source has them and since when, then the backup that was used and the ones before it.',
        proof: recheck('check:tables', 'Every declared check runs on a copy restored from a newer backup.'),
      };
    }
    case 'damaged':
      return {
        check: 'check:data',
        cause: 'damaged',
        severity: 'high',
        title: `data of the restored ${resource} is damaged and cannot be read`,
        found: `${capital(checks[0]?.found ?? 'The data cannot be read')}. ${affected}`,
        matters: `The backup restores, but what it restores cannot be read (${tier}).`,
        lookFirst: lookAtTheSource,
        proof: recheck('check:data', 'Every declared check green on a copy restored from a newer backup.'),
      };
    case 'no-connection':
      return {
        check: 'check:connection',
        cause: 'no-connection',
        severity: 'high',
        title: `the restored ${resource} could not be asked: no connection`,
        found: `${capital(checks[0]?.found ?? 'No connection to the copy')}. ${affected}`,
        matters: `A database that nobody can connect to is not recovered (${tier}).`,
        lookFirst: 'The log of the copy for that time, then the events of the copy in AWS.',
        proof: recheck('check:connection', 'Every declared check runs on a newly restored copy.'),
      };
  }
}

const gapOfCheck = (check: CheckResult, { resource, tier }: CheckGapContext): Gap => ({
  check: `check:${check.name}`,
  cause: check.outcome,
  severity: 'high',
  title:
    check.outcome === 'failed'
      ? `check "${check.name}" failed on the restored ${resource}: ${check.found}`
      : `check "${check.name}" could not be run on the restored ${resource}: ${check.found}`,
  found: `Found in the restored copy: ${check.found}. Expected: ${check.expected}.`,
  matters: `The backup restores, but what it restores is not what the service needs (${tier}).`,
  lookFirst: lookAtTheSource,
  proof: recheck(check.name, `The check "${check.name}" green on a copy restored from a newer backup.`),
});

const gapOfRest = (checks: readonly CheckResult[], { resource, tier }: CheckGapContext): Gap => ({
  check: 'check:others',
  cause: 'failed',
  severity: 'high',
  title: `${checks.length} more checks failed on the restored ${resource}`,
  found: `Also failed: ${namesOf(checks.map(({ name }) => name))}.`,
  matters: `The backup restores, but what it restores is not what the service needs (${tier}).`,
  lookFirst: lookAtTheSource,
  proof: recheck('check:others', 'These checks green on a copy restored from a newer backup.'),
});

/** The first few by name, the others by number. */
const namesOf = (names: readonly string[]): string =>
  names.length <= namedAtMost
    ? names.join(', ')
    : `${names.slice(0, namedAtMost).join(', ')} and ${names.length - namedAtMost} more`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const recheck = (check: string, sentence: string): Finding['proof'] => ({ kind: 'recheck', check, sentence });

import type { ErrorKind } from '../../domain/errors.ts';
import type { RunProjection } from '../../domain/run-projection.ts';
import { endedWell } from '../../domain/verdict.ts';

/** What a script can rely on. */
export const exitCodes = {
  /** Done, and passed where something is judged. */
  done: 0,
  /** Done, and not passed: a run that failed, evidence that does not verify, a doctor that found something. */
  notPassed: 1,
  /** Wrong use: an unknown command, a bad value, an unknown name. */
  wrongUse: 2,
  /** A rule said no. */
  refused: 3,
  /** Something outside, or a process of ours, is not reachable or does not work. */
  unreachable: 4,
  /** Stopped by Ctrl-C or SIGTERM, as shells count it. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodesHelp = `
Exit codes: 0 done and passed · 1 done, not passed · 2 wrong use · 3 refused · 4 something outside is not reachable`;

/** The exit code for an error of a kind. */
export function exitCodeFor(kind: ErrorKind): ExitCode {
  switch (kind) {
    case 'input':
      return exitCodes.wrongUse;
    case 'refused':
      return exitCodes.refused;
    case 'finding':
      return exitCodes.notPassed;
    case 'not-yet':
    case 'busy':
    case 'programme':
    case 'bug':
      return exitCodes.unreachable;
  }
}

/** The exit code for a judged run. A rehearsal cannot pass; one that went well, without a finding, is done. */
export function exitCodeOf({ judged, mode, findings }: Pick<RunProjection, 'judged' | 'mode' | 'findings'>): ExitCode {
  if (judged !== undefined && endedWell(judged.verdict)) return exitCodes.done;
  const rehearsedWell = mode === 'rehearse' && judged?.verdict === 'unproven' && findings.length === 0;
  return rehearsedWell ? exitCodes.done : exitCodes.notPassed;
}

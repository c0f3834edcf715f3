import { randomBytes } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { personOf } from '../../catalog/lookup.ts';
import { rolesOf } from '../../catalog/people.ts';
import type { Catalog } from '../../catalog/schema.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { sha256Hex } from '../../domain/hex.ts';
import type { Role } from '../../domain/gate.ts';
import { wholeService } from '../../domain/modes.ts';
import type { Mode, RunMemo } from '../../domain/modes.ts';
import { taskQueue } from '../../domain/queues.ts';
import { manualRunId } from '../../domain/run-id.ts';
import type { RunSubject } from '../../domain/run-id.ts';
import type { Runbook } from '../../runbooks/runbook.ts';
import type { RunsDeps } from './deps.ts';
import { reachTemporal } from './reach-temporal.ts';

/** Who asks for a run, and how they came. */
export interface RunInitiator {
  readonly initiator: { readonly personId: string; readonly name: string };
  /** Roles of the initiator as the caller found them just now, Slack user groups included; the catalog's own count anyway. */
  readonly initiatorRoles?: readonly Role[];
  readonly via: 'cli' | 'slack' | 'web' | 'schedule' | 'system';
  readonly once?: Once;
}

/** A start that whoever asks may have to repeat, because the answer was lost, and that must happen once. */
export interface Once {
  /** The same for each time that it is asked for. */
  readonly token: string;
  /** When it was first meant, milliseconds UTC. */
  readonly atMs: number;
}

/**
 * A person may start what the runbook lets one of their roles start; schedules and the programme itself always may.
 *
 * @param who - as started by, for the refusal: `a restore test of jira-cloud`
 * @throws FiredrillError `may-not-start`
 */
export function checkMayStart(
  runbook: Runbook,
  catalog: Catalog,
  service: string,
  { initiator, initiatorRoles = [], via }: RunInitiator,
  what: string,
): void {
  if (via === 'schedule' || via === 'system') return;
  const person = personOf(catalog, initiator.personId);
  const held = [...rolesOf(catalog, person.id, service).roles, ...initiatorRoles];
  if (held.some((role) => runbook.mayStart.includes(role))) return;
  throw new FiredrillError({
    code: 'may-not-start',
    kind: 'refused',
    what: `${person.name} may not start ${what}: it takes one of the roles ${runbook.mayStart.join(', ')}.`,
    means: 'Nothing was started.',
    next: `Ask the service's owner or DR champion, or have the role added in the catalog.`,
  });
}

/** Id of a run that somebody starts out of turn now; the same one for a start that is repeated. */
export const newRunId = (subject: RunSubject, once?: Once): string =>
  once === undefined
    ? manualRunId(subject, Date.now(), randomBytes(2).toString('hex'))
    : manualRunId(subject, once.atMs, sha256Hex(once.token).slice(0, 4));

/**
 * Starts the workflow of a run under its id, once, and returns as soon as the engine has it.
 *
 * @param run.plan - the workflow's one argument: everything that the run is pinned to
 * @param run.once - then that it was started before is no error: it is what was asked for
 * @throws FiredrillError `already-started`; TemporalUnreachableError
 */
export async function launch(
  deps: Pick<RunsDeps, 'temporal' | 'taskQueuePrefix' | 'simulated'>,
  run: {
    readonly runId: string;
    readonly runbook: Runbook;
    readonly mode: Mode;
    readonly service: string;
    readonly resource?: string;
    readonly plan: unknown;
    /** `restore test of jira-cloud/issues-db (drill)`. */
    readonly summary: string;
    readonly once?: Once | undefined;
  },
): Promise<void> {
  const { runId, runbook, mode, service } = run;
  const memo: RunMemo = {
    mode,
    touches: mode === 'rehearse' ? 'nothing' : runbook.touches,
    runbook: runbook.name,
    service,
    resource: run.resource ?? wholeService,
  };
  try {
    await reachTemporal(deps, (client) =>
      client.workflow.start(runbook.workflowType(mode), {
        workflowId: runId,
        taskQueue: taskQueue(deps.taskQueuePrefix, 'workflows'),
        args: [run.plan],
        memo: { ...memo },
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: `${deps.simulated ? 'SIMULATED ' : ''}${run.summary}`.slice(0, 200),
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    if (run.once !== undefined) return;
    throw new FiredrillError(
      {
        code: 'already-started',
        kind: 'refused',
        what: `${runId} was started before.`,
        means: 'Nothing new was started.',
        next: `See it with: firedrill status ${runId}`,
      },
      { cause: error },
    );
  }
}

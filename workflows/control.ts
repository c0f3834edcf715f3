import {
  allHandlersFinished,
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  makeContinueAsNewFunc,
  patched,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { AuthenticDecision, DecisionAnswer, SignedDecision } from '../domain/gate.ts';
import { controlQueue, prefixOf } from '../domain/queues.ts';
import { asSignedDecision } from '../domain/signing.ts';
import { errorFacts, invalidInput } from './failures.ts';
import { hear, memberOf, plainText } from './hear.ts';
import {
  acquireLockUpdate,
  controlRunId,
  haltSignal,
  killSwitchLaterSignal,
  killSwitchUpdate,
  releaseLockSignal,
} from './messages.ts';
import type { ControlMemo, LockAnswer, LockRequest } from './messages.ts';
import { decidingActivities } from './proxies.ts';

type Lock = ControlMemo['locks'][number];

export interface ControlState {
  readonly memo: ControlMemo;
  /** Answers to kill-switch decisions by decision id, the newest hundred. */
  readonly answered: readonly (readonly [string, DecisionAnswer])[];
  /** Executions that have given their locks back, the newest two hundred. */
  readonly gone?: readonly string[];
}

/** An attempt to take a lock that was given up is heard within seconds, so this many are more than enough. */
const goneKept = 200;

/**
 * The one workflow that holds the kill switch and the locks. Both stand in its memo, which `describe()` reads without
 * any worker. Runs for ever, continuing as new.
 */
export async function control(start: ControlState): Promise<void> {
  let { memo } = start;
  const answered = new Map(start.answered);
  let gone = start.gone ?? [];

  // One value for all: the server takes an empty list at the top for "remove this".
  const writeMemo = (): void => upsertMemo({ control: memo });
  const oncePerTurn = patched('the memo is written once per turn');
  let unwritten = false;
  const save = (next: ControlMemo): void => {
    memo = next;
    unwritten = true;
    if (!oncePerTurn) writeMemo();
  };
  writeMemo();

  /** With the answers of the same turn, which arrive together or not at all: a thousand locks asked for at once are one memo. */
  const keepMemo = async (): Promise<never> => {
    for (;;) {
      await condition(() => unwritten);
      unwritten = false;
      writeMemo();
    }
  };
  // Whoever cancels this workflow ends what it waits for below, and this with it.
  if (oncePerTurn) void CancellationScope.nonCancellable(keepMemo);

  const grant = (request: LockRequest): void => {
    const mine = memo.locks.filter((lock) => lock.runId === request.runId).map((lock) => lock.resource);
    const added = request.resources
      .filter((resource) => !mine.includes(resource))
      .map((resource) => ({
        resource,
        runId: request.runId,
        runbook: request.memo.runbook,
        mode: request.memo.mode,
        sinceMs: Date.now(),
      }));
    if (added.length > 0) save({ ...memo, locks: [...memo.locks, ...added] });
  };

  /** An incident keeps drills away, and nobody else: what is done about it takes its own locks. */
  const inTheWay = (lock: Lock, request: LockRequest): boolean =>
    lock.runId !== request.runId &&
    request.resources.includes(lock.resource) &&
    (request.memo.mode === 'drill' || (lock.runbook !== 'incident' && request.memo.runbook !== 'incident'));

  const holderOf = (request: LockRequest): Lock | undefined => memo.locks.find((lock) => inTheWay(lock, request));

  /** A real run waits for no drill: those in its way are halted, and clean up beside it. */
  const clearDrillsAway = async (request: LockRequest): Promise<void> => {
    const drills = memo.locks.filter((lock) => lock.mode === 'drill' && request.resources.includes(lock.resource));
    for (const runId of new Set(drills.map((lock) => lock.runId))) {
      const reason = `${request.memo.runbook} of ${request.memo.service} (${request.runId}) needs what it works on`;
      await halt(runId, { reason, forRealRun: true });
      release(runId);
    }
  };

  const release = (runId: string): void => {
    const kept = memo.locks.filter((lock) => lock.runId !== runId);
    if (kept.length !== memo.locks.length) save({ ...memo, locks: kept });
  };

  /** An attempt that its run has given up is heard after the run's good-bye: nobody would give this lock back. */
  const isGivenUp = ({ executionId }: LockRequest): boolean => executionId !== undefined && gone.includes(executionId);
  const nothingFor = ({ runId, resources: [resource = ''] }: LockRequest): LockAnswer => ({
    granted: false,
    holder: runId,
    resource,
  });

  const acquire = async (request: LockRequest): Promise<LockAnswer> => {
    for (;;) {
      const { killSwitch } = memo;
      // A drill that read the switch before it was pulled has no lock yet, so nobody could halt it.
      if (killSwitch.pulled && request.memo.mode === 'drill') {
        const { by, reason } = killSwitch;
        const stopped = { ...(by === undefined ? {} : { by }), ...(reason === undefined ? {} : { reason }) };
        return { granted: false, stopped };
      }
      if (isGivenUp(request)) return nothingFor(request);
      if (request.memo.mode === 'real') {
        await clearDrillsAway(request);
        // Halting takes its time, and the run may have said good-bye meanwhile.
        if (isGivenUp(request)) return nothingFor(request);
      }
      const holder = holderOf(request);
      if (!holder) {
        grant(request);
        return { granted: true };
      }
      // A holder that was terminated never said goodbye.
      const closed = await decidingActivities().isRunClosed({ runId: holder.runId });
      if (!closed.value) return { granted: false, holder: holder.runId, resource: holder.resource };
      release(holder.runId);
    }
  };

  const halt = async (runId: string, why: { reason: string; forRealRun?: boolean }): Promise<void> => {
    try {
      await getExternalWorkflowHandle(runId).signal(haltSignal, why);
    } catch {
      // It is closed already; its lock is stale.
      release(runId);
    }
  };

  const haltDrills = async (reason: string): Promise<void> => {
    const drills = new Set(memo.locks.filter((lock) => lock.mode === 'drill').map((lock) => lock.runId));
    const sideBySide = patched('drills are halted side by side');
    if (sideBySide) await Promise.all([...drills].map((runId) => halt(runId, { reason })));
    else for (const runId of drills) await halt(runId, { reason });
  };

  // Keys change while this workflow lives on, so it asks a worker that knows today's; runs pin theirs at the start.
  const authenticate = async (signed: SignedDecision): Promise<AuthenticDecision | string> => {
    try {
      const answer = await decidingActivities().authenticate({ decision: signed, service: '*' });
      return answer.value.ok ? answer.value.decision : answer.value.text;
    } catch (error) {
      // Thrown from a Signal it would end this workflow, and with it every lock and the kill switch.
      return `It could not be verified who decided this: ${errorFacts(error).what}`;
    }
  };

  const decideKillSwitch = async (signed: SignedDecision): Promise<DecisionAnswer> => {
    const decision = await authenticate(signed);
    if (typeof decision === 'string') return { outcome: 'refused', code: 'bad-signature', text: decision };
    const known = answered.get(decision.decisionId);
    if (known) return known;
    const aboutUs = decision.runId === controlRunId || decision.runId === workflowInfo().workflowId;
    if (!aboutUs || (decision.choice !== 'stop-all-drills' && decision.choice !== 'release-drills')) {
      return { outcome: 'refused', code: 'malformed', text: 'This decision is not about the kill switch.' };
    }
    const answer = applyKillSwitch(decision);
    answered.set(decision.decisionId, answer);
    const oldest = answered.keys().next().value;
    if (answered.size > 100 && oldest !== undefined) answered.delete(oldest);
    if (decision.choice === 'stop-all-drills')
      await haltDrills(`${decision.personName}${decision.reason ? `: ${decision.reason}` : ''}`);
    return answer;
  };

  const applyKillSwitch = (decision: AuthenticDecision): DecisionAnswer => {
    const accepted = (text: string): DecisionAnswer => ({
      outcome: 'accepted',
      gate: 'approved',
      approvals: 1,
      needed: 1,
      text,
    });
    if (decision.choice === 'stop-all-drills') {
      save({
        ...memo,
        killSwitch: {
          pulled: true,
          by: decision.personName,
          reason: decision.reason ?? '',
          atMs: decision.clickedAtMs,
        },
      });
      return accepted('All drills are stopped: no new start, no further step; what they created is being deleted.');
    }
    // Two decisions are proved beside each other, and Slack may have kept one back: a stop is never undone by an older click.
    const { killSwitch } = memo;
    if (killSwitch.pulled && decision.clickedAtMs < (killSwitch.atMs ?? 0)) {
      return {
        outcome: 'refused',
        code: 'overtaken',
        text: `Drills were stopped by ${killSwitch.by ?? 'somebody'} after you released them, so they stay stopped. If they may start again, release them once more.`,
      };
    }
    // Stopping is everybody's right, starting again is not.
    if (
      !decision.roles.some(
        (role) =>
          role === 'incident-commander' || role === 'leadership' || role === 'dr-champion' || role === 'service-owner',
      )
    ) {
      return {
        outcome: 'refused',
        code: 'role-missing',
        text: 'Only an incident commander, a service owner, a DR champion or leadership releases the kill switch.',
      };
    }
    save({ ...memo, killSwitch: { pulled: false, by: decision.personName, atMs: decision.clickedAtMs } });
    return accepted('Drills may start again. Nothing that was stopped resumes by itself.');
  };

  // Whatever somebody sends must not stop this workflow: every lock and the kill switch would stop with it.
  setHandler(acquireLockUpdate, acquire, {
    validator: (request) => {
      if (!isLockRequest(request)) throw invalidInput('A lock request needs runId, resources and memo.');
    },
  });
  hear(releaseLockSignal, (sent) => {
    const executionId = plainText(memberOf(sent, 'executionId'), 100);
    if (executionId !== '') gone = [...gone.filter((one) => one !== executionId), executionId].slice(-goneKept);
    release(plainText(memberOf(sent, 'runId'), 300));
  });
  setHandler(killSwitchUpdate, decideKillSwitch, {
    validator: (sent) => {
      if (!asSignedDecision(sent))
        throw invalidInput('A decision needs statement, via, signer and signature as text, and nothing else.');
    },
  });
  hear(killSwitchLaterSignal, async (sent) => {
    const signed = asSignedDecision(sent);
    if (signed) await decideKillSwitch(signed);
  });

  await condition(() => workflowInfo().continueAsNewSuggested);
  await condition(allHandlersFinished);
  // One that began where runs have their turns moves to its own queue.
  const goOn = makeContinueAsNewFunc<typeof control>({ taskQueue: controlQueue(prefixOf(workflowInfo().taskQueue)) });
  await goOn({ memo, answered: [...answered], gone });
}

function isLockRequest({ runId, resources, memo }: Partial<LockRequest> = {}): boolean {
  const isName = (sent: unknown): boolean => typeof sent === 'string' && sent !== '' && sent.length <= 300;
  return (
    isName(runId) &&
    Array.isArray(resources) &&
    resources.length <= 100 &&
    resources.every(isName) &&
    isName(memberOf(memo, 'runbook')) &&
    isName(memberOf(memo, 'mode'))
  );
}

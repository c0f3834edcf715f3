import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { AvailableCopy, RestoreCalled, SourceFacts } from '../activities/aws/interface.ts';
import type { CopyAddress } from '../activities/probe/interface.ts';
import type { CheckResult } from '../domain/check.ts';
import { compareSettings } from '../domain/go-live-diff.ts';
import { judge } from '../domain/judge.ts';
import { utcSecond } from '../domain/point-text.ts';
import type { RecoveryPoint } from '../domain/recovery.ts';
import type { RestorePlan } from '../domain/restore-plan.ts';
import { drillName } from '../domain/run-id.ts';
import { lastRecoverableChange } from '../domain/sentinel.ts';
import { restoreTestSteps as steps } from '../runbooks/restore-test/definition.ts';
import { findingsOfRestoreTest } from '../runbooks/restore-test/findings.ts';
import { previewRestoreTest } from '../runbooks/restore-test/preview.ts';
import { errorFacts, failedAttempt, invalidInput } from './failures.ts';
import type { RunReport } from './messages.ts';
import { choosePoint, openingOf, preflight, recentDurations } from './restore-test-opening.ts';
import { openIsolatedRun } from './run.ts';

/** What the forward part has learned so far; the verdict is made of whatever there is when it ends. */
interface Proof {
  point?: RecoveryPoint;
  requestedPointMs?: number;
  checks: CheckResult[];
  rpoNotMeasuredReason?: string;
}

/** How far the copy has come: cleanup needs it whatever happens. */
interface Copy {
  readonly name: string;
  /** The intent was journaled: from here on something may exist. */
  intended: boolean;
  /**
   * One NotFound is enough: AWS has shown the copy, or has surely made none. False after a call that never answered, and
   * while AWS does not show what it made: then its absence is proved for longer, and what appears is deleted.
   */
  settled: boolean;
}

/** Restores one resource for real, proves the data, and judges RTO and RPO by the target in force today. */
export async function restoreTest(plan: RestorePlan): Promise<RunReport> {
  const { run, isolated, isolatedWithin, probeWaiting, probeWithin } = openIsolatedRun(openingOf(plan));
  const { aws, awsWaiting, source } = run.reading;
  const { database, network, limits } = plan;
  const place = { accountId: network.accountId, region: network.region };
  const proof: Proof = { checks: [] };
  const copy: Copy = {
    name: drillName(database.service, database.resource, run.id, steps.restore),
    intended: false,
    settled: false,
  };

  const ending = await run.attempt(async () => {
    await run.takeControl([`${database.service}/${database.resource}`]);
    const facts = await preflight(run, plan);
    await askForAdmission(facts);

    // Hours may have passed at the gate, and none where it was waived.
    const point =
      plan.admission.kind === 'waived'
        ? await drawDisasterAndChoosePoint()
        : await run.ifStillAllowed(drawDisasterAndChoosePoint);
    const lease = keepLease();
    try {
      const available = await restoreBesideTheSource(facts.source, point);
      const address = await connectToCopy(available);
      await proveHowRecentTheDataIs(address);
      const checksPassed = await validate(address, facts.source);
      await compareWithSource(facts.source);
      await proveUsable(address, checksPassed);
    } finally {
      lease.cancel();
    }
  });

  const cleanup = await cleanUp();
  const judged = judge({
    ending,
    ledger: run.ledger,
    target: plan.target,
    point: plan.point,
    ...(proof.requestedPointMs === undefined ? {} : { requestedPointMs: proof.requestedPointMs }),
    waitingForPeopleMs: run.gates.waitingForPeopleMs,
    checks: proof.checks,
    requiredChecks: [...plan.checks.filter((check) => check.required).map((check) => check.name), smokeName],
    ...(proof.rpoNotMeasuredReason === undefined ? {} : { rpoNotMeasuredReason: proof.rpoNotMeasuredReason }),
    cleanup: cleanup.outcome,
    comparable: true,
  });
  return await run.close(
    judged,
    findingsOfRestoreTest({
      plan,
      runId: run.id,
      ending,
      judged,
      checks: proof.checks,
      ...(proof.point ? { point: proof.point } : {}),
      ...(cleanup.leftover ? { leftover: cleanup.leftover } : {}),
    }),
  );

  /** Admission gate: before T0, so in no clock. */
  async function askForAdmission(facts: { source: SourceFacts; costUsd: number; takesAboutMs: number }): Promise<void> {
    if (plan.admission.kind === 'waived') {
      run.note({ type: 'gate-waived', gateId: 'admission', reason: plan.admission.reason });
      return;
    }
    const recentDurationsMs = await recentDurations(run, plan);
    const preview = previewRestoreTest(plan, { ...facts.source, ...facts, recentDurationsMs }, run.mode);
    await run.gates.ask({ gateId: 'admission', kind: 'admission', policy: plan.admission.policy, preview });
  }

  /** T0 is the moment at which AWS said what could be restored: only that may be used. */
  async function drawDisasterAndChoosePoint(): Promise<RecoveryPoint> {
    const chosen = await choosePoint(run, plan, (t0) => {
      run.moment('T0', t0);
      // Nobody detects or declares a drill: marked, and no clock that uses them is measured.
      run.moment('T1', { ...t0, source: 'simulated' });
      run.moment('T2', { ...t0, source: 'simulated' });
    });
    proof.point = chosen.point;
    if (chosen.requestedMs !== undefined) proof.requestedPointMs = chosen.requestedMs;
    return chosen.point;
  }

  /** Restores into a new copy, never over anything. Everything is said in the call; AWS's defaults are traps. */
  async function restoreBesideTheSource(facts: SourceFacts, point: RecoveryPoint): Promise<AvailableCopy> {
    // From here on the copy is never left alone: whoever paused the run holds it before.
    if (run.isPaused) await run.holdWhilePaused();
    run.note({ type: 'creation-intended', kind: 'rds-instance', name: copy.name, ...place });
    copy.intended = true;
    const called = await callRestore(facts, point);
    run.moment('T3', called.called);
    run.note({ type: 'resource-created', name: called.name, arn: called.arn, adopted: called.adopted });

    const wait = { everyMs: limits.pollEveryMs, deadlineMs: limits.restoreDeadlineMs };
    const since = called.called.lowMs;
    const available = await run.waitUntil(
      steps.waitAvailable,
      (look) => awsWaiting(look).checkAvailable({ ...place, name: copy.name, since }),
      wait,
      (it) => it.status,
    );
    copy.settled = true;
    run.moment('T4', available.available);
    return available;
  }

  /** The one call that creates something. A first attempt that AWS refused has surely created nothing. */
  async function callRestore(facts: SourceFacts, point: RecoveryPoint): Promise<RestoreCalled> {
    try {
      return await run.step(steps.restore, () =>
        isolated.restoreDatabase({
          ...place,
          runId: run.id,
          name: copy.name,
          service: database.service,
          resource: database.resource,
          owner: plan.owner.email,
          sourceIdentifier: database.identifier,
          point,
          network,
          source: facts,
          expiresAtMs: Date.now() + limits.leaseMs,
        }),
      );
    } catch (error) {
      copy.settled = failedAttempt(error)?.attempt === 1 && refusedOutright(error);
      throw error;
    }
  }

  /** The backup brought the password of its own moment; the copy gets one that only this run's probe can derive. */
  async function connectToCopy(available: AvailableCopy): Promise<CopyAddress> {
    const set = await run.step(steps.setPassword, () =>
      isolated.setCopyPassword({ ...place, name: copy.name, runId: run.id }),
    );
    const setting = { everyMs: limits.pollEveryMs, deadlineMs: limits.connectDeadlineMs };
    await run.waitUntil(
      steps.waitPassword,
      (look) => awsWaiting(look).checkPasswordSet({ ...place, name: copy.name, since: set.at.lowMs }),
      setting,
    );
    const address: CopyAddress = {
      runId: run.id,
      name: copy.name,
      host: available.host,
      port: available.port,
      user: available.masterUsername,
      database,
    };
    const connecting = { everyMs: 1000, deadlineMs: limits.connectDeadlineMs };
    await run.waitUntil(
      steps.connect,
      (look) => probeWaiting(look).connectFirst(address),
      connecting,
      (it) => `PostgreSQL ${it.serverVersion}`,
    );
    return address;
  }

  /** T−1: what the data itself says about how recent it is, on the database's clock. */
  async function proveHowRecentTheDataIs(address: CopyAddress): Promise<void> {
    if (plan.newest.kind === 'none') {
      proof.rpoNotMeasuredReason = 'no sentinel and no newestRow query is declared for this resource';
      run.note({ type: 'sentinel-read', notMeasuredReason: proof.rpoNotMeasuredReason });
      return;
    }
    const { newest } = plan;
    const { reading } = await run.step(
      steps.newest,
      () => probeWithin(limits.checksDeadlineMs).readNewest({ copy: address, newest }),
      (it) => (it.reading?.counter === undefined ? '' : `no. ${it.reading.counter}`),
    );
    const t0 = run.ledger.T0;
    if (!t0) throw invalidInput('T0 is drawn before anything is restored.');
    const writer = (
      await source.writerKnowledge({
        service: database.service,
        resource: database.resource,
        t0Ms: t0.lowMs,
        ...(reading ? { found: reading } : {}),
      })
    ).value;
    const change = lastRecoverableChange({
      ...(reading ? { reading } : {}),
      writer,
      t0,
      newest: newest.kind,
      ...(proof.point ? { point: proof.point } : {}),
    });
    if (change.kind === 'measured') run.moment('T-1', change.moment);
    else proof.rpoNotMeasuredReason = change.reason;
    run.note({
      type: 'sentinel-read',
      ...(reading ? { reading } : {}),
      writer,
      ...(change.kind === 'measured' ? {} : { notMeasuredReason: change.reason }),
    });
  }

  /** The declared checks, against the newest baseline at or before T−1: what the source looked like when the data was its. */
  async function validate(address: CopyAddress, facts: SourceFacts): Promise<boolean> {
    const beforeMs =
      run.ledger['T-1']?.highMs ??
      (proof.point?.method === 'pitr' ? proof.point.restoreTimeMs : (proof.point?.dataAtMs ?? 0));
    const { baseline } = await run.step(
      steps.baseline,
      () => source.baselineBefore({ service: database.service, resource: database.resource, beforeMs }),
      (it) => (it.baseline ? `taken ${utcSecond(it.baseline.takenAtMs, Date.now())}` : 'none'),
    );
    const { results, at } = await run.step(
      steps.checks,
      () =>
        probeWithin(limits.checksDeadlineMs).runChecks({
          copy: address,
          checks: plan.checks,
          ...(baseline ? { baseline } : {}),
          expectedEngineVersion: facts.engineVersion,
        }),
      (it) => `${it.results.filter((result) => result.outcome === 'passed').length} of ${it.results.length}`,
    );
    for (const result of results) note(result);
    const passed = results.every((result) => !result.required || result.outcome === 'passed');
    if (passed) run.moment('T5', at);
    return passed;
  }

  /** The go-live diff: what would be wrong if we had to serve from this copy now. */
  async function compareWithSource(facts: SourceFacts): Promise<void> {
    const settings = await run.step(steps.compare, () => aws.readSettings({ ...place, identifier: copy.name }));
    run.note({ type: 'settings-compared', differences: compareSettings(facts.settings, settings) });
  }

  /** T6 when required checks and the smoke query passed, T7 when the hot queries are fast enough: "available" is not "usable". */
  async function proveUsable(address: CopyAddress, checksPassed: boolean): Promise<void> {
    const smoke = await run.step(
      steps.smoke,
      () => probeWithin(limits.checksDeadlineMs).runSmoke({ copy: address, ...plan.smoke }),
      (it) => it.result.outcome,
    );
    note({ ...smoke.result, name: smokeName });
    if (!checksPassed || smoke.result.outcome !== 'passed') return;
    run.moment('T6', smoke.at);
    if (plan.hotQueries.length === 0) return;
    const hot = await run.step(
      steps.hotQueries,
      () =>
        probeWithin(limits.hotQueriesDeadlineMs).measureHotQueries({
          copy: address,
          queries: plan.hotQueries,
          deadlineMs: Math.max(1000, limits.hotQueriesDeadlineMs - 10_000),
        }),
      (it) => (it.usable ? 'fast enough' : 'not fast enough in time'),
    );
    run.note({ type: 'hot-queries-measured', usable: hot.usable, curve: hot.curve });
    if (hot.usable) run.moment('T7', hot.at);
  }

  function note(result: CheckResult): void {
    proof.checks.push(result);
    run.note({ type: 'check-finished', result });
  }

  /** Keeps the copy's expiry ahead of the sweeper for as long as the run needs it. */
  function keepLease(): CancellationScope {
    const lease = new CancellationScope({ cancellable: true });
    void lease
      .run(async () => {
        for (;;) {
          await sleep(limits.leaseMs / 2);
          await renew();
        }
      })
      // A cancelled sleep is how it ends.
      .catch(() => {});
    return lease;

    /** One renewal that fails costs a note; the next is tried all the same, or the sweeper would take the copy. */
    async function renew(): Promise<void> {
      const expiresAtMs = Date.now() + limits.leaseMs;
      try {
        await isolated.renewLease({ ...place, name: copy.name, runId: run.id, expiresAtMs });
      } catch (error) {
        // A renewal that was under way when the run went on to clean up has nothing to say any more.
        if (isCancellation(error) || lease.consideredCancelled) return;
        run.note({ type: 'problem', where: 'renew lease', error: errorFacts(error) });
      }
    }
  }

  /** Deletes by name and believes only NotFound; where a copy may still appear it looks again and again before it does. */
  async function cleanUp(): Promise<{ outcome: 'proved' | 'not-needed' | 'not-proved'; leftover?: string }> {
    if (!copy.intended) return { outcome: 'not-needed' };
    const wait = { everyMs: limits.pollEveryMs, deadlineMs: limits.deleteDeadlineMs };
    const result = await run.cleanUp(async () => {
      const lookUntilMs = copy.settled ? 0 : Date.now() + limits.notFoundProofMs;
      let appearedLate = false;
      for (;;) {
        const deleted = await run.step(
          steps.deleteCopy,
          () => isolatedWithin(limits.deleteDeadlineMs).deleteCopy({ ...place, name: copy.name, runId: run.id }),
          (it) => it.outcome,
        );
        const foundNothing = deleted.outcome === 'already-gone';
        if (foundNothing && Date.now() < lookUntilMs) {
          await sleep(Math.min(30_000, Math.max(1000, limits.notFoundProofMs / 10)));
          continue;
        }
        try {
          return await run.waitUntil(
            steps.proveGone,
            (look) => awsWaiting(look).checkGone({ ...place, name: copy.name }),
            wait,
            () => 'RDS answers NotFound; no snapshot or automated backup left',
          );
        } catch (error) {
          // It appeared after the last look: nobody has asked AWS to delete it, so waiting for that was in vain.
          if (!foundNothing || appearedLate) throw error;
          appearedLate = true;
        }
      }
    });
    if ('at' in result) {
      run.moment('T8', result.at);
      run.note({ type: 'resource-gone', name: copy.name, proof: result.proof });
      return { outcome: 'proved' };
    }
    run.note({ type: 'leftover-found', name: copy.name, detail: result.what });
    return { outcome: 'not-proved', leftover: `${copy.name}: ${result.what}` };
  }
}

/** True when AWS or one of our rules said no before anything was made; not when the answer itself is in doubt. */
function refusedOutright(error: unknown): boolean {
  const { kind, code } = errorFacts(error);
  return (kind === 'finding' || kind === 'programme' || kind === 'refused') && code !== 'copy-not-isolated';
}

/** The smoke query's name among the checks. */
const smokeName = 'smoke query';

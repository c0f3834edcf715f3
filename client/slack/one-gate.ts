import { setTimeout as sleep } from 'node:timers/promises';
import { loadCatalog } from '../../catalog/load.ts';
import { actAccepted, actRefused } from '../../domain/act.ts';
import type { ActStatement } from '../../domain/act.ts';
import { applyDecision, openGate } from '../../domain/decide.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { Finding } from '../../domain/finding.ts';
import { gapFinding } from '../../domain/gap.ts';
import type { DecisionStatement, GateState, OpenGate } from '../../domain/gate.ts';
import type { PastRun } from '../../domain/obligation.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import { openAct, openSigned, publicKeyOf } from '../../domain/signing.ts';
import { loadLibrary } from '../../runbooks/tabletop-exercise/library.ts';
import type { TicketLine } from '../../store/read-services.ts';
import type { FindingLine } from '../../store/remediations.ts';
import { exampleRunId } from '../../views/example-notices.ts';
import type { Engine, RefusedAttempt } from './engine.ts';

/** With which the app signs for whoever pressed, and which the gate believes. */
export const signerKey = '11'.repeat(32);
export const exampleExerciseId = 'tabletop-exercise/jira-cloud/-/manual-20261128T150000Z-9f3a';
export const exampleIncidentId = 'incident/jira-cloud/-/manual-20261128T150000Z-9f3a';

/**
 * What stands behind the app in these tests: one gate in memory, judged by the product's own rules and signatures. It can
 * be slow, or away.
 */
export class OneGate implements Engine {
  state: GateState;
  readonly statements: DecisionStatement[] = [];
  readonly acts: ActStatement[] = [];
  readonly refused: RefusedAttempt[] = [];
  readonly started: Parameters<Engine['start']>[0][] = [];
  delayMs = 0;
  storeDelayMs = 0;
  away: FiredrillError | undefined;
  /** As `away`, but what is started or declared has happened, and only its answer is lost. */
  answerLost: FiredrillError | undefined;
  storeAway: FiredrillError | undefined;
  over = false;

  constructor(gate: OpenGate) {
    this.state = openGate(gate);
  }

  catalog: Engine['catalog'] = () => loadCatalog('examples/catalog.yaml');

  decide: Engine['decide'] = async (signed, target) => {
    await this.#answerAtAll();
    if (this.over || target.runId !== exampleRunId)
      return {
        outcome: 'refused',
        code: 'run-over',
        text: 'This run is over, or there is no such run; the decision came too late.',
      };
    const statement = openSigned(signed, publicKeyOf(signerKey));
    this.statements.push(statement);
    if (!['approve', 'reject', 'withdraw'].includes(statement.choice))
      return { outcome: 'accepted', gate: 'rejected', approvals: 0, needed: 0, text: `Done: ${statement.choice}.` };
    const { state, answer } = applyDecision(this.state, {
      ...statement,
      via: signed.via,
      receivedAtMs: statement.clickedAtMs,
    });
    this.state = state;
    return answer;
  };

  /** Everything that anybody did counts. */
  act: Engine['act'] = async (signed, target) => {
    await this.#answerAtAll();
    if (this.over) return actRefused('run-over', 'This run is over; it came too late.');
    const statement = openAct(signed, publicKeyOf(signerKey));
    if (statement.runId !== target.runId || statement.actId !== target.actId)
      throw new Error('The act is not what was announced.');
    this.acts.push(statement);
    return actAccepted('Recorded.');
  };

  changeKillSwitch: Engine['changeKillSwitch'] = async (signed) => {
    await this.#answerAtAll();
    this.statements.push(openSigned(signed, publicKeyOf(signerKey)));
    return { outcome: 'accepted', gate: 'approved', approvals: 1, needed: 1, text: 'All drills are stopped.' };
  };

  start: Engine['start'] = async (request) => {
    await this.#answerAtAll();
    this.started.push(request);
    if (this.answerLost !== undefined) throw this.answerLost;
    return { runId: exampleRunId, simulated: true };
  };

  readonly declared: Parameters<Engine['declare']>[0][] = [];
  declare: Engine['declare'] = async (request) => {
    await this.#answerAtAll();
    this.declared.push(request);
    if (this.answerLost !== undefined) throw this.answerLost;
    return { runId: exampleIncidentId, simulated: true };
  };

  readonly gaps: Finding[] = [];
  reportGap: Engine['reportGap'] = async (report) => {
    await this.#answerAtAll();
    const finding = gapFinding(report);
    this.gaps.push(finding);
    return finding;
  };

  readonly reviews: Parameters<Engine['startReview']>[0][] = [];
  startReview: Engine['startReview'] = async (request) => {
    await this.#answerAtAll();
    this.reviews.push(request);
    return { runId: 'documentation-review/jira-cloud/-/2026Q4', simulated: true };
  };

  readonly exercises: Parameters<Engine['startExercise']>[0][] = [];
  startExercise: Engine['startExercise'] = async (request) => {
    await this.#answerAtAll();
    this.exercises.push(request);
    return { runId: exampleExerciseId, simulated: true };
  };
  scenarios: Engine['scenarios'] = async () => (await loadLibrary([])).map(({ scenario }) => scenario);

  running: Engine['running'] = async () => {
    await this.#answerAtAll();
    return [exampleRunId];
  };

  /** What the store has of the run; nothing when the test says nothing. */
  projection: RunProjection | undefined;

  run: Engine['run'] = async () => {
    await sleep(this.storeDelayMs);
    if (this.storeAway !== undefined) throw this.storeAway;
    const { projection } = this;
    return projection && { runId: projection.runId, executionId: projection.executionId, projection, tickets: [] };
  };

  openRuns: Engine['openRuns'] = async () => {
    await sleep(this.storeDelayMs);
    if (this.storeAway !== undefined) throw this.storeAway;
    return this.projection === undefined ? [] : [this.projection];
  };

  newestRuns: Engine['newestRuns'] = () =>
    this.storeAway === undefined
      ? Promise.resolve([
          {
            runId: exampleRunId,
            runbook: 'restore-test',
            service: 'jira-cloud',
            resource: 'issues-db',
            mode: 'drill',
            simulated: true,
            state: 'restoring',
            openedAtMs: Date.now() - 60_000,
          },
        ])
      : Promise.reject(this.storeAway);

  readonly past: PastRun[] = [];
  readonly tickets: TicketLine[] = [];

  runsBetween: Engine['runsBetween'] = async () => {
    if (this.storeAway !== undefined) throw this.storeAway;
    return await Promise.resolve(this.past);
  };

  ticketsOf: Engine['ticketsOf'] = async (services) => {
    if (this.storeAway !== undefined) throw this.storeAway;
    return await Promise.resolve(this.tickets.filter(({ service }) => services.includes(service)));
  };

  /** What the store has of findings. */
  readonly known: FindingLine[] = [];

  findings: Engine['findings'] = async (id) => {
    await sleep(this.storeDelayMs);
    if (this.storeAway !== undefined) throw this.storeAway;
    return this.known.filter(({ fingerprint, view }) => fingerprint.startsWith(id) || view?.ticket?.key === id);
  };

  findingsToConfirm: Engine['findingsToConfirm'] = async () => {
    if (this.storeAway !== undefined) throw this.storeAway;
    return await Promise.resolve(this.known.flatMap(({ view }) => view ?? []));
  };

  findingRunId: Engine['findingRunId'] = (fingerprint) => `test/remediation/${fingerprint}`;

  keepRefused: Engine['keepRefused'] = async (attempt) => {
    if (this.storeAway !== undefined) throw this.storeAway;
    await Promise.resolve();
    this.refused.push(attempt);
  };

  async #answerAtAll(): Promise<void> {
    await sleep(this.delayMs);
    if (this.away !== undefined) throw this.away;
  }
}

/** What the engine or the store is put to when it is away. */
export const unreachable = (what: string): FiredrillError =>
  new FiredrillError({
    code: 'unreachable',
    kind: 'busy',
    what: `${what} does not answer.`,
    means: 'Runs go on.',
    next: 'Try again in a minute.',
  });
